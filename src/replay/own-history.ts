/**
 * What was done to a router, as far as its own packets show it: when it started, stood still, was stopped and was started again.
 *
 * A router that stands still is missed by its Hellos: on every interface at once, and for longer than one and a half intervals. One that comes back with its memory
 * says at once what it has found out, or sends its overdue Hello, or, where the daemon drops what waits for dead neighbours, its first Hello one
 * interval after it woke. One that comes back without it sends a Hello that names nobody.
 */
import { SECOND, type Micros } from '../base/micros.js';
import type { OspfBehaviour } from '../ospf/behaviour.js';
import { PacketType } from '../wire/ospf/packet.js';
import { fieldOf, type Sending } from './sending.js';
import type { StandInEvent } from './stand-in.js';

const MISSED_INTERVALS = 1.5;

export interface OwnHistory {
  /** On the capture's clock. */
  readonly startsAt: Micros;
  /** Neighbours that its first Hellos name and that the capture has not shown to it: it was running when the capture began. */
  readonly known: readonly string[];
  /** On the clock that begins with `startsAt`. */
  readonly events: readonly StandInEvent[];
}

/** What it sent and heard, on the capture's clock and in the order of time; it has sent something. */
export function inferHistory(sent: readonly Sending[], heard: readonly Sending[], daemon: string, { firstHelloMicros, isOutputDroppedWithLastNeighbor: dropsOutput }: OspfBehaviour): OwnHistory {
  const startsAt = sent[0].time - firstHelloMicros;
  const events: StandInEvent[] = [];
  const add = (at: Micros, action: StandInEvent['action'], text: string): void => void events.push({ at: at - startsAt, action, text });
  const interval = Math.min(...sent.filter(({ packetType }) => packetType === PacketType.hello).map(({ fields }) => Number(fieldOf(fields, 'ospf.hello.hello_interval')) * SECOND));
  const names = ({ fields }: Sending): boolean => fields.some(({ path }) => path === 'ospf.hello.neighbor[]');
  for (const [i, { time }] of sent.entries()) {
    const next = sent[i + 1];
    const isFarewell = flushesItself(sent[i]) && !sent.slice(i + 1).some((each) => each.time - time < interval && each.packetType === PacketType.hello);
    if (isFarewell && events.at(-1)?.action.kind !== 'stop') add(time, { kind: 'stop', daemon }, `${daemon} was stopped: it flushes its own router-LSA`);
    if (next === undefined || next.time - time <= MISSED_INTERVALS * interval) continue;
    const isNew = next.packetType === PacketType.hello && !names(next) && dropsOutput;
    if (events.at(-1)?.action.kind === 'stop') add(next.time - firstHelloMicros, { kind: 'launch', daemon }, `${daemon} was started again`);
    else if (isNew) {
      add(time + 1, { kind: 'kill', daemon }, `${daemon} ended without a word`);
      add(next.time - firstHelloMicros, { kind: 'launch', daemon }, `${daemon} was started again: its first Hello names nobody`);
    } else {
      const isLater = next.packetType === PacketType.hello && dropsOutput;
      add(time + Math.round(interval / 2), { kind: 'freeze' }, 'stood still, before the next Hello was due');
      add(isLater ? next.time - interval : next.time, { kind: 'thaw' }, isLater ? 'went on: its first Hello is one interval later' : 'went on: its first packet');
    }
  }
  const known = new Set<string>();
  const seen = new Set<string>();
  for (const sending of sent) {
    if (sending.packetType !== PacketType.hello || seen.has(sending.interfaceName)) continue;
    seen.add(sending.interfaceName);
    const isHeard = (router: string): boolean => heard.some((each) => each.interfaceName === sending.interfaceName && each.time <= sending.time && fieldOf(each.fields, 'ospf.router') === router);
    for (const { path, text } of sending.fields) if (path === 'ospf.hello.neighbor[]' && !isHeard(text)) known.add(text);
  }
  return { startsAt, known: [...known], events };
}

function flushesItself({ packetType, fields, parts }: Sending): boolean {
  const router = fieldOf(fields, 'ospf.router');
  return packetType === PacketType.linkStateUpdate && parts.some((part) => fieldOf(part.fields, 'ospf.lsa[].type') === '1' &&
    fieldOf(part.fields, 'ospf.lsa[].router') === router && fieldOf(part.fields, 'ospf.lsa[].age') === '3600');
}
