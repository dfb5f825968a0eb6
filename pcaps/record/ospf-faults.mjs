/**
 * What goes wrong: a router lost and back [2328:10.5], a flapping link, max-metric [6987], parameters that do not match [2328:10.5, 10.6],
 * a neighbour that restarts at once and is taken for its old self.
 */
import { QUICK_BIRD, QUICK_FRR, record, sleep } from './lab.mjs';

const frr = (id, device = '', lines = '', timers = QUICK_FRR) => `
interface eth0
${timers}${device}interface eth1
 ip ospf network point-to-point
${QUICK_FRR}router ospf
 ospf router-id ${id}
 network 10.1.0.0/16 area 0
${lines}`;
const bird = (id, options = '') => `
router id ${id};
protocol device {}
protocol kernel { ipv4 { export all; import none; }; }
protocol ospf v2 {
  ipv4 { import all; };
  area 0 { interface "eth0" { type broadcast; ${QUICK_BIRD} ${options} }; interface "net0" { stub; }; };
}
`;

/** r1 (FRR), r2 (FRR) and r3 (BIRD) on a LAN, Full. */
async function lan(lab, file, about, configurations = [frr('10.0.0.1'), frr('10.0.0.2'), bird('10.0.0.3')], thirdAddress = '10.1.0.3/24') {
  const [r1, r2, r3] = ['r1', 'r2', 'r3'].map((name) => lab.node(name));
  const segment = lab.segment('lan', [r1, 'eth0', '10.1.0.1/24'], [r2, 'eth0', '10.1.0.2/24'], [r3, 'eth0', thirdAddress]);
  await lab.capture(file, segment, { software: ['frr', 'bird'], notes: 'hello 2, dead 8', ...about });
  r1.stub('net0', '10.1.1.1/24');
  r2.stub('net0', '10.1.2.2/24');
  r3.stub('net0', '10.1.3.3/24');
  lab.up();
  await Promise.all([r1.frr({ ospfd: configurations[0] }), r2.frr({ ospfd: configurations[1] }), r3.bird(configurations[2])]);
  return { segment, r1, r2, r3 };
}

