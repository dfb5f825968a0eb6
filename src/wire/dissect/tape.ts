/**
 * A frame taken apart, as a flat tape: pairs of (field, value) in the order of the bytes. Read field.ts first.
 *
 * One tape is used for all frames of a file, so that taking a frame apart makes no garbage. Every field of every layer is on
 * it; what writes text or JSON, filters or counts reads nothing else. The value is
 *
 *   number, hex*, ipv4, enum, flags, boolean   the number itself as 32 bits
 *   mac                                        where its six bytes are in `source`
 *   bytes                                      where they are; a second pair, (field, length), follows at once
 *   hex64                                      the upper half; a second pair holds the lower half
 *   text, real                                 an index into `strings`
 *   time                                       nothing: `timeMicros` and `remainderNanos` hold it
 *   group, list                                nothing; Field.close ends it
 */
import type { Micros } from '../../base/micros.js';
import { Field } from './field.js';

/** Bits of `Tape.layers`, in the order in which they are found. */
export const Layer = {
  eth: 0x1, vlan: 0x2, arp: 0x4, ip: 0x8, icmp: 0x10, igmp: 0x20, udp: 0x40, ospf: 0x80,
  tcp: 0x100, vrrp: 0x200, bfd: 0x400, heartbeat: 0x800, llc: 0x1000, link: 0x2000,
  /** Something was refused. */
  error: 0x40000000,
} as const;

export type LayerName = keyof typeof Layer;

/** What `reserve` keeps free on top of two pairs for each byte of a frame. */
const SLACK_WORDS = 2048;

export class Tape {
  words: Int32Array = new Int32Array(1 << 16);
  /** In words: two for each pair. */
  length = 0;
  /** Where the frame's bytes are; with other frames around them. */
  source: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.source.buffer);
  /** The frame in `source`. */
  start = 0;
  end = 0;
  readonly strings: string[] = [];
  timeMicros: Micros = 0;
  remainderNanos = 0;
  /** Bits of Layer. */
  layers = 0;
  /** Of the last OSPF packet; 0: none. */
  ospfType = 0;
  /** Whole LSAs and headers of them in this frame. */
  lsaCount = 0;
  /** How many checksums were verified in this frame. */
  checksumCount = 0;
  /** Where the network layer begins in `words`; 0: there is none that we know. */
  networkAt = 0;

  setSource(source: Uint8Array): void {
    this.source = source;
    this.view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  }

  /** An empty tape for the frame from `start` to `end` of `source`. */
  begin(start: number, end: number): void {
    this.start = start;
    this.end = end;
    this.rewind(0);
    if (this.strings.length > 0) this.strings.length = 0;
    this.reserve((end - start) * 4 + SLACK_WORDS);
  }

  /** Back to `length`, which is behind the file's own fields: what was found out about the layers is forgotten. */
  rewind(length: number): void {
    this.length = length;
    this.layers = 0;
    this.ospfType = 0;
    this.lsaCount = 0;
    this.checksumCount = 0;
    this.networkAt = 0;
  }

  reserve(words: number): void {
    const need = this.length + words;
    if (need <= this.words.length) return;
    const larger = new Int32Array(Math.max(need, this.words.length * 2));
    larger.set(this.words.subarray(0, this.length));
    this.words = larger;
  }

  /** A pair; for the general path and the file's own fields. The fast path writes `words` itself. */
  add(field: number, value: number): void {
    if (this.length + 2 > this.words.length) this.reserve(2);
    this.words[this.length] = field;
    this.words[this.length + 1] = value;
    this.length += 2;
  }

  open(field: number): void {
    this.add(field, 0);
  }

  close(): void {
    this.add(Field.close, 0);
  }

  text(field: number, text: string): void {
    this.add(field, this.strings.push(text) - 1);
  }

  /** `bytes` is a view into `source`, or holds something that was put together elsewhere (then it is copied to the tape's end). */
  bytes(field: number, bytes: Uint8Array): void {
    this.add(field, this.placeOf(bytes));
    this.add(field, bytes.length);
  }

  mac(field: number, bytes: Uint8Array): void {
    this.add(field, this.placeOf(bytes));
  }

  hex64(field: number, high: number, low: number): void {
    this.add(field, high);
    this.add(field, low);
  }

  private placeOf(bytes: Uint8Array): number {
    if (bytes.length === 0) return this.start;
    const place = bytes.byteOffset - this.source.byteOffset;
    if (bytes.buffer === this.source.buffer && place >= 0 && place + bytes.length <= this.source.length) return place;
    return this.adopt(bytes);
  }

  /** Rare (bytes that are no view of the frame): the tape goes on with a copy of the frame and the foreign bytes behind it. */
  private adopt(bytes: Uint8Array): number {
    const place = this.source.length;
    const joined = new Uint8Array(place + bytes.length);
    joined.set(this.source);
    joined.set(bytes, place);
    this.setSource(joined);
    return place;
  }
}
