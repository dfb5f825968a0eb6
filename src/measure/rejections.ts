/**
 * What was not accepted, counted by node, interface and reason: packets that were malformed or refused, which engines trace, and frames that interfaces let go of
 * without a word (host/discard.ts). What was got instead of what is not among the reasons: whoever sends at random would make one for each packet.
 */
import type { TraceEvent } from '../engine/trace.js';

export interface Rejection {
  /** Index of the node in the plan. */
  readonly node: number;
  readonly interfaceName: string;
  readonly kind: 'malformed' | 'refused' | 'ignored';
  readonly reason: string;
  /** Empty: of those that are ignored. */
  readonly clause: string;
  count: number;
}

export class Rejections {
  private readonly byReason = new Map<string, Rejection>();

  /** False: the event is no rejection. */
  take(node: number, event: TraceEvent): boolean {
    switch (event.kind) {
      case 'malformed': this.add(node, event.interfaceName, 'malformed', event.code, event.clause, 1); return true;
      case 'refusal': this.add(node, event.interfaceName, 'refused', event.what, event.clause, 1); return true;
      default: return false;
    }
  }

  add(node: number, interfaceName: string, kind: Rejection['kind'], reason: string, clause: string, count: number): void {
    const key = `${node}/${interfaceName}/${kind}/${reason}/${clause}`;
    const known = this.byReason.get(key);
    if (known === undefined) this.byReason.set(key, { node, interfaceName, kind, reason, clause, count });
    else known.count += count;
  }

  /** By node and interface, the most frequent first. */
  rows(): Rejection[] {
    const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    return [...this.byReason.values()].sort((a, b) => a.node - b.node || order(a.interfaceName, b.interfaceName) || b.count - a.count || order(a.reason, b.reason) || order(a.clause, b.clause));
  }
}
