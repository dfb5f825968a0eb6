/**
 * Opaque LSAs [5250]: Traffic Engineering [3630], Router Information [7770] with its SR TLVs, Extended Prefix and
 * Extended Link [7684] with SR sub-TLVs [8665], inter-AS TE [5392], and Grace LSAs [3623] with a graceful restart.
 *
 * FRR 8.4.4 takes `pce ...` commands but never sends the Path Computation Element TLV: the flag that would is set only where it is asked for.
 */
import { QUICK_BIRD, QUICK_FRR, record, sleep } from './lab.mjs';

const frr = (id, lines, device = ' ip ospf network point-to-point\n') => `
interface eth0
${device}${QUICK_FRR}router ospf
 ospf router-id ${id}
 network 10.0.0.0/8 area 0
${lines}`;
const zebra = (admin) => `
interface eth0
 link-params
  enable
  metric 111
  max-bw 1.25e+08
  max-rsv-bw 1.0e+08
  unrsv-bw 0 1.0e+08
  admin-grp ${admin}
  delay 1000 min 900 max 1100
  delay-variation 50
  packet-loss 0.5
  ava-bw 9.0e+07
`;

async function two(lab, file, about, build, seconds = 6) {
  const [r1, r2] = [lab.node('r1'), lab.node('r2')];
  const lan = lab.segment('lan', [r1, 'eth0', '10.1.12.1/24'], [r2, 'eth0', '10.1.12.2/24']);
  await lab.capture(file, lan, { software: ['frr'], notes: 'hello 2, dead 8', ...about });
  r1.address('lo', '10.0.0.1/32');
  r2.address('lo', '10.0.0.2/32');
  lab.up();
  await build(r1, r2);
  await Promise.all([r1.untilFull(1), r2.untilFull(1), r1.untilRoute('10.0.0.2/32'), r2.untilRoute('10.0.0.1/32')]);
  await sleep(seconds);
  return [r1, r2];
}

await Promise.all([
  record((lab) => two(lab, 'ospf-opaque-te.pcap', {
    shows: 'TE LSAs of FRR: Router Address and Link TLVs with bandwidths, TE metric, administrative group, and delay, jitter, loss and available bandwidth [7471]',
  }, (r1, r2) => Promise.all([r1, r2].map((node, i) => node.frr({
    zebra: zebra(`0x${i + 1}0`),
    ospfd: frr(`10.0.0.${i + 1}`, ` capability opaque\n mpls-te on\n mpls-te router-address 10.0.0.${i + 1}\n`),
  }))))),
  record((lab) => two(lab, 'ospf-opaque-inter-as-te.pcap', {
    shows: 'Inter-AS TE: type 11 LSAs for a link to another AS, with remote AS number and remote ASBR',
  }, (r1, r2) => {
    r1.stub('eth1', '192.0.2.1/30');
    return Promise.all([r1, r2].map((node, i) => node.frr({
      zebra: `${zebra('0x1')}${i === 0 ? 'interface eth1\n link-params\n  enable\n  metric 7\n  neighbor 192.0.2.2 as 65000\n' : ''}`,
      ospfd: `interface eth1\n ip ospf network point-to-point\n${frr(`10.0.0.${i + 1}`, ` capability opaque\n mpls-te on\n mpls-te router-address 10.0.0.${i + 1}\n${i === 0 ? ' network 192.0.2.0/30 area 0\n mpls-te inter-as as\n' : ''}`)}`,
    })));
  })),
  record((lab) => two(lab, 'ospf-opaque-router-information.pcap', {
    shows: 'Router Information LSAs of FRR with informational capabilities, of area scope (type 10) and of AS scope (type 11)',
  }, (r1, r2) => Promise.all([
    r1.frr({ ospfd: frr('10.0.0.1', ' capability opaque\n router-info area\n') }),
    r2.frr({ ospfd: frr('10.0.0.2', ' capability opaque\n router-info as\n') }),
  ]))),
  record((lab) => two(lab, 'ospf-segment-routing.pcap', {
    shows: 'Segment routing of FRR: SR-Algorithm, SRGB, SRLB and MSD in Router Information, Prefix-SIDs in Extended Prefix, Adjacency-SIDs in Extended Link LSAs',
  }, (r1, r2) => Promise.all([r1, r2].map((node, i) => node.frr({
    ospfd: frr(`10.0.0.${i + 1}`, ` capability opaque
 mpls-te on
 mpls-te router-address 10.0.0.${i + 1}
 router-info area 0.0.0.0
 segment-routing on
 segment-routing global-block 16000 17999 local-block 5000 5999
 segment-routing node-msd 8
 segment-routing prefix 10.0.0.${i + 1}/32 index ${100 + i} ${i === 0 ? 'no-php-flag' : 'explicit-null'}
`),
  }))))),
  record((lab) => two(lab, 'ospf-segment-routing-lan.pcap', {
    shows: 'The same on a broadcast link: LAN Adjacency-SIDs',
  }, (r1, r2) => Promise.all([r1, r2].map((node, i) => node.frr({
    ospfd: frr(`10.0.0.${i + 1}`, ` capability opaque
 router-info area 0.0.0.0
 segment-routing on
 segment-routing global-block 16000 17999
 segment-routing prefix 10.0.0.${i + 1}/32 index ${100 + i}
`, ''),
  }))))),
  record(async (lab) => {
    const [r1] = await two(lab, 'ospf-graceful-restart.pcap', {
      shows: 'Graceful restart of an FRR router: Grace LSAs (period, reason, address), the helper keeps the adjacency while the ospfd is away 5 s; the restarted one becomes Full and flushes its Grace LSA',
    }, (r1, r2) => Promise.all([
      r1.frr({ ospfd: frr('10.0.0.1', ' capability opaque\n graceful-restart grace-period 60\n', '') }, { ospfd: [] }),
      r2.frr({ ospfd: frr('10.0.0.2', ' capability opaque\n graceful-restart helper enable\n', '') }),
    ]));
    r1.vtysh('ospfd', 'graceful-restart prepare ip ospf');
    await sleep(1);
    r1.ospfd.kill('SIGTERM');
    await sleep(5);
    r1.startFrr('ospfd');
    await r1.untilFull(1);
    await sleep(20);
  }),
]);
