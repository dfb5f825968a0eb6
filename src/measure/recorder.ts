/**
 * What a run is remembered by: trace events and route changes with time and node, and one meter for each probe.
 *
 * It is bounded. Probe events go into the meters and are not kept; when the list is full, what the harness did, what the
 * neighbours did and what the forwarding table did is still kept up to twice the bound, and the rest is counted as dropped. What was not accepted is counted by
 * reason, and only the first of it is kept: on a hostile wire there is no end of it, and it must not push out the rest. Refreshes are not kept: nobody who reads a
 * recording asks for them, and in a run of hours there is little else.
 */
import type { Micros } from '../base/micros.js';
import type { RouteChange } from '../engine/engine.js';
import type { ProbeTrace, TraceEvent } from '../engine/trace.js';
import { ProbeMeter, type ProbeResult } from './outage.js';
import { Rejections } from './rejections.js';

export type RecordedEvent = Exclude<TraceEvent, ProbeTrace>;

export interface TracedEvent {
  readonly time: Micros;
  /** Index of the node in the plan; -1: none, the harness itself. */
  readonly node: number;
  readonly event: RecordedEvent;
}

export interface TracedRoute {
  readonly time: Micros;
  readonly node: number;
  readonly change: RouteChange;
}

/** In the order in which things happened. */
export type Recording = Pick<Recorder, 'events' | 'routes' | 'dropped' | 'rejectionsOnlyCounted'>;

export const DEFAULT_RECORDER_LIMIT = 200_000;
const REJECTIONS_KEPT = 10_000;

/** `essential`: what was done to the network, daemons and adjacencies, for networks of which nobody reads more. */
export type Keeping = 'all' | 'essential';

export class Recorder {
  readonly events: TracedEvent[] = [];
  readonly routes: TracedRoute[] = [];
  /** What did not fit. */
  dropped = 0;
  readonly rejections = new Rejections();
  /** Of events that tell of one, those that are only counted. */
  rejectionsOnlyCounted = 0;
  private rejectionsKept = 0;
  private readonly meters: ProbeMeter[];
  private readonly limit: number;
  private readonly keeping: Keeping;

  /** `patienceMicros`: of each probe, how long it may be under way; where not given, a second. */
  constructor(probeNames: readonly string[], limit = DEFAULT_RECORDER_LIMIT, patienceMicros: readonly (Micros | undefined)[] = [], keeping: Keeping = 'all') {
    this.meters = probeNames.map((name, i) => new ProbeMeter(name, patienceMicros[i]));
    this.limit = limit;
    this.keeping = keeping;
  }

  trace(time: Micros, node: number, event: TraceEvent): void {
    switch (event.kind) {
      case 'probe-sent': this.meters[event.probe].sent(time, event.sequence); return;
      case 'probe-received': this.meters[event.probe].received(event.sequence, event.server); return;
      default: this.keep(time, node, event);
    }
  }

  route(time: Micros, node: number, change: RouteChange): void {
    if (this.keeping === 'essential') return;
    if (this.routes.length < this.limit) this.routes.push({ time, node, change });
    else this.dropped++;
  }

  /** One for each probe, in the order of the plan. */
  probeResults(endOfRun: Micros): ProbeResult[] {
    return this.meters.map((meter) => meter.result(endOfRun));
  }

  private keep(time: Micros, node: number, event: RecordedEvent): void {
    if (this.rejections.take(node, event) && ++this.rejectionsKept > REJECTIONS_KEPT) {
      this.rejectionsOnlyCounted++;
      return;
    }
    if (isRefresh(event) || (this.keeping === 'essential' && !isEssential(event))) return;
    const size = this.events.length;
    if (size < this.limit || (isEssential(event) && size < 2 * this.limit)) this.events.push({ time, node, event });
    else this.dropped++;
  }
}

function isRefresh(event: RecordedEvent): boolean {
  return (event.kind === 'lsa-install' && !event.isChanged) || (event.kind === 'lsa-originate' && event.reason === 'refresh');
}

function isEssential(event: RecordedEvent): boolean {
  return event.kind === 'fault' || event.kind === 'recovery' || event.kind === 'neighbor-state' || event.kind === 'daemon' || event.kind === 'vrrp-state' || event.kind === 'takeover' || event.kind === 'mount' ||
    event.kind === 'alias-address' || event.kind === 'cluster-node';
}
