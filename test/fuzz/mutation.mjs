/**
 * Frames made wrong on purpose. A mutant is a frame of a capture with one to four changes, most of them at the places that
 * hurt (lengths, counts, TLVs, whole LSAs), and three times of four with its lengths or checksums made right again, so that it is
 * looked at in depth and not refused at the door.
 *
 * Knows the layouts on its own: nothing here comes from src, so a mistake there is not repeated here. Same seed, same mutants.
 */

/** sfc32 by C. Doty-Humphrey, seeded through splitmix32. */
export class Dice {
  constructor(seed, stream) {
    let state = (seed ^ Math.imul(stream + 1, 0x9e3779b1)) >>> 0;
    const next = () => {
      state = (state + 0x9e3779b9) >>> 0;
      let z = state;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return (z ^ (z >>> 15)) >>> 0;
    };
    [this.a, this.b, this.c, this.d] = [next(), next(), next(), 1];
    for (let i = 0; i < 12; i++) this.word();
  }

  word() {
    const t = (this.a + this.b + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t | 0;
    return t >>> 0;
  }

  /** 0 to `n` - 1. */
  below(n) {
    return this.word() % n;
  }

  oneIn(n) {
    return this.word() % n === 0;
  }

  of(list) {
    return list[this.word() % list.length];
  }
}

const u16 = (b, at) => (b[at] << 8) | b[at + 1];
const put16 = (b, at, value) => {
  b[at] = value >>> 8;
  b[at + 1] = value;
};

/** Where things are in an Ethernet frame that holds IPv4, or undefined. */
export function layoutOf(bytes) {
  let at = 12;
  while (at + 4 < bytes.length && (u16(bytes, at) === 0x8100 || u16(bytes, at) === 0x88a8)) at += 4;
  const ip = at + 2;
  if (u16(bytes, at) !== 0x0800 || bytes.length < ip + 20 || bytes[ip] >>> 4 !== 4) return undefined;
  const payload = ip + (bytes[ip] & 15) * 4;
  const end = Math.min(bytes.length, ip + u16(bytes, ip + 2));
  if (payload < ip + 20 || payload > end) return undefined;
  return { ip, payload, end, protocol: bytes[ip + 9] };
}

/** [start, length] of each LSA of an update whose packet is at `at`, as far as they can be followed. */
function lsasOf(bytes, at, end) {
  const found = [];
  for (let i = at + 28; i + 20 <= end && found.length < 200;) {
    const length = u16(bytes, i + 18);
    if (length < 20 || i + length > end) break;
    found.push([i, length]);
    i += length;
  }
  return found;
}

/** Offsets of the TLVs between two places, and of those inside of them. */
function tlvsOf(bytes, start, end, depth, found) {
  for (let i = start; i + 4 <= end && found.length < 100;) {
    const length = u16(bytes, i + 2);
    if (i + 4 + length > end) break;
    found.push([i, 4 + ((length + 3) & ~3)]);
    if (depth > 0 && length >= 8) for (const skip of [0, 4, 8, 12]) tlvsOf(bytes, i + 4 + skip, i + 4 + length, depth - 1, found);
    i += 4 + ((length + 3) & ~3);
  }
  return found;
}

/** [offset, width] of the lengths and counts in a frame, and [offset, length] of the parts that may be repeated. */
function anatomyOf(bytes) {
  const lengths = [[12, 2]];
  const parts = [];
  const layout = layoutOf(bytes);
  if (layout === undefined) {
    if (bytes.length > 20) lengths.push([18, 1], [19, 1], [14, 1], [16, 1]);
    return { lengths, parts };
  }
  const { ip, payload: at, end, protocol } = layout;
  lengths.push([ip, 1], [ip + 2, 2], [ip + 6, 2]);
  for (let i = ip + 20; i < at; i++) lengths.push([i, 1]);
  switch (protocol) {
    case 89: {
      lengths.push([at + 2, 2], [at + 19, 1], [at + 14, 2], [at + 1, 1], [at + 30, 1], [at + 26, 1]);
      const type = bytes[at + 1];
      const packetEnd = Math.min(end, at + u16(bytes, at + 2));
      if (type === 4) {
        lengths.push([at + 24, 4], [at + 27, 1]);
        for (const [start, length] of lsasOf(bytes, at, packetEnd)) {
          parts.push([start, length]);
          lengths.push([start + 18, 2], [start + 3, 1]);
          const lsType = bytes[start + 3];
          if (lsType === 1) {
            lengths.push([start + 22, 2]);
            for (let link = start + 24; link + 12 <= start + length; link += 12) {
              lengths.push([link + 9, 1]);
              parts.push([link, 12]);
            }
          } else if (lsType >= 9 && lsType <= 11) {
            for (const [tlv, tlvLength] of tlvsOf(bytes, start + 20, start + length, 2, [])) {
              lengths.push([tlv + 2, 2], [tlv, 2], [tlv + 4, 1], [tlv + 5, 1]);
              parts.push([tlv, tlvLength]);
            }
          } else {
            parts.push([start + 20, Math.min(12, length - 20)]);
          }
        }
      } else if (type === 2 || type === 5) {
        for (let i = at + (type === 2 ? 32 : 24); i + 20 <= packetEnd; i += 20) {
          lengths.push([i + 18, 2]);
          parts.push([i, 20]);
        }
      } else {
        for (let i = at + 24; i + 12 <= packetEnd; i += 12) parts.push([i, 12]);
      }
      for (const [tlv, length] of tlvsOf(bytes, packetEnd + 4, end, 0, [])) {
        lengths.push([tlv + 2, 2], [packetEnd + 2, 2]);
        parts.push([tlv, length]);
      }
      break;
    }
    case 17:
      lengths.push([at + 4, 2], [at + 2, 2], [at + 11, 1], [at + 33, 1], [at + 32, 1]);
      for (let i = at + 8; i < end; i++) {
        if (bytes[i] === 0x3a || bytes[i] === 0x0a || bytes[i] === 0x3d || bytes[i] === 0x2c) lengths.push([i, 1], [i - 1, 1]);
      }
      break;
    case 6:
      lengths.push([at + 12, 1]);
      for (let i = at + 20; i < Math.min(end, at + (bytes[at + 12] >>> 4) * 4); i++) lengths.push([i, 1]);
      break;
    case 2:
      lengths.push([at, 1], [at + 6, 2], [at + 9, 1], [at + 10, 2], [at + 7, 1], [at + 11, 1]);
      for (let i = at + 8; i + 8 <= end; i += 8) {
        lengths.push([i + 1, 1], [i + 2, 2]);
        parts.push([i, 8]);
      }
      break;
    case 1:
      lengths.push([at, 1], [at + 1, 1], [at + 4, 1], [at + 5, 1], [at + 8, 1], [at + 10, 2], [at + 36, 2], [at + 38, 2]);
      break;
    case 112:
      lengths.push([at, 1], [at + 3, 1], [at + 4, 2]);
      parts.push([at + 8, 4]);
      break;
  }
  return { lengths, parts };
}

const INTERESTING = [0, 1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 19, 20, 21, 23, 24, 28, 32, 40, 48, 56, 63, 64, 72, 127, 128, 254, 255];
const WIDE = [0, 1, 2, 3, 4, 7, 8, 19, 20, 21, 24, 36, 0x7f, 0x80, 0xff, 0x100, 0x5dc, 0x5ff, 0x600, 0x7fff, 0x8000, 0xfffc, 0xfffe, 0xffff];
const LONGEST = 4000;

export class Mutator {
  /** `groups`: lists of frames {bytes, linkType}; a group is drawn first, so that a long capture does not drown a short one. */
  constructor(groups, dice) {
    this.groups = groups.filter((group) => group.length > 0);
    this.dice = dice;
    this.buffer = new Uint8Array(1 << 16);
    this.length = 0;
    this.linkType = 1;
  }

