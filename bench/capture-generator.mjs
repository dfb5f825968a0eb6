/**
 * A capture of a large OSPF network, made from a seed: the file that bench/decode.mjs measures with.
 *
 *   node bench/capture-generator.mjs FILE [FRAMES] [SEED]
 *
 * 35 % Hello, 25 % Link State Update with several LSAs of all five types, 15 % acknowledgment, 10 % Database Description,
 * 5 % Link State Request, 10 % ARP; 60 routers. All checksums are right; written by hand here, not with the codecs that are
 * measured. Classic pcap, Ethernet, microseconds.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const ROUTERS = 60;
const CHUNK = 1 << 22;

class Random {
  constructor(seed) { this.state = seed >>> 0; }
  /** xorshift32; the state must not be zero. */
  next() {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state;
  }
  below(limit) { return this.next() % limit; }
}

const routerId = (index) => (10 << 24 | 255 << 16 | index) >>> 0;
const address = (index) => (10 << 24 | (index >> 3) << 16 | (index & 7) << 8 | 1 + index) >>> 0;

class FrameBuilder {
  constructor(random) {
    this.random = random;
    this.bytes = Buffer.alloc(2048);
    this.at = 0;
  }
  u8(v) { this.bytes[this.at++] = v; }
  u16(v) { this.at = this.bytes.writeUInt16BE(v & 0xffff, this.at); }
  u24(v) { this.u8((v >>> 16) & 255); this.u16(v); }
  u32(v) { this.at = this.bytes.writeUInt32BE(v >>> 0, this.at); }

  build() {
    const { random } = this;
    this.at = 0;
    const kind = random.below(100);
    const router = random.below(ROUTERS);
    if (kind >= 90) return this.arp(router);
    this.ethernet(router, 0x0100, 0x5e000005, 0x0800);
    this.ip(router);
    if (kind < 35) this.ospf(router, 1, () => this.hello());
    else if (kind < 60) this.ospf(router, 4, () => this.update());
    else if (kind < 75) this.ospf(router, 5, () => this.headers(1 + random.below(8)));
    else if (kind < 85) this.ospf(router, 2, () => this.description());
    else this.ospf(router, 3, () => this.requests(1 + random.below(20)));
    this.bytes.writeUInt16BE(this.at - 14, 16);
    this.bytes.writeUInt16BE(internetChecksum(this.bytes, 14, 34), 24);
    return this.at;
  }

  ethernet(router, high, low, type) {
    this.u16(high);
    this.u32(low);
    this.u16(0x0200);
    this.u32(router + 1);
    this.u16(type);
  }

  ip(router) {
    this.u16(0x45c0);
    this.u16(0);
    this.u16(this.random.below(65536));
    this.u16(0);
    this.u16(0x0159);
    this.u16(0);
    this.u32(address(router));
    this.u32(0xe0000005);
  }

  arp(router) {
    const { random } = this;
    const isReply = random.below(2) === 1;
    this.ethernet(router, 0xffff, 0xffffffff, 0x0806);
    this.u32(0x00010800);
    this.u16(0x0604);
    this.u16(isReply ? 2 : 1);
    this.u16(0x0200);
    this.u32(router + 1);
    this.u32(address(router));
    this.u16(isReply ? 0x0200 : 0);
    this.u32(isReply ? 1 + random.below(ROUTERS) : 0);
    this.u32(address(random.below(ROUTERS)));
    while (this.at < 60) this.u8(0);
    return this.at;
  }

  ospf(router, type, body) {
    const start = this.at;
    this.u8(2);
    this.u8(type);
    this.u16(0);
    this.u32(routerId(router));
    this.u32(router & 3);
    this.u16(0);
    this.u16(0);
    this.u32(0);
    this.u32(0);
    body();
    this.bytes.writeUInt16BE(this.at - start, start + 2);
    this.bytes.writeUInt16BE(internetChecksum(this.bytes, start, this.at), start + 12);
  }

  hello() {
    const { random } = this;
    this.u32(0xffffff00);
    this.u16(10);
    this.u8(2);
    this.u8(1);
    this.u32(40);
    this.u32(address(random.below(ROUTERS)));
    this.u32(address(random.below(ROUTERS)));
    for (let i = random.below(6); i >= 0; i--) this.u32(routerId(random.below(ROUTERS)));
  }

  description() {
    const { random } = this;
    this.u16(1500);
    this.u8(0x42);
    this.u8(random.below(8));
    this.u32(random.next());
    this.headers(random.below(12));
  }

  headers(count) {
    for (let i = 0; i < count; i++) {
      this.lsaHeader(1 + this.random.below(5));
      this.bytes.writeUInt16BE(this.random.below(65536), this.at - 4);
      this.bytes.writeUInt16BE(24 + 12 * this.random.below(8), this.at - 2);
    }
  }

