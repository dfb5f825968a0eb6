/**
 * Proves that `failover timeline` says of recordings what was reviewed (golden texts; UPDATE=1 rewrites them), that its JSON is whole, and that
 * files that are damaged, cut off, empty or none at all are answered in one line, with what could be read.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { failover } from './command-line.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GOLDEN = `${ROOT}test/fixtures/timeline/`;
const folder = mkdtempSync(join(tmpdir(), 'failover-timeline-'));
afterAll(() => rmSync(folder, { recursive: true }));

const lab = (run: string): string[] => ['lan', 'ctc0', 'ctc1'].map((segment) => `test/fixtures/lab/${run}/${segment}.ctl.pcap`);

const CASES: Readonly<Record<string, readonly string[]>> = {
  'frr-def': lab('frr-def'),
  'osa-adapter-lost': ['test/fixtures/lab/osa/raw-eth0-eth1_a0.arp.pcap'],
  'heartbeat-crash': ['test/fixtures/heartbeat/h0_tir.pcap'],
  ...Object.fromEntries(['heartbeat-takeover-and-failback', 'heartbeat-partition', 'vrrp-v2-password-stop', 'vrrp-v3-failover', 'bfd-with-ospf', 'bfd-session-down', 'ospf-dr-loss', 'ospf-dr-crash-and-return',
    'ospf-router-crash-and-restart', 'ospf-graceful-restart', 'ospf-flapping-link', 'ospf-hello-mismatch', 'ospf-maxage-flush', 'ospf-lsa-refresh-120s', 'ospf-router-loss-and-return',
    'arp-gratuitous-request', 'arp-neighbor-lost', 'tcp-and-udp', 'linux-any-sll2'].map((name) => [name, [`pcaps/${name}.pcap`]])),
};

describe('golden texts', () => {
  test.each(Object.entries(CASES))('%s', (name, files) => {
    const { stdout, stderr, exitCode } = failover(['timeline', ...files], { cwd: ROOT });
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    const golden = `${GOLDEN}${name}.txt`;
    if (process.env.UPDATE === '1') writeFileSync(golden, stdout);
    expect(stdout).toBe(readFileSync(golden, 'utf8'));
  });
});

describe('JSON', () => {
  interface Json {
    readonly startsAt: number; readonly endsAt: number; readonly totals: { readonly frames: number };
    readonly findings: readonly { readonly kind: string; readonly time: number; readonly text: string; readonly router?: string }[];
    readonly incidents: readonly { readonly cause: { readonly kind: string; readonly router?: string; readonly text: string }; readonly steps: readonly { readonly finding: number }[]; readonly findings: readonly number[] }[];
  }
  const { stdout } = failover(['timeline', '--json', ...lab('frr-def')], { cwd: ROOT });
  const json = JSON.parse(stdout) as Json;

  test('findings are in the order of time, within the capture, and each has its text', () => {
    expect(json.totals.frames).toBe(1020);
    expect(json.findings.map(({ time }) => time)).toEqual(json.findings.map(({ time }) => time).sort((a, b) => a - b));
    expect(json.findings.every(({ time, text }) => time >= json.startsAt && time <= json.endsAt && text.length > 0)).toBe(true);
  });

  test('incidents name their cause and refer to findings that are there; no number is left as a router id', () => {
    expect(json.incidents.map(({ cause }) => [cause.kind, cause.router])).toEqual([['router', '192.168.1.3'], ['router', '192.168.1.3'], ['goodbye', undefined]]);
    for (const { steps, findings } of json.incidents) {
      for (const index of [...steps.map(({ finding }) => finding), ...findings]) expect(json.findings[index]).toBeDefined();
    }
    expect(json.findings.every(({ router }) => router === undefined || /^\d+\.\d+\.\d+\.\d+$/.test(router))).toBe(true);
  });

  test('the order in which the captures are named changes nothing but the names', () => {
    const again = JSON.parse(failover(['timeline', '--json', ...lab('frr-def').reverse()], { cwd: ROOT }).stdout) as Json;
    expect(again.findings.map(({ kind, time }) => [kind, time]).sort()).toEqual(json.findings.map(({ kind, time }) => [kind, time]).sort());
    expect(again.incidents.map(({ cause }) => cause.text.replace(/, on .*?;/, ';'))).toEqual(json.incidents.map(({ cause }) => cause.text.replace(/, on .*?;/, ';')));
  });
});

describe('files that are not what they should be', () => {
  const whole = readFileSync(`${ROOT}pcaps/ospf-dr-loss.pcap`);
  const file = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };

  test.each([
    ['empty.pcap', new Uint8Array(0), /is empty; a capture/], ['text.pcap', new TextEncoder().encode('not a capture at all'), /is no capture: got/],
    ['head.pcap', whole.subarray(0, 10), /ends after 10 bytes, inside the file header/],
  ])('%s: one line, exit code 2, nothing printed', (name, bytes, line) => {
    const { stdout, stderr, exitCode } = failover(['timeline', file(name, bytes)]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(line);
  });

  test('one that breaks off is used up to there, and named', () => {
    const { stdout, stderr, exitCode } = failover(['timeline', file('cut.pcap', whole.subarray(0, whole.length - 7))]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('What happened');
    expect(stderr).toMatch(/^.*cut\.pcap: breaks off at byte \d+: \d+ bytes are left of \d+ \[pcap:5\]; the frames before it were used\n$/);
  });

  test('one that is none does not keep us from the others', () => {
    const { stdout, stderr, exitCode } = failover(['timeline', join(folder, 'nowhere.pcap'), `${ROOT}pcaps/ospf-dr-loss.pcap`]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('What happened');
    expect(stderr).toContain('nowhere.pcap: no such file or directory');
  });

  test('a directory, and the same file twice', () => {
    expect(failover(['timeline', folder]).stderr).toContain(`${folder}: is a directory, not a file`);
    expect(failover(['timeline', 'a.pcap', 'a.pcap']).stderr).toContain('a.pcap is given twice');
  });

  test('a capture without frames, and standard input', () => {
    const none = failover(['timeline', file('none.pcap', whole.subarray(0, 24))]);
    expect(none).toMatchObject({ exitCode: 0, stderr: '' });
    expect(none.stdout).toContain('0 frames');
  });
});
