/** What a topology node says about its kernel, its sysctls, its rules and its adapters reaches the Plan. */
import { expect, it } from 'vitest';
import { lab, load } from './lab-files.js';

const ROUTES = '      routes: [default via 10.0.0.1]';

it('sysctls, under the kernel\'s names, in file order; ip_forward makes a router of a host', () => {
  const { plan } = load(lab([ROUTES, '      sysctl:\n        net.ipv4.conf.all.arp_ignore: 1\n        net.ipv4.neigh.eth0.locktime: 0\n        net.ipv4.ip_forward: 1\n        net.ipv4.igmp_max_memberships: 64']));
  const h1 = plan.nodes.find(({ name }) => name === 'h1');
  expect(h1?.sysctls).toEqual([
    { group: 'conf', interfaceName: 'all', name: 'arp_ignore', value: 1 },
    { group: 'neigh', interfaceName: 'eth0', name: 'locktime', value: 0 },
  ]);
  expect(h1?.isForwarding).toBe(true);
  expect(h1?.maximumMemberships).toBe(64);
});

it('the kernel, rules and the tables that they lead to', () => {
  const { plan } = load(lab([ROUTES, '      kernel: 2.4\n      rules: [from 10.0.0.9 lookup 100, from 10.0.0.0/24 table 7]\n      routes: [10.0.0.0/24 dev eth0 table 100, { to: default, via: 10.0.0.1, table: 7 }]']));
  expect(plan.nodes.find(({ name }) => name === 'h1')).toMatchObject({
    kernel: '2.4',
    rules: [{ network: 0x0a000009, prefixLength: 32, table: 100 }, { network: 0x0a000000, prefixLength: 24, table: 7 }],
    staticRoutes: [{ network: 0x0a000000, prefixLength: 24, gateway: 0, interfaceName: 'eth0', table: 100 },
      { network: 0, prefixLength: 0, gateway: 0x0a000001, table: 7 }],
  });
});

it.each([['cp det a02-a03', 'detach'], ['cp detach A02-A03', 'detach'], ['cp attach a02-a03', 'attach']])('%s', (text, kind) => {
  const { plan } = load(lab(['eth0: { address: 10.0.0.1/24 }', 'eth0: { address: 10.0.0.1/24, device: A02-A03 }'], ['cp sleep 5min', text]));
  const eth0 = plan.nodes.find(({ name }) => name === 'r1')?.interfaces.find(({ name }) => name === 'eth0');
  expect(eth0?.device).toBe('a02-a03');
  expect(plan.events[0].action).toEqual({ kind, port: eth0?.port });
});

it('an ICMP probe may be confirming, a UDP probe not', () => {
  expect(load(lab(['every: 10ms', 'confirm: true'])).plan.probes[0].isConfirming).toBe(true);
  expect(() => load(lab(['every: 10ms', 'protocol: udp, confirm: true']))).toThrow('only ICMP probes');
});