  /** The next mutant: a view that is valid until the next call. Its link type is in `linkType`. */
  next() {
    const { dice } = this;
    const { bytes, linkType } = dice.of(dice.of(this.groups));
    this.take(bytes);
    this.linkType = linkType;
    if (linkType === 1 && dice.oneIn(12)) this.dressUp();
    const anatomy = linkType === 1 ? anatomyOf(this.bytes()) : { lengths: [], parts: [] };
    for (let n = 1 + dice.below(4); n > 0; n--) this.change(anatomy);
    if (linkType === 1 && !dice.oneIn(4)) {
      if (dice.oneIn(2)) mendLengths(this.bytes());
      mendChecksums(this.bytes());
    }
    if (dice.oneIn(24)) this.dress();
    return this.bytes();
  }

  bytes() {
    return this.buffer.subarray(0, this.length);
  }

  take(bytes) {
    this.buffer.set(bytes);
    this.length = bytes.length;
  }

  change({ lengths, parts }) {
    const { dice, buffer: b } = this;
    if (this.length === 0) return;
    switch (dice.below(16)) {
      case 0: case 1: {
        const bit = dice.below(this.length * 8);
        b[bit >>> 3] ^= 1 << (bit & 7);
        break;
      }
      case 2: b[dice.below(this.length)] = dice.word(); break;
      case 3: b[dice.below(this.length)] = dice.of(INTERESTING); break;
      case 4: put16(b, dice.below(this.length), dice.of(WIDE)); break;
      case 5: case 6: case 7: case 8: if (lengths.length > 0) this.tamper(dice.of(lengths)); break;
      case 9: this.length -= dice.below(Math.min(this.length, dice.oneIn(2) ? 8 : 2000) + 1); break;
      case 10: this.extend(1 + dice.below(dice.oneIn(8) ? 600 : 24)); break;
      case 11: this.splice(); break;
      case 12: case 13:
        if (parts.length > 0) this.repeat(...dice.of(parts), dice.oneIn(6) ? 30 : 1 + dice.below(3));
        else this.repeat(dice.below(this.length), 1 + dice.below(40), 1);
        break;
      case 14: {
        const at = dice.below(this.length);
        b.fill(dice.oneIn(2) ? 0 : 0xff, at, Math.min(this.length, at + 1 + dice.below(16)));
        break;
      }
      case 15: {
        const [at, length] = parts.length > 0 && dice.oneIn(2) ? dice.of(parts) : [dice.below(this.length), 1 + dice.below(12)];
        if (at + length > this.length) break;
        b.copyWithin(at, at + length, this.length);
        this.length -= length;
        break;
      }
    }
    if (this.length > LONGEST) this.length = LONGEST;
  }

