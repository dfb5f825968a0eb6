/**
 * AS-external-LSAs [2328:12.4.4, 16.4]: type 1 and type 2 metrics, a default route, their withdrawal (premature ageing [2328:14.1]),
 * many at once, and a router-LSA that needs IP fragments.
 */
import { QUICK_BIRD, QUICK_FRR, record, sleep } from './lab.mjs';

const frr = (id, lines = '') => `
interface eth0
 ip ospf network point-to-point
${QUICK_FRR}route-map ONE permit 10
 match interface ext1
 set metric 30
 set metric-type type-1
route-map ONE permit 20
 match interface ext2
 set metric 40
 set metric-type type-2
 set tag 4711
router ospf
 ospf router-id ${id}
 network 10.1.0.0/16 area 0
${lines}`;
const bird = (id, statics, exported = 'where source = RTS_STATIC') => `
router id ${id};
protocol device {}
protocol static { ipv4; ${statics} }
protocol kernel { ipv4 { export where source != RTS_STATIC; import none; }; }
protocol ospf v2 {
  ipv4 { import all; export ${exported}; };
  area 0 { interface "eth0" { type ptp; ${QUICK_BIRD} }; interface "net0" { stub; }; };
}
`;

async function two(lab, file, about, r1Lines, r2Configuration) {
  const [r1, r2] = [lab.node('r1'), lab.node('r2')];
  lab.wire([r1, 'eth0', '10.1.12.1/24'], [r2, 'eth0', '10.1.12.2/24']);
  await lab.capture(file, [r1, 'eth0'], { software: ['frr', 'bird'], notes: 'hello 2, dead 8', ...about });
  r1.stub('ext1', '198.51.100.1/25');
  r1.stub('ext2', '198.51.100.129/25');
  lab.up();
  await Promise.all([r1.frr({ ospfd: frr('10.0.0.1', r1Lines) }), r2.bird(r2Configuration)]);
  await Promise.all([r1.untilFull(1), r2.untilFull(1)]);
  return [r1, r2];
}

await Promise.all([
  record(async (lab) => {
    const [r1, r2] = await two(lab, 'ospf-externals-e1-e2.pcap', {
      shows: 'Externals of type 1 (metric 30) and type 2 (metric 40, tag 4711) from FRR, both types from BIRD; the E bit in the router-LSAs',
    }, ' redistribute connected route-map ONE\n', bird('10.0.0.2', 'route 203.0.113.0/25 blackhole; route 203.0.113.128/25 blackhole;',
      'filter { if source != RTS_STATIC then reject; if net = 203.0.113.0/25 then ospf_metric1 = 15; else { ospf_metric2 = 25; ospf_tag = 99; } accept; }'));
    await Promise.all(['203.0.113.0/25', '203.0.113.128/25'].map((prefix) => r1.untilRoute(prefix)));
    await Promise.all(['198.51.100.0/25', '198.51.100.128/25'].map((prefix) => r2.untilRoute(prefix)));
    await sleep(5);
  }),
  record(async (lab) => {
    const [r1, r2] = await two(lab, 'ospf-default-route.pcap', {
      shows: 'FRR originates a default route (always, type 1, metric 5); 5 s later it is taken back and flushed, 8 s later given again as type 2',
    }, ' default-information originate always metric 5 metric-type 1\n', bird('10.0.0.2', ''));
    await r2.untilRoute('default');
    await sleep(5);
    r1.configure('ospfd', 'router ospf', 'no default-information originate');
    await r2.untilNoRoute('default');
    await sleep(8);
    r1.configure('ospfd', 'router ospf', 'default-information originate always metric 5 metric-type 2');
    await r2.untilRoute('default');
    await sleep(5);
  }),
  record(async (lab) => {
    const [r1, r2] = await two(lab, 'ospf-maxage-flush.pcap', {
      shows: 'FRR and BIRD withdraw their externals: each floods them with age MaxAge (3600) and the other acknowledges; then FRR is stopped in good order and flushes its router-LSA',
    }, ' redistribute connected route-map ONE\n', bird('10.0.0.2', 'route 203.0.113.0/25 blackhole; route 203.0.113.128/25 blackhole;'));
    await Promise.all([r1.untilRoute('203.0.113.0/25'), r2.untilRoute('198.51.100.0/25')]);
    await sleep(6);
    r1.configure('ospfd', 'router ospf', 'no redistribute connected');
    await r2.untilNoRoute('198.51.100.0/25');
    await sleep(3);
    r2.reconfigure(bird('10.0.0.2', ''));
    await r1.untilNoRoute('203.0.113.0/25');
    await sleep(6);
    r1.ospfd.kill('SIGTERM');
    await sleep(3);
  }),
  record(async (lab) => {
    const statics = Array.from({ length: 150 }, (_, i) => `route 100.64.${i}.0/24 blackhole;`).join(' ');
    const [r1, r2] = await two(lab, 'ospf-many-externals.pcap', {
      shows: '150 externals at once: Database Descriptions, requests, updates and acknowledgments filled up to the MTU',
    }, '', bird('10.0.0.2', statics));
    await r1.untilRoute('100.64.149.0/24');
    await sleep(5);
    r2.birdc('restart', 'ospf1');
    await sleep(2);
    await r1.untilFull(1);
    await r1.untilRoute('100.64.149.0/24');
    await sleep(4);
  }),
  record(async (lab) => {
    const [r1, r2] = [lab.node('r1'), lab.node('r2')];
    lab.wire([r1, 'eth0', '10.1.12.1/24'], [r2, 'eth0', '10.1.12.2/24']);
    await lab.capture('ospf-ip-fragments.pcap', [r1, 'eth0'], {
      shows: 'A router-LSA with 181 and then 182 links (2,208 bytes): its updates are two IP fragments each',
      software: ['frr', 'bird'],
      notes: 'hello 2, dead 8',
    });
    r1.stub('net0', ...Array.from({ length: 180 }, (_, i) => `10.1.${Math.floor(i / 30) + 20}.${(i % 30) * 8 + 1}/29`));
    lab.up();
    await Promise.all([r1.frr({ ospfd: frr('10.0.0.1') }), r2.bird(bird('10.0.0.2', ''))]);
    await Promise.all([r1.untilFull(1), r2.untilFull(1), r2.untilRoute('10.1.25.232/29')]);
    await sleep(5);
  }),
]);
