/**
 * LSA refresh [2328:12.4]: after half an hour, as the standard has it, and after two minutes, as FRR can be told to (an undocumented
 * command, `ospf lsa-refresh`). Takes 33 minutes. Hello every 30 s keeps the file small.
 */
import { record, sleep } from './lab.mjs';

const frr = (id, interval, extra = '') => `
interface eth0
 ip ospf network point-to-point
 ip ospf hello-interval ${interval}
 ip ospf dead-interval ${interval * 4}
router ospf
 ospf router-id ${id}
 network 10.1.0.0/16 area 0
 ${extra}
`;
const bird = (id, interval) => `
router id ${id};
protocol device {}
protocol direct { ipv4; interface "ext0"; }
protocol ospf v2 {
  ipv4 { import all; export where source = RTS_DEVICE; };
  area 0 { interface "eth0" { type ptp; hello ${interval}; dead ${interval * 4}; }; };
}
`;

async function play(lab, file, about, interval, extra, seconds) {
  const [r1, r2] = [lab.node('r1'), lab.node('r2')];
  lab.wire([r1, 'eth0', '10.1.12.1/24'], [r2, 'eth0', '10.1.12.2/24']);
  await lab.capture(file, [r1, 'eth0'], about);
  r1.stub('net0', '10.1.1.1/24');
  r2.stub('ext0', '192.0.2.2/24');
  lab.up();
  await Promise.all([r1.frr({ ospfd: frr('10.0.0.1', interval, extra) }), r2.bird(bird('10.0.0.2', interval))]);
  await r1.untilFull(1, 150);
  await sleep(seconds);
}

await Promise.all([
  record((lab) => play(lab, 'ospf-lsa-refresh-1800s.pcap', {
    shows: 'An FRR and a BIRD router on a point-to-point link, for 32 minutes: each refreshes its router-LSA, and BIRD its AS-external-LSA, half an hour after origination (FRR 100 s sooner)',
    software: ['frr', 'bird'],
    notes: 'hello 30, dead 120',
  }, 30, '', 1920), 2400),
  record((lab) => play(lab, 'ospf-lsa-refresh-120s.pcap', {
    shows: 'FRR told to refresh its LSAs every 120 s: it takes its usual jitter of a minute from that and does so every 20 to 80 s; a BIRD neighbour on a point-to-point link takes them in',
    software: ['frr', 'bird'],
    notes: 'hello 10, dead 40',
  }, 10, 'ospf lsa-refresh 120', 300), 500),
]);
