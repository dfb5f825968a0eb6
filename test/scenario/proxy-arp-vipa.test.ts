/**
 * IBM's "Adapter failover using virtual IP and proxy ARP": adapters lost in turn, one system and two, local and remote clients; what is on the wire when
 * the address moves; and what an adapter costs that dies without its line noticing.
 */
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatMac } from '../../src/base/address.js';
import { SECOND } from '../../src/base/micros.js';
import { execute } from '../../src/cli/execute.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { Simulation } from '../../src/sim/simulation.js';
import { decodeArp } from '../../src/wire/arp.js';
import { ByteReader } from '../../src/wire/bytes.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import { readText, showAt } from './shipped.js';

const ONE = 'topologies/proxy-arp-vipa.yaml';
const TWO = 'topologies/proxy-arp-vipa-two.yaml';
const BARE = ['targets=[]', 'expect=[]'];
const VIPA = 0x0a010107;

type Outcome = ReturnType<typeof execute>['outcome'];

function run(file: string, ...overrides: string[]): Outcome {
  return execute(loadTopology(file, { readFile: readText, overrides }).plan).outcome;
}

/** `name: seconds of each outage`, rounded. */
function outages({ probes }: Outcome): Record<string, number[]> {
  return Object.fromEntries(probes.map(({ name, outages: all }) => [name, all.map(({ seconds }) => Math.round(seconds))]));
}

describe.each([[ONE], [TWO]])('%s', (file) => {
  it.each([1, 2, 3])('seed %i: every target and display', (seed) => {
    const { outcome } = execute(loadTopology(file, { readFile: readText, seed }).plan);
    expect(outcome.targets.filter(({ isMet }) => !isMet)).toEqual([]);
    expect(outcome.expectations.flatMap(({ difference }) => difference)).toEqual([]);
  });
});

