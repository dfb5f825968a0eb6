/**
 * The partitioned cluster: what two nodes had at the same time that only one may have, and from when to when.
 *
 * A file system of a cluster is at risk while two of its nodes have it mounted and both are awake: a guest that stands still writes nothing, but what it holds
 * of the disk in memory is old when it wakes. An address is in conflict while two awake nodes have it. Read engine/trace-takeover.ts first.
 */
import { formatIpv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { Plan } from '../config/plan.js';
import type { Recording } from './recorder.js';

export interface SharedWindow {
  readonly what: 'file system' | 'address';
  /** The device, or the address. */
  readonly name: string;
  /** Indices into the plan's nodes, ascending. */
  readonly nodes: readonly number[];
  /** Since when both had it, one of them perhaps asleep. */
  readonly heldSince: Micros;
  /** Both had it, and both were awake. */
  readonly start: Micros;
  readonly end: Micros;
  /** It was still so when the run ended. */
  readonly isOpen: boolean;
}

interface Item {
  readonly what: SharedWindow['what'];
  readonly name: string;
  /** Node -> since when. */
  readonly holders: Map<number, Micros>;
  open: { readonly start: Micros; readonly heldSince: Micros; readonly nodes: readonly number[] } | undefined;
}

/** In order of their start. */
export function sharedWindows(plan: Plan, recording: Recording, endOfRun: Micros): SharedWindow[] {
  const watch = new Watch(plan);
  for (const { time, node, event } of recording.events) {
    switch (event.kind) {
      case 'mount': watch.hold(time, node, 'file system', event.device, event.what === 'mounted'); break;
      case 'alias-address': watch.hold(time, node, 'address', formatIpv4(event.address), event.what === 'added'); break;
      case 'fault':
        if (event.what === 'freeze') watch.sleep(time, node, true);
        break;
      case 'recovery':
        if (event.what === 'thaw') watch.sleep(time, node, false);
        break;
      case 'machine-state':
        if (event.what === 'guest' && isGone(event.state)) watch.lose(time, node);
        break;
    }
  }
  return watch.finish(endOfRun);
}

/** Nothing is left of what it had. */
function isGone(state: string): boolean {
  return state === 'is gone' || state === 'has halted';
}

class Watch {
  private readonly plan: Plan;
  private readonly items = new Map<string, Item>();
  private readonly asleep = new Set<number>();
  private readonly windows: SharedWindow[] = [];

  constructor(plan: Plan) {
    this.plan = plan;
  }

  hold(time: Micros, node: number, what: SharedWindow['what'], name: string, isHeld: boolean): void {
    // The same name in another cluster is another thing.
    const key = `${what} ${name} ${this.plan.nodes[node]?.heartbeat?.nodes.join(' ') ?? node}`;
    let item = this.items.get(key);
    if (item === undefined) this.items.set(key, item = { what, name, holders: new Map(), open: undefined });
    if (isHeld) item.holders.set(node, time);
    else item.holders.delete(node);
    this.look(time, item);
  }

  sleep(time: Micros, node: number, isAsleep: boolean): void {
    if (isAsleep) this.asleep.add(node);
    else this.asleep.delete(node);
    for (const item of this.items.values()) this.look(time, item);
  }

  lose(time: Micros, node: number): void {
    this.asleep.delete(node);
    for (const item of this.items.values()) if (item.holders.delete(node)) this.look(time, item);
  }

  private look(time: Micros, item: Item): void {
    const awake = [...item.holders.keys()].filter((node) => !this.asleep.has(node)).sort((a, b) => a - b);
    const { open } = item;
    if (open !== undefined && awake.join() !== open.nodes.join()) {
      this.close(item, time, false);
      item.open = undefined;
    }
    if (item.open === undefined && awake.length > 1) item.open = { start: time, heldSince: Math.max(...awake.map((node) => item.holders.get(node) ?? time)), nodes: awake };
  }

  private close({ what, name, open }: Item, end: Micros, isOpen: boolean): void {
    if (open !== undefined && (end > open.start || isOpen)) this.windows.push({ what, name, nodes: open.nodes, heldSince: open.heldSince, start: open.start, end, isOpen });
  }

  finish(endOfRun: Micros): SharedWindow[] {
    for (const item of this.items.values()) this.close(item, endOfRun, true);
    return this.windows.sort((a, b) => a.start - b.start);
  }
}
