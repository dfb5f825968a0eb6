/**
 * `failover attach TOPOLOGY --bind NODE:IF=DEVICE`: a part of a topology in real time, on devices of this system. Read live/live-run.ts first.
 */
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PerformanceObserver } from 'node:perf_hooks';
import { MILLISECOND, SECOND, type Micros } from '../base/micros.js';
import { PcapngWriter } from '../capture/pcapng.js';
import { loadTopology } from '../config/topology/topology.js';
import type { Plan } from '../config/plan.js';
import type { TraceEvent } from '../engine/trace.js';
import { LONGEST_WAIT_TO_LEAVE, mayFlushAt } from '../live/leaving.js';
import { LiveFailure } from '../live/live-failure.js';
import { Lateness } from '../live/lateness.js';
import { LiveRun } from '../live/live-run.js';
import type { LiveObserver } from '../live/live-turn.js';
import { loadNative } from '../live/native.js';
import { raisePriority } from '../live/priority.js';
import { collectGarbage } from '../live/settle.js';
import { AdjacencyWatch } from '../measure/adjacency-watch.js';
import { leavingOrder, RECORDING_FORMAT_VERSION, stopDaemons, type RecordingHeader, type Stop } from '../replay/recording.js';
import { bindPlan, type Binding } from '../sim/bound-plan.js';
import { OutsidePort } from '../sim/outside-port.js';
import { Simulation } from '../sim/simulation.js';
import type { LiveMinute, LiveOutcome } from '../report/live-report.js';
import { Names } from '../report/names.js';
import { rejectionsJson, rejectionsText } from '../report/rejection-report.js';
import { outcomeText, timelineText } from '../report/run-report.js';
import { buildResult, isEverythingMet, resultText } from '../report/result.js';
import { formatClock, formatSpan, makeStyle } from '../report/terminal.js';
import { isColoured } from './colour.js';
import { EXIT_MET, EXIT_MISSED, InputFailure, withPath } from './failure.js';
import { observerOf, RunRecord } from './execute.js';
import { durationOf, noteLines, seedOf, type LoadWords } from './load.js';

export interface AttachWords extends LoadWords {
  readonly bind?: readonly string[];
  /** How long; not given: until Ctrl-C. */
  readonly for?: string;
  readonly events?: boolean;
  readonly record?: string;
  /** Virtual time before the real clock takes over: a large network has its routes already. */
  readonly warmUp?: string;
  readonly priority?: boolean;
  readonly json?: boolean;
}

/** Flushed LSAs are passed on and acknowledged in that time. */
const LEAVING: Micros = 1.5 * SECOND;
/** And from one hop to the next in that. */
const LEAVING_A_HOP: Micros = 50 * MILLISECOND;
/** As a shell says it of SIGINT. */
const EXIT_INTERRUPTED = 130;
const LEAVING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const QUIET_STATUS_SECONDS = 10;
const ETHERNET_LINK_TYPE = 1;
const FOR_EVER: Micros = 365 * 86_400 * SECOND;
const SECONDS_A_MINUTE = 60;
/** Of so many systems only what was done to them and their adjacencies are kept and told. */
const LARGE_NODES = 200;

export async function attach(topology: string, words: AttachWords): Promise<number> {
  const bindings = (words.bind ?? []).flatMap((text) => text.split(',')).map(bindingOf);
  if (bindings.length === 0) throw new InputFailure('attach needs --bind NODE:IF=DEVICE; devices: tap:NAME (one is made), NAME (one that exists), raw:NAME (its IP layer)');
  const lasts = words.for === undefined ? FOR_EVER : durationOf('--for', words.for);
  const warmUp = words.warmUp === undefined ? 0 : durationOf('--warm-up', words.warmUp);
  // Keys that are valid from a date to a date: the real ones' clock is this machine's.
  const clock = Date.now() * MILLISECOND - warmUp;
  const files: Record<string, string> = {};
  const { plan, notes } = loadTopology(topology, {
    readFile: (file) => (files[file] = readFileSync(file, 'utf8')), seed: words.seed === undefined ? undefined : seedOf(words.seed), overrides: words.set, clock, isStrict: words.strict,
  });
  const bound = bindPlan(plan, bindings, words.events === true);
  if (typeof bound === 'string') throw new InputFailure(`--bind: ${bound}`);
  const isQuiet = words.json === true;
  const say = (line: string): void => void (isQuiet || process.stderr.write(`${line}\n`));
  for (const note of noteLines(notes)) say(`note: ${note}`);
  if (bound.leftOut.nodes.length > 0) say(`not emulated, as the devices lead there: ${bound.leftOut.nodes.join(', ')}`);
  try {
    const native = await loadNative();
    return await attached(bound.plan, new LiveRun(native, bound.outside.map(({ node, mac }, i) => ({ node, mac, device: bindings[i].device }))), {
      bindings, stations: bound.outside.map(({ node }) => node), lasts, warmUp, clock, isQuiet, say, words, topology, files, takeOver: () => void (words.priority === true && raisePriority(native)),
    });
  } catch (failure) {
    if (failure instanceof LiveFailure) throw new InputFailure(failure.message);
    throw failure;
  }
}

