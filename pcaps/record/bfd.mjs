/**
 * BFD [5880, 5881]: sessions of FRR's bfdd and of BIRD come up, go down by detection time and by an administrator, with parameters
 * changed by Poll and Final, echo packets, all five authentication types of BIRD, and OSPF that goes down with its session.
 */
import { record, sleep } from './lab.mjs';

const session = (peer, more = '') => `
bfd
 peer ${peer} interface eth0
  receive-interval 200
  transmit-interval 200
  detect-multiplier 3
${more}`;
const isUp = (node) => /Status: up/.test(node.vtysh('bfdd', 'show bfd peers')) && !/Status: down/.test(node.vtysh('bfdd', 'show bfd peers'));
const bird = (id, neighbor, options) => `
router id ${id};
protocol device {}
protocol bfd {
  interface "eth0" { min rx interval 300 ms; min tx interval 300 ms; idle tx interval 1 s; multiplier 3; ${options} };
  neighbor ${neighbor} dev "eth0";
}
`;
const birdIsUp = (node) => /\bUp\b/.test(node.birdc('show', 'bfd', 'sessions'));

async function two(lab, file, about) {
  const [r1, r2] = [lab.node('r1'), lab.node('r2')];
  const lan = lab.segment('lan', [r1, 'eth0', '10.7.0.1/24'], [r2, 'eth0', '10.7.0.2/24']);
  await lab.capture(file, lan, { software: ['frr'], ...about });
  lab.up();
  return { r1, r2, lan };
}

const authentications = {
  simple: ['simple', 'password "takeover" { id 3; };'],
  'keyed-md5': ['keyed md5', 'password "takeover" { id 3; };'],
  'meticulous-md5': ['meticulous keyed md5', 'password "takeover" { id 3; };'],
  'keyed-sha1': ['keyed sha1', 'password "takeover" { id 3; };'],
  'meticulous-sha1': ['meticulous keyed sha1', 'password "takeover" { id 3; };'],
};

await Promise.all([
  record(async (lab) => {
    const { r1, r2, lan } = await two(lab, 'bfd-session-down.pcap', {
      shows: 'An FRR session: Down, Init, Up, Poll and Final; one side falls silent and the other says Down (control detection time expired); up again; shut down by an administrator (AdminDown)',
      notes: '200 ms x 3',
    });
    await Promise.all([r1.frr({ bfdd: session('10.7.0.2') }), r2.frr({ bfdd: session('10.7.0.1') })]);
    await lab.until('up', () => isUp(r1) && isUp(r2), 20);
    await sleep(2);
    lan.silence(r2);
    await lab.until('down', () => !isUp(r1), 10);
    await sleep(3);
    lan.heal(r2);
    await lab.until('up', () => isUp(r1) && isUp(r2), 20);
    await sleep(2);
    r1.configure('bfdd', 'bfd', 'peer 10.7.0.2 interface eth0', 'shutdown');
    await sleep(3);
    r1.configure('bfdd', 'bfd', 'peer 10.7.0.2 interface eth0', 'no shutdown');
    await lab.until('up', () => isUp(r1) && isUp(r2), 20);
    await sleep(1);
  }),
  record(async (lab) => {
    const { r1, r2 } = await two(lab, 'bfd-parameter-change.pcap', {
      shows: 'Intervals and multiplier of a session that is up change: Poll and Final',
      notes: '200 ms x 3, then 400 ms x 5',
    });
    await Promise.all([r1.frr({ bfdd: session('10.7.0.2') }), r2.frr({ bfdd: session('10.7.0.1') })]);
    await lab.until('up', () => isUp(r1) && isUp(r2), 20);
    await sleep(2);
    r1.configure('bfdd', 'bfd', 'peer 10.7.0.2 interface eth0', 'receive-interval 400', 'transmit-interval 400', 'detect-multiplier 5');
    await sleep(4);
  }),
  record(async (lab) => {
    const { r1, r2 } = await two(lab, 'bfd-echo.pcap', {
      shows: 'Echo mode of FRR: control packets slow down, echo packets (UDP 3785) come back from the other end',
      notes: '200 ms x 3, echo 200 ms',
    });
    const echo = '  echo-mode\n  echo transmit-interval 200\n  echo receive-interval 200\n';
    await Promise.all([r1.frr({ bfdd: session('10.7.0.2', echo) }), r2.frr({ bfdd: session('10.7.0.1', echo) })]);
    await lab.until('up', () => isUp(r1) && isUp(r2), 20);
    await sleep(5);
  }),
  record(async (lab) => {
    const { r1, r2, lan } = await two(lab, 'bfd-with-ospf.pcap', {
      shows: 'OSPF between FRR and BIRD with BFD: the link falls silent, the session is down by detection time and the adjacency with it, long before the dead interval; then back to Full',
      software: ['frr', 'bird'],
      notes: 'hello 10, dead 40; BFD 300 ms x 3',
    });
    await Promise.all([
      r1.frr({
        bfdd: 'bfd\n',
        ospfd: 'interface eth0\n ip ospf network point-to-point\n ip ospf bfd\n ip ospf bfd 3 300 300\nrouter ospf\n ospf router-id 10.0.0.1\n network 10.7.0.0/24 area 0\n',
      }),
      r2.bird(`
router id 10.0.0.2;
protocol device {}
protocol bfd { interface "eth0" { min rx interval 300 ms; min tx interval 300 ms; multiplier 3; }; }
protocol ospf v2 { ipv4 { import all; }; area 0 { interface "eth0" { type ptp; bfd; }; }; }
`),
    ]);
    await r1.untilFull(1);
    await lab.until('BFD is up', () => isUp(r1), 20);
    await sleep(4);
    lan.silence(r2);
    await r1.untilFull(0, 10);
    await sleep(3);
    lan.heal(r2);
    await r1.untilFull(1);
    await sleep(4);
  }),
  ...Object.entries(authentications).map(([name, [method, password]]) => record(async (lab) => {
    const { r1, r2 } = await two(lab, `bfd-auth-${name}.pcap`, {
      shows: `A BIRD session with ${method} authentication comes up; then one side is stopped`,
      software: ['bird'],
      notes: '300 ms x 3',
      keys: [{ protocol: 'bfd', algorithm: method.replace(/ /g, '-'), id: 3, key: 'takeover' }],
    });
    const options = `authentication ${method}; ${password}`;
    await Promise.all([r1.bird(bird('10.0.0.1', '10.7.0.2', options)), r2.bird(bird('10.0.0.2', '10.7.0.1', options))]);
    await lab.until('up', () => birdIsUp(r1) && birdIsUp(r2), 20);
    await sleep(2);
    r2.birdc('down');
    await sleep(2);
  })),
]);
