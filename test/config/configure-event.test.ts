/** Lines typed into a running router: what the node is told after each event, and what is wrong with a line, with its place. */
import { describe, expect, it } from 'vitest';
import type { NodeConfiguration } from '../../src/config/plan.js';
import { errorsOf, failures, lab, LAB_FILES, load } from './lab-files.js';

const FILES = {
  ...LAB_FILES,
  'labs/r1/staticd.conf': 'ip route 192.0.2.0/24 10.0.0.9\n',
  'labs/r1/zebra.conf': 'interface eth0\n bandwidth 100\n ip address 10.7.0.1/24\n',
  'labs/r1/ospfd.conf': `interface eth0
 ip ospf cost 30
 ip ospf message-digest-key 1 md5 one
 ip ospf message-digest-key 2 md5 two
router ospf
 network 10.0.0.0/24 area 0
 network 10.31.0.0/24 area 1
 area 1 range 10.8.0.0/16 cost 5
 area 1 stub no-summary
 redistribute static metric 7 route-map M
 default-information originate always metric 3
access-list A permit 10.0.0.0/8
access-list A deny 10.1.0.0/16
route-map M permit 10
 match ip address A
route-map M deny 20
`,
};
const EVENT = '  - { at: 2m, node: r1, do: cp sleep 5min }\n';

/** What r1 is after events with these lines, one after the other. */
function configured(...events: readonly string[][]): readonly NodeConfiguration[] {
  const text = lab(['[r1/zebra.conf, ', '[r1/zebra.conf, r1/staticd.conf, '], [EVENT, events.map((lines, index) => `  - { at: ${index + 1}m, node: r1, do: configure, lines: ${JSON.stringify(lines)} }\n`).join('')]);
  const { plan } = load(text, {}, FILES);
  return plan.nodes.find((node) => node.name === 'r1')?.configurations ?? [];
}

function after(...lines: string[]): NodeConfiguration {
  return configured(lines)[0];
}

describe('a line adds to what is there', () => {
  it('in the block that it opens, and the rest stays', () => {
    const { ospf, interfaces } = after('interface eth0', 'ip ospf cost 100', 'bandwidth 50');
    expect(ospf?.interfaces.get('eth0')?.cost).toBe(100);
    expect(ospf?.networks.map((each) => each.area)).toEqual([0, 1]);
    expect(interfaces.find((each) => each.name === 'eth0')?.bandwidthMbps).toBe(50);
    expect(interfaces.find((each) => each.name === 'eth0')?.addresses.map((each) => each.prefixLength)).toEqual([24, 24]);
  });

  it('an event begins at top level, and knows the one before it', () => {
    const [first, second] = configured(['router ospf', 'maximum-paths 2'], ['interface eth0', 'no ip ospf cost', 'router ospf', 'no maximum-paths']);
    expect([first.ospf?.maximumPaths, first.ospf?.interfaces.get('eth0')?.cost]).toEqual([2, 30]);
    expect([second.ospf?.maximumPaths, second.ospf?.interfaces.get('eth0')?.cost]).toEqual([undefined, undefined]);
  });

  it('of what can be said of lo FRR refuses its network type alone, where it is typed', () => {
    const file = { ...FILES, 'labs/r1/ospfd.conf': `interface lo\n ip ospf network broadcast\n${FILES['labs/r1/ospfd.conf']}` };
    const typed = (...lines: string[]): readonly string[] => failures(lab([EVENT, `  - { at: 1m, node: r1, do: configure, lines: ${JSON.stringify(['interface lo', ...lines])} }\n`]), {}, file).map((error) => error.message);
    const refusal = 'FRR 8.4 does not take it: "This is a loopback interface. Can\'t set network type."';
    expect(typed('ip ospf network broadcast')).toEqual([refusal]);
    expect(typed('ospf network point-to-point')).toEqual([refusal]);
    expect(typed('ip ospf network point-to-point dmvpn')).toEqual([refusal]);
    expect(typed('no ip ospf network', 'ip ospf cost 5', 'ip ospf priority 3', 'ip ospf hello-interval 3', 'ip ospf dead-interval minimal hello-multiplier 4', 'ip ospf mtu-ignore',
      'ip ospf retransmit-interval 7', 'ip ospf transmit-delay 3', 'ip ospf authentication', 'ip ospf authentication-key abc', 'ip ospf message-digest-key 1 md5 abc', 'ip ospf bfd',
      'ip ospf passive')).toEqual([]);
    expect(typed('ip ospf cost 5', 'interface eth0', 'ip ospf network broadcast')).toEqual([]);
  });

  it('a text block is as good as a list', () => {
    const text = lab([EVENT, '  - at: 1m\n    node: r1\n    do: configure\n    lines: |\n      interface eth0\n       ip ospf cost 9\n      exit\n      router ospf\n       passive-interface default\n']);
    const { plan } = load(text, {}, FILES);
    const { ospf } = (plan.nodes[1].configurations ?? [])[0];
    expect([plan.nodes[1].name, ospf?.interfaces.get('eth0')?.cost, ospf?.isPassiveByDefault]).toEqual(['r1', 9, true]);
    expect(plan.events[0].text).toBe('configure interface eth0; ip ospf cost 9; router ospf; and 1 more');
  });

  it('a key is not in the text of the event', () => {
    const { plan } = load(lab([EVENT, '  - { at: 1m, node: r1, do: configure, lines: ["interface eth0", "ip ospf message-digest-key 3 md5 secret"] }\n']), {}, FILES);
    expect(plan.events[0].text).not.toContain('secret');
  });
});

