/**
 * Route-maps, which zebra and ospfd read alike: what ospfd's mean for redistribution.
 *
 * FRR's ospfd takes some conditions and actions that it has no code for; they change nothing, and a note says so.
 */
import type { RouteMapEntry } from '../../ospf/configuration.js';
import type { StatementReader, StatementRule } from './statement-reader.js';
import type { Captures } from './vty.js';

const DAEMONS = ['zebra', 'ospfd'] as const;
const BLOCK = 'route-map';

type Change = { -readonly [Key in keyof RouteMapEntry]?: RouteMapEntry[Key] };

/** What a statement is about are its fixed words, and that is what its `no` form must name. */
function rule(pattern: string, apply: StatementRule['apply'], more: Partial<StatementRule> = {}): StatementRule {
  const words = pattern.split(' ');
  const fixed = words.findIndex((word) => word.includes(':'));
  return { block: BLOCK, daemons: DAEMONS, pattern, apply, identityWords: words.length, leastNegatedWords: fixed < 0 ? words.length : fixed, ...more };
}

/** A statement that sets one thing in the entry. */
function setting(pattern: string, change: (captures: Captures) => Change, more: Partial<StatementRule> = {}): StatementRule {
  return rule(pattern, (captures, reader) => void Object.assign(reader.routeMapEntry, change(captures)), more);
}

/** A condition that names a list. */
function listed(pattern: string, kind: 'access-list' | 'prefix-list', change: (name: string) => Change): StatementRule {
  return rule(`${pattern} list:WORD`, (captures, reader) => {
    const name = captures.text('list');
    Object.assign(reader.routeMapEntry, change(name));
    if (reader.daemon !== 'zebra') reader.ospf.filters.uses.push({ kind, name, place: reader.place(captures.column('list')), meaning: 'it matches nothing' });
  });
}

function withoutEffect(pattern: string, what: string, more: Partial<StatementRule> = {}): StatementRule {
  return rule(pattern, (_captures, reader) => reader.note('attention', `ospfd takes this ${what} and does nothing with it`), more);
}

function openEntry(captures: Captures, reader: StatementReader): void {
  const sequence = captures.number('sequence');
  const isPermit = captures.text('action') === 'permit';
  reader.routeMapName = captures.text('name');
  // In zebra.conf it is zebra's own; the block is read all the same, for its errors.
  if (reader.daemon === 'zebra') {
    reader.routeMapEntry = { sequence, isPermit };
    return;
  }
  const maps = reader.ospf.routeMaps;
  const entries = maps.get(reader.routeMapName) ?? [];
  maps.set(reader.routeMapName, entries);
  let entry = entries.find((each) => each.sequence === sequence);
  if (entry === undefined) {
    entry = { sequence, isPermit };
    entries.push(entry);
  }
  entry.isPermit = isPermit;
  reader.routeMapEntry = entry;
}

function goTo(captures: Captures, reader: StatementReader): void {
  const { sequence } = reader.routeMapEntry;
  if (captures.number('sequence') <= sequence) reader.error(`it can only go on, to an entry behind ${sequence}`, captures.column('sequence'));
  else reader.routeMapEntry.onMatch = captures.number('sequence');
}

const LARGEST = 4294967295;

/** `5`, `+5`, `-5`; both signs add to the 20 that a redistributed route has by itself. */
function setMetric(captures: Captures, reader: StatementReader): void {
  const text = captures.text('metric');
  if (/^[+-]?rtt$/.test(text)) {
    reader.note('attention', 'ospfd knows no round-trip time: this sets nothing', captures.column('metric'));
    return;
  }
  const [, sign, digits] = /^([+-]?)([0-9]{1,10})$/.exec(text) ?? [];
  if (digits === undefined || Number(digits) > LARGEST) {
    reader.error(`"${text}" is no metric; allowed: <0-${LARGEST}>, +<0-${LARGEST}> or -<0-${LARGEST}>`, captures.column('metric'));
    return;
  }
  const value = Number(digits);
  reader.routeMapEntry.setMetric = sign === '' ? value : undefined;
  reader.routeMapEntry.setMetricChange = sign === '' ? undefined : sign === '-' ? -value : value;
}

export const ROUTE_MAP_STATEMENTS: readonly StatementRule[] = [
  { block: 'top', daemons: DAEMONS, pattern: 'route-map name:WORD action:(permit|deny) sequence:<1-65535>', identityWords: 4, leastNegatedWords: 2, opens: BLOCK,
    apply: openEntry },
  { block: 'top', daemons: DAEMONS, dialect: 'frr', pattern: '[ no ] route-map name:WORD optimization' },
  listed('match ip address prefix-list', 'prefix-list', (name) => ({ matchPrefixList: name })),
  withoutEffect('match ip address prefix-len length:<0-32>', 'condition'),
  listed('match ip next-hop prefix-list', 'prefix-list', (name) => ({ matchNextHopPrefixList: name })),
  withoutEffect('match ip next-hop prefix-len length:<0-32>', 'condition'),
  setting('match ip next-hop type blackhole', () => ({ isBlackholeMatched: true }), { dialect: 'frr' }),
  withoutEffect('match ip next-hop address address:A.B.C.D', 'condition', { dialect: 'frr' }),
  withoutEffect('match ip route-source prefix-list list:WORD', 'condition', { dialect: 'frr' }),
  withoutEffect('match ip route-source list:WORD', 'condition', { dialect: 'frr' }),
  listed('match ip address', 'access-list', (name) => ({ matchAccessList: name })),
  listed('match ip next-hop', 'access-list', (name) => ({ matchNextHopAccessList: name })),
  setting('match interface name:IFNAME', (captures) => ({ matchInterface: captures.text('name') })),
  setting('match tag tag:<1-4294967295>', (captures) => ({ matchTag: captures.number('tag') }), { dialect: 'frr' }),
  withoutEffect('match metric metric:<0-4294967295>', 'condition'),
  withoutEffect('match (source-protocol|source-instance|ipv6) rest:LINE', 'condition', { dialect: 'frr' }),
  rule('set metric metric:WORD', setMetric),
  setting('set metric-type type:(type-1|type-2)', (captures) => ({ setMetricType: captures.text('type') === 'type-1' ? 1 : 2 }), { daemons: ['ospfd'] }),
  setting('set tag tag:<1-4294967295>', (captures) => ({ setTag: captures.number('tag') }), { dialect: 'frr' }),
  withoutEffect('set (ip|ipv6|src|sr-te) rest:LINE', 'action'),
  setting('on-match next', () => ({ onMatch: 'next' })),
  rule('on-match goto sequence:<1-65535>', goTo),
  rule('continue sequence:<1-65535>', goTo, { dialect: 'frr' }),
  rule('call name:WORD', (captures, reader) => {
    const name = captures.text('name');
    if (name === reader.routeMapName) reader.error('a route-map cannot call itself', captures.column('name'));
    else {
      reader.routeMapEntry.call = name;
      if (reader.daemon !== 'zebra') reader.ospf.routeMapUses.push({ name, place: reader.place(captures.column('name')), meaning: 'it is not asked' });
    }
  }),
  { block: BLOCK, daemons: DAEMONS, dialect: 'frr', pattern: 'description text:LINE' },
];
