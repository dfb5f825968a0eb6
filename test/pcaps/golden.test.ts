/**
 * Proves that every recorded capture says what it said when it was reviewed (golden/NAME.jsonl, all fields of all frames; UPDATE=1 rewrites
 * them), that every frame encodes to the same bytes with every checksum right, and that every packet that is authenticated is
 * authentic by the keys in the index.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/capture.js';
import { goldenMatchers } from '../../src/matcher/golden-matcher.js';
import '../../src/matcher/vitest.js';
import { verifyFrame } from '../../src/report/verify-frame.js';
import { BfdAuthType } from '../../src/wire/bfd.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import type { Ipv4Payload } from '../../src/wire/frame.js';
import { decodeLinkFrame } from '../../src/wire/frame.js';

const PCAPS = fileURLToPath(new URL('../../pcaps/', import.meta.url));
const IS_UPDATE = process.env.UPDATE === '1';
const MAXIMUM_TOTAL_BYTES = 15_000_000;

interface Key { readonly protocol: string; readonly algorithm: string; readonly id?: number; readonly key?: string }
interface Entry { readonly file: string; readonly keys?: readonly Key[] }

const { captures: entries } = JSON.parse(readFileSync(`${PCAPS}index.json`, 'utf8')) as { captures: Entry[] };
const goldenOf = (file: string): string => `${PCAPS}golden/${file.replace(/\.pcap(ng)?$/, '')}.jsonl`;

expect.extend(goldenMatchers);

const bytesOf = (text: string | undefined): Uint8Array => new TextEncoder().encode(text ?? '');
const BFD_TYPES: Readonly<Record<string, number>> = {
  simple: BfdAuthType.simple, 'keyed-md5': BfdAuthType.keyedMd5, 'meticulous-keyed-md5': BfdAuthType.meticulousMd5,
  'keyed-sha1': BfdAuthType.keyedSha1, 'meticulous-keyed-sha1': BfdAuthType.meticulousSha1,
};

/** Frames (from 1) that are not authentic, and have to be refused for it. */
const NOT_AUTHENTIC: Readonly<Record<string, (frame: number) => boolean>> = {
  // See its notes: until the key of 10.0.0.2 is put right, its Hellos are digested with another.
  'ospf-auth-wrong-key.pcap': () => true,
};

describe('golden files', () => {
  test.each(entries.map(({ file }) => file))('%s says what it said', (file) => {
    if (!IS_UPDATE) expect(existsSync(goldenOf(file)), `${goldenOf(file)} is not there; UPDATE=1 writes it`).toBe(true);
    expect(PCAPS + file).toMatchGolden(goldenOf(file));
  });

  test('stay small enough to be reviewed', () => {
    const bytes = entries.reduce((sum, { file }) => sum + statSync(goldenOf(file)).size, 0);
    expect(bytes).toBeLessThan(MAXIMUM_TOTAL_BYTES);
  });

  test('speak of no error: what is recorded is well formed', () => {
    const wrong = entries.flatMap(({ file }) => readFileSync(goldenOf(file), 'utf8').split('\n').filter((line) => line.includes('"error":[')));
    expect(wrong).toEqual([]);
  });
});

describe('verified with the keys of the index', () => {
  const authenticated = { ospf: 0, heartbeat: 0, bfd: 0, vrrp: 0 };

  test.each(entries.map((entry) => [entry.file, entry] as const))('%s', (file, { keys = [] }) => {
    const capture = readCapture(readFileSync(PCAPS + file));
    if (capture instanceof DecodeError) throw new Error(`${file} is no capture`);
    const of = (protocol: string): Key[] => keys.filter((key) => key.protocol === protocol);
    const secrets = new Map([...of('ospf'), ...of('heartbeat'), ...of('bfd')].flatMap(({ id, key }) => (id === undefined ? [] : [[id, bytesOf(key)] as const])));
    const simple = of('ospf').find(({ algorithm }) => algorithm === 'simple');
    const verifyKeys = { secrets, password: simple && bytesOf(simple.key) };
    const refused: string[] = [];
    let forgeries = 0;
    for (const [index, { bytes, originalLength, interfaceId }] of capture.frames.entries()) {
      expect(bytes.length).toBe(originalLength);
      const { linkType } = capture.interfaces[interfaceId];
      const { errors, authentication } = verifyFrame(bytes, linkType, verifyKeys);
      const problems = [...errors];
      if (authentication === 'no-key') refused.push(`frame ${index + 1}: no key for it`);
      const frame = decodeLinkFrame(linkType, bytes);
      const inner = frame instanceof DecodeError || frame.payload.kind !== 'ipv4' ? undefined : frame.payload.packet.payload;
      if (authentication === 'checked') authenticated[inner?.kind === 'ospf' ? 'ospf' : inner?.kind === 'udp' && inner.application?.kind === 'bfd' ? 'bfd' : 'heartbeat']++;
      const bad = wrongMethodOrPassword(inner, of('bfd')[0], of('vrrp')[0]);
      if (bad !== undefined) problems.push(bad);
      if (inner?.kind === 'vrrp' && inner.vrrp.version === 2 && inner.vrrp.authenticationType === 1) authenticated.vrrp++;
      for (const { code, offset, clause, got, want } of problems) {
        if (code === 'authentication' && NOT_AUTHENTIC[file]?.(index + 1)) forgeries++;
        else refused.push(`frame ${index + 1}, offset ${offset}: ${code} ${clause} got ${got}, want ${want}`);
      }
    }
    expect(refused).toEqual([]);
    expect(forgeries > 0).toBe(file in NOT_AUTHENTIC);
  });

  test('a good part of them is authenticated, by every protocol that does', () => {
    expect(authenticated.ospf).toBeGreaterThan(300);
    expect(authenticated.heartbeat).toBeGreaterThan(150);
    expect(authenticated.bfd).toBeGreaterThan(120);
    expect(authenticated.vrrp).toBeGreaterThan(10);
  });
});

/** What `verifyFrame` does not look at: that BFD's method is the one of the index, and VRRP 2's password. */
function wrongMethodOrPassword(inner: Ipv4Payload | undefined, bfdKey: Key | undefined, vrrpKey: Key | undefined): DecodeError | undefined {
  if (inner?.kind === 'udp' && inner.application?.kind === 'bfd' && inner.application.bfd.authentication !== undefined) {
    const { type } = inner.application.bfd.authentication;
    const want = bfdKey && BFD_TYPES[bfdKey.algorithm];
    return type === want ? undefined : new DecodeError('value', 0, '[5880:6.7]', type, want ?? 'none');
  }
  if (inner?.kind === 'vrrp' && inner.vrrp.version === 2 && inner.vrrp.authenticationType === 1) {
    const want = Buffer.alloc(8);
    want.write(vrrpKey?.key ?? '', 'latin1');
    const isRight = Buffer.compare(inner.vrrp.authenticationData, want) === 0;
    return isRight ? undefined : new DecodeError('value', 0, '[2338:5.3.6.1]', 'another password', 'that of the index');
  }
  return undefined;
}
