/** The commands, as a user runs them: what they print, what they write, how they end. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIN, TOPOLOGIES, failover } from './command-line.js';

const TOPOLOGY = join(TOPOLOGIES, 'router-loss-frr.yaml');
let directory = '';

beforeAll(() => { directory = mkdtempSync(join(tmpdir(), 'failover-cli-')); });
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('run', () => {
  it('reports the plan, what happened, tables before and after, outages and targets, and writes its files under results', () => {
    const { exitCode, stdout, stderr } = failover(['run', TOPOLOGY], { cwd: directory });
    for (const part of ['seed 1', 'What happened', 'FAULT', 'InactivityTimer', 'Tables before the fault', 'Tables after the fault', 'Outages',
      'detect', 'Targets', 'Capture: results/router-loss-frr/capture.pcapng']) expect(stdout).toContain(part);
    for (const line of stdout.split('\n').filter((l) => !l.startsWith('Capture:'))) expect(line.length, line).toBeLessThanOrEqual(100);
    expect(stdout).not.toContain('\u001b');
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(readdirSync(join(directory, 'results/router-loss-frr')).sort()).toEqual(['capture.pcapng', 'result.json', 'trace.jsonl']);
    for (const line of readFileSync(join(directory, 'results/router-loss-frr/trace.jsonl'), 'utf8').trimEnd().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ t: expect.any(Number), kind: expect.any(String) });
    }
  });

  it('--json prints the result and nothing else, and writes nothing', () => {
    const cwd = mkdtempSync(join(directory, 'json-'));
    const { exitCode, stdout, stderr } = failover(['run', TOPOLOGY, '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ name: 'router-loss-frr', met: true });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('one seed: the same bytes; another seed: others', () => {
    const hashes = ['7', '7', '8'].map((seed, i) => {
      const out = join(directory, `seed-${i}`);
      const { stdout } = failover(['run', TOPOLOGY, '--seed', seed, '--json', '--out', out]);
      return { hash: (JSON.parse(stdout) as { trajectoryHash: string }).trajectoryHash, capture: readFileSync(join(out, 'capture.pcapng')), stdout };
    });
    expect(hashes[1].hash).toBe(hashes[0].hash);
    expect(hashes[1].capture.equals(hashes[0].capture)).toBe(true);
    expect(hashes[1].stdout).toBe(hashes[0].stdout);
    expect(hashes[2].hash).not.toBe(hashes[0].hash);
  });

  it('a missed target: said by how much, and exit code 1', () => {
    const { exitCode, stdout } = failover(['run', TOPOLOGY, '--set', 'targets.0.outage=<= 5s'], { cwd: directory });
    expect(stdout).toMatch(/MISSED {2}to-lnx33 .*<= 5 s +missed by \d+/);
    expect(exitCode).toBe(1);
  });
});

describe('show', () => {
  it('prints what the console prints', () => {
    const { exitCode, stdout } = failover(['show', TOPOLOGY, '--at', '119s', '--node', 'tirnanog', 'route -n']);
    expect(stdout).toContain('10.33.0.1       192.168.1.3     255.255.255.255 UGH   20     0        0 eth0\n');
    expect(exitCode).toBe(0);
  });

  it('--batch answers out of one run in the order of the questions', () => {
    const input = '200s\ttirnanog\troute -n\n# a remark\n\n119s\ttirnanog\troute -n\n119s\tlnx33\tshow ip ospf route\n';
    const { exitCode, stdout } = failover(['show', TOPOLOGY, '--batch', '-'], { input });
    const answers = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { at: string; node: string; command: string; output: string });
    expect(answers.map(({ at, node, command }) => [at, node, command])).toEqual(
      [['200s', 'tirnanog', 'route -n'], ['119s', 'tirnanog', 'route -n'], ['119s', 'lnx33', 'show ip ospf route']]);
    expect(answers[0].output).toContain('10.33.0.1       192.168.1.4 ');
    expect(answers[1].output).toContain('10.33.0.1       192.168.1.3 ');
    expect(answers[2].output).toMatch(/^=+ OSPF network routing table =+\n/);
    expect(exitCode).toBe(0);
  });
});

describe('bench', () => {
  it('one table over files and names', () => {
    const { exitCode, stdout } = failover(['bench', TOPOLOGY, 'router-loss']);
    expect(stdout).toMatch(/scenario +fault +measured +target +source +verdict/);
    expect(stdout).toMatch(/router-loss-frr .*met/);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
    expect(exitCode).toBe(0);
  });

  it('a display that is not as expected has a row of its own, and the exit code is 1', () => {
    const copy = join(directory, 'topologies');
    cpSync(TOPOLOGIES, copy, { recursive: true });
    const expected = join(copy, 'router-loss-frr/expected/lnx33-during.txt');
    writeFileSync(expected, readFileSync(expected, 'utf8').replace('10.32.0.1 ', '10.31.0.1 '));
    const { exitCode, stdout } = failover(['bench', join(copy, 'router-loss-frr.yaml')]);
    expect(stdout).toMatch(/3 of 4 displays +"expect"/);
    expect(stdout).toMatch(/lnx33 'route +router-loss-frr.* MISSED\n/);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
    expect(exitCode).toBe(1);
  });

  it('--json', () => {
    const { stdout } = failover(['bench', '--json', 'router-loss']);
    expect(JSON.parse(stdout)).toMatchObject([{ scenario: 'router-loss', probe: 'to-lnx33', met: true }, { probe: 'to-tirnanog' },
      { target: '4 of 4 displays as expected', measured: null, met: true }]);
  });
});

describe('a large topology', () => {
  const text = (outage: string): string => `name: large
topology:
  nodes:
    lan: { kind: switch }
${Array.from({ length: 250 }, (_, i) => `    h${i}: { kind: host, interfaces: { eth0: { address: 10.0.0.${i + 1}/24 } } }`).join('\n')}
  links:
${Array.from({ length: 250 }, (_, i) => `    - endpoints: ["h${i}:eth0", "lan:p${i}"]`).join('\n')}
probes: [{ name: ping, from: h0, to: 10.0.0.250, every: 100ms, start: 1s }]
targets: [{ probe: ping, outage: "${outage}", source: test }]
until: 3s
`;

  it('runs in a process of its own with more room: the same output, the same exit code', () => {
    const directory = mkdtempSync(join(tmpdir(), 'failover-large-'));
    const file = join(directory, 'large.yaml');
    for (const [outage, exitCode] of [['<= 1s', 0], ['>= 1s', 1]] as const) {
      writeFileSync(file, text(outage));
      const elsewhere = failover(['run', file, '--json']);
      const here = spawnSync(process.execPath, ['--max-semi-space-size=16', MAIN, 'run', file, '--json'], { encoding: 'utf8' });
      expect([elsewhere.exitCode, elsewhere.stderr]).toEqual([exitCode, '']);
      expect(elsewhere.stdout).toBe(here.stdout);
      expect(JSON.parse(here.stdout)).toMatchObject({ name: 'large', probes: [{ lost: 0 }] });
    }
    rmSync(directory, { recursive: true, force: true });
  });
});

describe('start-up', () => {
  it('help and version cost at most a quarter of a second', () => {
    // Processor time, which waiting for others does not add to: other tests run beside this one.
    const meter = 'process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write("microseconds:"+(user+system))})';
    const times = [1, 2, 3].map(() => {
      const { stderr, stdout, status } = spawnSync(process.execPath, ['--import', `data:text/javascript,${meter}`, MAIN, '--help'], { encoding: 'utf8' });
      expect(stdout).toContain('Usage: failover');
      expect(status).toBe(0);
      return Number(/microseconds:(\d+)$/.exec(stderr)?.[1]);
    });
    expect(Math.min(...times)).toBeGreaterThan(0);
    expect(Math.min(...times)).toBeLessThan(250_000);
    expect(failover(['--version'])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});
