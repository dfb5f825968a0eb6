/**
 * The nodes of a cluster, as one of them sees them: status, generation, which of their messages have come, and by which links.
 */
import type { Micros } from '../base/micros.js';

export type NodeStatus = 'init' | 'up' | 'active' | 'ping' | 'dead';

export class ClusterLink {
  readonly name: string;
  isUp = false;
  lastUpdate: Micros = 0;

  constructor(name: string) {
    this.name = name;
  }
}

/** What a message's number says about it. */
export type Sequel =
  | { readonly kind: 'next' | 'duplicate' | 'old' | 'restart' }
  /** It is one of those that were missing; `isComplete`: the last one. */
  | { readonly kind: 'late'; readonly isComplete: boolean }
  | { readonly kind: 'gap'; readonly lost: number; readonly after: number };

/** More than these are not asked for again: the node was away. */
const MOST_MISSING = 200;

export class ClusterPeer {
  readonly name: string;
  readonly isPing: boolean;
  status: NodeStatus = 'init';
  uuid: Uint8Array | undefined;
  /** Of its daemon: counts up with each start. -1: nothing heard yet. */
  generation = -1;
  /** When its last heartbeat was read; or the start. */
  lastUpdate: Micros = 0;
  /** And when that had come. */
  lastArrival: Micros = 0;
  isHeard = false;
  /** Both know which nodes the cluster has. */
  hasNodeList = false;
  isNodeListAsked = false;
  /** It may hold resources; after a shutdown or when they were taken from it, not. */
  hasResources = true;
  /** Messages with this number modulo ten are acknowledged. */
  readonly acknowledgedRemainder: number;
  readonly links: ClusterLink[];
  private lastSequence = 0;
  private readonly missing = new Set<number>();

  constructor(name: string, isPing: boolean, linkNames: readonly string[], acknowledgedRemainder: number) {
    this.name = name;
    this.isPing = isPing;
    this.links = linkNames.map((each) => new ClusterLink(each));
    this.acknowledgedRemainder = acknowledgedRemainder;
  }

  get missingSequences(): readonly number[] {
    return [...this.missing].sort((a, b) => a - b);
  }

  /** Takes a message's generation and number into account. */
  take(generation: number, sequence: number): Sequel {
    if (generation < this.generation) return { kind: 'old' };
    const isFirst = this.generation < 0;
    if (generation > this.generation) {
      this.generation = generation;
      this.forget(sequence);
      return { kind: isFirst ? 'next' : 'restart' };
    }
    const last = this.lastSequence;
    if (sequence === last + 1 || this.status === 'dead') {
      this.forget(sequence, this.status !== 'dead');
      return { kind: sequence > last ? 'next' : 'duplicate' };
    }
    if (sequence > last) {
      for (let each = last + 1; each < sequence && this.missing.size < MOST_MISSING; each++) this.missing.add(each);
      this.lastSequence = sequence;
      return { kind: 'gap', lost: sequence - last - 1, after: last };
    }
    return this.missing.delete(sequence) ? { kind: 'late', isComplete: this.missing.size === 0 } : { kind: 'duplicate' };
  }

  private forget(sequence: number, isMissingKept = false): void {
    this.lastSequence = sequence;
    if (!isMissingKept) this.missing.clear();
  }
}