describe('one system', () => {
  it('the next adapter of the list says at once, to everybody, that the address is here; the first one does when it is back', () => {
    const { plan } = loadTopology(ONE, { readFile: readText, overrides: BARE });
    const said = new Map<string, number>();
    const simulation = new Simulation(plan, { frame: (link, end, time, bytes) => {
      const { label } = plan.links[link].ends[end];
      if (!label.startsWith('system1:') || bytes[12] !== 8 || bytes[13] !== 6) return;
      const arp = decodeArp(new ByteReader(bytes.subarray(14)));
      if (arp instanceof DecodeError || arp.senderProtocolAddress !== VIPA || arp.operation !== 1) return;
      expect([formatMac(bytes), formatIpv4(arp.targetProtocolAddress), formatMac(arp.targetHardwareAddress)]).toEqual(['ff:ff:ff:ff:ff:ff', '10.1.1.7', '00:00:00:00:00:00']);
      // At the adapter's own link: the switch brings it to the others, too.
      if (arp.senderHardwareAddress[5] === Number(label.at(-1)) + 3) said.set(`${label} ${formatMac(arp.senderHardwareAddress)}`, time / SECOND);
    } });
    simulation.run();
    expect([...said.keys()]).toEqual(['system1:ETHLINE1 40:00:0a:01:01:04', 'system1:ETHLINE2 40:00:0a:01:01:05', 'system1:ETHLINE3 40:00:0a:01:01:06']);
    const [back, second, third] = [...said.values()];
    expect([back, second >= 60 && second < 70, third >= 120 && third < 130]).toEqual([180, true, true]);
  });

  it('a session that is kept goes on over all three adapters', () => {
    const { probes } = run(ONE, ...BARE);
    expect(probes[1]).toMatchObject({ name: 'session', lost: 0, outages: [] });
  });

  it('an adapter that dies without its line noticing moves nothing: nobody asks, nobody says', () => {
    expect(outages(run(ONE, ...BARE, 'events.0.do=silence ETHLINE1', 'events.0.spread=0s', 'events.1.at=239s', 'events.1.spread=0s', 'events.2.at=239s')))
      .toEqual({ local: [180], session: [180], remote: [180] });
  });

  it('an operator who ends the interface, and starts it again, is a failover without loss for local clients', () => {
    const typed = (at: number, line: string): string => `{at: ${at}s, node: system1, do: configure, lines: ["${line}"]}`;
    const overrides = [...BARE, `events=[${typed(60, 'ENDTCPIFC INTNETADR(\'10.1.1.4\')')}, ${typed(120, 'STRTCPIFC INTNETADR(\'10.1.1.4\')')}, ${typed(150, 'CHGTCPIFC INTNETADR(\'10.1.1.7\') PREFIFC(\'10.1.1.6\')')}, ${typed(200, 'ENDTCPIFC INTNETADR(\'10.1.1.7\')')}]`];
    const simulation = new Simulation(loadTopology(ONE, { readFile: readText, overrides }).plan);
    const mac = (seconds: number): string => /10\.1\.1\.7 +ether +(\S+)/.exec(showAt(simulation, seconds, 'local', 'arp -n'))?.[1] ?? 'none';
    expect([59, 61, 121, 151].map(mac)).toEqual(['40:00:0A:01:01:04', '40:00:0A:01:01:05', '40:00:0A:01:01:04', '40:00:0A:01:01:06']);
    expect(showAt(simulation, 210, 'system1', 'WRKTCPSTS *IFC')).toMatch(/10\.1\.1\.7 .*Inactive/);
    expect(outages(run(ONE, ...overrides)).local).toEqual([40]);
  });

  it('without a list the system chooses, and does not go back', () => {
    const { plan } = loadTopology(ONE, { overrides: BARE, readFile: (path) => readText(path).replace(/ \+\n\s*PREFIFC\([^)]*\)/, '') });
    const simulation = new Simulation(plan);
    const mac = (seconds: number): string => /10\.1\.1\.7 +ether +(\S+)/.exec(showAt(simulation, seconds, 'local', 'arp -n'))?.[1] ?? 'none';
    expect([59, 119, 179, 190].map(mac)).toEqual(['40:00:0A:01:01:04', '40:00:0A:01:01:05', '40:00:0A:01:01:06', '40:00:0A:01:01:06']);
  });

  it('an adapter answers for its own addresses alone', () => {
    const { plan } = loadTopology(ONE, { readFile: readText, overrides: [...BARE, 'events=[]', 'probes=[{name: five, from: local, to: 10.1.1.5, every: 1s}, {name: six, from: local, to: 10.1.1.6, every: 1s}]', 'until=5s'] });
    expect(showAt(new Simulation(plan), 4, 'local', 'arp -n').match(/10\.1\.1\.[56] .*0A:01:01:0\d/g)?.map((row) => row.replace(/ +ether +/, ' '))).toEqual(['10.1.1.5 40:00:0A:01:01:05', '10.1.1.6 40:00:0A:01:01:06']);
  });
});

describe('two systems', () => {
  it('remote clients go on with the second one, local ones wait for the proxy', () => {
    const [, local, remote] = run(TWO, ...BARE).probes;
    expect(local.outages.map(({ seconds }) => Math.round(seconds / 10))).toEqual([12]);
    expect(remote.answeredBy?.map(({ server }) => server)).toEqual(['system1', 'system2']);
  });

  it('two proxies for one address are pointed out', () => {
    const notes = (...overrides: string[]): string[] => loadTopology(TWO, { readFile: readText, overrides }).notes.flatMap(({ kind, message, line }) => (kind === 'attention' && message.includes('can be its proxy') ? [`${line}: ${message}`] : []));
    expect(notes()).toEqual([]);
    expect(notes('topology.nodes.system2.proxy-arp-off=[]')).toEqual(['5: system1 and system2 both answer ARP for 10.1.1.7: only one system can be its proxy (proxy-arp-off)']);
  });

  it('two proxies for one address: local clients find the second one, when ARP has found the first one dead', () => {
    const [first, ...more] = outages(run(TWO, ...BARE, 'topology.nodes.system2.proxy-arp-off=[]'))['local-system'];
    expect([first > 8 && first < 60, more]).toEqual([true, []]);
  });
});
