/** `failover decode` as a user meets it: what it prints, what it says about bad input, and that it leaves when nobody reads on. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFileFailure } from '../../src/cli/failure.js';
import { MAIN, failover } from './command-line.js';

const LAN = fileURLToPath(new URL('../fixtures/captures/frr-lan.pcap', import.meta.url));
let directory = '';

/** One record of a pcap file, its lengths as given. */
function record(captured: number, bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(captured, 8);
  header.writeUInt32LE(captured, 12);
  return Buffer.concat([header, bytes]);
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'failover-decode-'));
  const whole = readFileSync(LAN);
  const header = whole.subarray(0, 24);
  const file = (name: string, ...parts: Uint8Array[]): void => writeFileSync(join(directory, name), Buffer.concat(parts));
  file('empty.pcap');
  file('short.pcap', whole.subarray(0, 10));
  file('text.pcap', Buffer.from('not a capture at all\n'));
  file('cut.pcap', whole.subarray(0, 24 + 16 + 78 + 16 + 20));
  file('huge-record.pcap', header, record(0xfffffff0, Buffer.from('x')));
  file('huge-block.pcapng', Buffer.from('0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000' + '01000000fcffffff0000000000000000', 'hex'));
  file('only-header.pcap', header);
  file('no-permission.pcap', whole);
  mkdirSync(join(directory, 'folder.pcap'));
  chmodSync(join(directory, 'no-permission.pcap'), 0);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('what it prints', () => {
  it('a line a frame', () => {
    const { stdout, stderr, exitCode } = failover(['decode', LAN]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(521);
    expect(lines[0]).toBe('15:00:27.516293 192.168.1.4 > 224.0.0.5 OSPF hello router 192.168.1.4 area 0.0.0.0 mask 255.255.255.0 hello 10 priority 1 ' +
      'dead 40 DR 0.0.0.0 BDR 0.0.0.0 neighbors length 78');
    expect(lines[2]).toBe('15:00:27.519936 02:00:00:00:01:04 > ff:ff:ff:ff:ff:ff ARP request sender 02:00:00:00:01:04 192.168.1.4 ' +
      'target 00:00:00:00:00:00 192.168.1.3 length 42');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  });

  it('-v: every field, a line a group', () => {
    const { stdout } = failover(['decode', '-v', '--where', 'frame.number == 1', LAN]);
    expect(stdout).toBe([
      '#1 2026-11-20 15:00:27.516293',
      '  frame number 1, time 1795186827.516293, length 78, captured 78',
      '  eth dst 01:00:5e:00:00:05, src 02:00:00:00:01:04, type 0x0800',
      '  ip header length 20, tos 0xc0, length 64, id 24717, flags 0x00, fragment offset 0, ttl 1, protocol 89 ospf, checksum 0xb666, src 192.168.1.4, dst 224.0.0.5',
      '  ospf version 2, type 1 hello, length 44, router 192.168.1.4, area 0.0.0.0, checksum 0x3af2, auth type 0 none, auth data 0000000000000000',
      '    hello mask 255.255.255.0, hello interval 10, options 0x02 E, priority 1, dead interval 40, dr 0.0.0.0, bdr 0.0.0.0, neighbor',
      '',
    ].join('\n'));
  });

  it('--json, filtered, from standard input', () => {
    const words = ['decode', '--json', '--only', 'ospf', '--where', 'ospf.lsa.type == external && ospf.type == ls-update', '-'];
    const { stdout } = spawnSync(process.execPath, [MAIN, ...words], { input: readFileSync(LAN), encoding: 'utf8' });
    const frames = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { ospf: { type_name: string; lsa: { type: number }[] } });
    expect(frames.length).toBeGreaterThan(3);
    for (const { ospf } of frames) {
      expect(ospf.type_name).toBe('ls-update');
      expect(ospf.lsa.some(({ type }) => type === 5)).toBe(true);
    }
  });

  it('--count, as text and as JSON', () => {
    expect(failover(['decode', '--count', LAN]).stdout).toContain('521 frames, 44790 bytes');
    expect(JSON.parse(failover(['decode', '--count', '--json', LAN]).stdout)).toMatchObject({ frames: 521, errors: 0, layers: { arp: 166 } });
  });

  it('--names', () => {
    const { stdout } = failover(['decode', '--names']);
    expect(stdout).toMatch(/^ospf\.lsa\[\]\.id +ipv4 +link state id$/m);
    expect(stdout).toContain('4 ls-update');
  });

  it('a capture without frames is a capture', () => {
    expect(failover(['decode', join(directory, 'only-header.pcap')])).toMatchObject({ stdout: '', stderr: '', exitCode: 0 });
  });

  it('leaves without a word when whoever reads has gone', () => {
    const script = `"$0" "$1" decode -v "$2" | head -1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, MAIN, LAN], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^#1 .*\n0\n$/);
  });
});

describe('bad input: one line, exit code 2', () => {
  it.each([
    ['not-there.pcap', /: no such file or directory$/],
    ['folder.pcap', /: is a directory, not a file$/],
    ['empty.pcap', /: is empty; a capture/],
    ['short.pcap', /: ends after 10 bytes, inside the file header/],
    ['text.pcap', /: is no capture: got 6e6f7420, want a1b2c3d4/],
    ['huge-record.pcap', /: breaks at byte 32: length 4294967280, want at most \d+ \[pcap:5\]/],
    ['huge-block.pcapng', /: breaks at byte 32: length 4294967292, want at most \d+ \[pcapng:3\.1\]/],
  ])('%s', (name, message) => {
    const path = join(directory, name);
    const { exitCode, stdout, stderr } = failover(['decode', path]);
    expect(stderr.startsWith(path)).toBe(true);
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  it('a truncated file: what is there is used, the break is named', () => {
    const { exitCode, stdout, stderr } = failover(['decode', join(directory, 'cut.pcap')]);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/cut\.pcap: breaks off at byte 118: 36 bytes are left of 94 \[pcap:5\]; the frames before it were used\n$/);
    expect(exitCode).toBe(2);
  });

  it('no permission', () => {
    const path = join(directory, 'no-permission.pcap');
    if (process.getuid?.() !== 0) {
      expect(failover(['decode', path])).toMatchObject({ exitCode: 2, stdout: '', stderr: `${path}: permission denied\n` });
    } else { // root may read everything: only the words can be held
      expect(describeFileFailure(Object.assign(new Error('no'), { code: 'EACCES' }))).toBe('permission denied');
    }
  });

  it('nothing on standard input', () => {
    expect(failover(['decode', '-'])).toMatchObject({ exitCode: 2, stderr: 'standard input: is empty; a capture (pcap or pcapng) is wanted\n' });
  });

  it.each([
    [['decode'], 'decode: wanted is a capture'],
    [['decode', LAN, '--where', 'ospf.typ == 4'], '--where:1: there is no name "ospf.typ"; did you mean ospf.type?'],
    [['decode', LAN, '--only', 'opsf'], '--only:1: there is no layer "opsf"'],
    [['decode', LAN, '-v', '--json'], 'decode: -v is text for people; it does not go with --json'],
    [['decode', LAN, '--names'], 'decode: --names lists the names and takes no capture'],
  ])('%j', (words, begin) => {
    const { exitCode, stdout, stderr } = failover(words);
    expect(stderr.slice(0, begin.length)).toBe(begin);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });
});
