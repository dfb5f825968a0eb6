/**
 * Proves, field by field, that tshark and we read the same values out of every frame of every capture: all OSPF, ARP, VRRP, BFD, IGMP and
 * ICMP fields that both know. The table is agreement.ts; a field of either side that is not in it, with its counterpart or the reason
 * why it has none, fails. So does a disagreement that is not listed here with its reason.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CaptureReader } from '../../src/capture/capture-reader.js';
import { PcapngWriter } from '../../src/capture/pcapng.js';
import { goldenText } from '../../src/report/golden.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { describeWithJudge } from './availability.js';
import type { Around, Leaf, Row } from './agreement.js';
import { OURS_ALONE, ROWS, THEIRS_ALONE } from './agreement.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROTOCOLS = ['ospf', 'arp', 'vrrp', 'bfd', 'igmp', 'icmp'];

/** Where the two do not say the same, and who is right. The difference has to be there: an entry that nothing needs fails too. */
const DISAGREEMENTS: readonly { readonly field: string; readonly why: string; readonly isIt: (theirs: readonly unknown[], ours: readonly unknown[]) => boolean }[] = [];

const isFirstFragment = (leaves: readonly Leaf[]): boolean => leaves.some(({ path, value }) => path === 'ip.flags' && value === '0x01');

/** What we leave as bytes and tshark looks into, by protocol. */
const NOT_TAKEN_APART: readonly { readonly protocol: string; readonly why: string; readonly is: (place: string, leaves: readonly Leaf[]) => boolean }[] = [
  { protocol: 'ospf', why: 'a fragment: bytes until it is put together', is: (_, leaves) => isFirstFragment(leaves) },
  { protocol: 'icmp', why: 'the same', is: (_, leaves) => isFirstFragment(leaves) },
  { protocol: 'vrrp', why: 'inside of an IP authentication header [2402], which is not decoded', is: (place) => place.includes('vrrp-v2-authentication-header') },
];

type Value = number | string;

function capturesBelow(directory: string): string[] {
  return readdirSync(directory).sort().flatMap((name) => {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) return capturesBelow(path);
    return /\.pcap(ng)?$/.test(name) ? [path] : [];
  });
}

/** Numbers as numbers, whatever their base; bytes and MAC addresses without colons, behind an x; the rest in small letters. */
function normal(text: string): Value {
  if (/^([0-9a-f]{2}:)+[0-9a-f]{2}$/i.test(text)) return `x${text.replaceAll(':', '')}`;
  if (text !== '' && /^(0x[0-9a-f]+|-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?)$/i.test(text)) return Number(text);
  return text === 'True' ? 1 : text === 'False' ? 0 : text.toLowerCase();
}

/** One map a frame: field -> values in order. Packets inside of ICMP errors, which stand behind them, are left out. */
function tsharkFrames(file: string): Map<string, Value[]>[] {
  const text = execFileSync('tshark', [
    '-n', '-r', file, '-o', 'ip.defragment:FALSE', '-o', 'arp.detect_duplicate_ips:FALSE', '-T', 'pdml', '-J', PROTOCOLS.join(' '),
  ], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 30 });
  const frames: Map<string, Value[]>[] = [];
  let frame = new Map<string, Value[]>();
  let depth = 0;
  let isIcmp = false;
  let isBehindIcmp = false;
  for (const [, tag, attributes] of text.matchAll(/<(packet|proto|\/proto|field)\b([^>]*)>/g)) {
    if (tag === 'packet') {
      frame = new Map();
      frames.push(frame);
      depth = 0;
      isBehindIcmp = false;
      isIcmp = false;
    } else if (tag === 'proto') {
      if (attributes.endsWith('/')) continue;
      depth++;
      isBehindIcmp ||= isIcmp;
      isIcmp ||= / name="icmp"/.test(attributes);
    } else if (tag === '/proto') {
      depth--;
    } else if (depth === 1 && !isBehindIcmp && !/ hide="yes"/.test(attributes)) {
      const name = / name="([^"]*)"/.exec(attributes)?.[1] ?? '';
      const show = / show="([^"]*)"/.exec(attributes)?.[1] ?? '';
      if (!PROTOCOLS.includes(name.split('.')[0])) continue;
      const values = frame.get(name);
      if (values === undefined) frame.set(name, [normal(show)]);
      else values.push(normal(show));
    }
  }
  return frames;
}

function leavesOf(value: unknown, path: string, around: readonly Around[], leaves: Leaf[]): Leaf[] {
  if (Array.isArray(value)) {
    leaves.push({ path: `${path}[#]`, value: value.length, around });
    for (const element of value) leavesOf(element, `${path}[]`, around, leaves);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) leavesOf(member, path === '' ? name : `${path}.${name}`, [value as Around, ...around], leaves);
  } else {
    leaves.push({ path, value: typeof value === 'boolean' ? Number(value) : typeof value === 'number' ? value : String(value), around });
  }
  return leaves;
}

