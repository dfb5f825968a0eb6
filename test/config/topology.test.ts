/** What a topology file means: numbering, defaults, containerlab's spelling, overrides. */
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatMac, formatPrefix } from '../../src/base/address.js';
import { LAB, LAB_FILES, errorsOf, lab, load } from './lab-files.js';

const interfacesOf = (plan: ReturnType<typeof load>['plan'], name: string): string[] =>
  plan.nodes
    .find((node) => node.name === name)
    ?.interfaces.map((each) => `${each.index} ${each.name} port ${each.port} ${each.medium} ${formatMac(each.mac)} ${each.mtu}`) ?? [];

describe('numbering and defaults', () => {
  it('numbers interfaces in order of declaration, ports by sorted links, MAC addresses by sorted nodes', () => {
    const { plan } = load(LAB);
    expect(interfacesOf(plan, 'r1')).toEqual([
      '1 lo port -1 loopback 00:00:00:00:00:00 65536',
      '2 eth0 port 1 ethernet 02:00:00:00:02:02 1500',
      '3 ctc0 port 0 ctc 02:00:00:00:02:03 1500',
    ]);
    expect(interfacesOf(plan, 'sw')).toEqual([
      '2 p1 port 1 ethernet 02:00:00:00:04:02 1500',
      '3 p2 port 2 ethernet 02:00:00:00:04:03 1500',
      '4 p3 port 0 ethernet 02:00:00:00:04:04 1500',
    ]);
  });

  it('gives the same plan whatever the order of nodes and of a link\'s ends', () => {
    const lines = LAB.split('\n');
    const r1 = lines.slice(3, 9);
    const rest = lines.slice(9, 20);
    const reordered = [...lines.slice(0, 3), ...rest, ...r1, ...lines.slice(20)].join('\n').replace('"r1:ctc0", "r2:ctc0"', '"r2:ctc0", "r1:ctc0"');
    expect(reordered).not.toBe(LAB);
    expect(load(reordered).plan).toEqual(load(LAB).plan);
  });

  it('goes past indexes and MAC addresses that are given', () => {
    const { plan } = load(lab(['eth0: { address: 10.0.0.1/24 }', 'eth0: { address: 10.0.0.1/24, mac: "02:00:00:00:02:02" }'], ['peer: 10.32.0.1 }', 'peer: 10.32.0.1, index: 2 }']));
    expect(interfacesOf(plan, 'r1').slice(1)).toEqual(['2 ctc0 port 0 ctc 02:00:01:00:02:02 1500', '3 eth0 port 1 ethernet 02:00:00:00:02:02 1500']);
  });

  it('takes seed and until from the options first', () => {
    const text = lab(['name: lab\n', 'name: lab\nseed: 7\nuntil: 10min\nstart: { spread: 5ms }\ntitle: A lab\n']);
    expect(load(text).plan).toMatchObject({ seed: 7, until: { kind: 'instant', at: 600_000_000 }, startSpreadMicros: 5000, title: 'A lab' });
    expect(load(text, { seed: 9, until: 'quiet' }).plan).toMatchObject({ seed: 9, until: { kind: 'quiet', quietMicros: 60_000_000, limit: 7_200_000_000 } });
    expect(load(LAB).plan).toMatchObject({ seed: 1, startSpreadMicros: 20_000 });
    expect(errorsOf(LAB, { until: 'later' })).toEqual(['--until later: it must be "quiet", or a duration such as 10min']);
  });

  it('resolves names to numbers and keeps what was written', () => {
    const { plan } = load(LAB);
    expect(plan.nodes.map((node) => node.name)).toEqual(['h1', 'r1', 'r2', 'sw']);
    expect(plan.probes).toEqual([{ name: 'p1', protocol: 'icmp', from: 0, to: 0x0a200001, source: 0, everyMicros: 10_000, start: 0, stop: Infinity }]);
    expect(plan.targets[0]).toEqual({ probe: 0, comparison: '<=', limitMicros: 41_000_000, source: 'a test', text: 'outage <= 41s' });
    expect(plan.expectations).toEqual([{ at: 119_000_000, node: 1, show: 'show ip route', file: 'expected/r1.txt', expected: 'nothing\n' }]);
    expect(plan.nodes[0].staticRoutes).toEqual([{ network: 0, prefixLength: 0, gateway: 0x0a000001, interfaceName: undefined }]);
    expect(plan.nodes.map((node) => node.isForwarding)).toEqual([false, true, true, false]);
  });

  it.each([
    ['cp sleep 5 min', { kind: 'sleep', durationMicros: 300_000_000 }],
    ['cp sleep 30s', { kind: 'sleep', durationMicros: 30_000_000 }],
    ['freeze', { kind: 'freeze' }],
    ['thaw', { kind: 'thaw' }],
    ['silence eth0', { kind: 'silence', port: 1, direction: 'both' }],
    ['silence ctc0 in', { kind: 'silence', port: 0, direction: 'in' }],
    ['restore eth0', { kind: 'restore', port: 1 }],
    ['carrier down eth0', { kind: 'carrier', port: 1, up: false }],
    ['carrier up eth0', { kind: 'carrier', port: 1, up: true }],
    ['kill ospfd', { kind: 'kill', daemon: 'ospfd' }],
    ['stop zebra', { kind: 'stop', daemon: 'zebra' }],
    ['launch ospfd', { kind: 'launch', daemon: 'ospfd' }],
  ])('do: %s', (text, action) => {
    expect(load(lab(['cp sleep 5min', text])).plan.events[0]).toMatchObject({ action, text });
  });

  it('sorts events by time and keeps the order of equal times', () => {
    const text = lab(['  - { at: 2m, node: r1, do: cp sleep 5min }', '  - { at: 2m, node: r1, do: freeze }\n  - { at: 1m, node: r2, do: freeze }\n  - { at: 2m, node: r1, do: thaw, spread: 1s }']);
    expect(load(text).plan.events.map((event) => `${event.at} ${event.text} ${event.spreadMicros}`)).toEqual(['60000000 freeze 0', '120000000 freeze 0', '120000000 thaw 1000000']);
  });

  it('adds the addresses and routes of zebra.conf to those of the topology', () => {
    const files = { ...LAB_FILES, 'labs/r1/zebra.conf': 'interface eth0\n ip address 10.0.0.1/24\n ip address 10.7.0.1/24\ninterface lo\n ip address 10.99.0.1/32\ninterface eth7\n ip address 10.8.0.1/24\nno ip forwarding\n' };
    const { plan, notes } = load(LAB, {}, files);
    const r1 = plan.nodes[1];
    expect(r1.interfaces.map((each) => `${each.name} ${each.addresses.map((a) => formatPrefix(a.address, a.prefixLength)).join(' ')}`)).toEqual([
      'lo 10.99.0.1/32',
      'eth0 10.0.0.1/24 10.7.0.1/24',
      'ctc0 10.31.0.1/32',
    ]);
    expect(r1.isForwarding).toBe(false);
    expect(notes).toContainEqual({ file: 'labs/r1/zebra.conf', line: 6, column: 11, kind: 'attention', message: 'r1 has no interface "eth7": what is said about it has no effect' });
  });

  it('notes names that are used and not defined, and networks that meet nothing', () => {
    const files = { ...LAB_FILES, 'labs/r1/ospfd.conf': 'router ospf\n network 172.16.0.0/12 area 0\n redistribute connected route-map none\n passive-interface eth5\nroute-map m permit 10\n match ip address nolist\n' };
    const { notes } = load(LAB, {}, files);
    expect(notes.filter((note) => note.file === 'labs/r1/ospfd.conf').map((note) => `${note.line}:${note.column} ${note.message}`)).toEqual([
      '3:35 route-map "none" is not defined: nothing is redistributed',
      '6:19 access-list "nolist" is not defined: it matches nothing',
      '4:20 r1 has no interface "eth5"',
      '2:10 no address of r1 is in this network: the statement turns OSPF on nowhere',
    ]);
  });

  it('uses zebra\'s router id where ospfd has none', () => {
    const files = { ...LAB_FILES, 'labs/r1/zebra.conf': 'ip router-id 7.7.7.7\n' };
    expect(formatIpv4(load(LAB, {}, files).plan.nodes[1].ospf?.routerId ?? 0)).toBe('7.7.7.7');
  });

  it('follows anchors, aliases and merge keys', () => {
    const text = lab(['h1:\n      kind: host', 'h1: &host\n      kind: host'], ['    sw: { kind: switch }', '    h2: { <<: *host, interfaces: { eth0: { address: 10.0.0.8/24 } } }\n    sw: { kind: switch }'], ['    - endpoints: ["h1:eth0", "sw:p3"]', '    - endpoints: ["h1:eth0", "sw:p3"]\n    - endpoints: ["h2:eth0", "sw:p4"]']);
    expect(load(text).plan.nodes.find((node) => node.name === 'h2')).toMatchObject({ kind: 'host', staticRoutes: [{ gateway: 0x0a000001 }] });
  });
});

