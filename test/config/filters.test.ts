/**
 * Lists, route-maps, and what `router ospf` says about NSSAs, external routes and filters: what is read, and every mistake with its place.
 */
import { describe, expect, it } from 'vitest';
import { parseOspfdConf } from '../../src/config/topology/system-file.js';
import type { Dialect } from '../../src/config/system-configuration.js';
import type { OspfConfiguration } from '../../src/ospf/configuration.js';

function read(text: string): { configuration: OspfConfiguration; notes: string[] } {
  const { system, notes, errors } = parseOspfdConf(text, 'ospfd.conf', 'frr');
  expect(errors.map(String)).toEqual([]);
  return { configuration: system.ospf.build([], undefined), notes: notes.map(({ line, column, message }) => `${line}:${column} ${message}`) };
}

describe('what is read', () => {
  it('prefix-lists: numbers in steps of five, ge and le, any, and one that has only a description', () => {
    const { configuration } = read([
      'ip prefix-list p permit 10.1.2.3/8', 'ip prefix-list p seq 7 deny 10.0.0.0/8 ge 16', 'ip prefix-list p permit 10.0.0.0/8 le 24 ge 12',
      'ip prefix-list p deny 10.0.0.0/8 le 16', 'ip prefix-list p permit any', 'ip prefix-list q description nothing yet',
    ].join('\n'));
    expect([...configuration.prefixLists?.get('p')?.lines ?? []].map((l) => [l.isPermit, l.network, l.prefixLength, l.shortest, l.longest])).toEqual([
      [true, 0x0a000000, 8, 8, 8], [false, 0x0a000000, 8, 16, 32], [true, 0x0a000000, 8, 12, 24], [false, 0x0a000000, 8, 8, 16], [true, 0, 0, 0, 32],
    ]);
    expect(configuration.prefixLists?.get('q')?.lines).toEqual([]);
  });

  it('access-lists in Cisco\'s way, extended ones too', () => {
    const { configuration } = read([
      'access-list 100 permit ip 10.1.2.3 0.0.255.255 host 255.255.255.0', 'access-list 100 deny ip any any', 'access-list 100 permit 10.0.0.1',
    ].join('\n'));
    expect(configuration.accessLists.get('100')?.lines).toEqual([
      { isPermit: true, network: 0x0a010000, prefixLength: 32, isExactMatch: false, wildcard: 0xffff, mask: { value: 0xffffff00, wildcard: 0 } },
      { isPermit: false, network: 0, prefixLength: 32, isExactMatch: false, wildcard: 0xffffffff, mask: { value: 0, wildcard: 0xffffffff } },
      { isPermit: true, network: 0x0a000001, prefixLength: 32, isExactMatch: false, wildcard: 0 },
    ]);
  });

  it('every condition and action of a route-map', () => {
    const { configuration, notes } = read([
      'route-map m permit 10', ' description all of it', ' match ip address a', ' match ip address prefix-list b', ' match ip next-hop c',
      ' match ip next-hop prefix-list d', ' match ip next-hop type blackhole', ' match interface eth0', ' match tag 7', ' set metric +5',
      ' set metric-type type-1', ' set tag 9', ' on-match next', ' call other', 'route-map m deny 20', ' set metric 5', ' on-match goto 40',
      'route-map m permit 30', ' set metric -5', ' continue 50', ' match metric 5', 'route-map other permit 1',
    ].join('\n'));
    expect(configuration.routeMaps.get('m')?.entries).toEqual([
      { sequence: 10, isPermit: true, matchAccessList: 'a', matchPrefixList: 'b', matchNextHopAccessList: 'c', matchNextHopPrefixList: 'd',
        isBlackholeMatched: true, matchInterface: 'eth0', matchTag: 7, setMetricChange: 5, setMetricType: 1, setTag: 9, onMatch: 'next', call: 'other' },
      { sequence: 20, isPermit: false, setMetric: 5, onMatch: 40 },
      { sequence: 30, isPermit: true, setMetricChange: -5, onMatch: 50 },
    ]);
    expect(notes).toContain('21:2 ospfd takes this condition and does nothing with it');
  });

  it('an NSSA: roles, blocked summaries, no forwarding addresses; what FRR forgets when the area becomes one', () => {
    const nssa = (lines: string): unknown => read(`router ospf\n${lines}`).configuration.areas?.get(1);
    expect(nssa(' area 1 nssa')).toMatchObject({ isStub: false, isSummaryBlocked: false, nssa: { translatorRole: 'candidate', isFollowedUp: true } });
    expect(nssa(' area 1 nssa no-summary')).toMatchObject({ isSummaryBlocked: true, nssa: { translatorRole: 'candidate', isFollowedUp: false } });
    expect(nssa(' area 1 nssa translate-always\n area 1 nssa suppress-fa\n area 1 nssa no-summary'))
      .toMatchObject({ isSummaryBlocked: true, nssa: { translatorRole: 'always', isForwardingAddressSuppressed: true } });
    expect(nssa(' area 1 nssa translate-never\n area 1 nssa')).toMatchObject({ nssa: { translatorRole: 'candidate' } });
    expect(nssa(' area 1 stub no-summary\n area 1 nssa')).toMatchObject({ isStub: false, isSummaryBlocked: false });
    expect(nssa(' area 1 nssa\n area 1 stub')).toMatchObject({ isStub: true });
  });

  it('filters between areas, distribute-lists, summary addresses, distances, a default with a route-map', () => {
    const { configuration, notes } = read([
      'router ospf', ' area 1 export-list e', ' area 1 import-list i', ' area 2 filter-list prefix o out', ' area 2 filter-list prefix n in',
      ' distribute-list d out static', ' summary-address 10.1.2.0/16 tag 5', ' summary-address 10.2.0.0/16 no-advertise', ' aggregation timer 10',
      ' distance ospf inter-area 120 intra-area 130', ' default-information originate always metric 3 route-map r metric-type 1', ' redistribute bgp',
    ].join('\n'));
    expect(configuration.areas?.get(1)).toMatchObject({ exportList: 'e', importList: 'i' });
    expect(configuration.areas?.get(2)).toMatchObject({ filterListOut: 'o', filterListIn: 'n' });
    expect(configuration.distributeLists?.get('static')).toBe('d');
    expect(configuration.summaryAddresses).toEqual([
      { network: 0x0a010000, prefixLength: 16, tag: 5, isAdvertised: true }, { network: 0x0a020000, prefixLength: 16, tag: 0, isAdvertised: false },
    ]);
    expect(configuration.distances).toEqual({ intraArea: 130, interArea: 120, external: undefined });
    expect(configuration.defaultInformation).toEqual({ isAlways: true, metric: 3, metricType: 1, routeMap: 'r' });
    expect(notes).toContain('12:15 there are no bgp routes here: the statement makes the router an AS boundary router, and nothing else');
  });

  it('FRR takes the list of "out" for that of "in" when it is written after both', () => {
    const areas = ' area 1 filter-list prefix o out\n area 1 filter-list prefix n in\n';
    const lists = 'ip prefix-list n permit 10.0.0.0/8\nip prefix-list o permit any\n';
    expect(read(`${lists}router ospf\n${areas}`).configuration.areas?.get(1)).toMatchObject({ filterListIn: 'n', filterListOut: 'o' });
    const late = read(`router ospf\n${areas}${lists}`);
    expect(late.configuration.areas?.get(1)).toMatchObject({ filterListIn: 'o', filterListOut: 'o' });
    expect(late.notes.some((note) => note.startsWith('5:16 FRR 8.4.4 filters with prefix-list "o" in both directions'))).toBe(true);
  });
});

