/**
 * result.json: what a run came to, for machines. [DESIGN: command line]
 *
 * Instants and durations are seconds since the start of the run with up to six decimals. The shape is stable: fields are added,
 * none is taken away or given another meaning without a new `formatVersion`.
 */
import { formatIpv4 } from '../base/address.js';
import { NEVER, SECOND, type Micros } from '../base/micros.js';
import type { Plan } from '../config/plan.js';
import type { ControlPlaneTimes } from '../measure/control-plane.js';
import type { ForwardingTimes } from '../measure/forwarding-watch.js';
import type { ConvergenceBenchmark } from '../measure/route-convergence.js';
import type { ProbeResult } from '../measure/outage.js';
import type { Convergence, Phase, PhaseName } from '../measure/phases.js';
import type { ExpectationResult, TargetResult } from '../measure/targets.js';
import type { SharedWindow } from '../measure/data-at-risk.js';
import type { Takeover } from '../measure/takeover-phases.js';
import { liveJson, type LiveJson, type LiveOutcome } from './live-report.js';
import type { Names } from './names.js';
import type { RejectionJson } from './rejection-report.js';
import { sharedWindowJson, takeoverJson, type DataAtRiskJson, type TakeoverJson } from './takeover-report.js';

export const RESULT_FORMAT_VERSION = 1;

/** Everything that a run came to; what the reports are made from. */
export interface RunOutcome {
  readonly plan: Plan;
  readonly trajectoryHash: string;
  /** Virtual time at which the run ended. */
  readonly durationMicros: Micros;
  readonly probes: readonly ProbeResult[];
  readonly phases: readonly Convergence[];
  /** Of groups of probes; empty: there are none. */
  readonly benchmarks: readonly ConvergenceBenchmark[];
  readonly takeovers: readonly Takeover[];
  /** What two nodes had at once. */
  readonly sharedWindows: readonly SharedWindow[];
  /** Of the device under test; empty: there is none. */
  readonly controlPlane: readonly ControlPlaneTimes[];
  readonly forwarding: readonly ForwardingTimes[];
  /** What a run in real time has beside. */
  readonly live?: LiveOutcome;
  readonly targets: readonly TargetResult[];
  readonly expectations: readonly ExpectationResult[];
  /** What the user should know: what the loader completed, what did not fit. */
  readonly notes: readonly string[];
}

export interface ResultJson {
  readonly formatVersion: number;
  readonly name: string;
  readonly title: string;
  readonly seed: number;
  readonly trajectoryHash: string;
  readonly durationSeconds: number;
  /** Every target and expectation met. */
  readonly met: boolean;
  readonly probes: readonly ProbeJson[];
  readonly phases: readonly ConvergenceJson[];
  /** RFC 6412's figures, of each group of probes and each event; not there where no probes are grouped. */
  readonly convergence?: readonly BenchmarkJson[];
  /** When link state news reached the device under test and came from it; not there without one. */
  readonly controlPlane?: readonly ControlPlaneJson[];
  /** When the device began to send streams by other interfaces; not there without one. */
  readonly forwarding?: readonly ForwardingJson[];
  /** Of `failover attach`. */
  readonly live?: LiveJson;
  /** Where a cluster runs. */
  readonly takeovers?: readonly TakeoverJson[];
  readonly dataAtRisk?: readonly DataAtRiskJson[];
  readonly targets: readonly TargetJson[];
  readonly expectations: readonly ExpectationJson[];
  readonly notes: readonly string[];
  /** Of a live run: packets and frames that were not accepted, by node, interface and reason. */
  readonly notAccepted?: readonly RejectionJson[];
}

export interface ProbeJson {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly sent: number;
  readonly lost: number;
  /** Who answered which probes; not there where nothing says it. Sending times of the first and the last of each run. */
  readonly answeredBy?: readonly { readonly server: string; readonly first: number; readonly last: number; readonly count: number }[];
  readonly outages: readonly { readonly start: number; readonly end: number; readonly seconds: number; readonly lost: number; readonly open: boolean }[];
}

/** Seconds since the event; null: not yet, or not at all. */
export interface BenchmarkJson {
  readonly group: string;
  readonly at: number;
  readonly node: string | null;
  readonly samplingInterval: number;
  readonly routes: number;
  readonly affected: number;
  readonly firstRoute: number | null;
  readonly full: number | null;
  readonly lossDerived: number;
  readonly routeSpecific: readonly { readonly probe: string; readonly convergence: number | null; readonly lossOfConnectivity: number }[];
}

