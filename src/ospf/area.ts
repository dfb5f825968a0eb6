/**
 * The area data structure. [2328:6]
 */
import type { Ipv4 } from '../base/address.js';
import type { Timer } from '../engine/timer.js';
import type { OspfInterface } from './interface.js';
import { LsaTable, type LsaInstance } from './lsdb.js';
import type { OspfProcess } from './process.js';

export const BACKBONE: Ipv4 = 0;

export class Area {
  readonly process: OspfProcess;
  readonly id: Ipv4;
  /** In the order in which they came into the area: the order of links in the router-LSA. */
  readonly interfaces: OspfInterface[] = [];
  /** Types 1 to 4. */
  readonly lsdb = new LsaTable<LsaInstance>();
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
    this.routerLsaTimer = routerLsaTimer(this);
  }

  get isBackbone(): boolean {
    return this.id === BACKBONE;
  }

  /** Whether any of its interfaces is up: the router is actively attached. */
  get isActive(): boolean {
    return this.interfaces.some((i) => i.state !== 'Down');
  }
}
