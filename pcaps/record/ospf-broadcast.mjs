/**
 * Adjacencies on a broadcast network [2328:9.4, 10]: FRR, FRR and BIRD elect a DR and a BDR; default timers (hello 10, dead 40).
 * Then, with short timers: the DR falls silent and the BDR takes over [2328:9.4]; or it dies and comes back, its higher priority notwithstanding,
 * to be DROther.
 */
import { QUICK_BIRD, QUICK_FRR, record, sleep } from './lab.mjs';

const frr = (id, priority, timers) => `
interface eth0
${timers} ip ospf priority ${priority}
router ospf
 ospf router-id ${id}
 network 10.1.0.0/16 area 0
`;
const bird = (id, priority, timers) => `
router id ${id};
protocol device {}
protocol kernel { ipv4 { export all; import none; }; }
protocol ospf v2 {
  ipv4 { import all; };
  area 0 { interface "eth0" { type broadcast; ${timers} priority ${priority}; }; interface "net0" { stub; }; };
}
`;

async function three(lab, file, about, [frrTimers, birdTimers], priorities = [1, 1, 1]) {
  const [r1, r2, r3] = ['r1', 'r2', 'r3'].map((name) => lab.node(name));
  const lan = lab.segment('lan', [r1, 'eth0', '10.1.0.1/24'], [r2, 'eth0', '10.1.0.2/24'], [r3, 'eth0', '10.1.0.3/24']);
  await lab.capture(file, lan, about);
  r1.stub('net0', '10.1.1.1/24');
  r2.stub('net0', '10.1.2.2/24');
  r3.stub('net0', '10.1.3.3/24');
  lab.up();
  await Promise.all([
    r1.frr({ ospfd: frr('10.0.0.1', priorities[0], frrTimers) }),
    r2.frr({ ospfd: frr('10.0.0.2', priorities[1], frrTimers) }),
    r3.bird(bird('10.0.0.3', priorities[2], birdTimers)),
  ]);
  await Promise.all([r1.untilFull(2), r2.untilFull(2), r3.untilFull(2)]);
  await Promise.all([r1.untilRoute('10.1.3.0/24'), r3.untilRoute('10.1.1.0/24')]);
  return { lan, r1, r2, r3 };
}

await Promise.all([
  record(async (lab) => {
    await three(lab, 'ospf-broadcast-dr-bdr.pcap', {
      shows: 'Two FRR routers and a BIRD one on a LAN from start to Full: waiting, election of DR (10.0.0.3) and BDR (10.0.0.2), database exchange, flooding over the DR',
      software: ['frr', 'bird'],
      notes: 'hello 10, dead 40: the defaults',
    }, ['', '']);
    await sleep(15);
  }),
  record(async (lab) => {
    const { lan, r1, r2, r3 } = await three(lab, 'ospf-dr-loss.pcap', {
      shows: 'The DR (BIRD, priority 30) falls silent; after the dead interval the BDR (FRR, priority 20) becomes DR and the third router BDR; the old one comes back still calling itself DR: two DRs meet and the higher priority wins',
      software: ['frr', 'bird'],
      notes: 'hello 2, dead 8; silent: the bridge port drops both ways, the carrier stays',
    }, [QUICK_FRR, QUICK_BIRD], [10, 20, 30]);
    await sleep(5);
    lan.silence(r3);
    await Promise.all([r1.untilFull(1), r2.untilFull(1), r1.untilNoRoute('10.1.3.0/24')]);
    await sleep(6);
    lan.heal(r3);
    await Promise.all([r1.untilFull(2), r2.untilFull(2), r3.untilFull(2), r1.untilRoute('10.1.3.0/24')]);
    await sleep(4);
  }),
  record(async (lab) => {
    const { r1, r2, r3 } = await three(lab, 'ospf-dr-crash-and-return.pcap', {
      shows: 'The bird of the DR (priority 30) is killed and starts again 14 s later: the BDR (FRR, priority 20) is DR by then and stays it; the one with the highest priority finds the places taken',
      software: ['frr', 'bird'],
      notes: 'hello 2, dead 8',
    }, [QUICK_FRR, QUICK_BIRD], [10, 20, 30]);
    await sleep(4);
    r3.daemon.kill('SIGKILL');
    await Promise.all([r1.untilFull(1), r2.untilFull(1)]);
    await sleep(6);
    r3.startBird();
    await sleep(2);
    await Promise.all([r1.untilFull(2), r2.untilFull(2), r3.untilFull(2), r1.untilRoute('10.1.3.0/24')]);
    await sleep(6);
  }),
]);
