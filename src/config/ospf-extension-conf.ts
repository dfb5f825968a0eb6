/**
 * ospfd.conf: what `router ospf` says about extensions of RFC 2328. FRR 8.4.4; Zebra 0.9x knows none of them.
 */
import { DEFAULT_GRACE_PERIOD_SECONDS } from '../ospf/configuration.js';
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

export const OSPF_EXTENSION_STATEMENTS: readonly ExtensionRule[] = [...STUB_ROUTER, ...OPAQUE, ...GRACEFUL_RESTART];