describe('a no form takes back', () => {
  it.each<[string, string[], (configuration: NodeConfiguration) => unknown, unknown]>([
    ['a value, whatever value it names', ['interface eth0', 'no ip ospf cost 5'], ({ ospf }) => ospf?.interfaces.get('eth0')?.cost, undefined],
    ['in the older spelling', ['interface eth0', 'no ospf cost'], ({ ospf }) => ospf?.interfaces.get('eth0')?.cost, undefined],
    ['the statement with all its words', ['router ospf', 'no network 10.31.0.0/24 area 0.0.0.1'], ({ ospf }) => ospf?.networks.length, 1],
    ['nothing of another area', ['router ospf', 'no network 10.31.0.0/24 area 2'], ({ ospf }) => ospf?.networks.length, 2],
    ['a prefix with host bits', ['router ospf', 'no network 10.31.0.77/24 area 1'], ({ ospf }) => ospf?.networks.length, 1],
    ['all about a range', ['router ospf', 'no area 1 range 10.8.0.0/16'], ({ ospf }) => ospf?.areas?.get(1)?.ranges, []],
    ['the summaries alone', ['router ospf', 'no area 1 stub no-summary'], ({ ospf }) => [ospf?.areas?.get(1)?.isStub, ospf?.areas?.get(1)?.isSummaryBlocked], [true, false]],
    ['the stub area whole', ['router ospf', 'no area 1 stub'], ({ ospf }) => ospf?.areas?.get(1)?.isStub, false],
    ['a redistribution with its options', ['router ospf', 'no redistribute static'], ({ ospf }) => ospf?.redistribute, []],
    ['the default route', ['router ospf', 'no default-information originate'], ({ ospf }) => ospf?.defaultInformation, undefined],
    ['one line of a list', ['no access-list A deny 10.1.0.0/16'], ({ ospf }) => ospf?.accessLists.get('A')?.lines.length, 1],
    ['a whole list', ['no access-list A'], ({ ospf }) => ospf?.accessLists.get('A'), undefined],
    ['one entry of a route-map with what is in it', ['no route-map M permit 10'], ({ ospf }) => ospf?.routeMaps.get('M')?.entries.map((each) => each.sequence), [20]],
    ['a whole route-map', ['no route-map M'], ({ ospf }) => ospf?.routeMaps.size, 0],
    ['a static route', ['no ip route 192.0.2.0/24 10.0.0.9'], ({ staticRoutes }) => staticRoutes, []],
    ['an address', ['interface eth0', 'no ip address 10.7.0.1/24'], ({ interfaces }) => interfaces.find((each) => each.name === 'eth0')?.addresses.length, 1],
    ['the whole process', ['no router ospf'], ({ ospf }) => ospf, undefined],
  ])('%s', (_what, lines, value, expected) => {
    expect(value(after(...lines))).toEqual(expected);
  });

  it('and what is said again after it is new', () => {
    expect(after('no router ospf', 'router ospf', 'network 10.0.0.0/8 area 0').isOspfRestarted).toBe(true);
    expect(after('router ospf', 'maximum-paths 3').isOspfRestarted).toBeUndefined();
  });

  it('also in a file, and there is a note where there was nothing', () => {
    const files = { ...LAB_FILES, 'labs/r1/ospfd.conf': 'router ospf\n network 10.0.0.0/8 area 0\n maximum-paths 3\n no maximum-paths\n no distance 5\n' };
    const { plan, notes } = load(lab(), {}, files);
    expect(plan.nodes[1].ospf?.maximumPaths).toBeUndefined();
    expect(notes.map((note) => `${note.line}: ${note.message}`)).toContain('5: takes nothing back: there is no "distance 5"');
  });
});

describe('mistakes', () => {
  const event = (rest: string): string => lab([EVENT, `  - { at: 2m, node: r1, ${rest} }\n`]);
  it.each<[string, string, RegExp]>([
    ['a line that is unknown', event('do: configure, lines: ["interface eth0", "ip ospf costs 3"]'), /^labs\/lab\.yaml:30:75: "costs" is not allowed after "ip ospf"; did you mean "cost"/],
    ['a no form of nothing', event('do: configure, lines: [interface eth0, no ip ospf costs]'), /^labs\/lab\.yaml:30:75: "costs" is not allowed after "ip ospf"/],
    ['a value out of range', event('do: configure, lines: [interface eth0, ip ospf priority 256]'), /^labs\/lab\.yaml:30:81: "256" is not allowed after "ip ospf priority"; allowed: <0-255>/],
    ['a statement that the daemon refuses', event('do: configure, lines: [router ospf, network 10.0.0.0/8 area 1]'), /^labs\/lab\.yaml:30:69: this network has a statement already/],
    ['no lines', event('do: configure'), /"do: configure" needs "lines": a list of lines, or a text block/],
    ['lines that nobody types', event('do: freeze, lines: [exit]'), /"lines" goes with "do: configure"/],
    ['a host', lab([EVENT, '  - { at: 2m, node: h1, do: configure, lines: [exit] }\n']), /h1 is a host and cannot be configured/],
    ['an order that chance decides', lab([EVENT, '  - { at: 2m, spread: 10s, node: r1, do: configure, lines: [exit] }\n  - { at: 125s, node: r1, do: configure, lines: [exit] }\n']),
      /^labs\/lab\.yaml:31:\d+: which comes first is not certain/],
    ['an unknown thing to clear', event('do: clear ip bgp'), /the forms are: clear ip ospf process, /],
  ])('%s', (_what, text, error) => {
    const errors = errorsOf(text);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(error);
  });

  it('a mistake in a text block is where it stands', () => {
    const text = lab([EVENT, '  - at: 1m\n    node: r1\n    do: configure\n    lines: |\n      interface eth0\n       ip ospf cost 0\n']);
    expect(errorsOf(text)).toEqual(['labs/lab.yaml:35:21: "0" is not allowed after "ip ospf cost"; allowed: <1-65535>']);
  });
});
