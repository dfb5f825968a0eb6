/**
 * Messages that did not come: whoever misses one asks for it (`NS_rexmit`, from a first to a last number), and its sender has the latest ones still. Not of a node
 * that is dead: what it said meanwhile is nobody's business any more. The recordings have gaps that closed by themselves and no request; its fields are heartbeat's names.
 */
import type { Micros } from '../base/micros.js';
import type { MessageFields, ReceivedMessage } from './heartbeat-message.js';
import type { ClusterPeer } from './heartbeat-peer.js';

/** As many are kept. */
const MOST_KEPT = 200;

export class SentMessages {
  private readonly bytes = new Map<number, Uint8Array>();
  private last = 0;

  add(sequence: number, bytes: Uint8Array): void {
    this.last = sequence;
    this.bytes.set(sequence, bytes);
    this.bytes.delete(sequence - MOST_KEPT);
  }

  clear(): void {
    this.bytes.clear();
    this.last = 0;
  }

  /** What a request asks for. */
  repeat(request: ReceivedMessage, transmit: (bytes: Uint8Array) => void): void {
    const [first, last] = ['firstseq', 'lastseq'].map((name) => parseInt(request.values.get(name) ?? '', 16));
    for (let each = Math.max(first, this.last - MOST_KEPT); each <= Math.min(last, this.last); each++) {
      const bytes = this.bytes.get(each);
      if (bytes !== undefined) transmit(bytes);
    }
  }
}

export function requestMissing(now: Micros, peers: Iterable<ClusterPeer>, sender: { send(now: Micros, fields: MessageFields): void }): void {
  for (const peer of peers) {
    const missing = peer.missingSequences;
    if (missing.length === 0 || peer.status === 'dead') continue;
    sender.send(now, [['t', 'NS_rexmit'], ['dest', peer.name], ['firstseq', missing[0].toString(16)], ['lastseq', missing[missing.length - 1].toString(16)]]);
  }
}
