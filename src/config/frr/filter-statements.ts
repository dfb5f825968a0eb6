/**
 * Access-lists and prefix-lists, which zebra and ospfd read alike.
 *
 * An access-list's line is Zebra's (a prefix), or Cisco's: an address with a wildcard mask, which matches a route's address whatever its
 * length, and, extended, a second pair that is compared with the route's mask.
 */
import { networkOf } from '../../base/address.js';
import type { AccessListLine, PrefixListLine } from '../../ospf/configuration.js';
import type { StatementReader, StatementRule } from './statement-reader.js';
import type { Captures } from './vty.js';

const DAEMONS = ['zebra', 'ospfd'] as const;
/** FRR numbers the lines of a list that gives no number in steps of this. */
const SEQUENCE_STEP = 5;
/** Every word of a line counts for taking it back; its list's name takes back all of them. */
const ALL_WORDS = 99;
const HOST = 32;

function nextSequence(lines: readonly { readonly sequence: number }[]): number {
  const last = lines.reduce((highest, each) => Math.max(highest, each.sequence), 0);
  return (Math.floor(last / SEQUENCE_STEP) + 1) * SEQUENCE_STEP;
}

// --- access-list

function addLine(captures: Captures, reader: StatementReader, matched: Omit<AccessListLine, 'isPermit'>): void {
  // A list in zebra.conf is the zebra daemon's own and never ospfd's.
  if (reader.daemon === 'zebra') return;
  const name = captures.text('name');
  const lists = reader.ospf.accessLists;
  const lines = lists.get(name) ?? [];
  lists.set(name, lines);
  const sequence = captures.optionalNumber('sequence') ?? nextSequence(lines);
  const line: AccessListLine = { isPermit: captures.text('action') === 'permit', ...matched };
  const same = lines.findIndex((each) => each.sequence === sequence);
  if (same >= 0) {
    reader.note('attention', `replaces the earlier line ${sequence} of access-list "${name}"`);
    lines[same] = { sequence, line };
  } else lines.push({ sequence, line });
}

/** Cisco's: wildcard bits do not count. */
function ciscoLine(address: number, wildcard: number, mask?: AccessListLine['mask']): Omit<AccessListLine, 'isPermit'> {
  return { network: (address & ~wildcard) >>> 0, prefixLength: HOST, isExactMatch: false, wildcard, ...(mask === undefined ? {} : { mask }) };
}

const ANY_BITS = 0xffffffff;

/** Three ways to say an address: what is captured, as a pattern, and the address and wildcard that it means. */
const ENDPOINTS: readonly { readonly pattern: (name: string) => string; readonly read: (captures: Captures, name: string) => readonly [number, number] }[] = [
  { pattern: (name) => `${name}:A.B.C.D ${name}Wildcard:A.B.C.D`, read: (captures, name) => [captures.number(name), captures.number(`${name}Wildcard`)] },
  { pattern: (name) => `host ${name}:A.B.C.D`, read: (captures, name) => [captures.number(name), 0] },
  { pattern: () => 'any', read: () => [0, ANY_BITS] },
];

function accessListRules(dialect: 'zebra' | 'frr', sequence: string): StatementRule[] {
  const head = `access-list name:WORD ${sequence}action:(permit|deny)`;
  const rule = (tail: string, apply: StatementRule['apply']): StatementRule => ({
    block: 'top', daemons: DAEMONS, dialect, pattern: `${head} ${tail}`, identityWords: ALL_WORDS, leastNegatedWords: 2, apply,
  });
  const extended = ENDPOINTS.flatMap((source) => ENDPOINTS.map((destination) =>
    rule(`ip ${source.pattern('source')} ${destination.pattern('destination')}`, (captures, reader) => {
      const [address, wildcard] = source.read(captures, 'source');
      const [value, maskWildcard] = destination.read(captures, 'destination');
      addLine(captures, reader, ciscoLine(address, wildcard, { value: (value & ~maskWildcard) >>> 0, wildcard: maskWildcard }));
    })));
  return [
    rule('any', (captures, reader) => addLine(captures, reader, { network: 0, prefixLength: 0, isExactMatch: false })),
    rule('prefix:A.B.C.D/M [ exact:(exact-match) ]', (captures, reader) => {
      const { address, prefixLength } = captures.prefix('prefix');
      addLine(captures, reader, { network: networkOf(address, prefixLength), prefixLength, isExactMatch: captures.has('exact') });
    }),
    rule('[ host ] address:A.B.C.D', (captures, reader) => addLine(captures, reader, ciscoLine(captures.number('address'), 0))),
    rule('address:A.B.C.D wildcard:A.B.C.D', (captures, reader) => addLine(captures, reader, ciscoLine(captures.number('address'), captures.number('wildcard')))),
    ...extended,
  ];
}

