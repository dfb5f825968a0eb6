/**
 * The other network types [2328:8.1, 9.5]: point-to-point, unnumbered by FRR's rule, point-to-multipoint in FRR's way (multicast Hellos)
 * and in BIRD's (unicast to listed neighbours), and NBMA with its poll interval [2328:9.5.1].
 */
import { QUICK_BIRD, QUICK_FRR, record, sleep } from './lab.mjs';

const frr = (id, type, more = '', timers = QUICK_FRR) => `
interface eth0
 ip ospf network ${type}
${timers}router ospf
 ospf router-id ${id}
 network 10.0.0.0/8 area 0
${more}`;
const bird = (id, options) => `
router id ${id};
protocol device {}
protocol kernel { ipv4 { export all; import none; }; }
protocol ospf v2 {
  ipv4 { import all; };
  area 0 { interface "eth0" { ${options} }; interface "net0" { stub; }; };
}
`;

await Promise.all([
  record(async (lab) => {
    const [r1, r2] = [lab.node('r1'), lab.node('r2')];
    lab.wire([r1, 'eth0', '10.1.12.1/30'], [r2, 'eth0', '10.1.12.2/30']);
    await lab.capture('ospf-point-to-point.pcap', [r1, 'eth0'], {
      shows: 'An FRR and a BIRD router on a point-to-point link from start to Full, and a Hello interval more',
      software: ['frr', 'bird'],
      notes: 'hello 10, dead 40: the defaults',
    });
    r1.stub('net0', '10.1.1.1/24');
    r2.stub('net0', '10.1.2.2/24');
    lab.up();
    await Promise.all([r1.frr({ ospfd: frr('10.0.0.1', 'point-to-point', '', '') }), r2.bird(bird('10.0.0.2', 'type ptp;'))]);
    await Promise.all([r1.untilFull(1), r2.untilFull(1), r1.untilRoute('10.1.2.0/24'), r2.untilRoute('10.1.1.0/24')]);
    await sleep(12);
  }),
  record(async (lab) => {
    const [r1, r2] = [lab.node('r1'), lab.node('r2')];
    lab.wire([r1, 'eth0', '10.1.0.1 peer 10.1.0.2/32'], [r2, 'eth0', '10.1.0.2 peer 10.1.0.1/32']);
    await lab.capture('ospf-unnumbered.pcap', [r1, 'eth0'], {
      shows: 'FRR takes a link with a /32 peer address as unnumbered: Link Data in the router-LSAs is the interface index, and there is no stub link',
      software: ['frr'],
      notes: 'hello 2, dead 8',
    });
    r1.stub('net0', '10.1.1.1/24');
    r2.stub('net0', '10.1.2.2/24');
    lab.up();
    await Promise.all([r1.frr({ ospfd: frr('10.0.0.1', 'point-to-point') }), r2.frr({ ospfd: frr('10.0.0.2', 'point-to-point') })]);
    await Promise.all([r1.untilFull(1), r2.untilFull(1), r1.untilRoute('10.1.2.0/24'), r2.untilRoute('10.1.1.0/24')]);
    await sleep(4);
  }),
  record(async (lab) => {
    const nodes = ['r1', 'r2', 'r3'].map((name) => lab.node(name));
    const cloud = lab.segment('cloud', ...nodes.map((node, i) => [node, 'eth0', `10.1.0.${i + 1}/24`]));
    await lab.capture('ospf-point-to-multipoint-frr.pcap', cloud, {
      shows: 'Three FRR routers on a point-to-multipoint network: Hellos to 224.0.0.5, no DR, host routes for the own addresses, one type 1 link for each neighbour',
      software: ['frr'],
      notes: 'hello 2, dead 8',
    });
    nodes.forEach((node, i) => node.stub('net0', `10.1.${i + 1}.1/24`));
    lab.up();
    await Promise.all(nodes.map((node, i) => node.frr({ ospfd: frr(`10.0.0.${i + 1}`, 'point-to-multipoint') })));
    await Promise.all(nodes.map((node) => node.untilFull(2)));
    await nodes[0].untilRoute('10.1.3.0/24');
    await sleep(5);
  }),
  record(async (lab) => {
    const nodes = ['r1', 'r2', 'r3'].map((name) => lab.node(name));
    const cloud = lab.segment('cloud', ...nodes.map((node, i) => [node, 'eth0', `10.1.0.${i + 1}/24`]));
    await lab.capture('ospf-point-to-multipoint-bird.pcap', cloud, {
      shows: 'Three BIRD routers on a point-to-multipoint network, a hub and two spokes that know only the hub: every packet is unicast',
      software: ['bird'],
      notes: 'hello 2, dead 8',
    });
    nodes.forEach((node, i) => node.stub('net0', `10.1.${i + 1}.1/24`));
    lab.up();
    const neighbors = ['10.1.0.2; 10.1.0.3;', '10.1.0.1;', '10.1.0.1;'];
    await Promise.all(nodes.map((node, i) => node.bird(bird(`10.0.0.${i + 1}`, `type ptmp; ${QUICK_BIRD} poll 4; neighbors { ${neighbors[i]} };`))));
    await Promise.all(nodes.map((node, i) => node.untilFull(i === 0 ? 2 : 1)));
    await nodes[1].untilRoute('10.1.3.0/24');
    await sleep(5);
  }),
  record(async (lab) => {
    const nodes = ['r1', 'r2', 'r3'].map((name) => lab.node(name));
    const cloud = lab.segment('cloud', ...nodes.map((node, i) => [node, 'eth0', `10.1.0.${i + 1}/24`]));
    await lab.capture('ospf-nbma.pcap', cloud, {
      shows: 'An NBMA network: an FRR router (DR) and a BIRD one are Full by unicast; a third, FRR, is polled and starts 15 s later',
      software: ['frr', 'bird'],
      notes: 'hello 2, dead 8, poll 5',
    });
    nodes.forEach((node, i) => node.stub('net0', `10.1.${i + 1}.1/24`));
    lab.up();
    const listed = (...own) => own.map((i) => ` neighbor 10.1.0.${i} priority 1 poll-interval 5\n`).join('');
    await Promise.all([
      nodes[0].frr({ ospfd: frr('10.0.0.1', 'non-broadcast', listed(2, 3)) }),
      nodes[1].bird(bird('10.0.0.2', `type nbma; ${QUICK_BIRD} poll 5; neighbors { 10.1.0.1 eligible; 10.1.0.3 eligible; };`)),
    ]);
    await Promise.all([nodes[0].untilFull(1), nodes[1].untilFull(1)]);
    await sleep(15);
    await nodes[2].frr({ ospfd: frr('10.0.0.3', 'non-broadcast', listed(1, 2)) });
    await Promise.all(nodes.map((node) => node.untilFull(2)));
    await nodes[2].untilRoute('10.1.1.0/24');
    await sleep(4);
  }),
]);
