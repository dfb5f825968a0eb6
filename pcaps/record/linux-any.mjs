/**
 * One ping and one OSPF adjacency over the `any` device, whose frames have Linux's own link layer headers: SLL2 (link type 276), and SLL (113).
 */
import { QUICK_FRR, record, sleep } from './lab.mjs';

for (const [type, name] of [['LINUX_SLL2', 'sll2'], ['LINUX_SLL', 'sll']]) {
  await record(async (lab) => {
    const [r1, r2] = [lab.node('r1'), lab.node('r2')];
    lab.wire([r1, 'eth0', '10.1.12.1/24'], [r2, 'eth0', '10.1.12.2/24']);
    await lab.capture(`linux-any-${name}.pcap`, [r1, 'any'], {
      shows: `Two FRR routers up to Full and a ping, captured on the any device of one of them with ${type} headers`,
      software: ['linux', 'frr', 'iputils'],
      notes: 'hello 2, dead 8; packets that the host sends to itself are left out',
    }, { filter: 'not ip6 and not net 127.0.0.0/8', options: ['-y', type] });
    lab.up();
    const frr = (id) => `interface eth0\n ip ospf network point-to-point\n${QUICK_FRR}router ospf\n ospf router-id ${id}\n network 10.1.0.0/16 area 0\n`;
    await Promise.all([r1.frr({ ospfd: frr('10.0.0.1') }), r2.frr({ ospfd: frr('10.0.0.2') })]);
    await r1.untilFull(1);
    r1.run('ping', '-c', '2', '10.1.12.2');
    await sleep(3);
  });
}