export interface ControlPlaneJson {
  readonly at: number;
  readonly firstLsaIn: number | null;
  readonly lastLsaIn: number | null;
  readonly lsasIn: number;
  readonly firstAcknowledgment: number | null;
  readonly firstLsaOut: number | null;
  readonly lastLsaOut: number | null;
  readonly lsasOut: number;
}

/** Seconds since the event; null: none. */
export interface ForwardingJson {
  readonly at: number;
  readonly routes: number;
  readonly moved: number;
  readonly firstMoved: number | null;
  readonly lastMoved: number | null;
}

export interface PhaseJson {
  readonly phase: PhaseName;
  /** Null: the harness. */
  readonly node: string | null;
  readonly at: number;
  /** Since the phase before it. */
  readonly seconds: number;
  readonly clause?: string;
  readonly lsa?: { readonly type: number; readonly id: string; readonly advertisingRouter: string; readonly area: string | null };
  readonly neighbor?: string;
  readonly sinceLastHello?: number;
  readonly detail?: string;
}

/** The whole chain, and by name the last phase of each kind in it: the one nearest to the end of the outage. */
export interface ConvergenceJson {
  /** Null: a fault that no probe felt. */
  readonly probe: string | null;
  /** Index into the probe's outages. */
  readonly outage: number | null;
  readonly fault?: PhaseJson;
  readonly detect?: PhaseJson;
  readonly originate?: PhaseJson;
  readonly flood?: PhaseJson;
  readonly spfWait?: PhaseJson;
  readonly spf?: PhaseJson;
  readonly install?: PhaseJson;
  readonly arp?: PhaseJson;
  readonly recovery?: PhaseJson;
  readonly chain: readonly PhaseJson[];
}

export interface TargetJson {
  readonly probe: string;
  readonly text: string;
  readonly met: boolean;
  readonly measured: number;
  readonly comparison: string;
  readonly limit: number;
  readonly source: string;
  /** Seconds inside (positive) or outside (negative) the limit. */
  readonly margin: number;
  readonly reason?: string;
}

export interface ExpectationJson {
  readonly at: number;
  readonly node: string;
  readonly show: string;
  readonly file: string;
  readonly met: boolean;
  readonly difference: readonly string[];
}

export function buildResult(outcome: RunOutcome, names: Names): ResultJson {
  const { plan } = outcome;
  return {
    formatVersion: RESULT_FORMAT_VERSION,
    name: plan.name,
    title: plan.title,
    seed: plan.seed,
    trajectoryHash: outcome.trajectoryHash,
    durationSeconds: seconds(outcome.durationMicros),
    met: isEverythingMet(outcome),
    probes: outcome.probes.map((probe, i) => ({
      name: probe.name, from: names.node(plan.probes[i].from), to: formatIpv4(plan.probes[i].to), sent: probe.sent, lost: probe.lost,
      ...(probe.answeredBy === undefined ? {} : { answeredBy: probe.answeredBy.map(({ server, first, last, count }) =>
        ({ server, first: seconds(first), last: seconds(last), count })) }),
      outages: probe.outages.map((o) => ({ start: seconds(o.start), end: seconds(o.end), seconds: seconds(o.end - o.start), lost: o.lost, open: o.isOpen })),
    })),
    phases: outcome.phases.map((convergence) => convergenceJson(convergence, outcome, names)),
    ...(outcome.benchmarks.length === 0 ? {} : { convergence: outcome.benchmarks.map((each) => benchmarkJson(each, outcome, names)) }),
    ...(plan.nodes.every((node) => node.heartbeat === undefined) ? {} : {
      takeovers: outcome.takeovers.map((each) => takeoverJson(each, names)), dataAtRisk: outcome.sharedWindows.map((each) => sharedWindowJson(each, names)) }),
    ...(outcome.controlPlane.length === 0 ? {} : { controlPlane: outcome.controlPlane.map(controlPlaneJson) }),
    ...(outcome.forwarding.length === 0 ? {} : { forwarding: outcome.forwarding.map(forwardingJson) }),
    ...(outcome.live === undefined ? {} : { live: liveJson(outcome.live) }),
    targets: outcome.targets.map((target) => ({
      probe: plan.probes[target.probe].name, text: target.text, met: target.isMet, measured: seconds(target.measuredMicros),
      comparison: target.comparison, limit: seconds(target.limitMicros), source: target.source, margin: seconds(target.marginMicros),
      ...(target.reason === '' ? {} : { reason: target.reason }),
    })),
    expectations: outcome.expectations.map(({ expectation, isMet, difference }) => ({
      at: seconds(expectation.at), node: names.node(expectation.node), show: expectation.show, file: expectation.file, met: isMet, difference,
    })),
    notes: outcome.notes,
  };
}

