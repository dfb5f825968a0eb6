/**
 * Writes a conversation down: numbered steps in and out, why each is as it is, the whole packet as bytes, and what decode says to them.
 *
 * The tests say what must come out, in short; the bytes and the words are held against the file of before. `vitest --update` writes it anew.
 */
import { expect } from 'vitest';
import { formatIpv4, type Ipv4 } from '../../src/base/address.js';
import { SECOND } from '../../src/base/micros.js';
import type { LsaInstance } from '../../src/ospf/lsdb.js';
import { AsciiWriter } from '../../src/report/ascii-writer.js';
import { VerboseWriter } from '../../src/report/decode-text.js';
import { dissectFrame } from '../../src/wire/dissect/dissect.js';
import { Tape } from '../../src/wire/dissect/tape.js';
import { LinkType } from '../../src/wire/link-layer.js';
import { PacketType } from '../../src/wire/ospf/packet.js';
import type { Caught, Peer } from './bench.js';
import { ip } from './fabric.js';
import { segment, type Role, type Segment, type SegmentOptions } from './segment.js';

const GROUPS = new Map<Ipv4, string>([[ip('224.0.0.5'), 'AllSPFRouters'], [ip('224.0.0.6'), 'AllDRouters']]);
const BYTES_A_LINE = 32;

export class Steps {
  readonly s: Segment;
  private readonly lines: string[];
  private readonly start: number;
  private count = 0;
  private waiting: Caught[] = [];

  constructor(title: string, role: Role, options: SegmentOptions = {}) {
    this.s = segment(role, options);
    this.start = this.s.bench.now;
    this.lines = [title, '', 'The process is 5.5.5.5.', ...(['a', 'b', 'c'] as const).map((name) => {
      const peer = this.s[name];
      const owner = this.s.bench.interface(peer.interfaceIndex);
      const is = owner.designatedRouter === peer.address ? 'DR' : owner.backupDesignatedRouter === peer.address ? 'Backup' : owner.state === 'Point-To-Point' ? 'point-to-point' : 'DR Other';
      return `  ${formatIpv4(peer.routerId)} is at ${formatIpv4(peer.address)} on ${owner.name}, ${is}${peer.areaId === 0 ? '' : `, area ${peer.areaId}`}; it is Full.`;
    }), `  On eth0 it is ${this.s.bench.interface().state} itself.`, ''];
  }

  /** A packet comes; everything that went out before has been told. */
  in(who: 'a' | 'b' | 'c', why: string, say: (peer: Peer) => void, to = 'AllSPFRouters'): void {
    this.quiet();
    const peer = this.s[who];
    const destination = [...GROUPS].find(([, name]) => name === to)?.[0] ?? ip(to);
    let packet: Uint8Array | undefined;
    const { process } = this.s.bench;
    const receive = process.receive.bind(process);
    process.receive = (now, index, source, _destination, bytes) => {
      packet = bytes;
      receive(now, index, source, destination, bytes);
    };
    say(peer);
    process.receive = receive;
    if (packet === undefined) throw new Error('nothing was said');
    this.step(`in   ${this.s.bench.interface(peer.interfaceIndex).name} from ${formatIpv4(peer.address)} to ${to}`, why);
    this.packet(packet, peer.address, destination);
    this.collect();
  }

  /** The next packet that went out. `what` is `update 66.6.6.6/80000010/2`, identity, sequence and age of each LSA. */
  out(name: 'eth0' | 'eth1', to: string, what: string, why: string): void {
    const caught = this.waiting.shift();
    const number = this.count + 1;
    if (caught === undefined) throw new Error(`step ${number}: ${what} was to go out of ${name}, and nothing did`);
    const owner = this.s.bench.interface(caught.interfaceIndex);
    const destination = GROUPS.get(caught.destination) ?? formatIpv4(caught.destination);
    expect(`${number}. ${owner.name} to ${destination}: ${summary(caught)}`).toBe(`${number}. ${name} to ${to}: ${what}`);
    this.step(`out  ${name} to ${to}`, why, caught.time);
    this.packet(caught.bytes, owner.address, caught.destination);
  }

  /** Time passes; nobody says anything. */
  wait(seconds: number, why: string): void {
    this.quiet();
    this.s.bench.wait(Math.round(seconds * SECOND));
    this.step(`wait ${seconds} s`, why);
    this.collect();
  }

  /** Something happens that this conversation is not about; what goes out meanwhile is not told. */
  aside(what: string, work: (s: Segment) => void): void {
    this.quiet();
    work(this.s);
    this.s.bench.take();
    this.lines.push(`     (${what})`);
  }

