/**
 * Events that configure: the lines that somebody types into a running router. Read system-file first.
 *
 * A router's configuration is its statements in order. A line adds one, its `no` form takes back the one it names, and what the rest says
 * then is worked out from the beginning, as the daemons would on reading it: so every statement that a file may hold may be typed, too. The
 * Plan gets the whole outcome of each event; what changes for the running node is its own business (node, ospf/reconfiguration).
 *
 * What was typed stays when a daemon is started again, as after `write memory`.
 */
import { formatInstant } from '../../base/micros.js';
import { Findings, type SourcePlace } from '../config-error.js';
import type { IbmiConfiguration } from '../ibmi/ibmi-conf.js';
import { reconfiguredIbmi } from '../ibmi/ibmi-node.js';
import type { EventPlan, NodeConfiguration, NodePlan } from '../plan.js';
import type { EventDraft, PlacedLine } from './scenario.js';
import type { UnderstoodStatement } from '../frr/statement-reader.js';
import { systemOf, understandLines } from './system-file.js';
import { type AssembledNetwork, reconfigured } from './topology-plan.js';
import { splitStatements, type StatementLine } from '../frr/vty.js';

export interface ConfiguredNetwork {
  readonly nodes: readonly NodePlan[];
  readonly events: readonly EventPlan[];
}

/** `drafts` in order of time. */
export function applyConfigureEvents(network: AssembledNetwork, drafts: readonly EventDraft[], findings: Findings): ConfiguredNetwork {
  const statements = new Map<number, readonly UnderstoodStatement[]>();
  const configurations = new Map<number, NodeConfiguration[]>();
  const systems = new Map<number, IbmiConfiguration>();
  const settled = new Map<number, EventPlan>();
  const events = drafts.map(({ event, lines, place }): EventPlan => {
    if (event.action.kind !== 'configure') return event;
    const { node } = event;
    const before = settled.get(node);
    if (before !== undefined && event.at < before.at + before.spreadMicros) {
      findings.error(place, `which comes first is not certain: the configure event of ${network.nodes[node].name} at ${formatInstant(before.at)} has a spread that reaches here`);
    }
    settled.set(node, event);
    const draft = network.drafts[node];
    const plan = network.nodes[node];
    const dialect = plan.kind === 'zebra' ? 'zebra' : 'frr';
    const { file } = place;
    const found = new Findings();
    const own = configurations.get(node) ?? [];
    configurations.set(node, own);
    const done = (): EventPlan => ({ ...event, action: { kind: 'configure', configuration: own.length - 1 } });
    if (plan.kind === 'ibmi') {
      const system = (systems.get(node) ?? draft.ibmi.configuration).copy();
      systems.set(node, system);
      own.push(reconfiguredIbmi(draft, plan, system, lines, found));
      findings.errors.push(...found.errors);
      findings.notes.push(...found.notes);
      return done();
    }
    const earlier = statements.get(node) ?? draft.system.statements;
    const understood = understandLines(splitLines(lines), earlier, file, dialect, found);
    statements.set(node, understood);
    const configuration = reconfigured(draft, plan, systemOf(understood, dialect, found), found);
    own.push(opener(earlier) === opener(understood) ? configuration : { ...configuration, isOspfRestarted: true });
    // What there is to say about the rest has been said before.
    const isHere = (each: SourcePlace): boolean => each.file === file && lines.some((line) => line.place.line === each.line);
    findings.errors.push(...found.errors.filter(isHere));
    findings.notes.push(...found.notes.filter(isHere));
    return done();
  });
  return {
    nodes: network.nodes.map((node, index) => {
      const own = configurations.get(index);
      return own === undefined ? node : { ...node, configurations: own };
    }),
    events,
  };
}

/** The `router ospf` that a process came from. */
function opener(statements: readonly UnderstoodStatement[]): UnderstoodStatement | undefined {
  return statements.find((each) => each.rule.opens === 'router ospf');
}

/** With the places of the topology file. */
function splitLines(lines: readonly PlacedLine[]): StatementLine[] {
  return lines.flatMap(({ text, place }) => splitStatements(text).map(({ words, endColumn }): StatementLine => ({
    line: place.line,
    words: words.map((word) => ({ text: word.text, column: place.column + word.column - 1 })),
    endColumn: place.column + endColumn - 1,
  })));
}
