/**
 * ospfd.conf: what `router ospf` says about extensions of RFC 2328. FRR 8.4.4; Zebra 0.9x knows none of them.
 */
import { DEFAULT_GRACE_PERIOD_SECONDS } from '../../ospf/configuration.js';
import type { StatementReader, StatementRule } from './statement-reader.js';
import type { OspfExtensionStatements } from './ospf-extension-statements.js';
import type { Captures } from './vty.js';

type ExtensionRule = Omit<StatementRule, 'block' | 'daemons'>;

function rule(pattern: string, set: (target: OspfExtensionStatements, captures: Captures, reader: StatementReader) => void): ExtensionRule {
  return { dialect: 'frr', pattern, apply: (captures, reader) => set(reader.ospf.extensions, captures, reader) };
}

/** The stub router. [6987] */
const STUB_ROUTER: readonly ExtensionRule[] = [
  rule('max-metric router-lsa administrative', (target) => {
    target.isStubRouter = true;
  }),
  rule('no max-metric router-lsa administrative', (target) => {
    target.isStubRouter = false;
  }),
  rule('max-metric router-lsa on-startup seconds:<5-86400>', (target, captures) => {
    target.stubRouterOnStartupSeconds = captures.number('seconds');
  }),
  rule('no max-metric router-lsa on-startup [ seconds:<5-86400> ]', (target) => {
    target.stubRouterOnStartupSeconds = undefined;
  }),
  rule('max-metric router-lsa on-shutdown seconds:<5-100>', (target, captures) => {
    target.stubRouterOnShutdownSeconds = captures.number('seconds');
  }),
  rule('no max-metric router-lsa on-shutdown [ seconds:<5-100> ]', (target) => {
    target.stubRouterOnShutdownSeconds = undefined;
  }),
];

/** Opaque LSAs [5250] and router information [7770]. */
const OPAQUE: readonly ExtensionRule[] = [
  ...['capability opaque', 'ospf opaque-lsa'].flatMap((pattern): ExtensionRule[] => [
    rule(pattern, (target) => {
      target.isOpaqueCapable = true;
    }),
    rule(`no ${pattern}`, (target) => {
      target.isOpaqueCapable = false;
    }),
  ]),
  rule('router-info as', (target, _captures, reader) => setRouterInformation(target, 'as', reader)),
  rule('router-info area', (target, _captures, reader) => setRouterInformation(target, 'area', reader)),
  rule('router-info area area:A.B.C.D', (target, captures, reader) => {
    setRouterInformation(target, 'area', reader);
    reader.note('attention', 'FRR 8.4 takes the area and does not look at it: router information goes into every area', captures.column('area'));
  }),
  rule('no router-info', (target) => {
    target.routerInformation = undefined;
  }),
  // The real one takes these and never sends the TLV: the flag that would have it sent is set nowhere.
  { dialect: 'frr', pattern: '[ no ] pce rest:LINE' },
];

function setRouterInformation(target: OspfExtensionStatements, scope: 'area' | 'as', reader: StatementReader): void {
  if (target.routerInformation !== undefined) {
    reader.note('attention', `router information has its scope already, ${target.routerInformation}: the first statement counts`);
  } else target.routerInformation = scope;
}

/** Traffic engineering. [3630] [5392] */
const TRAFFIC_ENGINEERING: readonly ExtensionRule[] = [
  rule('mpls-te on', (target) => {
    target.isEngineering = true;
  }),
  rule('no mpls-te [ on ]', (target) => {
    target.isEngineering = false;
    target.interAs = undefined;
  }),
  rule('mpls-te router-address address:A.B.C.D', (target, captures) => {
    target.engineeringRouterAddress = captures.number('address');
  }),
  rule('mpls-te inter-as as', (target, _captures, reader) => setInterAs(target, 'as', reader)),
  rule('mpls-te inter-as area area:AREA', (target, captures, reader) => setInterAs(target, { area: captures.number('area') }, reader)),
  rule('no mpls-te inter-as', (target) => {
    target.interAs = undefined;
  }),
  rule('mpls-te export', (target) => {
    target.isEngineeringExported = true;
  }),
  rule('no mpls-te export', (target) => {
    target.isEngineeringExported = false;
  }),
];

function setInterAs(target: OspfExtensionStatements, interAs: OspfExtensionStatements['interAs'], reader: StatementReader): void {
  if (!target.isEngineering) reader.note('attention', 'FRR takes it only behind "mpls-te on", and goes without');
  else if (target.interAs !== undefined) reader.note('attention', 'FRR keeps the scope that it has until "no mpls-te inter-as"');
  else target.interAs = interAs;
}

const LABEL = '<16-1048575>';
const SEGMENT = 'prefix prefix:A.B.C.D/M';