interface Attachment {
  readonly bindings: readonly Binding[];
  readonly stations: readonly number[];
  readonly lasts: Micros;
  readonly warmUp: Micros;
  readonly clock: Micros;
  readonly isQuiet: boolean;
  readonly words: AttachWords;
  readonly topology: string;
  readonly files: Readonly<Record<string, string>>;
  say(line: string): void;
  /** Before the real clock does. */
  takeOver(): void;
}

async function attached(plan: Plan, live: LiveRun, { bindings, stations, lasts, warmUp, clock, isQuiet, words, topology, files, say, takeOver }: Attachment): Promise<number> {
  let isLive = false;
  const record = new RunRecord(plan, { keeping: plan.nodes.length < LARGE_NODES ? 'all' : 'essential', stamp: (due) => (isLive ? Math.max(due, live.now()) : due) });
  const watch = new AdjacencyWatch();
  let settled: Lateness | undefined;
  let settledFrames: Lateness | undefined;
  let isDisturbed = false;
  const look = (event: TraceEvent): void => {
    watch.trace(event);
    if (!isLive || (event.kind !== 'fault' && event.kind !== 'recovery')) return;
    isDisturbed = true;
    live.statistics.settled = live.statistics.settledFrames = undefined;
  };
  // What is said while warming up is not for the world outside: it would hear all of it at once.
  const engines = new Map(stations.map((node, device) => [node, new OutsidePort((now, frame) => void (isLive && live.transmit(device, now, frame)))]));
  const simulation = new Simulation(plan, observerOf([record.watcher, { trace: (_time, _node, event) => look(event) }]), { engineOf: (node) => engines.get(node) });
  const recording = words.record === undefined ? undefined : new RecordingFiles(words.record, bindings);
  const stops: Stop[] = [];
  let interrupts = 0;
  const interrupt = (): void => {
    // The second time at once: the device is gone with us.
    if (++interrupts > 1) process.exit(EXIT_INTERRUPTED);
    live.finish();
  };
  const isTerminal = process.stderr.isTTY && !isQuiet;
  const minutes = new MinuteLog(live);
  let seconds = 0;
  const status = (now: Micros): void => {
    seconds++;
    if (seconds % SECONDS_A_MINUTE === 0) minutes.end(now);
    if (seconds === SECONDS_A_MINUTE && !isDisturbed) {
      live.statistics.settled = settled = new Lateness();
      live.statistics.settledFrames = settledFrames = new Lateness();
    }
    if (isTerminal) process.stderr.write(`\r\u001b[K${statusLine(simulation, live, now)}`);
    else if (seconds % QUIET_STATUS_SECONDS === 0 && !isQuiet) say(statusLine(simulation, live, now));
  };
  let outcomeOfLive: LiveOutcome | undefined;
  try {
    if (warmUp > 0) {
      simulation.runUntil(warmUp);
      collectGarbage();
      say(`the real clock takes over at ${formatClock(warmUp)}`);
    }
    takeOver();
    isLive = true;
    // Until here there was nothing to take back.
    for (const signal of LEAVING_SIGNALS) process.on(signal, interrupt);
    watch.lost = watch.refreshes = 0;
    minutes.begin();
    await live.run(simulation, warmUp + lasts, recording?.observer, status);
    if (isTerminal) process.stderr.write('\n');
    else say(statusLine(simulation, live, simulation.now)); // as it was before we left
    outcomeOfLive = { from: warmUp, until: simulation.now, statistics: live.takeStatistics(), settled, settledFrames, dropped: live.dropped, adjacencies: { full: watch.full, lost: watch.lost, refreshes: watch.refreshes }, minutes: minutes.minutes };
    const lateness = outcomeOfLive.statistics.lateness.worstMicros;
    const waves = leavingOrder(plan, stations);
    let latest = simulation.now + LONGEST_WAIT_TO_LEAVE;
    for (const [wave, nodes] of waves.entries()) {
      const isBorder = wave === waves.length - 1;
      // All that are inside at first; later, too, a ring waits for those of its routers that have just refreshed.
      if (isBorder) latest = simulation.now + LONGEST_WAIT_TO_LEAVE;
      const leaving = wave === 0 && !isBorder ? waves.slice(0, -1).flat() : nodes;
      for (let at = mayFlushAt(simulation, leaving, lateness); at > simulation.now && simulation.now < latest; at = mayFlushAt(simulation, leaving, lateness)) {
        await live.run(simulation, Math.min(at, latest), recording?.observer);
      }
      if (wave === 0 && !isBorder) latest = simulation.now + LONGEST_WAIT_TO_LEAVE;
      stops.push({ at: simulation.now, inputs: recording?.inputs ?? 0, wave });
      stopDaemons(nodes, (node, daemon) => simulation.order(node, { kind: 'stop', daemon }));
      await live.run(simulation, simulation.now + (wave < waves.length - 2 ? LEAVING_A_HOP : LEAVING), recording?.observer);
    }
  } finally {
    minutes.close();
    for (const signal of LEAVING_SIGNALS) process.off(signal, interrupt);
    await live.close();
    recording?.finish({
      formatVersion: RECORDING_FORMAT_VERSION, topology, seed: plan.seed, overrides: words.set ?? [], clock, warmUp, bindings, hasEvents: words.events === true, stops, endedAt: simulation.now, startedAt: live.startedAt, files,
    });
  }
  const outcome = { ...record.outcome(simulation), live: outcomeOfLive };
  const names = new Names(plan, record.recorder);
  const rejections = record.rejections(simulation);
  const result = resultText({ ...buildResult(outcome, names), notAccepted: rejectionsJson(rejections, names) });
  recording?.write('result.json', result);
  if (isQuiet) process.stdout.write(result);
  else {
    const style = makeStyle(isColoured());
    process.stdout.write(`${[timelineText(plan, record.recorder, names, style, true), outcomeText(outcome, names, style)].filter((part) => part !== '').join('\n')}\n`);
    const notAccepted = rejectionsText(rejections, names);
    if (notAccepted !== '') process.stdout.write(`${style.bold('Not accepted')}\n\n${notAccepted}\n`);
    process.stdout.write(`Left at ${formatClock(simulation.now)}: ${watch.full} neighbours Full\n`);
  }
  return isEverythingMet(outcome) ? EXIT_MET : EXIT_MISSED;
}

