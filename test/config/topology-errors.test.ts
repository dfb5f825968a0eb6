/** Every way in which a topology file can be wrong: one line, with its exact place, saying what is allowed. */
import { describe, expect, it } from 'vitest';
import { loadTopology } from '../../src/config/topology/topology.js';
import { LAB, LAB_FILES, errorsOf, failures, lab } from './lab-files.js';

const NODES = 'nodes: h1, r1, r2 and sw';

describe('one mistake, one line', () => {
  it('loads without one', () => {
    expect(errorsOf(LAB)).toEqual([]);
  });

  it.each<[string, string, string]>([
    // The file as YAML.
    ['an empty file', '', '1:1: the file is empty: a topology is a mapping with "topology: nodes: ..., links: ..."'],
    ['only a comment', '# nothing\n', '1:1: the file is empty: a topology is a mapping with "topology: nodes: ..., links: ..."'],
    ['a list', '- a\n- b\n', '1:1: a topology file is a mapping (key: value), not a list'],
    ['a word', 'hello\n', '1:1: a topology file is a mapping (key: value), not "hello"'],
    ['a key twice', lab(['name: lab\n', 'name: lab\nname: lob\n']), '2:1: this key is there already: a key may stand once in a mapping'],
    ['no topology', 'name: x\n', '1:1: the topology file needs "topology"'],
    ['no nodes', 'topology:\n  links: []\n', '2:3: topology needs "nodes"'],
    ['an undefined alias', lab(['do: cp sleep 5min', 'do: *nap']), '30:29: no anchor &nap is defined before this alias'],

    // Keys.
    ['an unknown key at the top', lab(['probes:', 'prboes:']), '27:1: unknown key "prboes" in the topology file; did you mean "probes"? allowed: name, title, seed, clock, start, until, topology, machines, device, probes, events, targets or expect'],
    ['an unknown key of a node', lab(['config: r2/ospfd.conf', 'confg: r2/ospfd.conf']), '12:7: unknown key "confg" in node "r2"; did you mean "config"? allowed: kind, image, config, interfaces, routes, forwarding, binds, exec, kernel, sysctl, rules, listen, page, proxy-arp-off, heartbeat or scripts'],
    ['an unknown key of an interface', lab(['eth0: { address: 10.0.0.1/24 }', 'eth0: { adress: 10.0.0.1/24 }']), '8:17: unknown key "adress" in interface "eth0"; did you mean "address"? allowed: address, addresses, peer, mac, mtu, index, bandwidth or device'],
    ['an unknown key of a link', lab(['kind: ctc }', 'knd: ctc }']), '26:44: unknown key "knd" in a link; did you mean "kind"? allowed: endpoints, kind, latency, mtu, type, channel or couple'],
    ['an unknown key of a probe', lab(['every: 10ms', 'evry: 10ms']), '28:42: unknown key "evry" in a probe; did you mean "every"? allowed: name, from, to, every, protocol, start, stop, source, confirm, port, connection or patience'],
    ['an unknown key of an event', lab(['at: 2m', 'att: 2m']), '30:7: unknown key "att" in an event; did you mean "at"? allowed: at, spread, node, machine, do or lines'],

    // Nodes.
    ['an unknown kind', lab(['kind: zebra', 'kind: zebar']), '11:13: unknown kind "zebar"; did you mean "zebra"? allowed: zebra, frr, zvm, bird, ibmi, dispatcher, host, switch, linux or bridge'],
    ['no kind', lab(['sw: { kind: switch }', 'sw: {}']), '21:5: node "sw" needs "kind": zebra, frr, zvm, bird, ibmi, dispatcher, host, switch, linux or bridge'],
    ['a node that is a word', lab(['sw: { kind: switch }', 'sw: switch']), '21:9: node "sw" must be a mapping (key: value), not "switch"'],
    ['an interface without a link', lab(['h1:eth0', 'h1:eth1']), '19:9: interface "eth0" of h1 has no link; did you mean "eth1"?'],
    ['an address that is none', lab(['10.0.0.9/24', '10.0.0.900/24']), '19:26: the address of interface "eth0" must be A.B.C.D/M, or A.B.C.D peer A.B.C.D, not "10.0.0.900/24"'],
    ['a prefix length that is none', lab(['10.0.0.9/24', '10.0.0.9/33']), '19:26: the address of interface "eth0" must be A.B.C.D/M, or A.B.C.D peer A.B.C.D, not "10.0.0.9/33"'],
    ['no prefix length', lab(['10.0.0.9/24', '10.0.0.9']), '19:26: the address of interface "eth0" has no prefix length: write 10.0.0.9/24, or 10.0.0.9/32 for a host address'],
    ['the address of the network', lab(['10.0.0.9/24', '10.0.0.0/24']), '19:26: "10.0.0.0/24" cannot be the address of interface "eth0": it is the address of the network itself'],
    ['the broadcast address', lab(['10.0.0.9/24', '10.0.0.255/24']), '19:26: "10.0.0.255/24" cannot be the address of interface "eth0": it is the broadcast address of its network'],
    ['a multicast address', lab(['10.0.0.9/24', '224.0.0.5/32']), '19:26: "224.0.0.5/32" cannot be the address of interface "eth0": it is a multicast address'],
    ['an address twice', lab(['10.0.0.9/24', '10.0.0.1/24']), '19:26: 10.0.0.1 is on two interfaces: h1:eth0 here, and r1:eth0 at labs/lab.yaml:8:26'],
    ['an address twice on one interface', lab(['10.5.0.2/24', '10.0.0.2/24']), '14:42: interface "eth0" has this address already, in line 14'],
    ['an address twice on one node', lab(['10.5.0.2/24]', '10.32.0.1/24]']), '15:26: 10.32.0.1 is on two interfaces: r2:ctc0 here, and r2:eth0 at labs/lab.yaml:14:42'],
    ['a peer that is none', lab(['peer: 10.32.0.1 ', 'peer: lnx33 ']), '9:43: the peer must be an address A.B.C.D, not "lnx33"'],
    ['a peer with a network', lab(['address: 10.31.0.1,', 'address: 10.31.0.1/24,']), '9:26: a point-to-point address has the prefix length 32 at both ends'],
    ['a peer that is oneself', lab(['peer: 10.32.0.1 ', 'peer: 10.31.0.1 ']), '9:43: the peer is the interface\'s own address'],
    ['a MAC address that is none', lab(['10.0.0.9/24 }', '10.0.0.9/24, mac: 02-00-00-00-00-01 }']), '19:44: the MAC address must be six bytes as 02:00:00:00:01:03, not multicast, not "02-00-00-00-00-01"'],
    ['a MAC address twice', lab(['eth0: { address: 10.0.0.1/24 }', 'eth0: { mac: "02:00:00:00:00:99" }'], ['10.0.0.9/24 }', '10.0.0.9/24, mac: "02:00:00:00:00:99" }']), '19:44: the MAC address 02:00:00:00:00:99 is in use already, at labs/lab.yaml:8:22'],
    ['an MTU that is none', lab(['10.0.0.9/24 }', '10.0.0.9/24, mtu: 60 }']), '19:44: the MTU must be a whole number from 68 to 65536, not "60"'],
    ['an index twice', lab(['eth0: { address: 10.0.0.1/24 }', 'eth0: { address: 10.0.0.1/24, index: 5 }'], ['peer: 10.32.0.1 }', 'peer: 10.32.0.1, index: 5 }']), '9:61: the interface index 5 is eth0\'s already'],
    ['a switch with an address', lab(['sw: { kind: switch }', 'sw: { kind: switch, interfaces: { p1: { address: 1.2.3.4/24 } } }']), '21:54: a switch has no addresses'],
    ['a host with a configuration', lab(['      routes: [default via 10.0.0.1]', '      config: r1/zebra.conf']), '20:15: a host runs no routing daemon: "config" goes with the kinds zebra, frr, zvm, bird, ibmi and dispatcher, and keepalived.conf, ha.cf, haresources, authkeys and mon.cf with a host, too'],
    ['a route that is none', lab(['default via 10.0.0.1', 'default over 10.0.0.1']), '20:16: a route must be DESTINATION via GATEWAY [dev IF] [table N], or DESTINATION dev IF [table N], not "default over 10.0.0.1"'],
    ['an unknown sysctl', lab(['      routes: [default via 10.0.0.1]', '      sysctl: { net.ipv4.conf.all.arp_ignor: 1 }']), '20:17: unknown sysctl "arp_ignor" under net.ipv4.conf; did you mean "arp_ignore"? allowed: arp_ignore, arp_announce, arp_filter, arp_accept, arp_notify, proxy_arp, drop_gratuitous_arp or arp_evict_nocarrier'],
    ['a sysctl of something else', lab(['      routes: [default via 10.0.0.1]', '      sysctl: { net.ipv6.conf.all.forwarding: 1 }']), '20:17: unknown sysctl "net.ipv6.conf.all.forwarding"; allowed: net.ipv4.conf.{all|default|IF}.NAME, net.ipv4.neigh.{default|IF}.NAME, net.ipv4.ip_forward or net.ipv4.igmp_max_memberships'],
    ['a sysctl of an unknown interface', lab(['      routes: [default via 10.0.0.1]', '      sysctl: { net.ipv4.conf.eth1.arp_ignore: 1 }']), '20:17: h1 has no interface "eth1"; did you mean "eth0"? it has lo and eth0'],
    ['a sysctl out of its range', lab(['      routes: [default via 10.0.0.1]', '      sysctl: { net.ipv4.conf.all.arp_announce: 3 }']), '20:49: net.ipv4.conf.all.arp_announce must be a whole number from 0 to 2, not "3"'],
    ['a neigh sysctl of all', lab(['      routes: [default via 10.0.0.1]', '      sysctl: { net.ipv4.neigh.all.locktime: 1 }']), '20:17: net.ipv4.neigh has "default" and the interfaces, but no "all"'],
    ['a sysctl that 2.4 does not have', lab(['      routes: [default via 10.0.0.1]', '      kernel: 2.4\n      sysctl: { net.ipv4.conf.all.arp_notify: 1 }']), '21:17: Linux 2.4 has no sysctl arp_notify'],
    ['an unknown kernel', lab(['      routes: [default via 10.0.0.1]', '      kernel: 2.2']), '20:15: the kernel must be 2.4 or 6, not "2.2"; did you mean "2.4"?'],
    ['a rule that is none', lab(['      routes: [default via 10.0.0.1]', '      rules: [from 10.0.0.9 to 10.0.0.1]']), '20:15: a rule must be from ADDRESS[/LENGTH] lookup TABLE with a table from 1 to 252, not "from 10.0.0.9 to 10.0.0.1"'],
    ['a device that is none', lab(['10.0.0.9/24 }', '10.0.0.9/24, device: osa1 }']), '19:47: the device must be one or two hexadecimal device numbers as a02-a03, not "osa1"'],
    ['cp det of an unknown device', lab(['cp sleep 5min', 'cp det a02-a03']), '30:29: r1 has no device "a02-a03"; no interface of it says "device: A02-A03"'],
    ['a route over an unknown interface', lab(['default via 10.0.0.1', 'default dev eth7']), '20:16: h1 has no interface "eth7"; did you mean "eth0"? it has lo and eth0'],
    ['a missing file', lab(['r2/ospfd.conf', 'r2/ospf.conf']), '12:15: cannot read "labs/r2/ospf.conf": no such file'],
    ['a missing expectation', lab(['expected/r1.txt', 'expected/r2.txt']), '34:54: cannot read "labs/expected/r2.txt": no such file'],

    // Links.
    ['an unknown node', lab(['r2:eth0', 'r3:eth0']), '24:19: there is no node "r3"; did you mean "r1"? nodes: h1, r1, r2 and sw'],
    ['an endpoint that is none', lab(['r2:eth0', 'r2']), '24:19: an endpoint must be NODE:INTERFACE, not "r2"'],
    ['a port used twice', lab(['h1:eth0", "sw:p3', 'h1:eth0", "sw:p2']), '25:30: sw:p2 is the end of another link already, in line 24'],
    ['three endpoints', lab(['"h1:eth0", "sw:p3"', '"h1:eth0", "sw:p3", "sw:p4"']), '25:18: a link has two endpoints, not 3; several systems on one segment meet at a node of kind switch'],
    ['an unknown kind of link', lab(['kind: ctc', 'kind: ctx']), '26:50: the kind of a link must be ethernet, ctc, virtual-ctc or iucv, not "ctx"; did you mean "ctc"?'],
    ['a ctc link to a switch', lab(['endpoints: ["h1:eth0", "sw:p3"]', '{ endpoints: ["h1:eth0", "sw:p3"], kind: ctc }']), '25:32: a ctc link joins two systems: it cannot end at a switch'],
    ['a bad latency', lab(['kind: ctc }', 'kind: ctc, latency: 20 }']), '26:64: the latency must be a duration such as 10ms, 90s, 5min, 2m30s, 1h, not "20"'],

    // What is done and measured.
    ['a probe from nowhere', lab(['from: h1', 'from: h2']), `28:23: there is no node "h2"; did you mean "h1"? ${NODES}`],
    ['a probe to nowhere', lab(['to: 10.32.0.1', 'to: r3']), '28:31: "to" must be an address or a node, not "r3"; did you mean "r1"?'],
    ['a probe to a node with several addresses', lab(['to: 10.32.0.1', 'to: r2']), '28:31: r2 has several addresses: write 10.0.0.2, 10.5.0.2 or 10.32.0.1'],
    ['a bad duration', lab(['every: 10ms', 'every: 10']), '28:49: every must be a duration such as 10ms, 90s, 5min, 2m30s, 1h, not "10"'],
    ['an unknown protocol', lab(['every: 10ms', 'protocol: sctp']), '28:52: the protocol must be icmp, udp or tcp, not "sctp"'],
    ['a port of a datagram', lab(['every: 10ms', 'protocol: udp, port: 80']), '28:63: "port" goes with "protocol: tcp" only; this probe\'s is udp'],
    ['a port that is none', lab(['every: 10ms', 'protocol: tcp, port: 70000']), '28:63: the port must be a whole number from 1 to 65535, not "70000"'],
    ['a connection that is neither', lab(['every: 10ms', 'protocol: tcp, connection: old']), '28:69: the connection must be new or kept, not "old"'],
    ['a port that is listened on twice', lab(['      routes: [default via 10.0.0.1]', '      listen: [80, 80]']), '20:20: port 80 is named twice'],
    ['a page that is not there', lab(['      routes: [default via 10.0.0.1]', '      page: gone.html']), '20:13: cannot read "labs/gone.html": no such file'],
    ['a page of a switch', lab(['sw: { kind: switch }', 'sw: { kind: switch, page: gone.html }']), '21:31: a switch shows no page'],
    ['a foreign source', lab(['every: 10ms', 'source: 10.0.0.1']), '28:50: 10.0.0.1 is not an address of h1; it has 10.0.0.9'],
    ['an event on an unknown node', lab(['node: r1, do', 'node: r9, do']), `30:21: there is no node "r9"; did you mean "r1"? ${NODES}`],
    ['an event on an unknown interface', lab(['cp sleep 5min', 'silence eth9']), '30:29: r1 has no interface "eth9"; did you mean "eth0"? it has eth0 and ctc0'],
    ['an event on an interface without a port', lab(['cp sleep 5min', 'carrier down lo']), '30:29: lo of r1 has no port; eth0 and ctc0 have'],
    ['an event without a duration', lab(['cp sleep 5min', 'cp sleep']), '30:29: "cp sleep" needs a duration such as 10ms, 90s, 5min, 2m30s, 1h, not ""'],
    ['an unknown event', lab(['cp sleep 5min', 'freze']), '30:29: unknown event "freze"; did you mean "freeze"? allowed: cp sleep DURATION, cp det DEVICES, cp attach DEVICES, freeze, thaw, silence IF [in|out|both], restore IF, carrier down IF, carrier up IF, kill DAEMON, stop DAEMON, launch DAEMON, script NAME fail|pass, configure (with "lines"), clear ip ospf process, clear ip ospf neighbor [ROUTER-ID], clear ip ospf interface [IF], graceful-restart, freeze DAEMON, thaw DAEMON, hb_standby [all|local|foreign|failback], hb_takeover [all|local|foreign|failback]'],
    ['an unknown daemon', lab(['cp sleep 5min', 'kill bgpd']), '30:29: "kill" needs one of the daemons of r1: zebra or ospfd, not "bgpd"'],
    ['a target for an unknown probe', lab(['probe: p1', 'probe: p2']), '32:14: there is no probe "p2"; did you mean "p1"? probes: p1'],
    ['a target that is none', lab(['"<= 41s"', '41s']), '32:26: "outage" must be a comparison and a duration, as in "<= 41s", not "41s"'],
    ['a bad seed', lab(['name: lab\n', 'name: lab\nseed: x\n']), '2:7: the seed must be a whole number from 0 to 4294967295, not "x"'],
    ['a bad end', lab(['name: lab\n', 'name: lab\nuntil: loud\n']), '2:8: "until" must be "quiet", or a duration such as 10min, not "loud"'],
  ])('%s', (_name, text, error) => {
    expect(errorsOf(text)).toEqual([`labs/lab.yaml:${error}`]);
    // Independent of what is written above: what was found stands at that place.
    const [{ found, line, column }] = failures(text);
    const lineText = text.split('\n')[line - 1] ?? '';
    if (found !== '' && lineText.includes(found)) expect(lineText.slice(column - 1).replace(/^"/, '').startsWith(found)).toBe(true);
  });

  it('a YAML syntax error', () => {
    const errors = errorsOf(lab(['sw: { kind: switch }', 'sw: { kind: switch']));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^labs\/lab\.yaml:2[12]:[0-9]+: YAML: /);
  });

  it('a topology file that is not there', () => {
    const readFile = (): string => {
      throw Object.assign(new Error('x'), { code: 'ENOENT' });
    };
    expect(() => loadTopology('labs/nowhere.yaml', { readFile })).toThrow(/^labs\/nowhere\.yaml: cannot be read: no such file$/);
  });

  it('a misspelt statement in a file of a router', () => {
    const files = { ...LAB_FILES, 'labs/r1/ospfd.conf': 'router ospf\n network 10.0.0.0/8 arae 0\n' };
    expect(errorsOf(LAB, {}, files)).toEqual(['labs/r1/ospfd.conf:2:21: "arae" is not allowed after "network 10.0.0.0/8"; did you mean "area"? allowed: area']);
  });

  it('an address in zebra.conf that another system has', () => {
    const files = { ...LAB_FILES, 'labs/r1/zebra.conf': 'interface lo\n ip address 10.0.0.9/32\n' };
    expect(errorsOf(LAB, {}, files)).toEqual(['labs/r1/zebra.conf:2:13: 10.0.0.9 is on two interfaces: r1:lo here, and h1:eth0 at labs/lab.yaml:19:26']);
  });
});

describe('many mistakes', () => {
  it('are all said, in order', () => {
    const files = { ...LAB_FILES, 'labs/r2/ospfd.conf': 'router ospfx\ninterface eth0\n ip ospf cost x\n' };
    const text = lab(['kind: ctc }', 'kind: cct }'], ['probe: p1', 'probe: q1'], ['node: r1, do', 'node: rr, do'], ['10.0.0.9/24', '10.0.0.9']);
    expect(errorsOf(text, {}, files).map((error) => /^(.*?:[0-9]+:[0-9]+):/.exec(error)?.[1])).toEqual([
      'labs/lab.yaml:19:26',
      'labs/lab.yaml:26:50',
      'labs/lab.yaml:30:21',
      'labs/lab.yaml:32:14',
      'labs/r2/ospfd.conf:1:8',
      'labs/r2/ospfd.conf:3:15',
    ]);
  });
});

describe('hostile YAML', () => {
  it('does not let aliases explode', () => {
    const levels = Array.from({ length: 12 }, (_, i) => `  l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`);
    const bomb = `bomb:\n  l0: &l0 [x]\n${levels.join('\n')}\n${LAB}`;
    const start = process.hrtime.bigint();
    expect(errorsOf(bomb)[0]).toMatch(/^labs\/lab\.yaml:1:1: unknown key "bomb"/);
    expect(errorsOf(`${levels.join('\n').replace(/^ {2}/gm, '').replace('*l0', '&l0 { at: 1s }')}\nevents: *l12\ntopology: { nodes: {} }\n`).length).toBeGreaterThan(0);
    expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(2000);
  });

  it('does not follow an alias to itself for ever', () => {
    expect(errorsOf('topology: &t\n  nodes: { a: { kind: host } }\n  links: *t\n').length).toBeGreaterThan(0);
    expect(errorsOf('a: &a\n  <<: *a\ntopology: { nodes: {} }\n').length).toBeGreaterThan(0);
  });

  it('refuses nesting that is too deep', () => {
    expect(errorsOf(`a: ${'['.repeat(100_000)}`).length).toBeGreaterThan(0);
  });
});