/** Segment routing. [8665] */
const SEGMENT_ROUTING: readonly ExtensionRule[] = [
  rule('segment-routing on', (target, _captures, reader) => {
    target.isSegmentRouting = true;
    if (target.routerInformation === 'as') reader.note('attention', 'router information goes to the whole AS, and FRR tells of segment routing only where it goes into areas');
    reader.note('not-acted-on', 'segment routing is announced; nothing is forwarded by labels');
  }),
  rule('no segment-routing [ on ]', (target) => {
    target.isSegmentRouting = false;
  }),
  rule(`segment-routing global-block first:${LABEL} last:${LABEL} [ local-block localFirst:${LABEL} localLast:${LABEL} ]`, setBlocks),
  rule(`no segment-routing global-block [ first:${LABEL} last:${LABEL} local-block localFirst:${LABEL} localLast:${LABEL} ]`, (target) => {
    target.globalBlock = { first: 16000, last: 23999 };
    target.localBlock = { first: 15000, last: 15999 };
  }),
  rule('segment-routing node-msd depth:<1-16>', (target, captures) => {
    target.nodeMsd = captures.number('depth');
  }),
  rule('no segment-routing node-msd [ depth:<1-16> ]', (target) => {
    target.nodeMsd = undefined;
  }),
  rule(`segment-routing ${SEGMENT} index index:<0-65535> [ flag:(no-php-flag|explicit-null) ]`, setSegment),
  ...['', ' index index:<0-65535>', ' no-php-flag', ' explicit-null'].map((tail) => rule(`no segment-routing ${SEGMENT}${tail}`, (target, captures) => {
    const { address, prefixLength } = captures.prefix('prefix');
    target.prefixSegments.delete(`${address}/${prefixLength}`);
  })),
];

function setBlocks(target: OspfExtensionStatements, captures: Captures, reader: StatementReader): void {
  const [first, last] = [captures.number('first'), captures.number('last')];
  const local = captures.has('localFirst') ? { first: captures.number('localFirst'), last: captures.number('localLast') } : target.localBlock;
  if (last < first || local.last < local.first) reader.note('attention', 'FRR refuses it, and goes without: a block ends where it begins, or behind that');
  else if (local.first <= last && first <= local.last) reader.note('attention', 'FRR refuses it, and goes without: the blocks overlap');
  else {
    target.globalBlock = { first, last };
    target.localBlock = local;
  }
}

function setSegment(target: OspfExtensionStatements, captures: Captures, reader: StatementReader): void {
  if (!target.isSegmentRouting) {
    reader.note('attention', 'FRR takes it only behind "segment-routing on", and goes without');
    return;
  }
  const { address: network, prefixLength } = captures.prefix('prefix');
  const index = captures.number('index');
  const key = `${network}/${prefixLength}`;
  if (index > target.globalBlock.last - target.globalBlock.first) {
    reader.note('attention', 'FRR refuses it, and goes without: the index lies outside the global block', captures.column('index'));
    return;
  }
  if (!target.prefixSegments.has(key) && [...target.prefixSegments.values()].some((each) => each.index === index)) {
    reader.note('attention', `FRR refuses it, and goes without: another prefix has the index ${index}`, captures.column('index'));
    return;
  }
  const flag = captures.optionalText('flag');
  target.prefixSegments.set(key, { network, prefixLength, index, isKeptToTheEnd: flag === 'no-php-flag', isExplicitNull: flag === 'explicit-null' });
}

/** Graceful restart: the router that restarts, and the one that helps. [3623] */
const GRACEFUL_RESTART: readonly ExtensionRule[] = [
  rule('graceful-restart [ grace-period seconds:<1-1800> ]', (target, captures) => {
    target.gracePeriodSeconds = captures.optionalNumber('seconds') ?? DEFAULT_GRACE_PERIOD_SECONDS;
  }),
  rule('no graceful-restart [ grace-period seconds:<1-1800> ]', (target) => {
    target.gracePeriodSeconds = undefined;
  }),
  rule('graceful-restart helper enable', (target) => {
    target.isHelper = true;
  }),
  rule('no graceful-restart helper enable', (target) => {
    target.isHelper = false;
  }),
  rule('graceful-restart helper enable router:A.B.C.D', (target, captures) => {
    target.helpedRouters.add(captures.number('router'));
  }),
  rule('no graceful-restart helper enable router:A.B.C.D', (target, captures) => {
    target.helpedRouters.delete(captures.number('router'));
  }),
  rule('graceful-restart helper strict-lsa-checking', (target) => {
    target.isHelperStrict = true;
  }),
  rule('no graceful-restart helper strict-lsa-checking', (target) => {
    target.isHelperStrict = false;
  }),
  rule('graceful-restart helper supported-grace-time seconds:<10-1800>', (target, captures) => {
    target.supportedGraceSeconds = captures.number('seconds');
  }),
  rule('no graceful-restart helper supported-grace-time seconds:<10-1800>', (target) => {
    target.supportedGraceSeconds = undefined;
  }),
  rule('graceful-restart helper planned-only', (target) => {
    target.isHelperPlannedOnly = true;
  }),
  rule('no graceful-restart helper planned-only', (target) => {
    target.isHelperPlannedOnly = false;
  }),
];

export const OSPF_EXTENSION_STATEMENTS: readonly ExtensionRule[] = [...STUB_ROUTER, ...OPAQUE, ...TRAFFIC_ENGINEERING, ...SEGMENT_ROUTING, ...GRACEFUL_RESTART];
