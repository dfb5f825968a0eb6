/**
 * Graceful restart on the wire, packet by packet, against what two real FRR 8.4.4 said to each other (pcaps/ospf-graceful-restart.pcap): from the Grace-LSA
 * until it is flushed. And what it is good for: topologies/graceful-restart.yaml, with notice and without.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadTopology } from '../../src/config/topology/topology.js';
import { Simulation } from '../../src/sim/simulation.js';
import { decodeFrame } from '../../src/wire/frame.js';
import { DecodeError } from '../../src/wire/decode-error.js';

const frr = (id: string, lines: string): string =>
  `interface eth0\n ip ospf hello-interval 2\n ip ospf dead-interval 8\nrouter ospf\n ospf router-id ${id}\n network 10.0.0.0/8 area 0\n capability opaque\n${lines}`;

const FILES: Readonly<Record<string, string>> = {
  'two.yaml': `
name: two
topology:
  nodes:
    r1: { kind: frr, config: r1/frr.conf, interfaces: { lo: { address: 10.0.0.1/32 }, eth0: { address: 10.1.12.1/24 } } }
    r2: { kind: frr, config: r2/frr.conf, interfaces: { lo: { address: 10.0.0.2/32 }, eth0: { address: 10.1.12.2/24 } } }
  links:
    - endpoints: ["r1:eth0", "r2:eth0"]
events:
  - { at: 30s, node: r1, do: graceful-restart }
  - { at: 31s, node: r1, do: stop ospfd }
  - { at: 36s, node: r1, do: launch ospfd }
until: 60s
`,
  'r1/frr.conf': frr('10.0.0.1', ' graceful-restart grace-period 60\n'),
  'r2/frr.conf': frr('10.0.0.2', ' graceful-restart helper enable\n'),
};

/** `r1 ls-update 9 3.0.0.0`: who, what, and each LSA; MaxAge marked. Hellos are left out. */
type Line = string;

interface GoldenLsa { readonly type: number; readonly id: string; readonly router: string; readonly age?: number }
interface GoldenFrame {
  readonly ip?: { readonly src: string };
  readonly ospf?: { readonly type_name: string; readonly lsa?: readonly GoldenLsa[]; readonly request?: readonly GoldenLsa[]; readonly dd?: { readonly flags_names: string; readonly options: string } };
}

/** From the first Grace-LSA on. */
function fromGrace(lines: readonly Line[]): Line[] {
  return lines.slice(lines.findIndex((line) => line.includes(' 9 3.0.0.0')));
}

function recorded(): Line[] {
  const lines: Line[] = [];
  for (const text of readFileSync('pcaps/golden/ospf-graceful-restart.jsonl', 'utf8').split('\n')) {
    if (text === '') continue;
    const { ip, ospf } = JSON.parse(text) as GoldenFrame;
    if (ip === undefined || ospf === undefined || ospf.type_name === 'hello') continue;
    const items = (ospf.lsa ?? ospf.request ?? []).map(({ type, id, router, age }) => `${type} ${id} ${router}${age === 3600 ? ' MaxAge' : ''}`);
    lines.push([ip.src, ospf.type_name, ...(ospf.dd === undefined ? [] : [ospf.dd.flags_names, ospf.dd.options]), ...items].join(', '));
  }
  return fromGrace(lines);
}

const ALL = { readFile: (file: string): string => FILES[file] ?? readFileSync(file, 'utf8') };
const dotted = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
const DD_FLAGS = [[4, 'I'], [2, 'M'], [1, 'MS']] as const;

function describeLsa(lsType: number, id: number, router: number, age?: number): string {
  return `${lsType} ${dotted(id)} ${dotted(router)}${age === 3600 ? ' MaxAge' : ''}`;
}

/** An OSPF packet but a Hello, as `recorded` has it. */
function lineOf(frame: Uint8Array): Line | undefined {
  const decoded = decodeFrame(frame);
  if (decoded instanceof DecodeError || decoded.payload.kind !== 'ipv4' || decoded.payload.packet.payload.kind !== 'ospf') return undefined;
  const { header, payload } = decoded.payload.packet;
  const { body } = payload.ospf;
  const source = dotted(header.source);
  switch (body.kind) {
    case 'database-description': {
      const { flags, options, headers } = body.databaseDescription;
      const names = DD_FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name).join('|');
      return [source, 'dd', names, `0x${options.toString(16)}`, ...headers.map((h) => describeLsa(h.lsType, h.linkStateId, h.advertisingRouter, h.age))].join(', ');
    }
    case 'link-state-request':
      return [source, 'ls-request', ...body.linkStateRequest.entries.map((e) => describeLsa(e.lsType, e.linkStateId, e.advertisingRouter))].join(', ');
    case 'link-state-update':
      return [source, 'ls-update', ...body.lsas.map(({ header: h }) => describeLsa(h.lsType, h.linkStateId, h.advertisingRouter, h.age))].join(', ');
    case 'link-state-acknowledgment':
      return [source, 'ls-ack', ...body.linkStateAcknowledgment.headers.map((h) => describeLsa(h.lsType, h.linkStateId, h.advertisingRouter, h.age))].join(', ');
    default: return undefined;
  }
}

test('two routers', () => {
  const lines: Line[] = [];
  const simulation = new Simulation(loadTopology('two.yaml', ALL).plan, {
    frame(_link, _end, _time, bytes, direction): void {
      const line = direction === 'outbound' ? lineOf(bytes) : undefined;
      if (line !== undefined) lines.push(line);
    },
  });
  simulation.run();
  expect(fromGrace(lines)).toEqual(recorded());
});

/** Of each probe: lost, and lost in the last ten seconds that it was sent. */
function losses(file: string, seed: number, readFile: (file: string) => string = (each) => readFileSync(each, 'utf8')): Record<string, { lost: number; lostAtTheEnd: number }> {
  const { plan } = loadTopology(file, { readFile, seed });
  const waiting = plan.probes.map(() => new Map<number, number>());
  const last = plan.probes.map(() => 0);
  new Simulation(plan, {
    trace(time, _node, event): void {
      if (event.kind === 'probe-sent') {
        waiting[event.probe].set(event.sequence, time);
        last[event.probe] = time;
      } else if (event.kind === 'probe-received') waiting[event.probe].delete(event.sequence);
    },
  }).run();
  return Object.fromEntries(plan.probes.map((probe, i) => {
    // What is under way when the run ends is not lost.
    const lost = [...waiting[i].values()].filter((time) => time < last[i] - 1000);
    return [probe.name, { lost: lost.length, lostAtTheEnd: lost.filter((time) => time > last[i] - 10_000_000).length }];
  }));
}

test('with notice no packet is lost, without there is an outage, and both are over in the end', () => {
  for (const seed of [1, 2, 3]) {
    const { graceful, plain } = losses('topologies/graceful-restart.yaml', seed);
    expect([graceful.lost, graceful.lostAtTheEnd, plain.lostAtTheEnd]).toEqual([0, 0, 0]);
    expect(plain.lost).toBeGreaterThan(500);
  }
});

test('the Designated Router that is back and has not said so: its helper loses it for good; had it said so, nothing is lost', () => {
  const file = 'topologies/graceful-restart-designated.yaml';
  expect(losses(file, 1).graceful.lostAtTheEnd).toBeGreaterThan(990);
  const later = (each: string): string => readFileSync(each, 'utf8').replace('at: 136s', 'at: 141s');
  expect(losses(file, 1, later).graceful.lost).toBe(0);
});