/** How each minute of a long run was. */
class MinuteLog {
  readonly minutes: LiveMinute[] = [];
  private readonly live: LiveRun;
  private longestPauseMillis = 0;
  private readonly collector = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) this.longestPauseMillis = Math.max(this.longestPauseMillis, duration);
  });

  constructor(live: LiveRun) {
    this.live = live;
  }

  begin(): void {
    this.collector.observe({ entryTypes: ['gc'] });
  }

  end(now: Micros): void {
    this.minutes.push({ time: now, lateness: this.live.statistics.recent, residentBytes: process.memoryUsage.rss(), pauseMicros: Math.round(this.longestPauseMillis * 1000) });
    this.live.statistics.recent = new Lateness();
    this.longestPauseMillis = 0;
  }

  close(): void {
    this.collector.disconnect();
  }
}

function bindingOf(text: string): Binding {
  const match = /^([^:=]+):([^:=]+)=(.+)$/.exec(text.trim());
  if (match === null) throw new InputFailure(`--bind ${text}: NODE:IF=DEVICE is wanted, as in r1:eth0=tap:tap0`);
  return { node: match[1], interfaceName: match[2], device: match[3] };
}

function statusLine(simulation: Simulation, live: LiveRun, now: Micros): string {
  let full = 0;
  let routes = 0;
  for (const { system } of simulation.nodes) {
    for (const { neighbors } of system?.ospf?.interfaces ?? []) for (const neighbor of neighbors) if (neighbor.state === 'Full') full++;
    routes += system?.ospf?.routingTable.size ?? 0;
  }
  const { framesIn, framesOut, sendFailures, stoodStillMicros, lateness } = live.statistics;
  const trouble = `${sendFailures > 0 ? `, ${sendFailures} not sent` : ''}${live.dropped > 0 ? `, ${live.dropped} dropped` : ''}${stoodStillMicros > 0 ? `, stood still for ${formatSpan(stoodStillMicros)}` : ''}`;
  return `${formatClock(now)}  ${full} neighbours Full, ${routes} routes, ${framesIn} frames in, ${framesOut} out${trouble}, timers late by at most ${formatSpan(lateness.worstMicros)}, ` +
    `99.9 % by ${formatSpan(lateness.quantile(0.999))}`;
}

/** What `failover replay DIR` reads; and what the run came to, which it does not. */
class RecordingFiles {
  readonly observer: LiveObserver;
  inputs = 0;
  private readonly directory: string;
  private readonly files: readonly number[];
  private readonly writers: readonly PcapngWriter[];

  constructor(directory: string, bindings: readonly Binding[]) {
    this.directory = directory;
    withPath(directory, () => mkdirSync(directory, { recursive: true }));
    this.files = ['inputs.pcapng', 'outputs.pcapng'].map((name) => withPath(join(directory, name), () => openSync(join(directory, name), 'w')));
    this.writers = this.files.map((file) => new PcapngWriter((chunk) => void writeSync(file, chunk)));
    for (const writer of this.writers) for (const { node, interfaceName } of bindings) writer.addInterface(`${node}:${interfaceName}`, ETHERNET_LINK_TYPE, 0);
    const [inputs, outputs] = this.writers;
    this.observer = {
      input: (time, device, frame) => {
        this.inputs++;
        inputs.writeFrame(device, time, frame, 'inbound');
      },
      output: (time, device, frame) => outputs.writeFrame(device, time, frame, 'outbound'),
    };
  }

  finish(header: RecordingHeader): void {
    for (const writer of this.writers) writer.finish();
    for (const file of this.files) closeSync(file);
    this.write('recording.json', `${JSON.stringify(header, undefined, 2)}\n`);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.directory, name), text);
  }
}
