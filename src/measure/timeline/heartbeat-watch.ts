/**
 * The nodes of a heartbeat cluster: heard, silent for longer than the dead time that their own messages carry (`dt`), back, started anew
 * (another generation, `hg`), and what they say to each other about resources.
 */
import type { Ipv4 } from '../../base/address.js';
import { SECOND, type Micros } from '../../base/micros.js';
import { heartbeatText, type HeartbeatMessage } from '../../wire/heartbeat.js';
import type { Tell } from './finding.js';
import type { Sighting } from './sighting.js';

interface ClusterNode {
  readonly name: string;
  readonly place: number;
  address: Ipv4;
  mac: number;
  lastAt: Micros;
  lastFrameAt: Micros;
  deadTimeMicros: Micros | undefined;
  /** Between status messages. */
  periodMicros: Micros;
  lastStatusAt: Micros;
  status: string;
  generation: string | undefined;
}

/** Where a message carries no dead time: so many periods. */
const PERIODS_OF_SILENCE = 5;
/** Messages of the protocol itself, which say nothing of a node or resource. */
const ROUTINE = new Set(['status', 'NS_ackmsg', 'NS_rexmit', 'reqnodes', 'repnodes', 'starting', 'ns_st']);
const DETAILS = ['rsc_hold', 'rsc', 'ipaddr', 'dest', 'info', 'ok', 'reason'] as const;

export class HeartbeatWatch {
  private readonly tell: Tell;
  private readonly nodes = new Map<string, ClusterNode>();

  constructor(tell: Tell) {
    this.tell = tell;
  }

  /** After the frame's own messages have been looked at. */
  onFrame(seen: Sighting): void {
    for (const node of this.nodes.values()) if (node.place === seen.place && node.mac === seen.sourceMac && node.mac !== 0) node.lastFrameAt = seen.time;
  }

  onMessage(seen: Sighting, source: Ipv4, message: HeartbeatMessage): void {
    const { time, place } = seen;
    const name = heartbeatText(message, 'src');
    if (name === undefined) return;
    const key = `${place} ${name}`;
    const type = heartbeatText(message, 't') ?? '';
    const status = type === 'status' ? heartbeatText(message, 'st') ?? '' : '';
    const deadTime = parseInt(heartbeatText(message, 'dt') ?? '', 16);
    const deadTimeMicros = Number.isFinite(deadTime) ? deadTime * 1000 : undefined;
    const generation = heartbeatText(message, 'hg');
    let node = this.nodes.get(key);
    if (node === undefined) {
      node = { name, place, address: source, mac: seen.sourceMac, lastAt: time, lastFrameAt: time, deadTimeMicros, periodMicros: 0, lastStatusAt: time, status, generation };
      this.nodes.set(key, node);
      this.tell(time, place, { kind: 'heartbeat-heard', node: name, address: source, deadTimeMicros });
    } else {
      const isRestarted = generation !== undefined && node.generation !== undefined && generation !== node.generation;
      const limit = silenceLimit(node);
      if (limit > 0 && time - node.lastAt > limit) this.tellSilence(node, limit, time, isRestarted);
      if (status !== '' && node.status !== '' && status !== node.status) this.tell(time, place, { kind: 'heartbeat-status', node: name, from: node.status, to: status });
    }
    if (status !== '') {
      if (time - node.lastStatusAt > SECOND / 10) node.periodMicros = time - node.lastStatusAt;
      node.lastStatusAt = time;
      node.status = status;
    }
    node.lastAt = node.lastFrameAt = time;
    node.address = source;
    node.mac = seen.sourceMac;
    node.deadTimeMicros = deadTimeMicros ?? node.deadTimeMicros;
    node.generation = generation ?? node.generation;
    if (type !== '' && !ROUTINE.has(type)) {
      const detail = DETAILS.map((field) => heartbeatText(message, field)).filter((text) => text !== undefined).join(' ');
      this.tell(time, place, { kind: 'heartbeat-message', node: name, type, detail });
    }
  }

  finish(endsAt: (place: number) => Micros): void {
    for (const node of this.nodes.values()) {
      const limit = silenceLimit(node);
      if (limit > 0 && endsAt(node.place) - node.lastAt > limit) this.tellSilence(node, limit, undefined, false);
    }
  }

  private tellSilence(node: ClusterNode, limit: Micros, until: Micros | undefined, isRestarted: boolean): void {
    const otherFramesUntil = node.lastFrameAt - node.lastAt > limit / 2 ? node.lastFrameAt : undefined;
    this.tell(node.lastAt, node.place, { kind: 'heartbeat-silent', node: node.name, address: node.address, deadTimeMicros: limit, until, isRestarted, otherFramesUntil });
  }
}

function silenceLimit(node: ClusterNode): Micros {
  return node.deadTimeMicros ?? PERIODS_OF_SILENCE * node.periodMicros;
}
