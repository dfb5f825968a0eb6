/**
 * What an attached network knew at the moment at which it was told to leave: the recording's inputs once more, in virtual time, up to there. Read
 * src/replay/recording.ts first. Once this is done, everything can be asked that `failover show` answers, and the databases be compared with those of the real ones.
 */
import { join } from 'node:path';
import { formatIpv4 } from '../../src/base/address.js';
import { loadRecording } from '../../src/cli/replay-recording.js';
import type { BorderFrame } from '../../src/replay/recording.js';
import { bindPlan } from '../../src/sim/bound-plan.js';
import { OutsidePort } from '../../src/sim/outside-port.js';
import { Simulation } from '../../src/sim/simulation.js';

export function framesOf(folder: string, which: 'inputs' | 'outputs'): readonly BorderFrame[] {
  return loadRecording(join(folder, 'recording'))[which];
}

export class RecordedState {
  /** Adjacencies that were lost: `us loses 10.9.9.1 on eth0: InactivityTimer`. */
  readonly losses: string[] = [];
  private readonly simulation: Simulation;

  /** `folder`: the lab's, which has the recording. */
  constructor(folder: string) {
    const { header, plan, inputs } = loadRecording(join(folder, 'recording'));
    const bound = bindPlan(plan, header.bindings, header.hasEvents);
    if (typeof bound === 'string') throw new Error(bound);
    const engines = new Map(bound.outside.map(({ node }) => [node, new OutsidePort(() => undefined)]));
    this.simulation = new Simulation(bound.plan, {
      trace: (_time, node, event) => {
        if (event.kind === 'neighbor-state' && event.from === 'Full') this.losses.push(`${bound.plan.nodes[node].name} loses ${formatIpv4(event.neighborId)} on ${event.interfaceName}: ${event.event}`);
      },
    }, { engineOf: (node) => engines.get(node) });
    this.simulation.runUntil(header.warmUp ?? 0);
    const [stop] = header.stops;
    for (const { time, device, bytes } of inputs.slice(0, stop.inputs)) {
      this.simulation.runUntil(time);
      this.simulation.inject(bound.outside[device].node, 0, bytes);
    }
    this.simulation.runUntil(stop.at);
  }

  show(node: string, command: string): string {
    return this.simulation.showAt(this.indexOf(node), command) ?? '';
  }

  /** Of the kernel, through a gateway: `10.9.9.9 via 10.0.0.1 dev eth0`. */
  routes(node: string): string[] {
    return gatewayRoutes(this.show(node, 'ip route'));
  }

  /**
   * Without what is being flushed: FRR keeps that for a while after everybody has acknowledged it.
   * `0.0.0.0 type 1 id 10.9.9.1 of 10.9.9.1 sequence 80000003 checksum 1f2e`: the header but for the age, and through the checksum the body.
   */
  lsas(node: string): string[] {
    const process = this.simulation.nodes[this.indexOf(node)].system?.ospf;
    return (process?.allLsas() ?? []).filter((lsa) => !lsa.isMaxAge(this.simulation.now)).map(({ header: { lsType, linkStateId, advertisingRouter, sequence, checksum }, area }) =>
      lsaText(lsType === 5 || area === undefined ? 'global' : formatIpv4(area.id), lsType, formatIpv4(linkStateId), formatIpv4(advertisingRouter), (sequence >>> 0).toString(16), checksum.toString(16).padStart(4, '0'))).sort();
  }

  private indexOf(node: string): number {
    return this.simulation.plan.nodes.findIndex(({ name }) => name === node);
  }
}

export function lsaText(scope: string, type: number, id: string, router: string, sequence: string, checksum: string): string {
  return `${scope} type ${type} id ${id} of ${router} sequence ${sequence} checksum ${checksum}`;
}

/** Of `ip route`; of several next hops each is a line. */
export function gatewayRoutes(text: string): string[] {
  let prefix = '';
  return text.split('\n').flatMap((line) => {
    prefix = /^(\d\S*|default)/.exec(line)?.[1] ?? prefix;
    const way = /via (\S+) dev (\S+)/.exec(line);
    return way === null ? [] : [`${prefix} via ${way[1]} dev ${way[2]}`];
  }).sort();
}