describe('mistakes, each with its place', () => {
  it.each<[string, string, string, Dialect?]>([
    ['lengths that go down', 'ip prefix-list p permit 10.0.0.0/8 ge 20 le 16', '1:39: lengths must go up: 8 <= ge <= le'],
    ['a length below the prefix\'s', 'ip prefix-list p permit 10.0.0.0/8 le 4', '1:39: lengths must go up: 8 <= ge <= le'],
    ['a line twice', 'ip prefix-list p permit 10.0.0.0/8\nip prefix-list p permit 10.9.0.0/8', '2:18: line 5 of prefix-list "p" says the same'],
    ['an action misspelt', 'ip prefix-list p permitt 10.0.0.0/8', '1:18: "permitt" is not allowed after "ip prefix-list p"; did you mean "permit"?'],
    ['half of an extended line', 'access-list 100 permit ip any', '1:30: the statement is incomplete: '],
    ['going back', 'route-map m permit 10\n on-match goto 10', '2:16: it can only go on, to an entry behind 10'],
    ['calling oneself', 'route-map m permit 10\n call m', '2:7: a route-map cannot call itself'],
    ['no metric', 'route-map m permit 10\n set metric +x', '2:13: "+x" is no metric; allowed: <0-4294967295>, +<0-4294967295> or -<0-4294967295>'],
    ['no tag', 'route-map m permit 10\n match tag 0', '2:12: "0" is not allowed after "match tag"; allowed: <1-4294967295>'],
    ['a backbone that is an NSSA', 'router ospf\n area 0 nssa', '2:7: the backbone cannot be an NSSA'],
    ['a translator misspelt', 'router ospf\n area 1 nssa translate-allways', '2:14: "translate-allways" is not allowed after "area 1 nssa"; did you mean "translate-always"?'],
    ['no forwarding address outside an NSSA', 'router ospf\n area 1 nssa suppress-fa', '2:7: the area is no NSSA yet'],
    ['an NSSA in Zebra', 'router ospf\n area 1 nssa', '2:2: "area 1 nssa" is a statement of FRR 8.4, Zebra does not know it', 'zebra'],
    ['a summary of everything', 'router ospf\n summary-address 0.0.0.0/0', '2:18: the default route cannot be a summary'],
    ['a summary of one host', 'router ospf\n summary-address 10.0.0.1/32', '2:18: a single host cannot be a summary'],
    ['a filter without direction', 'router ospf\n area 1 filter-list prefix p', '2:29: the statement is incomplete: in or out must follow "area 1 filter-list prefix p"'],
    ['a list for what is not redistributed', 'router ospf\n distribute-list d out ospf', '2:24: "ospf" is not allowed after "distribute-list d out"'],
    ['no distance', 'router ospf\n distance ospf', '2:2: intra-area, inter-area or external must follow "distance ospf"'],
    ['a default with a metric too large', 'router ospf\n default-information originate metric 16777215', '2:39: "16777215" is not allowed after'],
  ])('%s', (_name, text, error, dialect = 'frr') => {
    const errors = parseOspfdConf(text, 'ospfd.conf', dialect).errors.map(String);
    expect(errors).toHaveLength(1);
    expect(errors[0].startsWith(`ospfd.conf:${error}`), errors[0]).toBe(true);
  });
});
