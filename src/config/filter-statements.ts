/**
 * Access lists and route-maps, which zebra and ospfd read alike.
 *
 * Deviation: a Cisco-style line with a wildcard mask matches, in the real systems, the route's address alone; here it is the
 * prefix with that mask. The two differ only for a route that is shorter than the mask.
 */
import { isContiguousMask, networkOf, prefixLengthOf } from '../base/address.js';
import type { StatementReader, StatementRule } from './statement-reader.js';
import type { Captures } from './vty.js';

const DAEMONS = ['zebra', 'ospfd'] as const;
/** FRR numbers the lines of a list that gives no number in steps of this. */
const SEQUENCE_STEP = 5;
/** Every word of a line counts for taking it back; its list's name takes back all of them. */
const ALL_WORDS = 99;

function addLine(captures: Captures, reader: StatementReader, network: number, prefixLength: number): void {
  // A list in zebra.conf is the zebra daemon's own and never ospfd's.
  if (reader.daemon === 'zebra') return;
  const name = captures.text('name');
  const lists = reader.ospf.accessLists;
  const lines = lists.get(name) ?? [];
  const last = lines.reduce((highest, each) => Math.max(highest, each.sequence), 0);
  const sequence = captures.optionalNumber('sequence') ?? (Math.floor(last / SEQUENCE_STEP) + 1) * SEQUENCE_STEP;
  const line = {
    isPermit: captures.text('action') === 'permit',
    network: networkOf(network, prefixLength),
    prefixLength,
    isExactMatch: captures.has('exact'),
  };
  const same = lines.findIndex((each) => each.sequence === sequence);
  if (same >= 0) {
    reader.note('attention', `replaces the earlier line ${sequence} of access-list "${name}"`);
    lines[same] = { sequence, line };
  } else lines.push({ sequence, line });
  lists.set(name, lines);
}

function accessListRules(dialect: 'zebra' | 'frr', sequence: string): StatementRule[] {
  const head = `access-list name:WORD ${sequence}action:(permit|deny)`;
  const rule = (tail: string, apply: StatementRule['apply']): StatementRule => ({
    block: 'top',
    daemons: DAEMONS,
    dialect,
    pattern: `${head} ${tail}`,
    identityWords: ALL_WORDS,
    leastNegatedWords: 2,
    apply,
  });
  return [
    rule('any', (captures, reader) => addLine(captures, reader, 0, 0)),
    rule('prefix:A.B.C.D/M [ exact:(exact-match) ]', (captures, reader) => {
      const { address, prefixLength } = captures.prefix('prefix');
      addLine(captures, reader, address, prefixLength);
    }),
    rule('[ host ] address:A.B.C.D', (captures, reader) => addLine(captures, reader, captures.number('address'), 32)),
    rule('address:A.B.C.D wildcard:A.B.C.D', (captures, reader) => {
      const mask = ~captures.number('wildcard') >>> 0;
      if (!isContiguousMask(mask)) reader.error('a wildcard mask with holes is not emulated; write a prefix A.B.C.D/M', captures.column('wildcard'));
      else addLine(captures, reader, captures.number('address'), prefixLengthOf(mask));
    }),
    {
      block: 'top',
      daemons: DAEMONS,
      dialect,
      pattern: `${head} ip rest:LINE`,
      refusal: 'extended access lists are not emulated yet; a route is matched by access-list NAME permit|deny A.B.C.D/M',
    },
  ];
}

export const FILTER_STATEMENTS: readonly StatementRule[] = [
  ...accessListRules('zebra', ''),
  ...accessListRules('frr', '[ seq sequence:<1-4294967295> ] '),
  { block: 'top', daemons: DAEMONS, pattern: 'access-list name:WORD remark text:LINE' },
  {
    block: 'top',
    daemons: DAEMONS,
    pattern: 'ip prefix-list name:WORD rest:LINE',
    identityWords: ALL_WORDS,
    leastNegatedWords: 3,
    refusal: 'prefix lists are not emulated yet; use access-list NAME permit|deny A.B.C.D/M [exact-match]',
  },
  {
    block: 'top',
    daemons: DAEMONS,
    pattern: 'route-map name:WORD action:(permit|deny) sequence:<1-65535>',
    identityWords: 4,
    leastNegatedWords: 2,
    opens: 'route-map',
    apply: (captures, reader) => {
      const sequence = captures.number('sequence');
      const isPermit = captures.text('action') === 'permit';
      // In zebra.conf it is zebra's own; the block is read all the same, for its errors.
      if (reader.daemon === 'zebra') {
        reader.routeMapEntry = { sequence, isPermit };
        return;
      }
      const maps = reader.ospf.routeMaps;
      const name = captures.text('name');
      const entries = maps.get(name) ?? [];
      maps.set(name, entries);
      let entry = entries.find((each) => each.sequence === sequence);
      if (entry === undefined) {
        entry = { sequence, isPermit };
        entries.push(entry);
      }
      entry.isPermit = isPermit;
      reader.routeMapEntry = entry;
    },
  },
  {
    block: 'route-map',
    daemons: DAEMONS,
    pattern: 'match ip address (prefix-list|prefix-len) rest:LINE',
    refusal: 'prefix lists are not emulated yet; use match ip address with an access-list',
  },
  {
    block: 'route-map',
    daemons: DAEMONS,
    pattern: 'match ip address list:WORD',
    apply: (captures, reader) => {
      reader.routeMapEntry.matchAccessList = captures.text('list');
      if (reader.daemon !== 'zebra') reader.ospf.accessListUses.push({ name: captures.text('list'), place: reader.place(captures.column('list')) });
    },
  },
  {
    block: 'route-map',
    daemons: DAEMONS,
    pattern: 'match interface name:IFNAME',
    identityWords: 2,
    apply: (captures, reader) => {
      reader.routeMapEntry.matchInterface = captures.text('name');
    },
  },
  {
    block: 'route-map',
    daemons: DAEMONS,
    pattern: 'set metric metric:<0-16777214>',
    apply: (captures, reader) => {
      reader.routeMapEntry.setMetric = captures.number('metric');
    },
  },
  {
    block: 'route-map',
    daemons: ['ospfd'],
    pattern: 'set metric-type type:(type-1|type-2)',
    apply: (captures, reader) => {
      reader.routeMapEntry.setMetricType = captures.text('type') === 'type-1' ? 1 : 2;
    },
  },
  {
    block: 'route-map',
    daemons: DAEMONS,
    pattern: '(call|on-match|continue) rest:LINE',
    identityWords: 1,
    refusal: 'a route-map that calls or jumps is not emulated yet',
  },
  {
    block: 'route-map',
    daemons: DAEMONS,
    dialect: 'frr',
    pattern: 'set metric change:WORD',
    refusal: 'a metric that is added, taken off or measured is not emulated yet; set metric <0-16777214> is',
  },
  {
    block: 'route-map',
    daemons: DAEMONS,
    pattern: 'match (ip|ipv6|tag|metric|source-protocol|source-instance) rest:LINE',
    refusal: 'this condition is not emulated yet; match ip address LIST and match interface IFNAME are',
  },
  {
    block: 'route-map',
    daemons: DAEMONS,
    pattern: 'set (ip|ipv6|src|tag|sr-te) rest:LINE',
    refusal: 'this action is not emulated yet; set metric and set metric-type are',
  },
  { block: 'route-map', daemons: DAEMONS, dialect: 'frr', pattern: 'description text:LINE' },
];