// --- prefix-list

function addPrefixListLine(captures: Captures, reader: StatementReader): void {
  const { address, prefixLength } = captures.prefix('prefix');
  const from = captures.optionalNumber('ge');
  const to = captures.optionalNumber('le');
  const isAny = !captures.has('prefix');
  if ((from ?? prefixLength) < prefixLength || (to ?? HOST) < (from ?? prefixLength)) {
    reader.error(`lengths must go up: ${prefixLength} <= ge <= le`, captures.column(from === undefined ? 'le' : 'ge'));
    return;
  }
  if (reader.daemon === 'zebra') return;
  // Without either the length is that of the prefix; with ge alone it goes up to 32.
  const isBare = !isAny && (from ?? 0) === 0 && (to ?? 0) === 0;
  const line: PrefixListLine = {
    isPermit: captures.text('action') === 'permit', network: networkOf(address, prefixLength), prefixLength,
    shortest: from ?? prefixLength, longest: isBare ? prefixLength : to ?? HOST,
  };
  const name = captures.text('name');
  const lists = reader.ospf.filters.prefixLists;
  const lines = lists.get(name) ?? [];
  lists.set(name, lines);
  const twin = lines.find((each) => isSame(each.line, line));
  const sequence = captures.optionalNumber('sequence') ?? nextSequence(lines);
  if (twin !== undefined && twin.sequence !== sequence) {
    reader.error(`line ${twin.sequence} of prefix-list "${name}" says the same`, captures.column('action'));
    return;
  }
  const same = lines.findIndex((each) => each.sequence === sequence);
  if (same >= 0) {
    reader.note('attention', `replaces the earlier line ${sequence} of prefix-list "${name}"`);
    lines[same] = { sequence, line };
  } else lines.push({ sequence, line });
  onPrefixListChanged(name, captures, reader);
}

function isSame(a: PrefixListLine, b: PrefixListLine): boolean {
  return a.isPermit === b.isPermit && a.network === b.network && a.prefixLength === b.prefixLength && a.shortest === b.shortest && a.longest === b.longest;
}

/** FRR 8.4.4 takes a list that is written, or changed, after the "filter-list ... out" that names it for the one of "filter-list ... in". */
function onPrefixListChanged(name: string, captures: Captures, reader: StatementReader): void {
  for (const { filters } of reader.ospf.areas.values()) {
    if (filters.filterListIn !== undefined && filters.namedIn === name) filters.filterListIn = name;
    if (filters.filterListIn === undefined || filters.filterListOut !== name || filters.filterListIn === name) continue;
    filters.filterListIn = name;
    reader.note('attention', `FRR 8.4.4 filters with prefix-list "${name}" in both directions from here on: it is changed after "filter-list prefix ${name} out"`,
      captures.column('name'));
  }
}

const PREFIX_LIST = 'ip prefix-list name:WORD';

export const FILTER_STATEMENTS: readonly StatementRule[] = [
  ...accessListRules('zebra', ''),
  ...accessListRules('frr', '[ seq sequence:<1-4294967295> ] '),
  { block: 'top', daemons: DAEMONS, pattern: 'access-list name:WORD remark text:LINE' },
  { block: 'top', daemons: DAEMONS, dialect: 'frr', pattern: 'no access-list name:WORD remark' },
  {
    block: 'top',
    daemons: DAEMONS,
    pattern: `${PREFIX_LIST} [ seq sequence:<1-4294967295> ] action:(permit|deny) any`,
    identityWords: ALL_WORDS,
    leastNegatedWords: 3,
    apply: addPrefixListLine,
  },
  {
    block: 'top',
    daemons: DAEMONS,
    pattern: `${PREFIX_LIST} [ seq sequence:<1-4294967295> ] action:(permit|deny) prefix:A.B.C.D/M { ge ge:<0-32> / le le:<0-32> }`,
    identityWords: ALL_WORDS,
    leastNegatedWords: 3,
    apply: addPrefixListLine,
  },
  {
    block: 'top',
    daemons: DAEMONS,
    pattern: `${PREFIX_LIST} description text:LINE`,
    identityWords: 4,
    apply: (captures, reader) => {
      // The list exists from here on, and permits everything while it has no line.
      const lists = reader.ospf.filters.prefixLists;
      if (reader.daemon !== 'zebra' && !lists.has(captures.text('name'))) lists.set(captures.text('name'), []);
    },
  },
];
