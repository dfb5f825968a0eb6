/**
 * A machine room to break: two machines; on the first a z/VM with a TCP/IP stack on two adapters of one LAN, a Linux guest behind its virtual CTC, and two on an
 * adapter that they share with the stack; on the second a z/VM with one Linux guest.
 */
import { Simulation } from '../../src/sim/simulation.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import type { Plan } from '../../src/config/plan.js';
import type { Micros } from '../../src/base/micros.js';
import type { TraceEvent } from '../../src/engine/trace.js';

export const PROFILE = `DEVICE OSA1 OSD FC00 PORTNAME P1 PRIROUTER
LINK OSA1 QDIOETHERNET OSA1
DEVICE OSA2 OSD FC04 PORTNAME P2 SECROUTER
LINK OSA2 QDIOETHERNET OSA2
DEVICE VLINK VIRTUAL 0
LINK VLINK VIRTUAL 0 VLINK
DEVICE TOG1 CTC 0610
LINK TOG1 CTC 0 TOG1
HOME
  192.168.1.10 255.255.255.255 VLINK
  192.168.1.3 255.255.255.0 OSA1
  192.168.1.4 255.255.255.0 OSA2
  10.9.0.1 TOG1
GATEWAY
  10.9.0.2 = TOG1 1492 HOST
START OSA1
START OSA2
START TOG1
`;

export const START = '/* */\naddress command cp xautolog op1\naddress command cp xautolog tcpip\naddress command cp sleep 3 sec\naddress command cp xautolog ctl1\naddress command cp xautolog lnx1\n';

const row = (text: string, type = '', user = '', node = '', action = ''): string => `${text.padEnd(25)} ${''.padEnd(3)} ${''.padEnd(3)} ${type.padEnd(2)} ${user.padEnd(8)} ${node.padEnd(8)} ${action}`.trimEnd();
export const TABLE = ['* routes', 'LGLOPR OPERATOR', 'TEXTSYM / $ ^', 'LOGGING ON', 'ROUTE', row('$Kernel panic', '', '', '', 'FORCELNX'), row('/FROM VM2(LNX2):', '1', 'RSCS', 'VM1', 'REMOTE'), ''].join('\n');

export const FILES: Readonly<Record<string, string>> = {
  'profile.tcpip': PROFILE,
  'start.exec': START,
  'stop.exec': "'cpsend lnx1 halt'\n'cp sleep 5 sec'\n'cp send lnx1 logoff'\n",
  'table.rtable': TABLE,
  'forcelnx.exec': '/* the paper\'s */\nPARSE UPPER ARG USER_ID .\n\'CP FORCE \' USER_ID\n',
  'remote.exec': '/* FROM NODE(USER): FORCE GUEST */\nPARSE UPPER PULL . . . GUEST .\n\'CP FORCE\' GUEST\n',
};

export const LAB = `name: room
topology:
  nodes:
    client: { kind: host, interfaces: { eth0: { address: 192.168.1.254/24 } }, routes: [10.9.0.0/24 via 192.168.1.3] }
    zvm1: { kind: zvm, config: profile.tcpip }
    inner: { kind: host, interfaces: { ctc0: { address: 10.9.0.2, peer: 10.9.0.1 } }, routes: [default via 10.9.0.1] }
    ctl1: { kind: host, interfaces: { eth0: { address: 192.168.1.21/24, device: A00-A02 } } }
    lnx1: { kind: host, interfaces: { eth0: { address: 192.168.1.31/24, device: A00-A02 } } }
    lnx2: { kind: host, interfaces: { eth0: { address: 192.168.1.32/24, device: A00-A02 } } }
    lan: { kind: switch }
  links:
    - endpoints: ["client:eth0", "lan:p1"]
    - { endpoints: ["zvm1:TOG1", "inner:ctc0"], kind: virtual-ctc }
machines:
  CEC1:
    adapters:
      OSA1: { mode: qdio, channel: F8, mac: "00:06:29:00:00:01", cable: "lan:p2", oat: [{ devices: fc00, node: zvm1 }, { devices: a00-a02, node: ctl1 }, { devices: a00-a02, node: lnx1 }] }
      OSA2: { mode: qdio, channel: F9, mac: "00:06:29:00:00:02", cable: "lan:p3", oat: [{ devices: fc04, node: zvm1 }] }
    partitions:
      LP1:
        system: VM1
        ipl: 20s
        restart: 5s
        start: start.exec
        stop: stop.exec
        shutdown: 4s
        guests:
          OP1: { class: ABG }
          TCPIP: { node: zvm1, start: 10s, class: ABG, rexec: { delay: 1s } }
          INNER: { node: inner, start: 12s }
          CTL1: { node: ctl1, start: 11s, class: AG, ssh: { handshake: 2s } }
          LNX1: { node: lnx1, start: 15s, stop: 3s, secondary-user: OP1 }
        prop: { operator: OP1, table: table.rtable, actions: [forcelnx.exec, remote.exec], delay: 300ms }
        rscs: { VM2: 700ms }
  CEC2:
    adapters:
      OSA3: { mode: qdio, channel: F8, cable: "lan:p4", oat: [{ devices: a00-a02, node: lnx2 }] }
    partitions:
      LP2:
        system: VM2
        guests:
          LNX2: { node: lnx2, class: G }
        rscs: { VM1: 700ms }
probes:
  - { name: vipa, from: client, to: 192.168.1.10, every: 100ms, start: 5s }
  - { name: inner, from: client, to: 10.9.0.2, every: 100ms, start: 5s }
  - { name: lnx1, from: client, to: 192.168.1.31, every: 100ms, start: 5s }
events: []
until: 60s
`;