  /** What the database has under an identity: `80000010/2`, sequence and age, or nothing. */
  holds(lsType: number, linkStateId: string, advertisingRouter: string, what: string | undefined, why: string, area = 0): void {
    const { process, now } = this.s.bench;
    const in_ = process.areas.find((each) => each.id === area);
    if (in_ === undefined) throw new Error(`no area ${area}`);
    const found = process.lookUp(in_, lsType, ip(linkStateId), ip(advertisingRouter));
    expect([this.count + 1, found === undefined ? undefined : `${(found.header.sequence >>> 0).toString(16)}/${found.ageSeconds(now)}`]).toEqual([this.count + 1, what]);
    this.step(`has  ${found === undefined ? 'nothing' : 'this'} under type ${lsType}, ${linkStateId}, ${advertisingRouter}`, why);
    if (found !== undefined) this.hex(aged(found, now));
  }

  /** The whole conversation, once nothing is left to be told. */
  async isAsWritten(file: string): Promise<void> {
    this.quiet();
    await expect(`${this.lines.join('\n')}\n`).toMatchFileSnapshot(`flooding-steps/${file}.steps`);
  }

  private collect(): void {
    this.waiting.push(...this.s.bench.take().filter((c) => c.type !== PacketType.hello));
  }

  private quiet(): void {
    expect(this.waiting.map((c) => `out of ${this.s.bench.interface(c.interfaceIndex).name}: ${summary(c)}`), `after step ${this.count}, not told`).toEqual([]);
  }

  private step(what: string, why: string, at = this.s.bench.now): void {
    this.lines.push(`${String(++this.count).padStart(3)}. ${((at - this.start) / SECOND).toFixed(6).padStart(10)}  ${what}`, `     ${why}`);
  }

  private packet(packet: Uint8Array, source: Ipv4, destination: Ipv4): void {
    this.hex(packet);
    for (const line of describe(packet, source, destination)) this.lines.push(`       | ${line}`);
  }

  private hex(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
      const text = Buffer.from(bytes.subarray(at, at + BYTES_A_LINE)).toString('hex').replace(/(.{8})(?=.)/g, '$1 ');
      this.lines.push(`       ${at.toString(16).padStart(4, '0')}  ${text}`);
    }
  }
}

function summary(c: Caught): string {
  const list = (headers: readonly { linkStateId: Ipv4; sequence: number; age: number }[]): string =>
    headers.map((h) => `${formatIpv4(h.linkStateId)}/${(h.sequence >>> 0).toString(16)}/${h.age}`).join(' ');
  if (c.update !== undefined) return `update ${list(c.update)}`;
  if (c.acknowledged !== undefined) return `ack ${list(c.acknowledged)}`;
  if (c.dd !== undefined) return `dd flags ${c.dd.flags}`;
  return c.request !== undefined ? `request ${c.request.entries.map((entry) => formatIpv4(entry.linkStateId)).join(' ')}` : `type ${c.type}`;
}

function aged(lsa: LsaInstance, now: number): Uint8Array {
  const bytes = lsa.bytes.slice();
  const age = lsa.ageSeconds(now);
  bytes[0] = age >>> 8;
  bytes[1] = age;
  return bytes;
}

/** What `decode -v` prints for the packet: every field. */
function describe(packet: Uint8Array, source: Ipv4, destination: Ipv4): string[] {
  const frame = new Uint8Array(20 + packet.length);
  const view = new DataView(frame.buffer);
  frame.set([0x45, 0xc0], 0);
  view.setUint16(2, frame.length);
  frame.set([1, 89], 8);
  view.setUint32(12, source);
  view.setUint32(16, destination);
  let sum = 0;
  for (let at = 0; at < 20; at += 2) sum += view.getUint16(at);
  view.setUint16(10, ~((sum & 0xffff) + (sum >>> 16)));
  frame.set(packet, 20);
  const tape = new Tape();
  dissectFrame(tape, { bytes: frame, start: 0, end: frame.length, linkType: LinkType.raw, timeMicros: 0, remainderNanos: 0, originalLength: frame.length, direction: 'unknown' }, 1, '');
  const chunks: Uint8Array[] = [];
  const w = new AsciiWriter((chunk) => chunks.push(chunk.slice()));
  new VerboseWriter(w).write(tape);
  w.flush();
  const lines = Buffer.concat(chunks).toString('utf8').trimEnd().split('\n');
  const from = lines.findIndex((line) => line.trimStart().startsWith('ospf '));
  return lines.slice(from).map((line) => line.slice(2));
}
