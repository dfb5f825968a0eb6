/**
 * The two scenarios as they are shipped: they load, and every statement of the Redpaper's files has the meaning that it
 * had there (examples 16 to 19, 27 to 29 and the appendix), as have the values of the measured FRR systems.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatMac, formatPrefix } from '../../src/base/address.js';
import { MINUTE, SECOND } from '../../src/base/micros.js';
import type { NodePlan, Plan } from '../../src/config/plan.js';
import { loadTopology } from '../../src/config/topology/topology.js';

const TOPOLOGIES = join(import.meta.dirname, '../../topologies');
const read = (path: string): string => readFileSync(path, 'utf8');
const load = (name: string) => loadTopology(join(TOPOLOGIES, `${name}.yaml`), { readFile: read });

const nodeOf = (plan: Plan, name: string): NodePlan => {
  const node = plan.nodes.find((each) => each.name === name);
  if (node === undefined) throw new Error(`no node ${name}`);
  return node;
};
const addressesOf = (node: NodePlan): string[] =>
  node.interfaces.flatMap((each) =>
    each.addresses.map((a) => `${each.name} ${formatPrefix(a.address, a.prefixLength)}${a.peer === undefined ? '' : ` peer ${formatIpv4(a.peer)}`}`),
  );
const networksOf = (node: NodePlan): string[] =>
  node.ospf?.networks.map((each) => `${formatPrefix(each.network, each.prefixLength)} area ${formatIpv4(each.area)}`) ?? [];

it('every topology that is shipped loads', () => {
  const files = readdirSync(TOPOLOGIES).filter((name) => name.endsWith('.yaml'));
  expect(files.length).toBeGreaterThanOrEqual(2);
  for (const file of files) expect(loadTopology(join(TOPOLOGIES, file), { readFile: read }).plan.name).toBe(file.replace('.yaml', ''));
});

describe('router-loss (Zebra)', () => {
  const { plan, notes } = load('router-loss');
  const attention = notes
    .filter((note) => note.kind === 'attention')
    .map((note) => `${note.file.replace(`${TOPOLOGIES}/`, '')}:${note.line}:${note.column} ${note.message}`);

  it('has the nodes, addresses and links of Figure 16', () => {
    expect(plan.nodes.map((node) => `${node.name} ${node.kind}`)).toEqual(['lan switch', 'lnx31 zebra', 'lnx32 zebra', 'lnx33 zebra', 'tirnanog zebra']);
    expect(addressesOf(nodeOf(plan, 'tirnanog'))).toEqual(['eth0 192.168.1.254/24']);
    expect(addressesOf(nodeOf(plan, 'lnx31'))).toEqual(['eth0 192.168.1.3/24', 'ctc0 10.31.0.1/32 peer 10.33.0.1']);
    expect(addressesOf(nodeOf(plan, 'lnx32'))).toEqual(['eth0 192.168.1.4/24', 'ctc0 10.32.0.1/32 peer 10.33.0.1']);
    expect(addressesOf(nodeOf(plan, 'lnx33'))).toEqual(['ctc0 10.33.0.1/32 peer 10.31.0.1', 'ctc1 10.33.0.1/32 peer 10.32.0.1']);
    expect(plan.links.map((link) => `${link.kind} ${link.ends[0].label} ${link.ends[1].label}`)).toEqual([
      'ethernet lan:p1 tirnanog:eth0',
      'ethernet lan:p2 lnx31:eth0',
      'ethernet lan:p3 lnx32:eth0',
      'ctc lnx31:ctc0 lnx33:ctc0',
      'ctc lnx32:ctc0 lnx33:ctc1',
    ]);
  });

  it('every link end is the interface that it names', () => {
    for (const link of plan.links) {
      for (const end of link.ends) {
        const node = plan.nodes[end.node];
        const found = node.interfaces.find((each) => each.port === end.port);
        expect(`${node.name}:${found?.name}`).toBe(end.label);
        expect(found?.medium).toBe(link.kind);
      }
    }
  });

  it.each([
    ['lnx31', '192.168.1.3', ['192.168.1.0/24 area 0.0.0.0', '10.33.0.1/32 area 0.0.0.1']],
    ['lnx32', '192.168.1.4', ['192.168.1.0/24 area 0.0.0.0', '10.33.0.1/32 area 0.0.0.1']],
    ['lnx33', '10.33.0.1', ['10.31.0.1/32 area 0.0.0.1', '10.32.0.1/32 area 0.0.0.1']],
    ['tirnanog', '192.168.1.254', ['192.168.1.0/24 area 0.0.0.0']],
  ])('%s: router id, networks, passive lo', (name, routerId, networks) => {
    const node = nodeOf(plan, name);
    expect(formatIpv4(node.ospf?.routerId ?? 0)).toBe(routerId);
    expect(networksOf(node)).toEqual(networks);
    expect([...(node.ospf?.passiveInterfaces ?? [])]).toEqual(['lo']);
    expect(node.isForwarding).toBe(true);
  });

  it.each(['lnx31', 'lnx32'])('%s: point-to-point on ctc0, and the second redistribute is the one', (name) => {
    const ospf = nodeOf(plan, name).ospf;
    expect([...(ospf?.interfaces ?? [])]).toEqual([['ctc0', { networkType: 'point-to-point' }]]);
    expect(ospf?.redistribute.map((each) => `${each.source} ${each.routeMap} ${each.metric} ${each.metricType}`)).toEqual(['connected just-192 undefined undefined']);
    expect(ospf?.routeMaps.get('just-10')?.entries).toEqual([{ sequence: 10, isPermit: true, matchAccessList: 'net-10' }]);
    expect(ospf?.routeMaps.get('just-192')?.entries).toEqual([{ sequence: 10, isPermit: true, matchAccessList: 'net-192' }]);
    const lists = [...(ospf?.accessLists.values() ?? [])].map((list) => `${list.name}: ${list.lines.map((line) => `${line.isPermit ? '+' : '-'}${formatPrefix(line.network, line.prefixLength)}`).join(' ')}`);
    expect(lists).toEqual(['net-10: +10.0.0.0/8', 'net-192: +192.168.1.0/24', 'term: +127.0.0.1/32 -0.0.0.0/0']);
  });

  it('redistributes on the border routers only', () => {
    expect(nodeOf(plan, 'lnx33').ospf?.redistribute).toEqual([]);
    expect(nodeOf(plan, 'tirnanog').ospf?.redistribute).toEqual([]);
  });

  it('says what may surprise, and nothing else', () => {
    expect(attention.map((text) => text.replace(/:[0-9]+:[0-9]+ /, ' ').replace(/line [0-9]+/, 'line N')).sort()).toEqual([
      'router-loss/lnx31/ospfd.conf replaces "redistribute connected route-map just-10" in line N: one statement a source counts, the last',
      'router-loss/lnx31/zebra.conf lnx31 has no interface "eth1": what is said about it has no effect',
      'router-loss/lnx32/ospfd.conf replaces "redistribute connected route-map just-10" in line N: one statement a source counts, the last',
      'router-loss/lnx32/zebra.conf lnx32 has no interface "eth1": what is said about it has no effect',
    ]);
  });

  it('sleeps, probes and expects', () => {
    const lnx31 = plan.nodes.findIndex((node) => node.name === 'lnx31');
    expect(plan.events).toEqual([{ at: 2 * MINUTE, spreadMicros: 10 * SECOND, node: lnx31, action: { kind: 'sleep', durationMicros: 5 * MINUTE }, text: 'cp sleep 5min' }]);
    expect(plan.probes.map((probe) => `${plan.nodes[probe.from].name} ${formatIpv4(probe.to)} ${probe.protocol} ${probe.everyMicros} ${probe.start}`)).toEqual([
      `tirnanog 10.33.0.1 udp 10000 ${110 * SECOND}`,
      `lnx33 192.168.1.254 udp 10000 ${110 * SECOND}`,
    ]);
    expect(plan.targets.map((target) => [target.probe, target.comparison, target.limitMicros])).toEqual([[0, '<=', 51 * SECOND], [1, '<=', 51 * SECOND]]);
    expect(plan.until).toEqual({ kind: 'quiet', quietMicros: 60 * SECOND, limit: 120 * MINUTE });
    expect(plan.startSpreadMicros).toBe(20_000);
  });
});

describe('router-loss-frr', () => {
  const { plan } = load('router-loss-frr');

  it('has the addresses, MAC addresses and indexes of the measured systems', () => {
    expect(['lnx31', 'lnx32', 'lnx33', 'tirnanog'].flatMap((name) => nodeOf(plan, name).interfaces.map((each) => `${name} ${each.index} ${each.name} ${formatMac(each.mac)} ${each.medium}`))).toEqual([
      'lnx31 1 lo 00:00:00:00:00:00 loopback',
      'lnx31 2 eth0 02:00:00:00:01:03 ethernet',
      'lnx31 3 ctc0 02:00:00:00:31:00 ethernet',
      'lnx32 1 lo 00:00:00:00:00:00 loopback',
      'lnx32 2 eth0 02:00:00:00:01:04 ethernet',
      'lnx32 3 ctc0 02:00:00:00:32:00 ethernet',
      'lnx33 1 lo 00:00:00:00:00:00 loopback',
      'lnx33 2 ctc0 02:00:00:00:33:00 ethernet',
      'lnx33 3 ctc1 02:00:00:00:33:00 ethernet',
      'tirnanog 1 lo 00:00:00:00:00:00 loopback',
      'tirnanog 2 eth0 02:00:00:00:01:fe ethernet',
    ]);
    expect(addressesOf(nodeOf(plan, 'lnx33'))).toEqual(['lo 10.33.0.1/32', 'ctc0 10.33.0.1/32 peer 10.31.0.1', 'ctc1 10.33.0.1/32 peer 10.32.0.1']);
    expect(addressesOf(nodeOf(plan, 'lnx31'))).toEqual(['lo 10.31.0.1/32', 'eth0 192.168.1.3/24', 'ctc0 10.31.0.1/32 peer 10.33.0.1']);
  });

  it.each([
    ['lnx31', { eth0: 10, ctc0: 10 }, ['192.168.1.0/24 area 0.0.0.0', '10.33.0.1/32 area 0.0.0.1', '10.31.0.1/32 area 0.0.0.1'], ['just-10']],
    ['lnx32', { eth0: 10, ctc0: 11 }, ['192.168.1.0/24 area 0.0.0.0', '10.33.0.1/32 area 0.0.0.1', '10.32.0.1/32 area 0.0.0.1'], ['just-10']],
    ['lnx33', { ctc0: 10, ctc1: 11 }, ['10.31.0.1/32 area 0.0.0.1', '10.32.0.1/32 area 0.0.0.1', '10.33.0.1/32 area 0.0.0.1'], []],
    ['tirnanog', { eth0: 10 }, ['192.168.1.0/24 area 0.0.0.0'], []],
  ])('%s has the measured costs and networks', (name, costs, networks, routeMaps) => {
    const node = nodeOf(plan, name);
    expect(Object.fromEntries([...(node.ospf?.interfaces ?? [])].map(([each, settings]) => [each, settings.cost]))).toEqual(costs);
    for (const [each, settings] of node.ospf?.interfaces ?? []) expect(settings.networkType).toBe(each.startsWith('ctc') ? 'point-to-point' : undefined);
    expect(networksOf(node)).toEqual(networks);
    expect(node.ospf?.redistribute.map((each) => each.routeMap)).toEqual(routeMaps);
  });
});
