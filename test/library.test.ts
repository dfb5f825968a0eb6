/**
 * Proves that the package's public entries give what they promise, the way a user imports them: through the exports map, from
 * the built files, with their types.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FIXTURE = join(ROOT, 'test/fixtures/captures/frr-lan.pcap');

const PROGRAM = `
import { readFileSync, writeFileSync } from 'node:fs';
import { CaptureReader, OptionCode, PcapngWriter, readCapture, readDocument, writeCapture } from 'failover-emulator/capture';
import { ByteWriter, DecodeError, decodeLinkFrame, encodeFrame, formatIpv4, frameErrors, frameLength, LinkType } from 'failover-emulator/wire';

const file: Uint8Array = readFileSync(process.argv[2]);
const capture = readCapture(file);
if (capture instanceof DecodeError) throw new Error(capture.code);
let exact = 0;
const routers = new Set<string>();
for (const { bytes, interfaceId } of capture.frames) {
  const frame = decodeLinkFrame(capture.interfaces[interfaceId].linkType, bytes);
  if (frame instanceof DecodeError || frameErrors(frame).length > 0) continue;
  const again = new Uint8Array(frameLength(frame));
  encodeFrame(frame, new ByteWriter(again));
  if (Buffer.compare(again, bytes) === 0) exact++;
  if (frame.payload.kind === 'ipv4' && frame.payload.packet.payload.kind === 'ospf') routers.add(formatIpv4(frame.payload.packet.payload.ospf.header.routerId));
}
const reader = new CaptureReader();
let streamed = 0;
for (let at = 0; at < file.length; at += 1000) {
  reader.push(file.subarray(at, at + 1000));
  while (reader.next()) streamed++;
}
reader.finish();
reader.next();
const document = readDocument(file);
const isSame = !(document instanceof DecodeError) && Buffer.compare(writeCapture(document), file) === 0;
const chunks: Uint8Array[] = [];
const writer = new PcapngWriter((chunk) => chunks.push(chunk.slice()));
writer.writeFrame(writer.addInterface('eth0', LinkType.ethernet, 0), 5, capture.frames[0].bytes, 'inbound');
writer.finish();
const commented = readDocument(Buffer.concat(chunks));
if (commented instanceof DecodeError || commented.format !== 'pcapng') throw new Error('no pcapng');
for (const block of commented.blocks) if (block.kind === 'packet') block.options.add(OptionCode.comment, 'seen');
writeFileSync(process.argv[3], writeCapture(commented));
console.log(JSON.stringify({ frames: capture.frames.length, exact, streamed, trouble: reader.error ?? reader.break ?? null, isSame, routers: [...routers].sort() }));
`;

describe('the library', () => {
  const directory = mkdtempSync(join(tmpdir(), 'failover-library-'));
  beforeAll(() => {
    if (!existsSync(join(ROOT, 'dist/wire/public.js'))) throw new Error('dist/wire/public.js is not there: npm run build');
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    execFileSync('mkdir', ['-p', join(directory, 'node_modules')]);
    symlinkSync(ROOT, join(directory, 'node_modules/failover-emulator'));
    symlinkSync(join(ROOT, 'node_modules/@types'), join(directory, 'node_modules/@types'));
    writeFileSync(join(directory, 'user.ts'), PROGRAM);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('a user\'s program compiles against its types and does what the documentation says', () => {
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node', 'user.ts'],
      { cwd: directory, encoding: 'utf8' });
    const out = join(directory, 'out.pcapng');
    const result = JSON.parse(execFileSync(process.execPath, ['user.js', FIXTURE, out], { cwd: directory, encoding: 'utf8' })) as Record<string, unknown>;
    expect(result).toMatchObject({ trouble: null, isSame: true });
    expect(result.frames).toBeGreaterThan(100);
    expect([result.exact, result.streamed]).toEqual([result.frames, result.frames]);
    expect(result.routers).toHaveLength(3);
    expect(readFileSync(out).includes('seen')).toBe(true);
  });

  test('nothing else can be imported from outside', () => {
    const attempt = () => execFileSync(process.execPath, ['--input-type=module', '-e', "import 'failover-emulator/dist/wire/bytes.js'"], { cwd: directory, stdio: 'pipe' });
    expect(attempt).toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  test('every codec is in the wire entry', () => {
    const entry = readFileSync(join(ROOT, 'src/wire/public.ts'), 'utf8');
    const files = ['', 'ospf/', 'ospf/opaque/'].flatMap((folder) => readdirSync(join(ROOT, 'src/wire', folder)).filter((name) => name.endsWith('.ts')).map((name) => `./${folder}${name.slice(0, -3)}.js`));
    expect(files.filter((name) => name !== './public.js' && !entry.includes(`'${name}'`))).toEqual([]);
  });
});