  tamper([at, width]) {
    const { dice, buffer: b } = this;
    if (at + width > this.length) return;
    const last = at + width - 1;
    switch (dice.below(4)) {
      case 0: b[last] += dice.oneIn(2) ? 1 : 255; break;
      case 1: b[last] += dice.oneIn(2) ? 4 : 252; break;
      case 2: if (width === 1) b[at] = dice.of(INTERESTING); else put16(b, last - 1, dice.of(WIDE)); break;
      case 3: for (let i = at; i <= last; i++) b[i] = dice.word(); break;
    }
  }

  extend(length) {
    const { dice, buffer: b } = this;
    const fill = dice.below(3);
    for (let i = this.length; i < this.length + length; i++) b[i] = fill === 0 ? 0 : fill === 1 ? 0xff : dice.word();
    this.length += length;
  }

  /** The head of this one and the tail of another. */
  splice() {
    const { dice, buffer: b } = this;
    const { bytes } = dice.of(dice.of(this.groups));
    const head = dice.below(this.length + 1);
    const tail = dice.oneIn(2) ? Math.min(head, bytes.length) : dice.below(bytes.length + 1);
    b.set(bytes.subarray(tail), head);
    this.length = head + bytes.length - tail;
  }

  /** A part once more, or many times, right behind itself. */
  repeat(at, length, times) {
    const { buffer: b } = this;
    if (length <= 0 || at + length > this.length) return;
    for (; times > 0 && this.length + length <= LONGEST; times--) {
      b.copyWithin(at + length, at, this.length);
      this.length += length;
    }
  }