describe('a containerlab lab', () => {
  const CLAB = `name: frrlab
prefix: ""
mgmt: { network: custom, ipv4-subnet: 172.100.100.0/24 }
topology:
  defaults: { kind: linux }
  kinds:
    linux: { image: "quay.io/frrouting/frr:8.4.1" }
  nodes:
    router1:
      binds: ["router1/daemons:/etc/frr/daemons", "router1/my-frr.conf:/etc/frr/frr.conf:ro"]
      labels: { role: edge }
      mgmt-ipv4: 172.100.100.11
    router2:
      kind: linux
      image: frrouting/frr:latest
      binds: ["router2:/etc/frr"]
    pc1:
      image: praqma/network-multitool:latest
      exec:
        - ip addr add 10.1.0.2/24 dev eth1
        - ip route add 10.0.0.0/8 via 10.1.0.1 dev eth1
        - ethtool -K eth1 tx off
    br1: { kind: bridge }
  links:
    - endpoints: ["router1:eth1", "router2:eth1"]
    - { endpoints: ["router1:eth2", "br1:p1"], mtu: 9000 }
    - type: veth
      endpoints: [ { node: pc1, interface: eth1 }, { node: br1, interface: p2 } ]
`;
  const files = {
    'labs/router1/my-frr.conf': 'interface eth1\n ip address 10.0.0.1/24\ninterface eth2\n ip address 10.1.0.1/24\nrouter ospf\n network 10.0.0.0/8 area 0\n',
    'labs/router2/frr.conf': 'interface eth1\n ip address 10.0.0.2/24\nrouter ospf\n network 10.0.0.0/8 area 0\n',
  };

  it('loads as it is', () => {
    const { plan, notes } = load(CLAB, {}, files);
    expect(plan.nodes.map((node) => `${node.name} ${node.kind} ${node.ospf?.networks.length ?? '-'}`)).toEqual(['br1 switch -', 'pc1 host -', 'router1 frr 1', 'router2 frr 1']);
    expect(plan.nodes[1].staticRoutes).toEqual([{ network: 0x0a000000, prefixLength: 8, gateway: 0x0a010001, interfaceName: 'eth1' }]);
    expect(plan.nodes[2].interfaces.map((each) => `${each.name} ${each.mtu} ${each.addresses.length}`)).toEqual(['lo 65536 0', 'eth1 1500 1', 'eth2 9000 1']);
    expect(notes.map((note) => `${note.line}:${note.column} ${note.kind} ${note.message}`)).toEqual([
      '2:1 without-bearing "prefix" of the topology file has no bearing on the emulation',
      '3:1 without-bearing "mgmt" of the topology file has no bearing on the emulation',
      '11:7 without-bearing "labels" of node "router1" has no bearing on the emulation',
      '12:7 without-bearing "mgmt-ipv4" of node "router1" has no bearing on the emulation',
      '10:15 without-bearing the bind "router1/daemons:/etc/frr/daemons" has no bearing on the emulation',
      '22:11 attention not run: "ethtool -K eth1 tx off"; of the commands only "ip addr add" and "ip route add" are acted on',
    ]);
  });

  it('says at the bind that its file is missing', () => {
    expect(errorsOf(CLAB, {}, { 'labs/router1/my-frr.conf': files['labs/router1/my-frr.conf'] })).toEqual(['labs/lab.yaml:16:15: cannot read "labs/router2/frr.conf": no such file']);
  });
});

