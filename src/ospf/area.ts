/**
 * The area data structure. [2328:6]
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { OptionBit } from '../wire/ospf/options.js';
import type { AreaConfiguration, AreaRange, NssaConfiguration, StubNetwork } from './configuration.js';
import type { Timer } from '../engine/timer.js';
import type { OspfInterface } from './interface.js';
import { AreaGraph } from './area-graph.js';
import { AreaTree } from './area-tree.js';
import { SummaryNotes } from './inter-area-revision.js';
import { LsaTable, type LsaInstance } from './lsdb.js';
import { StubRouter } from './stub-router.js';
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
  configuration: AreaConfiguration | undefined;
  /** What the configuration says about it. The backbone is never a stub area, nor an NSSA. */
  isStub = false;
  /** Undefined: it is no NSSA. */
  nssa: NssaConfiguration | undefined;
  isSummaryBlocked = false;
  defaultCost = 1;
  ranges: readonly RangeState[] = [];
  stubNetworks: readonly StubNetwork[] = [];
  /** In the order in which they came into the area: the order of links in the router-LSA. */
  readonly interfaces: OspfInterface[] = [];
  /** Types 1 to 4. */
  readonly lsdb: LsaTable<LsaInstance>;
  /** Types 1 and 2, as calculations want them. */
  graph: AreaGraph;
  readonly tree = new AreaTree();
  readonly summaries = new SummaryNotes();
  /** The router-LSA that this router has originated here. */
  routerLsa: LsaInstance | undefined;
  /** Waits for MinLSInterval. [2328:12.4] */
  readonly routerLsaTimer: Timer;
  /** Whether this router wants no transit traffic here. [6987] */
  readonly stubRouter: StubRouter;
  /** How many neighbours are Full. */
  fullNeighbors = 0;
  spfRuns = 0;
  /** This router translates the NSSA's type 7 LSAs. [3101:3.1] */
  isTranslating = false;
  /** It is elected no longer, and goes on until then. [3101:3.1 stability interval] */
  translatesUntil: Micros | undefined;
  /** Some router in it says that it is the end point of a full virtual link. [2328:16.1(2)] */
  isTransit = false;
  /** How many virtual links of ours through it are Full. */
  fullVirtualNeighbors = 0;

  /** [2328:6] */
  constructor(process: OspfProcess, id: Ipv4, routerLsaTimer: (area: Area) => Timer) {
    this.process = process;
    this.id = id;
    // [2328:12.2 areas]
    this.lsdb = new LsaTable<LsaInstance>((old, next) => {
      if (old !== undefined) this.noteRoutes(old);
      if (next !== undefined) this.noteRoutes(next);
      this.graph.note(old, next);
    });
    this.graph = new AreaGraph(this.lsdb, process.routerId, process.prefixes);
    this.adopt(process.configuration.areas?.get(id));
    this.routerLsaTimer = routerLsaTimer(this);
    this.stubRouter = new StubRouter(this);
  }

  /** An LSA in the database has been aged by hand. */
  touch(lsa: LsaInstance): void {
    this.noteRoutes(lsa);
    this.graph.touch(lsa);
  }

  private noteRoutes(lsa: LsaInstance): void {
    if (lsa.header.lsType === LsType.nssa) this.process.externalNotes.note(lsa);
    else this.summaries.note(lsa);
  }

  /** Takes over what the configuration says about it. Undefined: nothing. */
  adopt(configuration: AreaConfiguration | undefined): void {
    this.configuration = configuration;
    this.isStub = configuration?.isStub === true && this.id !== BACKBONE; // [2328:C.2 ExternalRoutingCapability]
    this.nssa = this.id === BACKBONE ? undefined : configuration?.nssa;
    this.isSummaryBlocked = !this.hasExternalRouting && configuration?.isSummaryBlocked === true;
    this.defaultCost = configuration?.defaultCost ?? 1; // [2328:C.2 StubDefaultCost]
    this.ranges = (configuration?.ranges ?? []).map((range) => ({ range, specifics: 0, cost: 0 }));
    this.stubNetworks = configuration?.stubNetworks ?? [];
  }

  /** Everything in it is forgotten, and so is what was compiled of it; the router may go by another id. */
  forgetDatabase(): void {
    this.lsdb.clear();
    this.graph = new AreaGraph(this.lsdb, this.process.routerId, this.process.prefixes);
    this.routerLsa = undefined;
    this.routerLsaTimer.cancel();
  }

  /** ExternalRoutingCapability: AS-external-LSAs are flooded here. [2328:6] */
  get hasExternalRouting(): boolean {
    return !this.isStub && this.nssa === undefined;
  }

  /** Of this router's Hellos and Database Descriptions here: E for AS-external-LSAs, N for type 7 instead. */
  get options(): number {
    if (this.nssa !== undefined) return OptionBit.nssa; // [3101:A]
    return this.isStub ? 0 : OptionBit.external; // [2328:A.2 E-bit]
  }

  /** Whether LSAs of this type are flooded in the area. [2328:13(3)] */
  accepts(lsType: number): boolean {
    if (lsType === LsType.asExternal) return this.hasExternalRouting;
    if (lsType === LsType.nssa) return this.nssa !== undefined; // [3101:1.3 type 7]
    return lsType >= LsType.router && lsType <= LsType.summaryAsbr;
  }

  /** For messages. */
  get kind(): string {
    if (this.nssa !== undefined) return 'an NSSA';
    return this.isStub ? 'a stub area' : 'an area that is no NSSA';
  }

  get acceptedTypes(): string {
    if (this.nssa !== undefined) return '1-4, 7';
    return this.isStub ? '1-4' : '1-5';
  }

  get isBackbone(): boolean {
    return this.id === BACKBONE;
  }

  /** Not every other end sets its V bit. */
  get hasTransitCapability(): boolean {
    return this.isTransit || this.fullVirtualNeighbors > 0; // [2328:6 TransitCapability]
  }

  /** Whether any of its interfaces is up: the router is actively attached. */
  get isActive(): boolean {
    return this.interfaces.some((i) => i.state !== 'Down');
  }
}
