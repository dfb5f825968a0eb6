/**
 * zebra.conf, ospfd.conf and frr.conf: what each statement means, and what is said about a wrong one. The statements of the
 * Redpaper's examples are tested in router-loss.test.ts.
 */
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatPrefix } from '../../src/base/address.js';
import { parseFrrConf, parseOspfdConf, parseZebraConf, daemonOfFile } from '../../src/config/topology/system-file.js';
import type { Dialect } from '../../src/config/system-configuration.js';

const ip = (text: string): number => text.split('.').reduce((value, byte) => value * 256 + Number(byte), 0);
const ospf = (text: string, dialect: Dialect = 'frr') => {
  const parsed = parseOspfdConf(text, 'ospfd.conf', dialect);
  expect(parsed.errors.map(String)).toEqual([]);
  return { ...parsed, configuration: parsed.system.ospf.build([{ name: 'eth0', addresses: [{ address: ip('10.0.0.1'), prefixLength: 24 }] }], undefined) };
};
const errorsOf = (text: string, dialect: Dialect = 'frr'): string[] => parseOspfdConf(text, 'ospfd.conf', dialect).errors.map(String);

describe('ospfd.conf', () => {
  it('reads what is said about areas: later statements about a range add to the earlier ones', () => {
    const { configuration } = ospf([
      'router ospf', ' area 1 stub', ' area 0.0.0.2 stub no-summary', ' area 2 default-cost 7', ' area 3 range 10.2.0.0/16 cost 9', ' area 3 range 10.2.0.0/16 substitute 11.0.0.0/8',
      ' area 3 range 10.1.0.0/16 advertise cost 4', ' area 3 range 10.1.0.0/16 not-advertise', ' default-information originate always metric-type 1 metric 5',
    ].join('\n'));
    const ranges = [
      { network: 0x0a010000, prefixLength: 16, isAdvertised: false },
      { network: 0x0a020000, prefixLength: 16, isAdvertised: true, cost: 9, substitute: { network: 0x0b000000, prefixLength: 8 } },
    ];
    expect(configuration.areas).toEqual(new Map([
      [1, { isStub: true, isSummaryBlocked: false, ranges: [] }], [2, { isStub: true, isSummaryBlocked: true, defaultCost: 7, ranges: [] }],
      [3, { isStub: false, isSummaryBlocked: false, ranges }],
    ]));
    expect(configuration.defaultInformation).toEqual({ isAlways: true, metric: 5, metricType: 1 });
  });

  it('reads every interface statement', () => {
    const { configuration } = ospf(
      [
        'interface eth0',
        ' ip ospf network point-to-point',
        ' ip ospf cost 7',
        ' ip ospf hello-interval 1',
        ' ip ospf dead-interval 4',
        ' ip ospf retransmit-interval 6',
        ' ip ospf transmit-delay 2',
        ' ip ospf priority 0',
        ' ip ospf mtu-ignore',
        ' ip ospf area 0.0.0.5',
        'interface eth1',
        ' ip ospf passive',
        ' ospf cost 9',
      ].join('\n'),
    );
    expect(configuration.interfaces.get('eth0')).toEqual({
      networkType: 'point-to-point',
      cost: 7,
      helloIntervalSeconds: 1,
      deadIntervalSeconds: 4,
      retransmitIntervalSeconds: 6,
      transmitDelaySeconds: 2,
      priority: 0,
      isMtuIgnored: true,
      area: 5,
    });
    expect(configuration.interfaces.get('eth1')).toEqual({ cost: 9 });
    expect([...configuration.passiveInterfaces]).toEqual(['eth1']);
  });

  it('reads every statement of router ospf', () => {
    const { configuration } = ospf(
      [
        'router ospf',
        ' ospf router-id 1.2.3.4',
        ' network 10.0.0.0/24 area 1',
        ' network 10.1.0.0/16 area 0.0.0.2',
        ' redistribute connected metric 5 route-map rm metric-type 1',
        ' redistribute static',
        ' redistribute kernel metric-type 2',
        ' compatible rfc1583',
        ' default-metric 11',
        ' auto-cost reference-bandwidth 1000',
        ' timers throttle spf 10 200 3000',
        ' maximum-paths 2',
        ' distance 120',
        ' ospf abr-type standard',
        ' log-adjacency-changes detail',
        ' passive-interface lo',
      ].join('\n'),
    );
    expect(configuration).toMatchObject({
      routerId: ip('1.2.3.4'),
      rfc1583Compatibility: true,
      areaBorderRouterType: 'standard',
      networks: [
        { network: ip('10.0.0.0'), prefixLength: 24, area: 1 },
        { network: ip('10.1.0.0'), prefixLength: 16, area: 2 },
      ],
      redistribute: [
        { source: 'connected', metric: 5, metricType: 1, routeMap: 'rm' },
        { source: 'static' },
        { source: 'kernel', metricType: 2 },
      ],
      defaultMetric: 11,
      referenceBandwidthMbps: 1000,
      spfTimers: { delayMs: 10, initialHoldMs: 200, maximumHoldMs: 3000 },
      maximumPaths: 2,
      distance: 120,
    });
  });

  it('keeps "not configured" apart from a configured default', () => {
    const { configuration } = ospf('router ospf\n no ospf rfc1583compatibility\n');
    expect(configuration.rfc1583Compatibility).toBe(false);
    expect(ospf('router ospf\n').configuration.rfc1583Compatibility).toBeUndefined();
  });

  it('counts Zebra\'s SPF timers in seconds', () => {
    expect(ospf('router ospf\n timers spf 5 10\n', 'zebra').configuration.spfTimers).toEqual({ delayMs: 5000, initialHoldMs: 10_000, maximumHoldMs: 10_000 });
  });

  it('lets the later redistribute of a source replace the earlier one whole, and says where', () => {
    const { configuration, notes } = ospf('router ospf\n redistribute connected metric 3 route-map a\n redistribute connected route-map b\nroute-map b permit 10\nroute-map a permit 10\n');
    expect(configuration.redistribute).toEqual([{ source: 'connected', metric: undefined, metricType: undefined, routeMap: 'b' }]);
    expect(notes).toContainEqual({
      file: 'ospfd.conf',
      line: 3,
      column: 2,
      kind: 'attention',
      message: 'replaces "redistribute connected metric 3 route-map a" in line 2: one statement a source counts, the last',
    });
  });

  it('knows passive by default and its exceptions', () => {
    const { configuration } = ospf('router ospf\n passive-interface eth1\n passive-interface default\n no passive-interface eth0\n');
    expect(configuration.isPassiveByDefault).toBe(true);
    expect([...configuration.activeInterfaces]).toEqual(['eth0']);
    expect([...configuration.passiveInterfaces]).toEqual([]);
  });

  it('folds an area\'s authentication into the interfaces that do not say their own', () => {
    const base = 'router ospf\n network 10.0.0.0/24 area 3\n area 3 authentication message-digest\ninterface eth0\n ip ospf message-digest-key 7 md5 secret\n';
    expect(ospf(base).configuration.interfaces.get('eth0')?.authentication).toEqual({ type: 'md5', keyId: 7, key: Uint8Array.from(Buffer.from('secret')) });
    expect(ospf(`${base} ip ospf authentication null\n`).configuration.interfaces.get('eth0')?.authentication).toEqual({ type: 'none' });
    expect(ospf(base.replace('network 10.0.0.0/24 area 3', 'network 10.0.0.0/24 area 4')).configuration.interfaces.has('eth0')).toBe(false);
    expect(ospf('interface eth0\n ip ospf authentication\n ip ospf authentication-key abc\n').configuration.interfaces.get('eth0')?.authentication).toEqual({
      type: 'simple',
      password: Uint8Array.of(97, 98, 99),
    });
  });

  it('reads access lists and route-maps', () => {
    const { configuration } = ospf(
      [
        'access-list a seq 20 permit any',
        'access-list a seq 10 deny 10.1.0.0/16 exact-match',
        'access-list 10 permit 10.2.3.4 0.0.255.255',
        'access-list 10 deny host 1.1.1.1',
        'access-list 10 remark what it is',
        'route-map m deny 20',
        ' match interface eth0',
        'route-map m permit 10',
        ' match ip address a',
        ' set metric 30',
        ' set metric-type type-1',
      ].join('\n'),
    );
    const show = (name: string): string[] =>
      configuration.accessLists.get(name)?.lines.map((line) => `${line.isPermit ? 'permit' : 'deny'} ${formatPrefix(line.network, line.prefixLength)}${line.isExactMatch ? ' exact' : ''}`) ?? [];
    expect(show('a')).toEqual(['deny 10.1.0.0/16 exact', 'permit 0.0.0.0/0']);
    expect(configuration.accessLists.get('10')?.lines).toEqual([
      { isPermit: true, network: 0x0a020000, prefixLength: 32, isExactMatch: false, wildcard: 0xffff },
      { isPermit: false, network: 0x01010101, prefixLength: 32, isExactMatch: false, wildcard: 0 },
    ]);
    expect(configuration.routeMaps.get('m')?.entries).toEqual([
      { sequence: 10, isPermit: true, matchAccessList: 'a', setMetric: 30, setMetricType: 1 },
      { sequence: 20, isPermit: false, matchInterface: 'eth0' },
    ]);
  });

  it('takes statements with any indentation, and a top-level statement ends a block', () => {
    const { configuration } = ospf('router ospf\nnetwork 10.0.0.0/24 area 1\n\t\tospf router-id 1.1.1.1\n   interface eth0\nip ospf cost 3\nexit\n!\nend\n');
    expect(configuration).toMatchObject({ routerId: ip('1.1.1.1'), networks: [{ area: 1 }] });
    expect(configuration.interfaces.get('eth0')).toEqual({ cost: 3 });
  });

  it.each<[string, string, string, Dialect?]>([
    ['a misspelt statement', 'router ospf\n netwrok 10.0.0.0/24 area 0', '2:2: unknown statement "netwrok" in "router ospf"; did you mean "network"? allowed: '],
    ['a misspelt word', 'interface eth0\n ip ospf hello-intervall 3', '2:10: "hello-intervall" is not allowed after "ip ospf"; did you mean "hello-interval"? allowed: network, cost, '],
    ['a number out of range', 'interface eth0\n ip ospf priority 256', '2:19: "256" is not allowed after "ip ospf priority"; allowed: <0-255>'],
    ['Zebra\'s retransmit interval starts at 3', 'interface eth0\n ip ospf retransmit-interval 2', '2:30: "2" is not allowed after "ip ospf retransmit-interval"; allowed: <3-65535>', 'zebra'],
    ['a bad prefix', 'router ospf\n network 10.0.0.0/33 area 0', '2:10: "10.0.0.0/33" is not allowed after "network"; allowed: A.B.C.D/M'],
    ['a bad address', 'router ospf\n ospf router-id 10.0.0', '2:17: "10.0.0" is not allowed after "ospf router-id"; allowed: A.B.C.D'],
    ['a bad area', 'router ospf\n network 10.0.0.0/8 area 4294967296', '2:26: "4294967296" is not allowed after "network 10.0.0.0/8 area"; allowed: an area (A.B.C.D or <0-4294967295>)'],
    ['an incomplete statement', 'router ospf\n network 10.0.0.0/8 area ', '2:25: the statement is incomplete: an area (A.B.C.D or <0-4294967295>) must follow "network 10.0.0.0/8 area"'],
    ['too many words', 'router ospf\n network 10.0.0.0/8 area 0 now', '2:28: "now" is too much: nothing may follow "network 10.0.0.0/8 area 0"'],
    ['a network twice', 'router ospf\n network 10.0.0.0/8 area 0\n network 10.0.0.0/8 area 1', '3:10: this network has a statement already, in line 2'],
    ['the wrong file', 'interface eth0\n ip address 10.0.0.1/24', '2:2: "ip address 10.0.0.1/24" belongs in zebra.conf, ospfd.conf does not take it'],
    ['the wrong block', 'network 10.0.0.0/8 area 0', '1:1: "network 10.0.0.0/8 area 0" is only allowed inside "router ospf"'],
    ['FRR\'s statement in Zebra', 'router ospf\n maximum-paths 2', '2:2: "maximum-paths 2" is a statement of FRR 8.4, Zebra does not know it', 'zebra'],
    ['Zebra\'s statement in FRR', 'router ospf\n timers spf 5 10', '2:2: "timers spf 5 10" is a statement of Zebra, FRR 8.4 does not know it'],
    ['a backbone that is an NSSA', 'router ospf\n area 0 nssa', '2:7: the backbone cannot be'],
    ['a backbone that is a stub area', 'router ospf\n area 0 stub', '2:7: the backbone cannot be a stub area'],
    ['a long password', 'interface eth0\n ip ospf authentication-key 123456789', '2:29: the key must have 1 to 8 printable ASCII characters'],
    ['area and network', 'router ospf\n network 10.0.0.0/8 area 0\ninterface eth0\n ip ospf area 0', '4:2: an area on an interface and "network ... area ..." under "router ospf" exclude each other in FRR'],
  ])('%s', (_name, text, error, dialect = 'frr') => {
    const errors = errorsOf(text, dialect);
    expect(errors).toHaveLength(1);
    expect(errors[0].startsWith(`ospfd.conf:${error}`), errors[0]).toBe(true);
  });

  it('makes one error of a block whose first line is wrong, and goes on after it', () => {
    expect(errorsOf('interfac eth0\n ip ospf cost 3\n description x\nrouter bgp 65000\n neighbor 10.0.0.1 remote-as 1\nhostnam x\n').map((each) => each.slice(0, 60))).toEqual([
      'ospfd.conf:1:1: unknown statement "interfac"; did you mean "'.slice(0, 60),
      'ospfd.conf:4:1: "router bgp 65000" is another daemon\'s, ospf'.slice(0, 60),
      'ospfd.conf:6:1: unknown statement "hostnam"; did you mean "h'.slice(0, 60),
    ]);
  });

  it('notes what has no bearing without repeating a password', () => {
    const { notes } = ospf('password geheim\nenable password geheim\nlog file /var/log/x\ndebug ospf nsm\nline vty\n access-class term\n exec-timeout 0 0\n');
    expect(notes.map((note) => `${note.line}:${note.column} ${note.kind} ${note.message}`)).toEqual([
      '1:1 without-bearing "password" has no bearing on the emulation',
      '2:1 without-bearing "enable password" has no bearing on the emulation',
      '3:1 without-bearing "log file" has no bearing on the emulation',
      '4:1 without-bearing "debug ospf nsm" has no bearing on the emulation',
      '6:2 without-bearing "access-class" has no bearing on the emulation',
      '7:2 without-bearing "exec-timeout" has no bearing on the emulation',
    ]);
  });
});