export function isEverythingMet(outcome: RunOutcome): boolean {
  return outcome.targets.every((target) => target.isMet) && outcome.expectations.every((expectation) => expectation.isMet);
}

export function resultText(result: ResultJson): string {
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

const KEYS: Readonly<Record<PhaseName, keyof Omit<ConvergenceJson, 'probe' | 'outage' | 'chain'>>> = {
  fault: 'fault', detect: 'detect', originate: 'originate', flood: 'flood', 'spf-wait': 'spfWait', spf: 'spf', install: 'install', arp: 'arp',
  recovery: 'recovery',
};

function convergenceJson({ probe, outage, phases }: Convergence, outcome: RunOutcome, names: Names): ConvergenceJson {
  const chain = phases.map((phase) => phaseJson(phase, names));
  const byName: Record<string, PhaseJson> = {};
  for (const phase of chain) byName[KEYS[phase.phase]] = phase;
  return { probe: probe === undefined ? null : outcome.probes[probe].name, outage: outage ?? null, ...byName, chain };
}

function benchmarkJson({ group, event, samplingIntervalMicros, routes, affected, firstRouteMicros, fullMicros, lossDerivedMicros }: ConvergenceBenchmark, outcome: RunOutcome, names: Names): BenchmarkJson {
  const span = (micros: Micros | undefined): number | null => (micros === undefined || micros === NEVER ? null : seconds(micros));
  return {
    group, at: seconds(event.time), node: event.node < 0 ? null : names.node(event.node), samplingInterval: seconds(samplingIntervalMicros), routes, affected: affected.length,
    firstRoute: span(firstRouteMicros), full: span(fullMicros), lossDerived: seconds(lossDerivedMicros),
    routeSpecific: affected.map((each) => ({ probe: outcome.probes[each.probe].name, convergence: span(each.convergenceMicros), lossOfConnectivity: seconds(each.lossOfConnectivityMicros) })),
  };
}

function forwardingJson({ event, routes, moved, firstMoved, lastMoved }: ForwardingTimes): ForwardingJson {
  const since = (at: Micros | undefined): number | null => (at === undefined ? null : seconds(at - event));
  return { at: seconds(event), routes, moved, firstMoved: since(firstMoved), lastMoved: since(lastMoved) };
}

function controlPlaneJson(times: ControlPlaneTimes): ControlPlaneJson {
  const since = (at: Micros | undefined): number | null => (at === undefined ? null : seconds(at - times.event));
  return {
    at: seconds(times.event), firstLsaIn: since(times.firstLsaIn), lastLsaIn: since(times.lastLsaIn), lsasIn: times.lsasIn, firstAcknowledgment: since(times.firstAcknowledgment),
    firstLsaOut: since(times.firstLsaOut), lastLsaOut: since(times.lastLsaOut), lsasOut: times.lsasOut,
  };
}

function phaseJson(phase: Phase, names: Names): PhaseJson {
  const { lsa } = phase;
  return {
    phase: phase.phase,
    node: phase.node < 0 ? null : names.node(phase.node),
    at: seconds(phase.time),
    seconds: seconds(phase.durationMicros),
    ...(phase.clause === '' ? {} : { clause: phase.clause }),
    ...(lsa === undefined ? {} : { lsa: { type: lsa.lsType, id: formatIpv4(lsa.linkStateId),
      advertisingRouter: formatIpv4(lsa.advertisingRouter), area: lsa.area === undefined ? null : formatIpv4(lsa.area) } }),
    ...(phase.neighborId === undefined ? {} : { neighbor: names.router(phase.neighborId) }),
    ...(phase.sinceLastHelloMicros === undefined ? {} : { sinceLastHello: seconds(phase.sinceLastHelloMicros) }),
    ...(phase.detail === undefined ? {} : { detail: phase.detail }),
  };
}

function seconds(micros: Micros): number {
  return micros / SECOND;
}
