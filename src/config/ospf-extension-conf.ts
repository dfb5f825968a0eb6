/**
 * ospfd.conf: what `router ospf` says about extensions of RFC 2328. FRR 8.4.4; Zebra 0.9x knows none of them.
 */
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

export const OSPF_EXTENSION_STATEMENTS: readonly ExtensionRule[] = [...STUB_ROUTER];
