/**
 * Which packet of ours stands for which of the real router's.
 *
 * First packets with the same contents, in the order of time and within `PAIRING_WINDOW`; then the parts of what is left (LSAs, acknowledgments), because the same
 * LSAs may travel in fewer or more packets; then packets of the same type at the same interface, whose fields differ. What is left then is missing or extra.
 */
import { MILLISECOND, SECOND, type Micros } from '../base/micros.js';
import { PacketType } from '../wire/ospf/packet.js';
import { fieldOf, type Part, type Sending } from './sending.js';

/** Farther apart they are not taken for each other: beyond this a real packet is missing and ours is extra. */
export const PAIRING_WINDOW: Micros = 1.5 * SECOND;

/** What lies so close together is the same turn of the same timer. */
const SAME_TIME: Micros = 50 * MILLISECOND;

export interface Pair {
  readonly real: Sending;
  readonly ours: Sending;
}

/** A real packet whose parts ours sent in others, and which of them those are. */
export interface Repacked {
  readonly real: Sending;
  /** By part. Undefined: nowhere. */
  readonly ours: readonly ({ readonly sending: Sending; readonly part: Part } | undefined)[];
}

export interface Pairing {
  readonly pairs: readonly Pair[];
  readonly repacked: readonly Repacked[];
  readonly missing: readonly Sending[];
  readonly extra: readonly { readonly ours: Sending; /** Those that stand for nothing. */ readonly parts: readonly Part[] }[];
}

export function pairSendings(real: readonly Sending[], ours: readonly Sending[]): Pairing {
  const pairs: Pair[] = [];
  let realLeft = [...real];
  let oursLeft = [...ours];
  const take = (isPair: (a: Sending, b: Sending) => boolean, window = PAIRING_WINDOW): void => {
    const still: Sending[] = [];
    for (const each of realLeft) {
      const at = nearestIndex(oursLeft, each, isPair, window);
      if (at < 0) {
        still.push(each);
        continue;
      }
      pairs.push({ real: each, ours: oursLeft[at] });
      oursLeft.splice(at, 1);
    }
    realLeft = still;
  };
  const isSame = (a: Sending, b: Sending): boolean => isSameStream(a, b) && contentsOf(a) === contentsOf(b);
  take(isSame, SAME_TIME);
  take((a, b) => isSameStream(a, b) && a.packetType === PacketType.hello, SAME_TIME);
  take(isSame);
  const { repacked, packets, extra } = matchParts(realLeft.filter(isPacked), oursLeft.filter(isPacked));
  realLeft = realLeft.filter((each) => !packets.has(each));
  oursLeft = oursLeft.filter((each) => !packets.has(each));
  take((a, b) => isSameStream(a, b));
  take((a, b) => a.interfaceName === b.interfaceName && a.packetType === b.packetType);
  return { pairs: pairs.sort((a, b) => a.real.time - b.real.time), repacked, missing: realLeft, extra: [...extra, ...oursLeft.map((each) => ({ ours: each, parts: each.parts }))] };
}

function isSameStream(a: Sending, b: Sending): boolean {
  return a.interfaceName === b.interfaceName && a.packetType === b.packetType && a.destination === b.destination;
}

/** LSAs, and headers that acknowledge them. */
function isPacked({ packetType }: Sending): boolean {
  return packetType === PacketType.linkStateUpdate || packetType === PacketType.linkStateAcknowledgment;
}

/** What tells one packet of a stream from another: everything but what may differ. */
function contentsOf({ packetType, fields, parts }: Sending): string {
  const own = packetType === PacketType.hello ? ['dr', 'bdr', 'neighbor[]', 'options'].map((name) => `ospf.hello.${name}`) : ['ospf.dd.flags', 'ospf.dd.seq'];
  return `${fields.filter(({ path }) => own.includes(path)).map(({ text }) => text).join(' ')}|${parts.map(partKey).join('|')}`;
}

/** An instance: age apart, which is MaxAge or not. */
function partKey({ identity, fields }: Part): string {
  const of = (name: string): string => fieldOf(fields, `ospf.lsa[].${name}`);
  return `${identity} ${of('seq')} ${of('checksum')} ${of('length')} ${of('age') === '3600' ? 'flushed' : ''}`;
}

function nearestIndex(candidates: readonly Sending[], real: Sending, isPair: (a: Sending, b: Sending) => boolean, window: Micros): number {
  let best = -1;
  for (const [i, each] of candidates.entries()) {
    const apart = Math.abs(each.time - real.time);
    if (apart > window || !isPair(real, each)) continue;
    if (best < 0 || apart < Math.abs(candidates[best].time - real.time)) best = i;
  }
  return best;
}

/** Only real packets of which at least one part is found count as packed anew. */
function matchParts(real: readonly Sending[], ours: readonly Sending[]): { repacked: Repacked[]; packets: Set<Sending>; extra: { ours: Sending; parts: Part[] }[] } {
  const free = ours.map((sending) => ({ sending, parts: [...sending.parts] }));
  const packets = new Set<Sending>();
  const repacked: Repacked[] = [];
  for (const each of real) {
    const found = each.parts.map((part) => {
      let best: { sending: Sending; part: Part } | undefined;
      for (const { sending, parts } of free) {
        if (!isSameStream(each, sending) || Math.abs(sending.time - each.time) > PAIRING_WINDOW) continue;
        const same = parts.find((other) => partKey(other) === partKey(part));
        if (same !== undefined && (best === undefined || Math.abs(sending.time - each.time) < Math.abs(best.sending.time - each.time))) best = { sending, part: same };
      }
      if (best !== undefined) {
        const { sending, part: taken } = best;
        const parts = free.find((one) => one.sending === sending)?.parts ?? [];
        parts.splice(parts.indexOf(taken), 1);
        packets.add(sending);
      }
      return best;
    });
    if (found.some((one) => one !== undefined)) {
      repacked.push({ real: each, ours: found });
      packets.add(each);
    }
  }
  return { repacked, packets, extra: free.filter(({ sending, parts }) => packets.has(sending) && parts.length > 0).map(({ sending, parts }) => ({ ours: sending, parts })) };
}