  requests(count) {
    for (let i = 0; i < count; i++) {
      const { random } = this;
      this.u32(1 + random.below(5));
      this.u32((10 << 24 | random.below(4096) << 8) >>> 0);
      this.u32(routerId(random.below(ROUTERS)));
    }
  }

  lsaHeader(type) {
    const { random } = this;
    this.u16(random.below(3600));
    this.u8(2);
    this.u8(type);
    const router = routerId(random.below(ROUTERS));
    this.u32(type === 1 ? router : (10 << 24 | random.below(4096) << 8) >>> 0);
    this.u32(router);
    this.u32(0x80000001 + random.below(5000));
    this.u16(0);
    this.u16(0);
  }

  update() {
    const { random } = this;
    const count = 2 + random.below(14); // fifteen of the longest fill 1500 bytes
    this.u32(count);
    for (let i = 0; i < count; i++) this.lsa(1 + random.below(5));
  }

  lsa(type) {
    const { random } = this;
    const start = this.at;
    this.lsaHeader(type);
    if (type === 1) {
      const links = 1 + random.below(6);
      this.u8(random.below(4));
      this.u8(0);
      this.u16(links);
      for (let i = 0; i < links; i++) {
        this.u32(routerId(random.below(ROUTERS)));
        this.u32(address(random.below(ROUTERS)));
        this.u8(1 + random.below(3));
        this.u8(0);
        this.u16(1 + random.below(100));
      }
    } else if (type === 2) {
      this.u32(0xffffff00);
      for (let i = 1 + random.below(6); i >= 0; i--) this.u32(routerId(random.below(ROUTERS)));
    } else if (type < 5) {
      this.u32(type === 3 ? 0xffffff00 : 0);
      this.u32(random.below(1000));
    } else {
      this.u32(0xffffff00);
      this.u8(random.below(2) << 7);
      this.u24(random.below(1000));
      this.u32(0);
      this.u32(random.below(100));
    }
    this.bytes.writeUInt16BE(this.at - start, start + 18);
    this.bytes.writeUInt16BE(fletcherChecksum(this.bytes, start, this.at), start + 16);
  }
}

function internetChecksum(bytes, start, end) {
  let sum = 0;
  for (let i = start; i < end; i += 2) sum += bytes[i] * 256 + (i + 1 < end ? bytes[i + 1] : 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** ISO 8473 annex C: over all but the age, the field itself counts as zero. */
function fletcherChecksum(bytes, start, end) {
  let c0 = 0;
  let c1 = 0;
  for (let i = start + 2; i < end; i++) {
    c0 = (c0 + bytes[i]) % 255;
    c1 = (c1 + c0) % 255;
  }
  const behind = end - (start + 16);
  const x = (((behind - 1) * c0 - c1) % 255 + 255) % 255 || 255;
  const y = ((c1 - behind * c0) % 255 + 255) % 255 || 255;
  return (x << 8) | y;
}

/** Returns the number of bytes written. */
export function generateCapture(path, frames = 1_000_000, seed = 1) {
  const random = new Random(seed);
  const builder = new FrameBuilder(random);
  const file = openSync(path, 'w');
  const chunk = Buffer.alloc(CHUNK + 4096);
  let at = 0;
  let total = 0;
  const flush = () => {
    for (let written = 0; written < at;) written += writeSync(file, chunk, written, at - written);
    total += at;
    at = 0;
  };
  for (const word of [0xa1b2c3d4, 0x00040002, 0, 0, 262144, 1]) at = chunk.writeUInt32LE(word, at);
  let micros = 0;
  let seconds = 1_700_000_000;
  for (let i = 0; i < frames; i++) {
    const length = builder.build();
    micros += 1 + random.below(400);
    if (micros >= 1e6) {
      micros -= 1e6;
      seconds++;
    }
    at = chunk.writeUInt32LE(seconds, at);
    at = chunk.writeUInt32LE(micros, at);
    at = chunk.writeUInt32LE(length, at);
    at = chunk.writeUInt32LE(length, at);
    builder.bytes.copy(chunk, at, 0, length);
    at += length;
    if (at >= CHUNK) flush();
  }
  flush();
  closeSync(file);
  return total;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [path, frames, seed] = process.argv.slice(2);
  if (path === undefined) {
    console.error('usage: node bench/capture-generator.mjs FILE [FRAMES] [SEED]');
    process.exit(2);
  }
  console.log(`${generateCapture(path, Number(frames ?? 1_000_000), Number(seed ?? 1))} bytes`);
}
