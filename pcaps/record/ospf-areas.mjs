/**
 * Areas [2328:3]: an area border router between area 0 and another one, both its links in one pcapng file (interface `eth0` is area 0,
 * `eth1` the other). Two areas with a range, stub and totally stubby, NSSA with a type 7 LSA and its translation [3101], a virtual link
 * [2328:15], an AS boundary router in another area (type 4).
 */
import { QUICK_BIRD, QUICK_FRR, record, sleep } from './lab.mjs';

/** r1 (FRR) --area 0-- r2 (FRR, ABR) --area 1-- r3 (BIRD). `lines`: more of r2's `router ospf`. */
const inner = (lines = '') => `
interface eth0
 ip ospf network point-to-point
${QUICK_FRR}router ospf
 ospf router-id 10.0.0.1
 network 10.1.0.0/16 area 0
 redistribute connected metric 50 metric-type 1
${lines}`;
const border = (lines) => `
interface eth0
 ip ospf network point-to-point
${QUICK_FRR}interface eth1
 ip ospf network point-to-point
${QUICK_FRR}router ospf
 ospf router-id 10.0.0.2
 network 10.1.0.0/16 area 0
 network 10.2.0.0/16 area 1
${lines}`;
const outer = (area, exported = 'none') => `
router id 10.0.0.3;
protocol device {}
protocol direct { ipv4; interface "ext0"; }
protocol kernel { ipv4 { export all; import none; }; }
protocol ospf v2 {
  ipv4 { import all; export ${exported}; };
  area 1 { ${area} interface "eth0" { type ptp; ${QUICK_BIRD} }; interface "net0" { stub; }; };
}
`;

async function areas(lab, file, about, { r2Lines = '', r3Area = '', r3Export }, expected) {
  const [r1, r2, r3] = ['r1', 'r2', 'r3'].map((name) => lab.node(name));
  lab.wire([r1, 'eth0', '10.1.12.1/24'], [r2, 'eth0', '10.1.12.2/24']);
  lab.wire([r2, 'eth1', '10.2.23.2/24'], [r3, 'eth0', '10.2.23.3/24']);
  await lab.capture(file, [r2, 'eth0', 'eth1'], { software: ['frr', 'bird'], notes: 'hello 2, dead 8', ...about });
  r1.stub('net0', '10.1.1.1/24');
  r1.stub('ext0', '198.51.100.1/24');
  r3.stub('net0', '10.2.4.3/24', '10.2.5.3/24');
  r3.stub('ext0', '203.0.113.3/24');
  lab.up();
  await Promise.all([r1.frr({ ospfd: inner() }), r2.frr({ ospfd: border(r2Lines) }), r3.bird(outer(r3Area, r3Export))]);
  await Promise.all([r1.untilFull(1), r2.untilFull(2), r3.untilFull(1)]);
  await Promise.all([...(expected.r1 ?? []).map((prefix) => r1.untilRoute(prefix)), ...(expected.r3 ?? []).map((prefix) => r3.untilRoute(prefix))]);
  await sleep(5);
}

await Promise.all([
  record((lab) => areas(lab, 'ospf-two-areas.pcapng', {
    shows: 'Areas 0 and 1 around an FRR border router: summary-LSAs both ways, a range over 10.2.4.0/23, an external in area 1 with the type 4 LSA for its AS boundary router',
  }, { r2Lines: ' area 1 range 10.2.4.0/23\n' }, { r1: ['10.2.4.0/23'], r3: ['10.1.1.0/24', '198.51.100.0/24'] })),
  record((lab) => areas(lab, 'ospf-stub-area.pcapng', {
    shows: 'Area 1 is a stub: options without E, no type 4 or 5 LSAs, a default summary of cost 7',
  }, { r2Lines: ' area 1 stub\n area 1 default-cost 7\n', r3Area: 'stub;' }, { r1: ['10.2.4.0/24'], r3: ['10.1.1.0/24', 'default'] })),
  record((lab) => areas(lab, 'ospf-totally-stubby-area.pcapng', {
    shows: 'Area 1 is a stub without summaries: one summary-LSA, the default',
  }, { r2Lines: ' area 1 stub no-summary\n', r3Area: 'stub; summary no;' }, { r1: ['10.2.4.0/24'], r3: ['default'] })),
  record((lab) => areas(lab, 'ospf-nssa.pcapng', {
    shows: 'Area 1 is an NSSA: BIRD originates a type 7 LSA (P set, forwarding address), the FRR border router translates it to type 5 for area 0',
  }, { r2Lines: ' area 1 nssa\n', r3Area: 'nssa;', r3Export: 'where source = RTS_DEVICE' }, { r1: ['203.0.113.0/24'], r3: ['10.1.1.0/24'] })),
  record(async (lab) => {
    // area 0: r1 -- r2; area 1 (transit): r2 -- r3; area 2: r3 -- r4
    const [r1, r2, r3, r4] = ['r1', 'r2', 'r3', 'r4'].map((name) => lab.node(name));
    lab.wire([r1, 'eth0', '10.1.12.1/24'], [r2, 'eth0', '10.1.12.2/24']);
    lab.wire([r2, 'eth1', '10.2.23.2/24'], [r3, 'eth0', '10.2.23.3/24']);
    lab.wire([r3, 'eth1', '10.3.34.3/24'], [r4, 'eth0', '10.3.34.4/24']);
    await lab.capture('ospf-virtual-link.pcapng', [r3, 'eth0', 'eth1'], {
      shows: 'A virtual link through area 1 between two FRR routers joins area 2 (with a BIRD router) to the backbone: unicast Hellos, DD with MTU 0, V bit, summaries of area 2; then the transit link goes down and comes back',
      software: ['frr', 'bird'],
      notes: 'hello 2, dead 8; eth0 is area 1, eth1 area 2',
    });
    r1.stub('net0', '10.1.1.1/24');
    r4.stub('net0', '10.3.4.4/24');
    lab.up();
    const virtual = ' area 1 virtual-link 10.0.0.3 hello-interval 2 dead-interval 8\n';
    await Promise.all([
      r1.frr({ ospfd: inner() }),
      r2.frr({ ospfd: border(virtual) }),
      r3.frr({ ospfd: border(virtual.replace('10.0.0.3', '10.0.0.2')).replace('10.0.0.2', '10.0.0.3').replace('10.1.0.0/16 area 0', '10.3.0.0/16 area 2') }),
      r4.bird(outer('').replace('10.0.0.3', '10.0.0.4').replace('area 1', 'area 2')),
    ]);
    await Promise.all([r1.untilFull(1), r4.untilFull(1), r4.untilRoute('10.1.1.0/24', 90), r1.untilRoute('10.3.4.0/24', 90)]);
    await sleep(5);
    r2.down('eth1');
    await r4.untilNoRoute('10.1.1.0/24');
    r2.up('eth1');
    await r4.untilRoute('10.1.1.0/24', 90);
    await sleep(5);
  }),
]);
