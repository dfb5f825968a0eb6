/**
 * topologies/vrrp-takeover.yaml: every target; the laws behind them over many seeds; what helps a client whose master wakes; and a daemon that is killed.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { execute } from '../../src/cli/execute.js';
import type { Plan } from '../../src/config/plan.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { Simulation } from '../../src/sim/simulation.js';

const FILE = 'topologies/vrrp-takeover.yaml';
const readFile = (path: string): string => readFileSync(path, 'utf8');

function run(seed: number, ...overrides: string[]): ReturnType<typeof execute>['outcome'] {
  return execute(loadTopology(FILE, { readFile, seed, overrides }).plan).outcome;
}

const longest = (outcome: ReturnType<typeof run>, name: string): number => Math.max(0, ...(outcome.probes.find((each) => each.name === name)?.outages ?? []).map((each) => each.seconds));

/** Of web1 and web2, as `ip addr` prints them. */
function addressesAtTheEnd(plan: Plan): string[] {
  const simulation = new Simulation(plan);
  simulation.run();
  return ['web1', 'web2'].map((name) => simulation.showAt(plan.nodes.findIndex((each) => each.name === name), 'ip addr') ?? '');
}

test.each([1, 2, 3, 4, 5])('seed %i: every target', (seed) => {
  expect(run(seed).targets.filter(({ isMet }) => !isMet)).toEqual([]);
});

const ONLY_FROZEN = ['targets=[]', 'events=[{at: 30s, spread: 1s, node: web1, do: freeze}]', 'until=50s'];

test('a frozen master: 3.61 s less the age of its last advertisement, and the probe that has to be sent', () => {
  const seconds = Array.from({ length: 60 }, (_, i) => longest(run(i + 1, ...ONLY_FROZEN), 'frozen'));
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(2.6);
  expect(Math.max(...seconds)).toBeLessThanOrEqual(3.63);
  // The moment of the freeze is drawn from one second, and so the age from one interval: 3.11 s in the middle.
  expect(seconds.reduce((sum, each) => sum + each, 0) / seconds.length).toBeCloseTo(3.11, 0);
});

test('version 3 with a tenth of a second: 0.361 s', () => {
  const faster = (path: string): string => readFile(path).replace('vrrp_version 2', 'vrrp_version 3').replace('advert_int 1', 'advert_int 0.1').replace(/authentication \{[^}]*\}/, '').replace('    state', '    advert_int 0.1\n    state');
  const { plan } = loadTopology(FILE, { readFile: faster, overrides: ONLY_FROZEN });
  const seconds = longest(execute(plan).outcome, 'frozen');
  expect(seconds).toBeGreaterThan(0.25);
  expect(seconds).toBeLessThan(0.38);
});

test('with higher_prio_send_advert at the backup nobody notices that the master wakes', () => {
  const outcome = run(1, 'topology.nodes.web2.config=vrrp-takeover/web2/speaking.keepalived.conf');
  expect([longest(outcome, 'back-from-freeze'), longest(outcome, 'two-masters')]).toEqual([0, 0]);
});

test('killed, the daemon leaves the address where it is: two systems have it, and the client takes the one that announces it', () => {
  const { plan } = loadTopology(FILE, { readFile, overrides: ['targets=[]', 'events=[{at: 30s, node: web1, do: kill keepalived}]', 'expect=[]', 'until=50s'] });
  expect(longest(execute(plan).outcome, 'frozen')).toBe(0);
  const addresses = addressesAtTheEnd(plan);
  expect(addresses.map((text) => text.includes('192.168.1.100/24'))).toEqual([true, true]);
});

test('members of a sync group move together', () => {
  const grouped = (path: string): string => (path.endsWith('.conf')
    ? `${readFile(path).replace('track_script {\n        web_server\n    }', '')}\nvrrp_instance other {\n    interface eth0\n    virtual_router_id 52\n    priority 120\n    virtual_ipaddress {\n        192.168.1.101/24\n    }\n    track_script {\n        web_server weight 0\n    }\n}\nvrrp_sync_group both {\n    group {\n        web\n        other\n    }\n}\n`
    : readFile(path));
  const { plan } = loadTopology(FILE, { readFile: grouped, overrides: ['targets=[]', 'events=[{at: 30s, node: web1, do: script web_server fail}]', 'until=50s'] });
  const addresses = addressesAtTheEnd(plan);
  expect(addresses.map((text) => [text.includes('192.168.1.100'), text.includes('192.168.1.101')])).toEqual([[false, false], [true, true]]);
});

test.each([
  ['an interface that is not there', 'interface eth0', 'interface eth7', 'topologies/vrrp-takeover/web1/keepalived.conf:17:15: web1 has no interface "eth7"'],
  ['an event for a script that is not there', '', '', ''],
])('%s', (_what, from, to, error) => {
  const broken = (path: string): string => (from !== '' && path.includes('web1') ? readFile(path).replace(from, to) : readFile(path));
  const load = (): unknown => loadTopology(FILE, { readFile: broken, overrides: from === '' ? ['events.2.do=script web fail'] : [] });
  expect(load).toThrow(error === '' ? 'the form is: script NAME fail|pass, with a vrrp_script of web1: web_server' : error);
});