describe('zebra.conf', () => {
  it('reads addresses, bandwidth, static routes and forwarding', () => {
    const { system, errors } = parseZebraConf(
      'interface eth0\n ip address 10.0.0.1/24\n bandwidth 2000\n link-detect\nip route 0.0.0.0/0 10.0.0.254\nip route 10.9.0.0 255.255.0.0 eth0 5\nno ip forwarding\n',
      'zebra.conf',
      'zebra',
    );
    expect(errors).toEqual([]);
    expect(system.interfaces.get('eth0')).toMatchObject({ bandwidthMbps: 2, addresses: [{ plan: { address: ip('10.0.0.1'), prefixLength: 24 }, place: { line: 2, column: 13 } }] });
    expect(system.staticRoutes.map((route) => route.plan)).toEqual([
      { network: 0, prefixLength: 0, gateway: ip('10.0.0.254'), interfaceName: undefined },
      { network: ip('10.9.0.0'), prefixLength: 16, gateway: 0, interfaceName: 'eth0', distance: 5 },
    ]);
    expect(system.isForwarding).toBe(false);
  });

  it('reads every form of FRR\'s static route', () => {
    const { system, errors } = parseFrrConf([
      'ip route 10.0.0.0/8 blackhole', 'ip route 10.0.0.0/8 Null0 200', 'ip route 10.1.0.0 255.255.0.0 reject tag 5', 'ip route 10.2.0.0/16 10.0.0.1 tag 7 20',
      'ip route 10.3.0.0/16 10.0.0.1 eth0 onlink', 'ip route 10.4.0.0/16 eth0 table 100', 'ip route 10.5.0.0/16 10.0.0.1 50 tag 4294967295',
    ].join('\n'), 'frr.conf');
    expect(errors).toEqual([]);
    expect(system.staticRoutes.map(({ plan: { network, prefixLength, ...rest } }) => [`${formatIpv4(network)}/${prefixLength}`, rest])).toEqual([
      ['10.0.0.0/8', { gateway: 0, interfaceName: undefined, discard: 'blackhole' }],
      ['10.0.0.0/8', { gateway: 0, interfaceName: undefined, discard: 'blackhole', distance: 200 }],
      ['10.1.0.0/16', { gateway: 0, interfaceName: undefined, discard: 'reject', tag: 5 }],
      ['10.2.0.0/16', { gateway: ip('10.0.0.1'), interfaceName: undefined, tag: 7, distance: 20 }],
      ['10.3.0.0/16', { gateway: ip('10.0.0.1'), interfaceName: 'eth0', isOnLink: true }],
      ['10.4.0.0/16', { gateway: 0, interfaceName: 'eth0', table: 100 }],
      ['10.5.0.0/16', { gateway: ip('10.0.0.1'), interfaceName: undefined, distance: 50, tag: 4294967295 }],
    ]);
    const refused = parseFrrConf('ip route 10.0.0.0/8 eth0 eth1\nip route 10.0.0.0/8 10.0.0.1 vrf red\n', 'frr.conf');
    expect(refused.notes.map((note) => `${note.kind} ${note.line}`)).toEqual(['not-acted-on 2']);
    expect(refused.errors.map(String).sort()).toEqual([
      'frr.conf:1:26: "eth1" is too much: only behind a gateway A.B.C.D an interface may follow',
    ]);
  });

  it('takes FRR\'s peer addresses and bandwidth in Mb/s', () => {
    const { system, errors } = parseZebraConf('interface ctc0\n ip address 10.31.0.1 peer 10.33.0.1/32\n bandwidth 100\nip router-id 9.9.9.9\n', 'zebra.conf', 'frr');
    expect(errors).toEqual([]);
    expect(system.interfaces.get('ctc0')).toMatchObject({ bandwidthMbps: 100, addresses: [{ plan: { address: ip('10.31.0.1'), prefixLength: 32, peer: ip('10.33.0.1') } }] });
    expect(formatIpv4(system.routerId ?? 0)).toBe('9.9.9.9');
  });

  it.each<[string, string, Dialect]>([
    ['interface eth0\n ip address 10.0.0.0/24', '2:13: this cannot be an interface\'s address: it is the address of the network itself', 'frr'],
    ['interface eth0\n ip address 224.0.0.5/32', '2:13: this cannot be an interface\'s address: it is a multicast address', 'frr'],
    ['interface eth0\n ip address 10.0.0.1 peer 10.0.0.2/32', '2:2: "ip address 10.0.0.1 peer 10.0.0.2/32" is a statement of FRR 8.4, Zebra does not know it', 'zebra'],
    ['ip route 10.0.0.0/8 10.0.0.1', '1:1: "ip route 10.0.0.0/8 10.0.0.1" belongs in staticd.conf, zebra.conf does not take it', 'frr'],
    ['ip route 10.0.0.0/8 null0 256', '1:27: "256" is not allowed after "ip route 10.0.0.0/8 null0"; allowed: <1-255>, or the end of the line', 'zebra'],
    ['ip route 10.0.0.0/8 10.0.0.300', '1:21: "10.0.0.300" is neither an address A.B.C.D nor the name of an interface', 'zebra'],
    ['router ospf\n network 10.0.0.0/8 area 0', '1:1: "router ospf" belongs in ospfd.conf, zebra.conf does not take it', 'zebra'],
  ])('refuses %j', (text, error, dialect) => {
    expect(parseZebraConf(text, 'zebra.conf', dialect).errors.map(String)).toEqual([`zebra.conf:${error}`]);
  });

  it('keeps an access list of zebra\'s out of ospfd', () => {
    expect(parseZebraConf('access-list term permit 127.0.0.1/32\n', 'zebra.conf', 'zebra').system.ospf.accessLists.size).toBe(0);
  });
});

