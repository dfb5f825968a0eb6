/** Whatever is wrong with input or usage: exit code 2, one line with its place on standard error, nothing on standard output. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIN, TOPOLOGIES, failover } from './command-line.js';

const GOOD = join(TOPOLOGIES, 'router-loss.yaml');
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'failover-cli-'));
  writeFileSync(join(directory, 'broken.yaml'), 'name: x\ntopology: [1, 2\n');
  writeFileSync(join(directory, 'questions.tsv'), '10s\tlnx33\troute -n\nsoon\tlnx33\troute -n\nonly words\n10s\tnobody\troute -n\n');
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('bad usage', () => {
  it.each([
    [['--bogus'], "failover: unknown option '--bogus'"],
    [['run'], "failover: missing required argument 'topology'"],
    [['runn'], "failover: unknown command 'runn'"],
    [['run', GOOD, '--sed', '3'], "failover: unknown option '--sed'"],
    [['run', GOOD, '--seed', 'abc'], '--seed abc: a whole number'],
    [['run', GOOD, '--seed', '4294967296'], '--seed 4294967296: a whole number'],
    [['run', GOOD, '--until', 'soon'], '--until soon: '],
    [['run', GOOD, '--set', 'bogus=1'], '--set bogus=1: unknown key "bogus"'],
    [['run', 'not-there.yaml'], 'not-there.yaml: '],
    [['run', TOPOLOGIES], `${TOPOLOGIES}: `],
    [['run', GOOD, '--json', '--out', join(GOOD, 'x')], `${join(GOOD, 'x')}: a part of the path is not a directory`],
    [['run', GOOD, '--json', '--out', GOOD], `${GOOD}: exists and is not a directory`],
    [['run', GOOD, '--json', '--out', '/proc/no-place/x'], '/proc/no-place/x: '],
    [['show', GOOD], 'show: wanted are --at D, --node NAME'],
    [['show', GOOD, '--at', '150', '--node', 'lnx33', 'route -n'], '--at 150: a duration such as'],
    [['show', GOOD, '--at', '1s', '--node', 'lnx99', 'route -n'], '--node lnx99: there is no node "lnx99"; there are lan, lnx31'],
    [['show', GOOD, '--at', '1s', '--node', 'lan', 'route -n'], '--node lan: "lan" is a switch'],
    [['show', GOOD, '--at', '1s', '--node', 'lnx33', 'show ip ospf da s'], 'lnx33: "show ip ospf da s" is ambiguous; known are show ip ospf database'],
    [['show', GOOD, '--at', '1s', '--node', 'lnx33', 'show ip ospf database router adv-router'], 'lnx33: "show ip ospf database router adv-router" is not complete; known are'],
    [['show', GOOD, '--at', '1s', '--node', 'lnx33', 'show ip rip'], 'lnx33: "show ip rip" is a command of FRR that is not answered here; known are'],
    [['show', GOOD, '--at', '1s', '--node', 'lnx33', 'frobnicate'], 'lnx33: "frobnicate" is not known; known are route -n'],
    [['show', GOOD, '--batch', 'not-there'], 'not-there: no such file'],
    [['help', 'runn'], "failover: unknown command 'runn'"],
    [['bench', 'no-such-scenario'], 'no-such-scenario: no such file or directory, and no scenario'],
  ])('%j', (words, begin) => {
    const { exitCode, stdout, stderr } = failover(words);
    expect(stderr.slice(0, begin.length)).toBe(begin);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr.length).toBeLessThan(1500);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  it('YAML: with line and column', () => {
    const file = join(directory, 'broken.yaml');
    const { exitCode, stderr } = failover(['run', file]);
    expect(stderr).toMatch(/^\S+broken\.yaml:\d+:\d+: /);
    expect(exitCode).toBe(2);
  });

  it('all bad lines of a batch at once, before anything runs', () => {
    const file = join(directory, 'questions.tsv');
    const { exitCode, stdout, stderr } = failover(['show', GOOD, '--batch', file]);
    expect(stderr.trimEnd().split('\n').map((line) => line.slice(file.length, file.length + 2))).toEqual([':2', ':3', ':4']);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  it.each([['run', GOOD, '--until', '10s', '--json'], ['show', GOOD, '--at', '1s', '--node', 'lnx33', 'route -n'], ['verify', join(TOPOLOGIES, '../pcaps/ospf-point-to-point.pcap')]])('a full device behind the standard output: %s', (...words) => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8', stdio: ['ignore', full, 'pipe'], timeout: 60_000 });
    closeSync(full);
    expect(stderr).toBe('standard output: no space left on the device\n');
    expect(status).toBe(2);
  });

  it('what is no capture is said in the same words by replay and by decode', () => {
    const file = join(directory, 'broken.yaml');
    const [one, other] = [failover(['decode', file]), failover(['replay', GOOD, '--as', 'lnx31', file])];
    expect(one.stderr).toContain('broken.yaml: is no capture: got ');
    expect(other.stderr.trimEnd().split('\n').at(-1)).toBe(one.stderr.trimEnd());
    expect([one.exitCode, other.exitCode]).toEqual([2, 2]);
  });

  it('bench: a directory with the configurations of a scenario is none of topologies', () => {
    const { exitCode, stdout, stderr } = failover(['bench', 'router-loss'], { cwd: TOPOLOGIES });
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('to-lnx33');
  });

  it('no command: help, and 2', () => {
    const { exitCode, stderr } = failover([]);
    expect(stderr).toContain('a command is wanted');
    expect(exitCode).toBe(2);
  });
});