describe('overrides', () => {
  it('change, add and append', () => {
    const { plan } = load(LAB, {
      overrides: ['events.0.at=130s', 'start.spread=0', 'topology.nodes.h1.forwarding=true', 'probes.1={ name: p2, from: r1, to: 10.0.0.9, protocol: udp }', 'topology.nodes.r2.interfaces.eth0.mtu=1400', 'title=a-b'],
    });
    expect(plan.events[0].at).toBe(130_000_000);
    expect(plan.startSpreadMicros).toBe(0);
    expect(plan.nodes[0].isForwarding).toBe(true);
    expect(plan.probes[1]).toMatchObject({ name: 'p2', protocol: 'udp', from: 1 });
    expect(plan.nodes[2].interfaces[1].mtu).toBe(1400);
    expect(plan.title).toBe('a-b');
  });

  it.each([
    ['events.0.at=soon', '--set events.0.at=soon: at must be a duration such as 10ms, 90s, 5min, 2m30s, 1h, not "soon"'],
    ['events.7.at=1s', '--set events.7.at=1s: "events" is a list of 1: "7" must be a number from 0 to 0'],
    ['events.x=1s', '--set events.x=1s: "events" is a list of 1: "x" must be a number from 0 to 1'],
    ['name.first=x', '--set name.first=x: "name" is a single value: there is no "first" in it'],
    ['sead=4', '--set sead=4: unknown key "sead" in the topology file; did you mean "seed"? allowed: name, title, seed, clock, start, until, topology, machines, device, probes, events, targets or expect'],
    ['topology.nodes.r1.kind=fr', '--set topology.nodes.r1.kind=fr: unknown kind "fr"; did you mean "frr"? allowed: zebra, frr, zvm, bird, ibmi, dispatcher, host, switch, linux or bridge'],
    ['seed', '--set seed: the form is key=value with a dotted path, as in events.0.at=130s'],
    ['=4', '--set =4: the form is key=value with a dotted path, as in events.0.at=130s'],
    ['a..b=4', '--set a..b=4: the form is key=value with a dotted path, as in events.0.at=130s'],
    ['seed=*x', '--set seed=*x: the value must not have aliases (*name)'],
  ])('%s', (override, error) => {
    expect(errorsOf(LAB, { overrides: [override] })[0]).toBe(error);
  });

  it('says what is not YAML', () => {
    expect(errorsOf(LAB, { overrides: ['seed=[1'] })[0]).toMatch(/^--set seed=\[1: the value is not YAML: /);
  });
});
