/**
 * ospfd.conf: what `router ospf` says about external routes and filters. Zebra 0.9x and FRR 8.4.4.
 */
import { networkOf } from '../../base/address.js';
import type { RouteSource } from '../../ospf/configuration.js';
import { quote } from '../spelling.js';
import type { StatementReader, StatementRule } from './statement-reader.js';
import type { Captures } from './vty.js';

type RouterRule = Omit<StatementRule, 'block' | 'daemons'>;

const METRIC = '<0-16777214>';
/** What FRR's ospfd redistributes; `connected`, `static` and `kernel` are what there is here. */
const SOURCES = 'kernel|connected|static|rip|isis|bgp|eigrp|nhrp|vnc|babel|openfabric';
const OWN_SOURCES: readonly string[] = ['connected', 'static', 'kernel'];
const OPTIONS = `metric metric:${METRIC} / metric-type type:(1|2) / route-map routeMap:WORD`;
const HOST = 32;

function metricType(captures: Captures): 1 | 2 | undefined {
  const text = captures.optionalText('type');
  return text === undefined ? undefined : text === '1' ? 1 : 2;
}

/** One entry a source: the later statement takes the place of the whole earlier one, route-map and metric included. */
function redistribute(captures: Captures, reader: StatementReader): void {
  const source = captures.text('source') as RouteSource;
  const text = reader.text();
  const earlier = reader.ospf.redistribute.get(source);
  if (earlier !== undefined) {
    reader.note('attention', `replaces ${quote(earlier.text)} in line ${earlier.place.line}: one statement a source counts, the last`);
  }
  if (!OWN_SOURCES.includes(source)) {
    reader.note('attention', `there are no ${source} routes here: the statement makes the router an AS boundary router, and nothing else`, captures.column('source'));
  }
  const routeMap = captures.optionalText('routeMap');
  if (routeMap !== undefined) {
    reader.ospf.routeMapUses.push({ name: routeMap, place: reader.place(captures.column('routeMap')), meaning: 'nothing is redistributed' });
  }
  reader.ospf.redistribute.set(source, {
    entry: { source, metric: captures.optionalNumber('metric'), metricType: metricType(captures), routeMap }, place: reader.place(), text,
  });
}

function originateDefault(captures: Captures, reader: StatementReader): void {
  const metric = captures.optionalNumber('metric');
  const type = metricType(captures);
  const routeMap = captures.optionalText('routeMap');
  if (routeMap !== undefined) {
    reader.ospf.routeMapUses.push({ name: routeMap, place: reader.place(captures.column('routeMap')), meaning: 'no default route is originated' });
  }
  reader.ospf.defaultInformation = {
    isAlways: captures.has('always'),
    ...(metric === undefined ? {} : { metric }), ...(type === undefined ? {} : { metricType: type }), ...(routeMap === undefined ? {} : { routeMap }),
  };
}

function setSummaryAddress(captures: Captures, reader: StatementReader, isAdvertised: boolean): void {
  const { address, prefixLength } = captures.prefix('prefix');
  const network = networkOf(address, prefixLength);
  if (network === 0 || prefixLength === HOST) {
    reader.error(`${prefixLength === HOST ? 'a single host' : 'the default route'} cannot be a summary`, captures.column('prefix'));
    return;
  }
  if (network !== address) reader.note('attention', 'host bits of the summary are not used', captures.column('prefix'));
  reader.ospf.filters.summaryAddresses.set(`${network}/${prefixLength}`, { network, prefixLength, tag: captures.optionalNumber('tag') ?? 0, isAdvertised });
}

/** FRR takes only the `no-advertise` back, and the summary is announced from then on. */
function advertiseSummary(captures: Captures, reader: StatementReader): void {
  const { address, prefixLength } = captures.prefix('prefix');
  const { summaryAddresses } = reader.ospf.filters;
  const key = `${networkOf(address, prefixLength)}/${prefixLength}`;
  const summary = summaryAddresses.get(key);
  if (summary === undefined) reader.note('attention', `takes nothing back: there is no "summary-address" for this prefix`, captures.column('prefix'));
  else summaryAddresses.set(key, { ...summary, isAdvertised: true });
}

function useList(captures: Captures, reader: StatementReader, kind: 'access-list' | 'prefix-list'): string {
  const name = captures.text('list');
  reader.ospf.filters.uses.push({ kind, name, place: reader.place(captures.column('list')), meaning: 'it filters nothing' });
  return name;
}

/**
 * FRR 8.4.4: a network statement frees its area if that has no interface yet, as while the file is read, and nothing but filter-lists is said
 * of it, which are not looked at there.
 */