  /** What the captures have too little of: tags, LLC and SNAP, link-local signalling. */
  dressUp() {
    const { dice, buffer: b } = this;
    const layout = layoutOf(this.bytes());
    switch (dice.below(layout?.protocol === 89 ? 4 : 3)) {
      case 0: this.insert(12, dice.oneIn(2) ? [0x81, 0, dice.below(256), 5] : [0x88, 0xa8, 0, 9, 0x81, 0, 0x20, 5]); break;
      case 1: {
        this.insert(12, [0, 0, 0xaa, 0xaa, 3, 0, 0, 0]);
        put16(b, 12, this.length - 14 - (dice.oneIn(3) ? dice.below(9) : 0));
        break;
      }
      case 2: this.extend(dice.below(40)); break;
      case 3: {
        const { ip, payload: at } = layout;
        if (b[at + 1] > 2 || this.length < at + 32) break;
        b[at + (b[at + 1] === 1 ? 30 : 26)] |= 0x10;
        this.length = layout.end;
        const tlvs = [];
        for (let n = dice.below(4); n >= 0; n--) tlvs.push(...dice.of([[0, 1, 0, 4, 0, 0, 0, 1], [0, 2, 0, 20, ...new Uint8Array(20)], [0, 9, 0, 3, 1, 2, 3, 0]]));
        this.insert(this.length, [0, 0, 0, 1 + tlvs.length / 4, ...tlvs]);
        put16(b, ip + 2, this.length - ip);
        break;
      }
    }
  }

  insert(at, bytes) {
    this.buffer.copyWithin(at + bytes.length, at, this.length);
    this.buffer.set(bytes, at);
    this.length += bytes.length;
  }

