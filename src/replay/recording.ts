/**
 * The recording of a live run, and the run anew in virtual time: what came in, when, and the seed are the whole run, so that what goes out must be the
 * same bytes at the same microseconds. Read live/live-run.ts for how it is made.
 *
 * A recording is: recording.json (seed, bindings, when the real clock took over, when it was left, the topology and every file that it names, as
 * they were), and inputs.pcapng and outputs.pcapng, each with one interface for every binding, times in microseconds of the run.
 */
import { readCapture } from '../capture/capture.js';
import type { Micros } from '../base/micros.js';
import { Simulation, type SimulationObserver } from '../sim/simulation.js';
import { bindPlan, type Binding } from '../sim/bound-plan.js';
import { OutsidePort } from '../sim/outside-port.js';
import type { Plan } from '../config/plan.js';
import { DecodeError } from '../wire/decode-error.js';

export const RECORDING_FORMAT_VERSION = 1;

export interface RecordingHeader {
  readonly formatVersion: number;
  readonly topology: string;
  readonly seed: number;
  readonly overrides: readonly string[];
  /** What the systems' clocks showed at the run's time 0, in microseconds since 1970, unless the topology says. */
  readonly clock?: Micros;
  /** When the real clock took over; what was sent before went nowhere. */
  readonly warmUp?: Micros;
  readonly bindings: readonly Binding[];
  readonly hasEvents: boolean;
  /** When daemons were told to stop, behind how many of the inputs, and which: those inside first, then those at the border. */
  readonly stops: readonly Stop[];
  readonly endedAt: Micros;
  /** The moment of the calendar (ISO 8601) at which the run's time was 0, for who holds it against other logs. */
  readonly startedAt?: string;
  /** By path, as the loader asked for them. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Stop { readonly at: Micros; readonly inputs: number; readonly where: 'inside' | 'border' }

/** A frame at one of the bound interfaces. */
export interface BorderFrame {
  readonly time: Micros;
  readonly device: number;
  readonly bytes: Uint8Array;
}

/** A text is what is wrong with the file. */
export function readBorderFrames(file: Uint8Array): BorderFrame[] | string {
  const capture = readCapture(file);
  if (capture instanceof DecodeError) return `not a capture: ${capture.code} at offset ${capture.offset}`;
  if (capture.break !== undefined) return `the file breaks off at offset ${capture.break.offset}`;
  return capture.frames.map(({ interfaceId, timeMicros, bytes }) => ({ time: timeMicros, device: interfaceId, bytes }));
}

/** Somebody looks at the run anew, at a moment of it. */
export interface Look { readonly at: Micros; look(simulation: Simulation): void }

export interface Rerun {
  readonly frames: number;
  /** Where the runs first differ: index of the frame, and what each has there. */
  readonly difference?: { readonly index: number; readonly recorded: BorderFrame | undefined; readonly again: BorderFrame | undefined };
}

const DAEMONS = ['ospfd', 'mproute', 'bird', 'bfdd', 'keepalived', 'heartbeat'];

/** Whoever is at the border goes last, so that it can pass on what the others take back. */
export function nodesToStop(plan: Plan, outside: readonly number[], where: Stop['where']): number[] {
  const border = new Set(plan.links.flatMap(({ ends }) => (ends.some((end) => outside.includes(end.node)) ? ends.map((end) => end.node) : [])));
  return plan.nodes.flatMap((node, i) => (node.kind !== 'switch' && border.has(i) === (where === 'border') ? [i] : []));
}

/** What daemons are told when a live run is left: to stop as if their init scripts had asked. */
export function stopDaemons(plan: Plan, outside: readonly number[], where: Stop['where'], order: (node: number, daemon: string) => void): void {
  for (const node of nodesToStop(plan, outside, where)) for (const daemon of DAEMONS) order(node, daemon);
}

/** Undefined as a result of `bindPlan` cannot be: the recording was made with it. */
export function rerun(plan: Plan, header: RecordingHeader, inputs: readonly BorderFrame[], outputs: readonly BorderFrame[], observer: SimulationObserver = {},
  looks: readonly Look[] = []): Rerun | string {
  const bound = bindPlan(plan, header.bindings, header.hasEvents);
  if (typeof bound === 'string') return bound;
  const again: BorderFrame[] = [];
  const engines = new Map(bound.outside.map(({ node }, device) => [node, new OutsidePort((time, frame) => void again.push({ time, device, bytes: frame.slice() }))]));
  const simulation = new Simulation(bound.plan, observer, { engineOf: (node) => engines.get(node) });
  const outside = bound.outside.map(({ node }) => node);
  const toLook = [...looks].sort((a, b) => a.at - b.at);
  const runUntil = (time: Micros): void => {
    while (toLook.length > 0 && toLook[0].at < time) {
      const [{ at, look }] = toLook.splice(0, 1);
      simulation.runUntil(at);
      look(simulation);
    }
    simulation.runUntil(time);
  };
  runUntil(header.warmUp ?? 0);
  again.length = 0;
  const stopsBehind = (count: number): void => {
    for (const { at, where } of header.stops.filter((each) => each.inputs === count)) {
      runUntil(at);
      stopDaemons(bound.plan, outside, where, (node, daemon) => simulation.order(node, { kind: 'stop', daemon }));
    }
  };
  for (const [i, { time, device, bytes }] of inputs.entries()) {
    stopsBehind(i);
    runUntil(time);
    if (device < outside.length) simulation.inject(outside[device], 0, bytes);
  }
  stopsBehind(inputs.length);
  runUntil(Math.max(header.endedAt, simulation.now));
  for (const { look } of toLook) look(simulation);
  for (let index = 0; index < Math.max(outputs.length, again.length); index++) {
    const [recorded, repeated] = [outputs.at(index), again.at(index)];
    if (recorded === undefined || repeated === undefined || recorded.time !== repeated.time || recorded.device !== repeated.device || !isSame(recorded.bytes, repeated.bytes)) {
      return { frames: index, difference: { index, recorded, again: repeated } };
    }
  }
  return { frames: outputs.length };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
