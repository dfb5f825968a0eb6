/**
 * One thing wrong in the files of a shipped scenario: exactly one line with its place and what is allowed, exit code 2, nothing on
 * standard output, nothing written.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOPOLOGIES, failover } from './command-line.js';

interface Damage {
  readonly what: string;
  /** Below topologies/. */
  readonly file: string;
  readonly from: RegExp;
  readonly to: string;
  /** Where the damage is: the message's line is that of this text in the damaged file. */
  readonly at: string;
  readonly message: string;
}

const YAML = 'router-loss.yaml';
const CASES: readonly Damage[] = [
  { what: 'a misspelt statement of the router', file: 'router-loss/lnx31/ospfd.conf', from: /redistribute connected route-map just-10/, to: 'redistribut connected',
    at: 'redistribut connected', message: 'unknown statement "redistribut" in "router ospf"; did you mean "redistribute"? allowed: ' },
  { what: 'a misspelt word within a statement', file: 'router-loss/lnx31/ospfd.conf', from: /ip ospf network/, to: 'ip ospf netwrk',
    at: 'netwrk', message: '"netwrk" is not allowed after "ip ospf"; did you mean "network"? allowed: ' },
  { what: 'a misspelt section, whose statements are not complained about as well', file: 'router-loss/lnx31/ospfd.conf', from: /^router ospf/m, to: 'ruter ospf',
    at: 'ruter ospf', message: 'unknown statement "ruter" in "interface"; did you mean "router"?' },
  { what: 'a misspelt statement of zebra.conf', file: 'router-loss/tirnanog/zebra.conf', from: /^hostname/m, to: 'hostnam',
    at: 'hostnam ', message: 'unknown statement "hostnam"; did you mean "hostname"?' },
  { what: 'an interface that no link has', file: YAML, from: /( +)eth0: \{ address: 192\.168\.1\.3\/24 \}/, to: '$&\n$1eth7: { address: 10.9.9.1/24 }',
    at: 'eth7', message: 'interface "eth7" of lnx31 has no link; links end at eth0 and ctc0' },
  { what: 'an event at an interface that is not there', file: YAML, from: /do: cp sleep 5min/, to: 'do: silence eth9',
    at: 'silence eth9', message: 'lnx31 has no interface "eth9"; did you mean "eth0"?' },
  { what: 'an address on two nodes', file: YAML, from: /address: 192\.168\.1\.4\/24 \}/, to: 'address: 192.168.1.3/24  }',
    at: '192.168.1.3/24  }', message: '192.168.1.3 is on two interfaces: lnx32:eth0 here, and lnx31:eth0 at ' },
  { what: 'an address twice on one interface', file: YAML, from: /address: 192\.168\.1\.3\/24/, to: 'addresses: [192.168.1.3/24, 192.168.1.3/24]',
    at: 'addresses: [', message: 'interface "eth0" has this address already' },
  { what: 'a YAML error', file: YAML, from: /^ {2}nodes:/m, to: '\tnodes:', at: '\tnodes:', message: 'YAML: Tabs are not allowed as indentation' },
  { what: 'an unknown key', file: YAML, from: /^probes:/m, to: 'prober:', at: 'prober:', message: 'unknown key "prober" in the topology file; did you mean "probes"?' },
  { what: 'a missing configuration file', file: YAML, from: /lnx31\/zebra\.conf/, to: 'lnx31/zebr.conf', at: 'lnx31/zebr.conf', message: 'cannot read "' },
  { what: 'a missing file of expected output', file: YAML, from: /lnx33-before\.txt/, to: 'lnx33-befor.txt', at: 'lnx33-befor.txt', message: 'cannot read "' },
  { what: 'a route over an interface that is not there', file: YAML, from: /dev lo\]/, to: 'dev eth5]', at: 'dev eth5', message: 'tirnanog has no interface "eth5"' },
];

let directory = '';
beforeAll(() => { directory = mkdtempSync(join(tmpdir(), 'failover-files-')); });
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function damaged({ file, from, to, at }: Damage): { readonly topology: string; readonly path: string; readonly line: number } {
  const copy = mkdtempSync(join(directory, 'case-'));
  cpSync(TOPOLOGIES, copy, { recursive: true });
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
  return { topology: join(copy, YAML), path, line: changed.split('\n').findIndex((each) => each.includes(at)) + 1 };
}

describe('one thing is wrong', () => {
  it.each(CASES)('$what', (damage) => {
    const { topology, path, line } = damaged(damage);
    const out = join(directory, 'out');
    const { exitCode, stdout, stderr } = failover(['run', topology, '--out', out]);
    expect(stderr.endsWith('\n')).toBe(true);
    expect(stderr.slice(0, -1).split('\n')).toHaveLength(1);
    const place = /^(.*?):(\d+):(\d+): (.*)/.exec(stderr);
    expect(place?.slice(1, 3)).toEqual([path, `${line}`]);
    expect(place?.[4].slice(0, damage.message.length)).toBe(damage.message);
    const [column, found] = [Number(place?.[3]), readFileSync(path, 'utf8').split('\n')[line - 1]];
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual(found.length);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
    expect(existsSync(out)).toBe(false);
  });

  it.each([
    ['a missing topology', ['run', 'not-there.yaml'], 'not-there.yaml: cannot be read: no such file\n'],
    ['an unknown option', ['run', join(TOPOLOGIES, YAML), '--seeed', '1'], "failover: unknown option '--seeed'"],
  ])('%s', (_, words, begin) => {
    const { exitCode, stdout, stderr } = failover(words);
    expect(stderr.slice(0, begin.length)).toBe(begin);
    expect(stderr.slice(0, -1).split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  it('every command says it in the same words', () => {
    const { topology } = damaged(CASES[0]);
    const said = [['run', topology], ['show', topology, '--at', '1s', '--node', 'lnx33', 'route -n'], ['bench', topology]].map((words) => failover(words));
    expect(said.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2]);
    expect(new Set(said.map(({ stderr }) => stderr)).size).toBe(1);
  });
});

describe('two things are wrong', () => {
  it('are both said, in order of file and line', () => {
    const { topology, path } = damaged(CASES[0]);
    writeFileSync(path, readFileSync(path, 'utf8').replace('ip ospf network', 'ip ospf netwrk'));
    const { exitCode, stderr } = failover(['run', topology]);
    expect(stderr.trimEnd().split('\n').map((line) => line.slice(path.length, path.length + 4))).toEqual([':22:', ':26:']);
    expect(exitCode).toBe(2);
  });
});
