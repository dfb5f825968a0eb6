/**
 * Keeps what a simulation tells, for tests.
 */
import type { RouteChange } from '../../src/engine/engine.js';
import type { TraceEvent } from '../../src/engine/trace.js';
import type { Simulation, SimulationObserver } from '../../src/sim/simulation.js';
import { decodeFrame, Frame } from '../../src/wire/frame.js';

export interface RecordedFrame {
  readonly label: string;
  readonly time: number;
  readonly bytes: Uint8Array;
  readonly direction: 'outbound' | 'inbound';
}

export class Recorder implements SimulationObserver {
  readonly frames: RecordedFrame[] = [];
  readonly traces: { readonly time: number; readonly node: number; readonly event: TraceEvent }[] = [];
  readonly routes: { readonly time: number; readonly node: number; readonly change: RouteChange }[] = [];
  readonly seconds: number[] = [];
  simulation: Simulation | undefined;

  frame(link: number, end: number, time: number, bytes: Uint8Array, direction: 'outbound' | 'inbound'): void {
    const label = this.simulation?.plan.links[link].ends[end].label ?? `${link}/${end}`;
    this.frames.push({ label, time, bytes: bytes.slice(), direction });
  }

  trace(time: number, node: number, event: TraceEvent): void {
    this.traces.push({ time, node, event });
  }

  route(time: number, node: number, change: RouteChange): void {
    this.routes.push({ time, node, change });
  }

  progress(time: number): void {
    this.seconds.push(time);
  }

  /** What left or reached a link end. */
  at(label: string, direction: 'outbound' | 'inbound'): RecordedFrame[] {
    return this.frames.filter((f) => f.label === label && f.direction === direction);
  }

  of<K extends TraceEvent['kind']>(kind: K): { readonly time: number; readonly node: number; readonly event: Extract<TraceEvent, { kind: K }> }[] {
    return this.traces.filter((t): t is { time: number; node: number; event: Extract<TraceEvent, { kind: K }> } => t.event.kind === kind);
  }

  /** Sequence numbers that were sent and never arrived. */
  lost(probe: number): number[] {
    const received = new Set(this.of('probe-received').filter((t) => t.event.probe === probe).map((t) => t.event.sequence));
    return this.of('probe-sent').filter((t) => t.event.probe === probe && !received.has(t.event.sequence)).map((t) => t.event.sequence);
  }
}

export function decoded(bytes: Uint8Array): Frame {
  const frame = decodeFrame(bytes);
  if (!(frame instanceof Frame)) throw new Error(`not a frame: ${frame.code}`);
  return frame;
}

/** `arp request`, `udp`, `icmp 3/1`, `igmp`, `ospf`, ... */
export function describeFrame(bytes: Uint8Array): string {
  const { payload } = decoded(bytes);
  if (payload.kind === 'arp') return payload.arp.operation === 1 ? 'arp request' : 'arp reply';
  if (payload.kind !== 'ipv4') return 'raw';
  const inner = payload.packet.payload;
  if (inner.kind !== 'icmp') return inner.kind;
  return `icmp ${inner.icmp.type}/${inner.icmp.kind === 'other' ? '' : inner.icmp.code}`;
}
