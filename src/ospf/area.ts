/**
 * The area data structure. [2328:6]
 */
import type { Ipv4 } from '../base/address.js';
import { OptionBit } from '../wire/ospf/options.js';
import type { AreaConfiguration, AreaRange } from './configuration.js';
import type { Timer } from '../engine/timer.js';
import type { OspfInterface } from './interface.js';
import { AreaGraph } from './area-graph.js';
import { AreaTree } from './area-tree.js';
import { LsaTable, type LsaInstance } from './lsdb.js';
import type { OspfProcess } from './process.js';

export const BACKBONE: Ipv4 = 0;

/** A range and what the border router's last pass found in it. */
export interface RangeState {
  readonly range: AreaRange;
  /** How many networks of the area lie in it; 0: it is not active. */
  specifics: number;
  cost: number;
}

export class Area {
  readonly process: OspfProcess;
  readonly id: Ipv4;
  /** What the configuration says about it. The backbone is never a stub area. */
  readonly isStub: boolean;
  readonly isSummaryBlocked: boolean;
  readonly defaultCost: number;
  readonly ranges: readonly RangeState[];
  /** In the order in which they came into the area: the order of links in the router-LSA. */
  readonly interfaces: OspfInterface[] = [];
  /** Types 1 to 4. */
  readonly lsdb: LsaTable<LsaInstance>;
  /** Types 1 and 2, as calculations want them. */
  readonly graph: AreaGraph;
  readonly tree = new AreaTree();
  /** The router-LSA that this router has originated here. */
  routerLsa: LsaInstance | undefined;
  /** Waits for MinLSInterval. [2328:12.4] */
  readonly routerLsaTimer: Timer;
  /** How many neighbours are Full. */
  fullNeighbors = 0;
  spfRuns = 0;
  /** Some router in it is the end point of a full virtual link. [2328:16.1(2)] */
  isTransit = false;

  constructor(process: OspfProcess, id: Ipv4, routerLsaTimer: (area: Area) => Timer) {
    this.process = process;
    this.id = id;
    this.lsdb = new LsaTable<LsaInstance>((old, next) => this.graph.note(old, next));
    this.graph = new AreaGraph(this.lsdb, process.routerId, process.prefixes);
    const configuration: AreaConfiguration | undefined = process.configuration.areas?.get(id);
    this.isStub = configuration?.isStub === true && id !== BACKBONE;
    this.isSummaryBlocked = this.isStub && configuration?.isSummaryBlocked === true;
    this.defaultCost = configuration?.defaultCost ?? 1;
    this.ranges = (configuration?.ranges ?? []).map((range) => ({ range, specifics: 0, cost: 0 }));
    this.routerLsaTimer = routerLsaTimer(this);
  }

  /** Of this router's Hellos, Database Descriptions and LSAs here: the E bit says that AS-external-LSAs are flooded. [2328:A.2] */
  get options(): number {
    return this.isStub ? 0 : OptionBit.external;
  }

  get isBackbone(): boolean {
    return this.id === BACKBONE;
  }

  /** Whether any of its interfaces is up: the router is actively attached. */
  get isActive(): boolean {
    return this.interfaces.some((i) => i.state !== 'Down');
  }
}
