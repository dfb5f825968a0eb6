/**
 * Text written straight into bytes: no string is made for a field.
 *
 * Words of four bytes are stored where a label or an octet ends in the middle of one: what is too much is overwritten by what
 * comes next. `room` has to be asked for before a stretch of known length; `flush` hands the bytes to the sink.
 */

/** Receives the text piece by piece. Borrowed for the call: write it or copy it. */
export type TextSink = (chunk: Uint8Array) => void;

const CHUNK_LENGTH = 1 << 20;
/** What one value and its label need at most, `bytes` and `text` excepted. */
export const FIELD_ROOM = 256;

/** `7.`, `10.`, `255.` as little-endian words, and how long they are. */
const OCTETS = new Int32Array(256);
const OCTET_LENGTHS = new Uint8Array(256);
/** 0-999 without and with leading zeros. */
const NUMBERS = new Int32Array(1000);
const NUMBER_LENGTHS = new Uint8Array(1000);
const PADDED = new Int32Array(1000);
/** `00` to `ff` as little-endian halfwords. */
const HEX = new Uint16Array(256);

for (let i = 0; i < 256; i++) {
  OCTETS[i] = wordOf(`${i}.`);
  OCTET_LENGTHS[i] = String(i).length + 1;
  HEX[i] = wordOf(i.toString(16).padStart(2, '0'));
}
for (let i = 0; i < 1000; i++) {
  NUMBERS[i] = wordOf(String(i));
  NUMBER_LENGTHS[i] = String(i).length;
  PADDED[i] = wordOf(String(i).padStart(3, '0'));
}

function wordOf(text: string): number {
  let word = 0;
  for (let i = text.length - 1; i >= 0; i--) word = (word << 8) | text.charCodeAt(i);
  return word;
}

/**
 * ASCII text ready to be written, eight bytes at a time: as doubles, since those are stored without being looked at, and no
 * ASCII text is a NaN.
 */
export class Label {
  readonly words: Float64Array;
  readonly length: number;

  constructor(text: string) {
    const bytes = new TextEncoder().encode(text);
    const padded = new Uint8Array((bytes.length + 7) & ~7);
    padded.set(bytes);
    const view = new DataView(padded.buffer);
    this.length = bytes.length;
    this.words = Float64Array.from({ length: padded.length >> 3 }, (_, i) => view.getFloat64(8 * i, true));
  }
}

export class AsciiWriter {
  at = 0;
  bytes: Uint8Array = new Uint8Array(CHUNK_LENGTH + (1 << 16));
  view: DataView = new DataView(this.bytes.buffer);
  private readonly sink: TextSink;

  constructor(sink: TextSink) {
    this.sink = sink;
  }

  /** Makes sure that `length` bytes more can be written. */
  room(length: number): void {
    if (this.at + length <= this.bytes.length) return;
    this.flush();
    if (length <= this.bytes.length) return;
    this.bytes = new Uint8Array(length);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Between frames: hands over what there is when it is enough. */
  mayFlush(): void {
    if (this.at >= CHUNK_LENGTH) this.flush();
  }

  flush(): void {
    if (this.at > 0) this.sink(this.bytes.subarray(0, this.at));
    this.at = 0;
  }

  byte(code: number): void {
    this.bytes[this.at++] = code;
  }

  label(label: Label): void {
    const { view, at } = this;
    const { words, length } = label;
    for (let i = 0; i < words.length; i++) view.setFloat64(at + 8 * i, words[i], true);
    this.at = at + length;
  }

  /** Takes any 32 bits as unsigned. */
  decimal(value: number): void {
    const { view, at } = this;
    if (value >= 0 && value < 1000) {
      view.setInt32(at, NUMBERS[value], true);
      this.at = at + NUMBER_LENGTHS[value];
    } else if (value >= 0 && value < 1_000_000) {
      const upper = (value / 1000) | 0;
      const length = NUMBER_LENGTHS[upper];
      view.setInt32(at, NUMBERS[upper], true);
      view.setInt32(at + length, PADDED[value - upper * 1000], true);
      this.at = at + length + 3;
    } else {
      this.largeDecimal(value >>> 0);
    }
  }

  private largeDecimal(value: number): void {
    if (value >= 1000) {
      const upper = Math.floor(value / 1000);
      this.largeDecimal(upper);
      this.view.setInt32(this.at, PADDED[value - upper * 1000], true);
      this.at += 3;
    } else {
      this.view.setInt32(this.at, NUMBERS[value], true);
      this.at += NUMBER_LENGTHS[value];
    }
  }

  /** A whole number up to 2^53, not negative. */
  wideDecimal(value: number): void {
    this.largeDecimal(value);
  }

  /** Three digits. */
  threeDigits(value: number): void {
    this.view.setInt32(this.at, PADDED[value], true);
    this.at += 3;
  }

  hex(value: number, digits: 2 | 4 | 6 | 8): void {
    for (let shift = digits * 4 - 8; shift >= 0; shift -= 8) {
      this.view.setUint16(this.at, HEX[(value >>> shift) & 255], true);
      this.at += 2;
    }
  }

  ipv4(address: number): void {
    const { view } = this;
    let { at } = this;
    let octet = address >>> 24;
    view.setInt32(at, OCTETS[octet], true);
    at += OCTET_LENGTHS[octet];
    octet = (address >>> 16) & 255;
    view.setInt32(at, OCTETS[octet], true);
    at += OCTET_LENGTHS[octet];
    octet = (address >>> 8) & 255;
    view.setInt32(at, OCTETS[octet], true);
    at += OCTET_LENGTHS[octet];
    octet = address & 255;
    view.setInt32(at, OCTETS[octet], true);
    this.at = at + OCTET_LENGTHS[octet] - 1;
  }

  mac(source: Uint8Array, from: number): void {
    const { view, bytes } = this;
    let { at } = this;
    for (let i = from; i < from + 6; i++) {
      view.setUint16(at, HEX[source[i]], true);
      bytes[at + 2] = 0x3a;
      at += 3;
    }
    this.at = at - 1;
  }

  /** Asks for its own room. */
  hexBytes(source: Uint8Array, from: number, length: number): void {
    this.room(2 * length + FIELD_ROOM);
    const { view } = this;
    let { at } = this;
    for (let i = from; i < from + length; i++) {
      view.setUint16(at, HEX[source[i]], true);
      at += 2;
    }
    this.at = at;
  }

  /** Any text, as UTF-8; asks for its own room. For what is rare. */
  text(text: string): void {
    this.room(3 * text.length + FIELD_ROOM);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) {
        const encoded = new TextEncoder().encode(text.slice(i));
        this.bytes.set(encoded, this.at);
        this.at += encoded.length;
        return;
      }
      this.bytes[this.at++] = code;
    }
  }
}