await Promise.all([
  record(async (lab) => {
    const { segment, r1, r2, r3 } = await lan(lab, 'ospf-router-loss-and-return.pcap', {
      shows: 'A router that is neither DR nor BDR falls silent for 20 s: inactivity, a new network-LSA and, when it is back, 1-Way, a new exchange and its LSAs with higher sequence numbers',
    }, [frr('10.0.0.1', ' ip ospf priority 0\n'), frr('10.0.0.2'), bird('10.0.0.3')]);
    await Promise.all([r1.untilFull(2), r2.untilFull(2), r3.untilFull(2)]);
    await sleep(5);
    segment.silence(r1);
    await sleep(20);
    segment.heal(r1);
    await Promise.all([r1.untilFull(2), r2.untilFull(2), r3.untilFull(2), r1.untilRoute('10.1.3.0/24')]);
    await sleep(5);
  }),
  record(async (lab) => {
    const { r1, r2, r3 } = await lan(lab, 'ospf-router-crash-and-restart.pcap', {
      shows: 'The ospfd of one router is killed and starts again within the dead interval: its neighbours see a Hello without themselves (1-Way), and it meets its own old LSAs and outbids them [2328:13.4]',
    });
    await Promise.all([r1.untilFull(2), r2.untilFull(2), r3.untilFull(2)]);
    await sleep(5);
    r1.ospfd.kill('SIGKILL');
    await sleep(3);
    r1.startFrr('ospfd');
    await sleep(2);
    await Promise.all([r1.untilFull(2), r2.untilFull(2), r3.untilFull(2), r1.untilRoute('10.1.3.0/24')]);
    await sleep(5);
  }),
  record(async (lab) => {
    const { segment, r1, r2, r3 } = await lan(lab, 'ospf-flapping-link.pcap', {
      shows: 'One router has its cable pulled and put back five times, 1.5 s out and 2.5 s in, and then left in: Down and a Hello without neighbours each time, and Full again within 2 s',
    });
    await Promise.all([r1.untilFull(2), r2.untilFull(2), r3.untilFull(2)]);
    await sleep(4);
    for (let i = 0; i < 5; i++) {
      segment.plug(r1, false);
      await sleep(1.5);
      segment.plug(r1, true);
      await sleep(2.5);
    }
    await Promise.all([r1.untilFull(2), r2.untilFull(2), r3.untilFull(2), r1.untilRoute('10.1.3.0/24')]);
    await sleep(5);
  }),
  record(async (lab) => {
    // Inside the triangle r1 - r2 there is a second way, so that a flap moves the traffic.
    const [r1, r2] = [lab.node('r1'), lab.node('r2')];
    const segment = lab.segment('lan', [r1, 'eth0', '10.1.0.1/24'], [r2, 'eth0', '10.1.0.2/24']);
    const second = lab.segment('second', [r1, 'eth1', '10.1.9.1/24'], [r2, 'eth1', '10.1.9.2/24']);
    await lab.capture('ospf-flapping-link-seen-from-the-other.pcap', second, {
      shows: 'A point-to-point link between two FRR routers while their other link flaps four times: new router-LSAs each way for every change, several of them closer together than MinLSInterval (5 s)',
      software: ['frr'],
      notes: 'hello 2, dead 8',
    });
    r1.stub('net0', '10.1.1.1/24');
    r2.stub('net0', '10.1.2.2/24');
    lab.up();
    await Promise.all([r1.frr({ ospfd: frr('10.0.0.1', ' ip ospf network point-to-point\n') }), r2.frr({ ospfd: frr('10.0.0.2', ' ip ospf network point-to-point\n') })]);
    await Promise.all([r1.untilFull(2), r2.untilFull(2)]);
    await sleep(4);
    for (let i = 0; i < 4; i++) {
      segment.plug(r1, false);
      await sleep(1.5);
      segment.plug(r1, true);
      await sleep(3.5);
    }
    await Promise.all([r1.untilFull(2), r2.untilFull(2)]);
    await sleep(6);
  }),
  record(async (lab) => {
    const { r1, r2, r3 } = await lan(lab, 'ospf-max-metric.pcap', {
      shows: 'An FRR router is a stub router for a while: max-metric router-lsa gives its transit links 65535, and its own again 8 s later',
    });
    await Promise.all([r1.untilFull(2), r2.untilFull(2), r3.untilFull(2)]);
    await sleep(6);
    r1.configure('ospfd', 'router ospf', 'max-metric router-lsa administrative');
    await sleep(8);
    r1.configure('ospfd', 'router ospf', 'no max-metric router-lsa administrative');
    await sleep(8);
  }),
  record(async (lab) => {
    const { r1, r2 } = await lan(lab, 'ospf-hello-mismatch.pcap', {
      shows: 'Three routers that do not agree: r2 says Hello every 3 s, r3 has another network mask; none becomes a neighbour. After 12 s r2 agrees with r1 and they become Full',
      notes: 'hello 2, dead 8 on r1 and r3; hello 3, dead 8 on r2; r3 has 10.1.0.3/25',
    }, [frr('10.0.0.1'), frr('10.0.0.2', '', '', ' ip ospf hello-interval 3\n ip ospf dead-interval 8\n'), bird('10.0.0.3')], '10.1.0.3/25');
    await sleep(12);
    r2.configure('ospfd', 'interface eth0', 'ip ospf hello-interval 2');
    await Promise.all([r1.untilFull(1), r2.untilFull(1)]);
    await sleep(4);
  }),
  record(async (lab) => {
    const [r1, r2] = [lab.node('r1'), lab.node('r2')];
    const segment = lab.segment('lan', [r1, 'eth0', '10.1.0.1/24'], [r2, 'eth0', '10.1.0.2/24']);
    await lab.capture('ospf-mtu-mismatch.pcap', segment, {
      shows: 'Two FRR routers with MTUs 1500 and 1400 stay in ExStart [2328:10.6] and retransmit; after 15 s both have 1500 and become Full',
      software: ['frr'],
      notes: 'hello 2, dead 8',
    });
    r2.ip('link', 'set', 'eth0', 'mtu', '1400');
    lab.up();
    const point = ' ip ospf network point-to-point\n';
    await Promise.all([r1.frr({ ospfd: frr('10.0.0.1', point) }), r2.frr({ ospfd: frr('10.0.0.2', point) })]);
    await sleep(15);
    r2.ip('link', 'set', 'eth0', 'mtu', '1500');
    await Promise.all([r1.untilFull(1), r2.untilFull(1)]);
    await sleep(4);
  }),
]);
