/**
 * ospfd.conf: what `router ospf` says about areas. Zebra 0.9x and FRR 8.4.4.
 *
 * Of `area ... range` GNU Zebra 0.92 knows `suppress` where 0.93 and FRR say `not-advertise`.
 */
import { networkOf } from '../../base/address.js';
import type { AreaRange, NssaConfiguration } from '../../ospf/configuration.js';
import type { StatementReader, StatementRule } from './statement-reader.js';
import type { AreaStatements } from '../system-configuration.js';
import type { Captures } from './vty.js';

type AreaRule = Omit<StatementRule, 'block' | 'daemons'>;

/** area A range P */
const RANGE_WORDS = 4;

/** Later statements about one range add to the earlier ones, but for `not-advertise`, which forgets the cost. */
function setRange(captures: Captures, reader: StatementReader, change: Partial<AreaRange>): void {
  const { address, prefixLength } = captures.prefix('prefix');
  const network = networkOf(address, prefixLength);
  if (network !== address) reader.note('attention', 'host bits of the range are not used', captures.column('prefix'));
  const { ranges } = reader.ospf.areaNamed(captures.number('area'));
  const key = `${network}/${prefixLength}`;
  const { cost, ...earlier } = ranges.get(key) ?? { network, prefixLength, isAdvertised: true };
  const isAdvertised = change.isAdvertised ?? true;
  ranges.set(key, { ...earlier, ...(cost === undefined || !isAdvertised ? {} : { cost }), ...change, isAdvertised });
}

function costOf(captures: Captures): Partial<AreaRange> {
  const cost = captures.optionalNumber('cost');
  return cost === undefined ? {} : { cost };
}

function substituteOf(captures: Captures): Partial<AreaRange> {
  if (!captures.has('substitute')) return {};
  const { address, prefixLength } = captures.prefix('substitute');
  return { substitute: { network: networkOf(address, prefixLength), prefixLength } };
}

function setStub(captures: Captures, reader: StatementReader, isSummaryBlocked: boolean): void {
  if (captures.number('area') === 0) {
    reader.error('the backbone cannot be a stub area', captures.column('area'));
    return;
  }
  if (reader.ospf.virtualLinks.some((link) => link.transitArea === captures.number('area'))) {
    reader.error('a virtual link leads through this area: it cannot be a stub area', captures.column('area'));
    return;
  }
  const area = reader.ospf.areaNamed(captures.number('area'));
  area.isStub = true;
  area.nssa = undefined;
  area.isSummaryBlocked ||= isSummaryBlocked;
}

const NSSA_DEFAULTS: NssaConfiguration = { translatorRole: 'candidate', isFollowedUp: false, isForwardingAddressSuppressed: false };

/** The area becomes an NSSA, with an NSSA's defaults if it was none; undefined: it cannot. */
function nssaNamed(captures: Captures, reader: StatementReader): { area: AreaStatements; nssa: NssaConfiguration } | undefined {
  if (captures.number('area') === 0) {
    reader.error('the backbone cannot be an NSSA', captures.column('area'));
    return undefined;
  }
  const area = reader.ospf.areaNamed(captures.number('area'));
  area.isStub = false;
  return { area, nssa: area.nssa ??= NSSA_DEFAULTS };
}

/** Without a role: a candidate, whatever was said before. */
function setNssa(captures: Captures, reader: StatementReader): void {
  const isNew = reader.ospf.areas.get(captures.number('area'))?.nssa === undefined;
  const named = nssaNamed(captures, reader);
  if (named === undefined) return;
  const role = captures.optionalText('role')?.slice('translate-'.length);
  named.area.nssa = { ...named.nssa, translatorRole: role === 'never' || role === 'always' ? role : 'candidate', isFollowedUp: true };
  if (isNew) named.area.isSummaryBlocked = false;
}

function suppressForwardingAddress(captures: Captures, reader: StatementReader): void {
  const area = reader.ospf.areas.get(captures.number('area'));
  if (area?.nssa === undefined) reader.error('the area is no NSSA yet: "area ... nssa" must come before, and would undo this', captures.column('area'));
  else area.nssa = { ...area.nssa, isForwardingAddressSuppressed: true };
}

export const OSPF_AREA_STATEMENTS: readonly AreaRule[] = [
  { pattern: 'area area:AREA stub', apply: (captures, reader) => setStub(captures, reader, false) },
  { pattern: 'area area:AREA stub no-summary', apply: (captures, reader) => setStub(captures, reader, true) },
  { dialect: 'frr', pattern: 'area area:AREA nssa [ role:(translate-candidate|translate-never|translate-always) ]', apply: setNssa },
  {
    dialect: 'frr',
    pattern: 'area area:AREA nssa no-summary',
    apply: (captures, reader) => {
      const named = nssaNamed(captures, reader);
      if (named !== undefined) named.area.isSummaryBlocked = true;
    },
  },
  {
    pattern: 'area area:AREA shortcut mode:(default|enable|disable)',
    identityWords: 3,
    leastNegatedWords: 4,
    apply: (captures, reader) => {
      if (captures.number('area') === 0) return reader.error('the backbone has no shortcuts', captures.column('area'));
      const mode = captures.text('mode');
      reader.ospf.areaNamed(captures.number('area')).shortcut = mode === 'enable' || mode === 'disable' ? mode : undefined;
    },
  },
  { dialect: 'frr', pattern: 'area area:AREA nssa suppress-fa', apply: suppressForwardingAddress },
  {
    // The area stays a stub area; `no area X stub` makes an ordinary one of it.
    pattern: 'no area area:AREA stub no-summary',
    apply: (captures, reader) => {
      reader.ospf.areaNamed(captures.number('area')).isSummaryBlocked = false;
    },
  },
  {
    pattern: 'no area area:AREA range prefix:A.B.C.D/M substitute substitute:A.B.C.D/M',
    apply: (captures, reader) => {
      const { address, prefixLength } = captures.prefix('prefix');
      const { ranges } = reader.ospf.areaNamed(captures.number('area'));
      const key = `${networkOf(address, prefixLength)}/${prefixLength}`;
      const range = ranges.get(key);
      if (range !== undefined) ranges.set(key, { ...range, substitute: undefined });
    },
  },
  {
    pattern: 'area area:AREA default-cost cost:<0-16777215>',
    leastNegatedWords: 4,
    apply: (captures, reader) => {
      reader.ospf.areaNamed(captures.number('area')).defaultCost = captures.number('cost');
    },
  },
  {
    pattern: 'area area:AREA range prefix:A.B.C.D/M [ advertise [ cost cost:<0-16777215> ] ]',
    identityWords: RANGE_WORDS,
    apply: (captures, reader) => setRange(captures, reader, costOf(captures)),
  },
  {
    pattern: 'area area:AREA range prefix:A.B.C.D/M { cost cost:<0-16777215> / substitute substitute:A.B.C.D/M }',
    identityWords: RANGE_WORDS,
    apply: (captures, reader) => setRange(captures, reader, { ...costOf(captures), ...substituteOf(captures) }),
  },
  {
    pattern: 'area area:AREA range prefix:A.B.C.D/M not-advertise',
    identityWords: RANGE_WORDS,
    apply: (captures, reader) => setRange(captures, reader, { isAdvertised: false }),
  },
  {
    dialect: 'zebra',
    pattern: 'area area:AREA range prefix:A.B.C.D/M suppress',
    identityWords: RANGE_WORDS,
    apply: (captures, reader) => setRange(captures, reader, { isAdvertised: false }),
  },
];
