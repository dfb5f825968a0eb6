/** `failover verify`: good captures pass, a single changed byte is found and named, keys are tried, bad input is told apart from bad frames. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failover } from './command-line.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/captures', import.meta.url));
const fixture = (name: string): string => join(FIXTURES, name);
let directory = '';

/** The first frame of frr-lan.pcap is a Hello of 78 bytes; its bytes begin at 40. */
const FIRST_FRAME = 40;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'failover-verify-'));
  const changed = (name: string, at: number): void => {
    const bytes = readFileSync(fixture('frr-lan.pcap'));
    bytes[FIRST_FRAME + at] ^= 0x01;
    writeFileSync(join(directory, name), bytes);
  };
  changed('ip.pcap', 22);
  changed('ospf.pcap', 65);
  const cut = readFileSync(fixture('frr-lan.pcap')).subarray(0, 1000);
  writeFileSync(join(directory, 'cut.pcap'), cut);
  mkdirSync(join(directory, 'below/deeper'), { recursive: true });
  writeFileSync(join(directory, 'below/deeper/good.pcap'), readFileSync(fixture('linux-arp.pcap')));
  writeFileSync(join(directory, 'below/notes.txt'), 'no capture');
  mkdirSync(join(directory, 'nothing'));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('good captures', () => {
  it('all of a directory and below, a line a file', () => {
    const { exitCode, stdout, stderr } = failover(['verify', FIXTURES, join(directory, 'below')]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const line of stdout.trimEnd().split('\n')) expect(line).toMatch(/\.pcap(ng)?: ok: \d+ frames/);
    expect(stdout).toContain('deeper/good.pcap: ok: 12 frames\n');
  });

  it('with keys and password everything is checked', () => {
    const { exitCode, stdout } = failover(['verify', fixture('frr-md5.pcap'), fixture('frr-simple.pcap'), fixture('ospf/bird-hmac-sha256.pcap'), fixture('vrrp-bfd.pcap'),
      fixture('heartbeat-crc.pcap'), '--key', '7=takeover', '--key', '12=takeover', '--password', 'takeover']);
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('not checked');
    expect(stdout).toContain('frr-md5.pcap: ok: 24 frames, 24 with authentication checked\n');
    expect(stdout).toContain('frr-simple.pcap: ok: 24 frames, 24 with authentication checked\n');
  });

  it('without keys it says what it did not check', () => {
    expect(failover(['verify', fixture('frr-md5.pcap')]).stdout).toMatch(/: ok: 24 frames, 24 with authentication not checked \(no key given\)\n$/);
  });
});

describe('what is wrong: exit code 1', () => {
  it.each([
    ['ip.pcap', /^\S+: frame 1, offset 24: checksum \[791:3\.1\] got 0x\w{4}, want 0x\w{4}$/],
    ['ospf.pcap', /^\S+: frame 1, offset 46: checksum \[2328:8\.2\] got 0x\w{4}, want 0x\w{4}$/],
  ])('%s: one byte', (name, message) => {
    const { exitCode, stdout } = failover(['verify', join(directory, name)]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(message);
    expect(lines[1]).toMatch(/: 1 problem: 521 frames$/);
    expect(lines).toHaveLength(2);
    expect(exitCode).toBe(1);
  });

  it.each([
    [['--key', '7=another'], fixture('frr-md5.pcap'), /frame 1, offset 78: authentication \[2328:D\.5\.3\(3\)\] got another digest, want the digest of the configured key/],
    [['--password', 'another'], fixture('frr-simple.pcap'), /frame 1, offset 50: authentication \[2328:D\.5\.2\(2\)\] got another password/],
    [['--key', '12=another'], fixture('ospf/bird-hmac-sha256.pcap'), /frame 1, offset \d+: authentication \[5709:/],
    [['--key', '2=another'], fixture('heartbeat-sha1.pcap'), /frame 1, offset 42: authentication \[heartbeat\]/],
  ])('%j', (words, path, message) => {
    const { exitCode, stdout } = failover(['verify', path, ...words]);
    expect(stdout).toMatch(message);
    expect(exitCode).toBe(1);
  });
});

describe('bad input: exit code 2, and the other files are looked at all the same', () => {
  it.each([
    ['not-there', /not-there: no such file or directory\n$/],
    ['nothing', /nothing: no captures in it/],
    ['cut.pcap', /cut\.pcap: breaks off at byte \d+/],
    ['below/notes.txt', /notes\.txt: is no capture/],
  ])('%s', (name, message) => {
    const { exitCode, stdout, stderr } = failover(['verify', join(directory, name), fixture('linux-arp.pcap')]);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toContain('linux-arp.pcap: ok: 12 frames\n');
    expect(exitCode).toBe(2);
  });

  it.each([
    [['--key', 'takeover'], '--key takeover: the form is ID=SECRET'],
    [['--key', '7=a', '--key', '7=b'], '--key 7=b: key 7 is given twice'],
  ])('%j', (words, begin) => {
    const { exitCode, stderr } = failover(['verify', fixture('frr-md5.pcap'), ...words]);
    expect(stderr.slice(0, begin.length)).toBe(begin);
    expect(exitCode).toBe(2);
  });
});
