/**
 * Puts the fragments of IPv4 datagrams together. [791:3.2] [815]
 *
 * Fragments belong together when source, destination, protocol and identification are the same. A list of holes says
 * what is missing [815:3]; where fragments overlap the bytes of the one that came later count, as [791:3.2] has it (most
 * systems of today drop such a datagram). Options, TTL and the rest of the header are those of the fragment with offset
 * zero. A datagram is given up when its time is over [1122:3.3.2], or, the oldest first, when there are too many or they
 * hold too many bytes: so memory is bounded whatever comes.
 */
import type { Micros } from '../base/micros.js';
import { SECOND } from '../base/micros.js';
import { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';
import { Ipv4Flag, Ipv4Header, decodeIpv4Header, encodeIpv4Header, ipv4HeaderLength, ipv4PayloadLength } from './ipv4.js';

export interface ReassemblyLimits {
  /** From the first fragment that came; 60 s. */
  readonly timeoutMicros?: Micros;
  /** Datagrams that are incomplete; 256. */
  readonly datagrams?: number;
  /** Bytes held for all of them; 4 MiB. */
  readonly bytes?: number;
}

const LARGEST_DATAGRAM = 0xffff;

/** Bytes `first` to `last` of the payload are missing. */
interface Hole {
  readonly first: number;
  readonly last: number;
}

class Partial {
  readonly expiresAt: Micros;
  /** Of the fragment at offset zero. */
  header: Ipv4Header | undefined = undefined;
  payload = new Uint8Array(2048);
  holes: Hole[] = [{ first: 0, last: Infinity }];
  /** Known once the last fragment came. */
  payloadLength: number | undefined = undefined;
  /** The end of what came. */
  reach = 0;

  constructor(expiresAt: Micros) {
    this.expiresAt = expiresAt;
  }
}

export class Ipv4Reassembly {
  /** Datagrams that were given up: out of time, or out of room. */
  abandoned = 0;
  private readonly timeoutMicros: Micros;
  private readonly maximumDatagrams: number;
  private readonly maximumBytes: number;
  /** In order of their first fragments. */
  private readonly partials = new Map<string, Partial>();
  private bytesHeld = 0;

  constructor(limits: ReassemblyLimits = {}) {
    this.timeoutMicros = limits.timeoutMicros ?? 60 * SECOND;
    this.maximumDatagrams = limits.datagrams ?? 256;
    this.maximumBytes = limits.bytes ?? 4 << 20;
  }

  /** Incomplete datagrams. */
  get pending(): number {
    return this.partials.size;
  }

  /** Bytes that they hold. */
  get memory(): number {
    return this.bytesHeld;
  }

  /**
   * `packet` begins with an IPv4 header and is copied. Gives the whole datagram, header with a new checksum included,
   * when this was the last piece of it (or the packet is no fragment: then it is a view of the packet), undefined while
   * something is missing, and an error when the packet or the fragment makes no sense: it is then left out.
   */
  add(now: Micros, packet: Uint8Array): Uint8Array | DecodeError | undefined {
    const r = new ByteReader(packet);
    const header = decodeIpv4Header(r);
    if (header instanceof DecodeError) return header;
    const length = ipv4PayloadLength(header);
    const isLast = (header.flags & Ipv4Flag.moreFragments) === 0;
    if (isLast && header.fragmentOffset === 0) return packet.subarray(0, header.totalLength);
    const first = header.fragmentOffset * 8;
    const bad = fragmentError(header, first, length, isLast);
    if (bad) return bad;
    this.expire(now);
    const key = `${header.source} ${header.destination} ${header.protocol} ${header.identification}`;
    const partial = this.partialOf(key, now);
    const end = first + length;
    if (partial.payloadLength !== undefined && (end > partial.payloadLength || (isLast && end !== partial.payloadLength))) {
      return new DecodeError('length', 6, '[815:3]', end, `at most ${partial.payloadLength}, where the last fragment ended`);
    }
    if (isLast && partial.reach > end) return new DecodeError('length', 6, '[815:3]', end, `at least ${partial.reach}, which came before`);
    this.store(partial, first, packet.subarray(ipv4HeaderLength(header), header.totalLength));
    fillHoles(partial, first, end - 1, isLast);
    if (isLast) partial.payloadLength = end;
    if (first === 0) partial.header = keptHeader(header);
    if (partial.holes.length === 0 && partial.header !== undefined) {
      this.drop(key, partial);
      return wholeDatagram(partial, partial.header);
    }
    this.makeRoom();
    return undefined;
  }

  /** Gives up what is out of time. */
  expire(now: Micros): void {
    for (const [key, partial] of this.partials) {
      if (partial.expiresAt > now) break; // the map is in order of time
      this.drop(key, partial);
      this.abandoned++;
    }
  }

  private partialOf(key: string, now: Micros): Partial {
    const known = this.partials.get(key);
    if (known) return known;
    const partial = new Partial(now + this.timeoutMicros);
    this.partials.set(key, partial);
    this.bytesHeld += partial.payload.length;
    return partial;
  }

  private store(partial: Partial, first: number, bytes: Uint8Array): void {
    const end = first + bytes.length;
    if (end > partial.payload.length) {
      const larger = new Uint8Array(Math.min(Math.max(end, partial.payload.length * 2), LARGEST_DATAGRAM));
      larger.set(partial.payload);
      this.bytesHeld += larger.length - partial.payload.length;
      partial.payload = larger;
    }
    partial.payload.set(bytes, first);
    partial.reach = Math.max(partial.reach, end);
  }

  private makeRoom(): void {
    for (const [key, partial] of this.partials) {
      if (this.partials.size <= this.maximumDatagrams && this.bytesHeld <= this.maximumBytes) return;
      this.drop(key, partial);
      this.abandoned++;
    }
  }

  private drop(key: string, partial: Partial): void {
    this.partials.delete(key);
    this.bytesHeld -= partial.payload.length;
  }
}

function fragmentError(header: Ipv4Header, first: number, length: number, isLast: boolean): DecodeError | undefined {
  if (length === 0) return new DecodeError('length', 2, '[791:3.2]', length, 'a fragment with data');
  if (!isLast && length % 8 !== 0) return new DecodeError('length', 2, '[791:3.2]', length, 'a multiple of 8 but in the last fragment');
  const most = LARGEST_DATAGRAM - ipv4HeaderLength(header);
  return first + length > most ? new DecodeError('length', 6, '[791:3.1]', first + length, `at most ${most}`) : undefined;
}

/** [815:3] steps 1 to 8 */
function fillHoles(partial: Partial, first: number, last: number, isLast: boolean): void {
  const holes: Hole[] = [];
  for (const hole of partial.holes) {
    if (first > hole.last || last < hole.first) {
      if (!(isLast && hole.first > last)) holes.push(hole);
      continue;
    }
    if (first > hole.first) holes.push({ first: hole.first, last: first - 1 });
    if (last < hole.last && !isLast) holes.push({ first: last + 1, last: hole.last });
  }
  partial.holes = holes;
}

function keptHeader(header: Ipv4Header): Ipv4Header {
  const kept = Object.assign(new Ipv4Header(), header);
  kept.options = new Uint8Array(header.options); // not slice: of a Node Buffer that is a view
  return kept;
}

function wholeDatagram(partial: Partial, header: Ipv4Header): Uint8Array | DecodeError {
  const headerLength = ipv4HeaderLength(header);
  const totalLength = headerLength + partial.reach;
  if (totalLength > LARGEST_DATAGRAM) return new DecodeError('length', 2, '[791:3.1]', totalLength, `at most ${LARGEST_DATAGRAM}`);
  header.totalLength = totalLength;
  header.flags &= ~Ipv4Flag.moreFragments;
  header.fragmentOffset = 0;
  const bytes = new Uint8Array(totalLength);
  const w = new ByteWriter(bytes);
  encodeIpv4Header(header, w);
  w.raw(partial.payload.subarray(0, partial.reach));
  return bytes;
}