function ours({ paths, when, ours: convert }: Row, leaves: readonly Leaf[]): Value[] {
  const values: Value[] = [];
  for (const { path, value, around } of leaves) {
    if (!paths.includes(path) || (when !== undefined && !when(around, value))) continue;
    const plain = typeof value === 'string' && /^(0x[0-9a-f]+$|([0-9a-f]{2}:){5})/.test(value) ? normal(value) : value;
    values.push(convert === undefined ? plain : convert(plain, around));
  }
  return values;
}

describeWithJudge('tshark', 'field by field', () => {
  const files = [...capturesBelow(`${ROOT}pcaps`), ...capturesBelow(`${ROOT}test/fixtures`)];
  /** Which file a frame is from, and its number there. */
  const places: string[] = [];
  let directory = '';
  let theirs: Map<string, Value[]>[] = [];
  let leaves: Leaf[][] = [];

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'failover-agreement-'));
    const chunks: Uint8Array[] = [];
    const writer = new PcapngWriter((chunk) => chunks.push(chunk.slice()));
    for (const file of files) {
      const reader = new CaptureReader();
      reader.push(readFileSync(file));
      reader.finish();
      const ids = new Map<number, number>();
      for (let number = 1; reader.next(); number++) {
        const id = ids.get(reader.linkType) ?? writer.addInterface(file, reader.linkType, 0);
        ids.set(reader.linkType, id);
        // A second apart: what one file says is not an answer to another.
        writer.writeFrame(id, places.length * 1_000_000, reader.bytes.slice(reader.start, reader.end), 'inbound');
        places.push(`${file.slice(ROOT.length)} frame ${number}`);
      }
    }
    writer.finish();
    const all = Buffer.concat(chunks);
    writeFileSync(join(directory, 'all.pcapng'), all);
    theirs = tsharkFrames(join(directory, 'all.pcapng'));
    const text = goldenText(all);
    if (text instanceof DecodeError) throw new Error(text.clause);
    leaves = text.trimEnd().split('\n').map((line) => leavesOf(JSON.parse(line), '', [], []));
  }, 120_000);
  afterAll(() => rmSync(directory, { recursive: true }));

  test('both saw every frame of every capture', () => {
    expect(places.length).toBeGreaterThan(6000);
    expect(theirs.length).toBe(places.length);
    expect(leaves.length).toBe(places.length);
  });

  test('every value of every field that both know is the same', () => {
    const wrong: string[] = [];
    const needed = new Set<string>();
    let compared = 0;
    for (const row of ROWS) {
      let shown = 0;
      for (const [index, frame] of theirs.entries()) {
        const convert = row.theirs;
        const want = (frame.get(row.field) ?? []).flatMap((value) => {
          const one = convert === undefined ? value : convert(value);
          return one === undefined ? [] : [one];
        });
        const got = ours(row, leaves[index]);
        if (got.length === 0 && NOT_TAKEN_APART.some(({ protocol, is }) => row.field.startsWith(`${protocol}.`) && is(places[index], leaves[index]))) continue;
        compared += want.length;
        if (want.length === got.length && want.every((value, i) => value === got[i])) continue;
        const known = DISAGREEMENTS.find(({ field, isIt }) => field === row.field && isIt(want, got));
        if (known !== undefined) needed.add(known.field);
        else if (shown++ < 3) wrong.push(`${places[index]}: ${row.field}: tshark ${JSON.stringify(want)}, we ${JSON.stringify(got)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(DISAGREEMENTS.map(({ field }) => field).filter((field) => !needed.has(field))).toEqual([]);
    expect(compared).toBeGreaterThan(150_000);
  });

  test('no field of tshark is left out without a reason', () => {
    const inTable = new Set(ROWS.map(({ field }) => field));
    const seen = new Set(theirs.flatMap((frame) => [...frame.keys()]));
    expect([...seen].filter((field) => !inTable.has(field) && !THEIRS_ALONE.has(field)).sort()).toEqual([]);
    expect([...THEIRS_ALONE.keys(), ...inTable].filter((field) => !seen.has(field)).sort()).toEqual([]);
  });

  test('no field of ours is left out without a reason', () => {
    const inTable = new Set(ROWS.flatMap(({ paths }) => paths));
    const seen = new Set(leaves.flatMap((frame) => frame.map(({ path }) => path))
      .filter((path) => PROTOCOLS.includes(path.split('.')[0]) && !path.endsWith('[#]') && !/_names?$/.test(path)));
    expect([...seen].filter((path) => !inTable.has(path) && !OURS_ALONE.has(path)).sort()).toEqual([]);
    expect([...OURS_ALONE.keys()].filter((path) => !seen.has(path)).sort()).toEqual([]);
  });
});