export function forgetFilterLists(captures: Captures, reader: StatementReader): void {
  const area = reader.ospf.areas.get(captures.number('area'));
  if (area === undefined || (area.filters.namedIn === undefined && area.filters.filterListOut === undefined)) return;
  const { exportList, importList } = area.filters;
  const isKept = area.isStub || area.nssa !== undefined || area.isSummaryBlocked || (area.defaultCost ?? 1) !== 1 || area.ranges.size > 0 ||
    exportList !== undefined || importList !== undefined || reader.ospf.areaAuthentication.has(captures.number('area'));
  if (isKept) return;
  for (const key of ['filterListIn', 'filterListOut', 'namedIn'] as const) delete area.filters[key];
  reader.note('attention', 'FRR 8.4.4 forgets the filter-lists of the area here: they must stand behind its network statements', captures.column('area'));
}

export const OSPF_EXTERNAL_STATEMENTS: readonly RouterRule[] = [
  { identityWords: 2, dialect: 'zebra', pattern: `redistribute source:(connected|static|kernel|rip|bgp) { ${OPTIONS} }`, apply: redistribute },
  { identityWords: 2, dialect: 'frr', pattern: `redistribute source:(${SOURCES}|table) { ${OPTIONS} }`, apply: redistribute },
  { identityWords: 3, dialect: 'frr', pattern: `redistribute source:(ospf|table) instance:<1-65535> { ${OPTIONS} }`, apply: redistribute },
  { identityWords: 2, pattern: `default-information originate { always:(always) / ${OPTIONS} }`, apply: originateDefault },
  {
    identityWords: 4,
    pattern: `distribute-list list:WORD out source:(${SOURCES}|table)`,
    apply: (captures, reader) => {
      reader.ospf.filters.distributeLists.set(captures.text('source') as RouteSource, useList(captures, reader, 'access-list'));
    },
  },
  { dialect: 'frr', identityWords: 2, pattern: 'summary-address prefix:A.B.C.D/M [ tag tag:<1-4294967295> ]', apply: (captures, reader) => setSummaryAddress(captures, reader, true) },
  { dialect: 'frr', pattern: 'summary-address prefix:A.B.C.D/M no-advertise', apply: (captures, reader) => setSummaryAddress(captures, reader, false) },
  { dialect: 'frr', pattern: 'no summary-address prefix:A.B.C.D/M no-advertise', apply: advertiseSummary },
  {
    identityWords: 2,
    dialect: 'frr',
    pattern: 'aggregation timer seconds:<5-1800>',
    apply: (captures, reader) => {
      reader.ospf.filters.aggregationDelaySeconds = captures.number('seconds');
    },
  },
  {
    identityWords: 4,
    pattern: 'area area:AREA export-list list:WORD',
    apply: (captures, reader) => {
      reader.ospf.areaNamed(captures.number('area')).filters.exportList = useList(captures, reader, 'access-list');
    },
  },
  {
    identityWords: 4,
    pattern: 'area area:AREA import-list list:WORD',
    apply: (captures, reader) => {
      reader.ospf.areaNamed(captures.number('area')).filters.importList = useList(captures, reader, 'access-list');
    },
  },
  {
    identityWords: 6,
    pattern: 'area area:AREA filter-list prefix list:WORD direction:(in|out)',
    apply: (captures, reader) => {
      const { filters } = reader.ospf.areaNamed(captures.number('area'));
      const name = useList(captures, reader, 'prefix-list');
      if (captures.text('direction') === 'out') filters.filterListOut = name;
      else filters.filterListIn = filters.namedIn = name;
    },
  },
  {
    dialect: 'frr',
    pattern: 'no distance ospf { intra:(intra-area) / inter:(inter-area) / external:(external) }',
    apply: (captures, reader) => {
      const { filters } = reader.ospf;
      const isAll = !['intra', 'inter', 'external'].some((kind) => captures.has(kind));
      if (isAll || captures.has('intra')) filters.intraAreaDistance = undefined;
      if (isAll || captures.has('inter')) filters.interAreaDistance = undefined;
      if (isAll || captures.has('external')) filters.externalDistance = undefined;
    },
  },
  {
    identityWords: 2,
    pattern: 'distance ospf { intra-area intra:<1-255> / inter-area inter:<1-255> / external external:<1-255> }',
    apply: (captures, reader) => {
      const { filters } = reader.ospf;
      const [intra, inter, external] = ['intra', 'inter', 'external'].map((name) => captures.optionalNumber(name));
      if (intra === undefined && inter === undefined && external === undefined) {
        reader.error('intra-area, inter-area or external must follow "distance ospf"');
        return;
      }
      // What an earlier statement said of the others is forgotten.
      filters.intraAreaDistance = intra;
      filters.interAreaDistance = inter;
      filters.externalDistance = external;
    },
  },
];