describe('frr.conf', () => {
  it('takes the statements of all daemons, as FRR writes them', () => {
    const { system, errors } = parseFrrConf(
      [
        'frr version 8.4.4',
        'frr defaults traditional',
        'hostname r1',
        'log timestamp precision 6',
        'no ipv6 forwarding',
        'service integrated-vtysh-config',
        '!',
        'ip route 10.9.0.0/16 10.0.0.254 eth0',
        '!',
        'interface eth0',
        ' ip address 10.0.0.1/24',
        ' ip ospf cost 10',
        'exit',
        '!',
        'router ospf',
        ' ospf router-id 192.168.1.254',
        ' log-adjacency-changes detail',
        ' network 10.0.0.0/24 area 0',
        'exit',
        '!',
        'access-list 10-net seq 5 permit 10.0.0.0/8',
        '!',
        'route-map just-10 permit 10',
        ' match ip address 10-net',
        'exit',
        '!',
        'end',
      ].join('\n'),
      'frr.conf',
    );
    expect(errors).toEqual([]);
    expect(system.ospf.networks).toHaveLength(1);
    expect(system.staticRoutes[0].plan.interfaceName).toBe('eth0');
  });
});

it('knows whose file it is by its name', () => {
  expect(['a/zebra.conf', 'a/ospfd.conf', 'ospf.conf', 'lnx31.zebra.conf', 'staticd.conf', 'frr.conf', 'r1.cfg'].map(daemonOfFile)).toEqual([
    'zebra', 'ospfd', 'ospfd', 'zebra', 'staticd', 'integrated', 'integrated',
  ]);
});