  /** Another link header in front of the network layer, or another link type for the same bytes. */
  dress() {
    const { dice, buffer: b } = this;
    this.linkType = dice.of([0, 9, 12, 50, 101, 104, 107, 108, 113, 228, 229, 276, 147]);
    if (dice.oneIn(3) || this.length < 14) return;
    const heads = { 0: [2, 0, 0, 0], 9: [0xff, 3, 0, 0x21], 50: [0x0f, 0, 8, 0], 104: [0x0f, 0, 8, 0], 107: [0x18, 0x41, 3, 0xcc], 108: [0, 0, 0, 2],
      113: [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0], 276: [8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0] };
    const head = heads[this.linkType] ?? [];
    b.copyWithin(head.length, 14, this.length);
    b.set(head);
    this.length += head.length - 14;
    if (dice.oneIn(4)) b[dice.below(Math.min(this.length, 24))] = dice.word();
  }
}

/** The lengths of IPv4 and of what is in it, as long as the frame is. */
function mendLengths(b) {
  const layout = layoutOf(b);
  if (layout === undefined) return;
  const { ip, payload, protocol } = layout;
  put16(b, ip + 2, b.length - ip);
  const length = b.length - payload;
  if (protocol === 17 && length >= 8) put16(b, payload + 4, length);
  if (protocol !== 89 || length < 24 || b[payload + 15] > 1) return;
  put16(b, payload + 2, length);
  if (b[payload + 1] !== 4) return;
  // As many LSAs as can be followed; the last reaches to the end.
  const lsas = lsasOf(b, payload, b.length);
  const last = lsas.at(-1);
  put16(b, payload + 26, lsas.length);
  if (last !== undefined) put16(b, last[0] + 18, b.length - last[0]);
}

export function mendChecksums(b) {
  const layout = layoutOf(b);
  if (layout === undefined) return;
  const { ip, payload: at, end, protocol } = layout;
  const length = end - at;
  const isFragment = (u16(b, ip + 6) & 0x3fff) !== 0;
  if (!isFragment) {
    switch (protocol) {
      case 89: if (length >= 24) mendOspf(b, at, end); break;
      case 17: if (length >= 8 && u16(b, at + 4) <= length && u16(b, at + 4) >= 8) mend(b, at, at + u16(b, at + 4), at + 6, pseudo(b, ip, 17, u16(b, at + 4)), 0xffff); break;
      case 6: if (length >= 20) mend(b, at, end, at + 16, pseudo(b, ip, 6, length)); break;
      case 1: case 2: if (length >= 8) mend(b, at, end, at + 2, 0); break;
      case 112: if (length >= 8) mend(b, at, end, at + 6, b[at] >>> 4 === 3 ? pseudo(b, ip, 112, length) : 0); break;
    }
  }
  mend(b, ip, at, ip + 10, 0);
}

function mendOspf(b, at, end) {
  const packetEnd = at + u16(b, at + 2);
  if (packetEnd > end || packetEnd < at + 24) return;
  if (b[at + 1] === 4) {
    for (const [start, length] of lsasOf(b, at, packetEnd)) fletcher(b, start, length);
  }
  if (u16(b, at + 14) > 1) return;
  const kept = b.slice(at + 16, at + 24);
  b.fill(0, at + 16, at + 24);
  mend(b, at, packetEnd, at + 12, 0);
  b.set(kept, at + 16);
  const block = packetEnd + 4 <= end ? u16(b, packetEnd + 2) * 4 : 0;
  if (block >= 4 && packetEnd + block <= end) mend(b, packetEnd, packetEnd + block, packetEnd, 0);
}

function pseudo(b, ip, protocol, length) {
  return u16(b, ip + 12) + u16(b, ip + 14) + u16(b, ip + 16) + u16(b, ip + 18) + protocol + length;
}

/** [1071] `ifZero`: what is written for a checksum of zero. */
function mend(b, start, end, field, initial, ifZero = 0) {
  if (field + 2 > end) return;
  put16(b, field, 0);
  let sum = initial;
  for (let i = start; i < end; i++) sum += (i - start) % 2 === 0 ? b[i] << 8 : b[i];
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  put16(b, field, (~sum & 0xffff) || ifZero);
}

/** [2328:12.1.7] [905:B] by the slow way of the book. */
function fletcher(b, start, length) {
  put16(b, start + 16, 0);
  let c0 = 0;
  let c1 = 0;
  for (let i = 2; i < length; i++) {
    c0 = (c0 + b[start + i]) % 255;
    c1 = (c1 + c0) % 255;
  }
  const behind = length - 16 - 1; // octets behind the first of the field
  let x = ((behind * c0 - c1) % 255 + 255) % 255;
  let y = 255 - ((x + c0) % 255);
  if (x === 0) x = 255;
  if (y === 0 || y > 255) y = 255;
  b[start + 16] = x;
  b[start + 17] = y;
}

/** A capture file made wrong: a byte, a length of four bytes, a cut, a stretch repeated or thrown out. At most `limit` bytes of it. */
export function mutantFile(file, dice, limit = 1 << 14) {
  const start = file.length > limit && dice.oneIn(2) ? limit : Math.min(file.length, 64 + dice.below(limit));
  let b = file.slice(0, start);
  for (let n = 1 + dice.below(4); n > 0 && b.length > 8; n--) {
    const at = dice.oneIn(3) ? dice.below(Math.min(b.length - 4, 160)) : dice.below(b.length - 4);
    switch (dice.below(7)) {
      case 0: b[at] ^= 1 << dice.below(8); break;
      case 1: b[at] = dice.word(); break;
      case 2: b.fill(dice.of([0, 0xff, 0x7f]), at & ~3, (at & ~3) + 4); break;
      case 3: b[at & ~3] += dice.of([1, 3, 4, 252, 255]); break;
      case 4: b = b.slice(0, dice.below(b.length)); break;
      case 5: b = Buffer.concat([b.subarray(0, at), b.subarray(at, at + dice.below(64)), b.subarray(at)]); break;
      case 6: b = Buffer.concat([b.subarray(0, at), b.subarray(at + 1 + dice.below(64))]); break;
    }
  }
  return new Uint8Array(b);
}
