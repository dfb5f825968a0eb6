/**
 * The Redpaper's Figure 5 with its two files as they ought to be: the VIPA moves with the dead interval when the adapter falls silent, at once when its
 * port is lost, and is not there for anybody where MPROUTE does not announce it. And the two files as the paper prints them: every contradiction
 * between them, with its place.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { execute } from '../../src/cli/execute.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { ConfigErrors } from '../../src/config/config-error.js';

const FILE = 'topologies/vipa-ospf.yaml';
const readFile = (path: string): string => readFileSync(path, 'utf8');

describe('vipa-ospf.yaml', () => {
  it.each([1, 2, 3])('seed %i: every target and display', (seed) => {
    const { outcome } = execute(loadTopology(FILE, { readFile, seed }).plan);
    expect(outcome.targets.filter(({ isMet }) => !isMet)).toEqual([]);
    expect(outcome.expectations.flatMap(({ difference }) => difference)).toEqual([]);
    const [silent] = outcome.probes[0].outages;
    // From the fault to the moment that is 40 s behind the last Hello, which went out up to 10 s before it.
    expect(silent.seconds).toBeGreaterThan(29.9);
    expect(silent.seconds).toBeLessThan(40.1);
  });

  it.each([1, 2, 3])('seed %i: the outage is the detection time plus the protocol\'s, phase by phase', (seed) => {
    const { outcome } = execute(loadTopology(FILE, { readFile, seed }).plan);
    for (const name of ['vipa-silent', 'guest-silent']) {
      const probe = outcome.probes.findIndex((each) => each.name === name);
      const chain = outcome.phases.find((each) => each.probe === probe)?.phases ?? [];
      expect(chain.map(({ phase }) => phase)).toEqual(['fault', 'detect', 'originate', 'flood', 'spf-wait', 'spf', 'install']);
      const [, detect, ...protocol] = chain;
      // The dead interval, less the age of the last Hello at the fault.
      expect(detect.sinceLastHelloMicros).toBeGreaterThanOrEqual(39_999_000);
      expect(protocol.reduce((sum, { durationMicros }) => sum + durationMicros, 0)).toBeLessThan(1_000_000);
      const total = chain.reduce((sum, { durationMicros }) => sum + durationMicros, 0) / 1e6;
      expect(Math.abs(total - outcome.probes[probe].outages[0].seconds)).toBeLessThan(0.05);
    }
    expect(outcome.probes.slice(2).flatMap(({ outages }) => outages.map(({ seconds }) => seconds)).every((seconds) => seconds < 1)).toBe(true);
  });

  it('a VIPA that MPROUTE does not announce is reached by nobody, the guests are', () => {
    const { plan } = loadTopology(FILE, { readFile, overrides: ['topology.nodes.zvm1.config=[vipa-ospf/zvm1/profile.tcpip, vipa-ospf/zvm1/hidden-mproute.config]', 'targets=[]', 'expect=[]'] });
    const { outcome: { probes } } = execute(plan);
    expect(probes.map(({ name, sent, lost }) => [name, lost === 0 ? 'none' : lost > sent - 60 ? 'all' : 'some'])).toEqual([
      ['vipa-silent', 'all'], ['guest-silent', 'some'], ['vipa-port', 'all'], ['guest-port', 'none']]);
  });

  it('an adapter that is nobody\'s router drops what is for the guests, and not what is for the stack', () => {
    const { plan } = loadTopology(FILE, { overrides: ['targets=[]', 'expect=[]', 'events=[]', 'until=2min'],
      readFile: (path) => (path.endsWith('profile.tcpip') ? readFile(path).replaceAll('PRIROUTER', 'NONROUTER') : readFile(path)) });
    const { outcome: { probes } } = execute(plan);
    expect([probes[0].lost, probes[1].lost > probes[1].sent - 60]).toEqual([0, true]);
  });
});

/** What the paper has and what is in the topology's files instead. */
const AS_PRINTED: readonly (readonly [RegExp, string])[] = [
  [/192\.168\.2\.0 {2}= {4}OSAFC04/, '192.168.2.0  =    OSAFC00'],
  [/IP_Address=192\.168\.178\.23/g, 'IP_Address=9.164.178.23'],
  [/Name=OSAFC00/, 'Name=GBFC00'],
  [/Name=OSAFC04/, 'Name=GBFC04'],
];

function errorsOf(replacements: readonly (readonly [RegExp, string])[]): string[] {
  try {
    loadTopology(FILE, { readFile: (path) => (path === FILE ? readFile(path) : replacements.reduce((text, [from, to]) => text.replace(from, to), readFile(path))) });
  } catch (failure) {
    if (failure instanceof ConfigErrors) return failure.errors.map((error) => error.toString().replace(/^topologies\/vipa-ospf\/zvm1\//, ''));
    throw failure;
  }
  return [];
}

describe('examples 5 and 6 as they are printed', () => {
  it('an area that is none', () => {
    expect(errorsOf([[/Attaches_To_Area=0\.0\.0\.0/g, 'Attaches_To_Area=.0.0.0.0']]).filter((error) => error.includes('Attaches_To_Area must be A.B.C.D, not ".0.0.0.0"'))).toHaveLength(5);
  });

  it('a network on the wrong link, addresses and names that do not match', () => {
    expect(errorsOf(AS_PRINTED)).toEqual([
      'profile.tcpip:47:21: 192.168.2.0/24 is not the network of OSAFC00, whose address is 192.168.1.3; 192.168.2.3 on OSAFC04 is in it',
      'mproute.config:5:1: 9.164.178.23 is no home address: HOME gives LINUX1-CTC 192.168.178.23',
      'mproute.config:12:1: 9.164.178.23 is no home address: HOME gives LINUX2-CTC 192.168.178.23',
      'mproute.config:21:8: 192.168.1.3 is the home address of OSAFC00, not of "GBFC00"',
      'mproute.config:28:8: 192.168.2.3 is the home address of OSAFC04, not of "GBFC04"',
      'mproute.config:38:10: RouterID must be the address of one of OSPF\'s interfaces, 10.0.2.1, not 192.168.1.3',
    ]);
  });

  it.each([
    ['a link that nothing in the topology leads to', [[/LINUX2-CTC/g, 'LINUX3-CTC']] as const, 'interface "LINUX3-CTC" of zvm1 has no link'],
    ['an area that is not defined', [[/Attaches_To_Area=0\.0\.0\.0\n {2}Cost0=5/, 'Attaches_To_Area=0.0.0.7\n  Cost0=5']] as const, 'no Area statement defines the area 0.0.0.7'],
  ])('%s', (_name, replacements, error) => {
    expect(errorsOf(replacements).join('\n')).toContain(error);
  });
});