export function readLab(text: string, files: Readonly<Record<string, string>> = FILES): (path: string) => string {
  return (path) => {
    if (path === 'room.yaml') return text;
    const found = files[path];
    if (found === undefined) throw new Error('no such file');
    return found;
  };
}

export function loadLab(changes: { readonly events?: string; readonly overrides?: readonly string[]; readonly replace?: readonly (readonly [string, string])[]; readonly files?: Readonly<Record<string, string>> } = {}): Plan {
  let text = LAB.replace('events: []', `events:\n${changes.events ?? '  []'}`);
  for (const [from, to] of changes.replace ?? []) {
    if (!text.includes(from)) throw new Error(`the lab has no ${from}`);
    text = text.replace(from, to);
  }
  return loadTopology('room.yaml', { readFile: readLab(text, { ...FILES, ...changes.files }), overrides: changes.overrides ?? [] }).plan;
}

export interface Traced<K extends TraceEvent['kind'] = TraceEvent['kind']> {
  readonly time: Micros;
  readonly node: string;
  readonly event: Extract<TraceEvent, { kind: K }>;
}

export interface LabRun {
  readonly simulation: Simulation;
  readonly plan: Plan;
  of<K extends TraceEvent['kind']>(kind: K): Traced<K>[];
  /** Of each probe: when it was sent, of those that were lost. */
  lost(probe: string): number[];
  /** Frames at a link end, as they were sent, hexadecimal. */
  frames(label: string): { readonly time: Micros; readonly hex: string; readonly bytes: Uint8Array }[];
}

export function runLab(plan: Plan): LabRun {
  const traced: Traced[] = [];
  const frames: { readonly label: string; readonly time: Micros; readonly bytes: Uint8Array }[] = [];
  const simulation: Simulation = new Simulation(plan, {
    trace: (time, node, event) => void traced.push({ time, node: plan.nodes[node]?.name ?? '-', event }),
    frame: (link, end, time, bytes, direction) => {
      if (direction === 'outbound') frames.push({ label: plan.links[link].ends[end].label, time, bytes: bytes.slice() });
    },
  });
  simulation.run();
  const of = <K extends TraceEvent['kind']>(kind: K): Traced<K>[] => traced.filter((each): each is Traced<K> => each.event.kind === kind);
  return {
    simulation, plan, of,
    lost: (name) => {
      const probe = plan.probes.findIndex((each) => each.name === name);
      const arrived = new Set(of('probe-received').filter(({ event }) => event.probe === probe).map(({ event }) => event.sequence));
      return of('probe-sent').filter(({ event, time }) => event.probe === probe && !arrived.has(event.sequence) && time < simulation.now - 1_000_000).map(({ time }) => time / 1e6);
    },
    frames: (label) => frames.filter((each) => each.label === label).map(({ time, bytes }) => ({ time, bytes, hex: Buffer.from(bytes).toString('hex') })),
  };
}
