/**
 * One OSPF process: the protocol data structure [2328:5] and the doors through which the system reaches it.
 *
 * Read chapters 5 and 8 of RFC 2328 first. Everything is driven from outside: packets, interface changes and timers come
 * in with the time; what the process wants done goes to its `OspfEnvironment`. Protocol events (the standard's neighbour
 * and interface events) that one input raises are queued and run in order before the call returns, as the event loop of
 * a real ospfd would do.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { Prng } from '../base/prng.js';
import { TimerTable } from '../engine/timer.js';
import { Area } from './area.js';
import type { OspfBehaviour } from './behaviour.js';
import type { OspfConfiguration } from './configuration.js';
import type { OspfEnvironment, RedistributableRoute, SystemInterface } from './environment.js';
import type { OspfInterface } from './interface.js';
import { LsaTable, type LsaInstance } from './lsdb.js';
import { NetworkRoute, RoutingTable } from './routing-table.js';

export class OspfProcess {
  readonly configuration: OspfConfiguration;
  readonly behaviour: OspfBehaviour;
  readonly environment: OspfEnvironment;
  readonly prng: Prng;
  readonly timers = new TimerTable();
  readonly routerId: Ipv4;

  /** By area id. */
  readonly areas: Area[] = [];
  /** In configuration order. */
  readonly interfaces: OspfInterface[] = [];
  /** AS-external-LSAs. */
  readonly externalLsdb = new LsaTable<LsaInstance>();
  isAreaBorderRouter = false;
  isAsBoundaryRouter = false;

  routingTable = new RoutingTable();
  externalRoutes = new Map<number, NetworkRoute>();
  startedAt: Micros = 0;
  lastSpfAt: Micros = -Infinity;
  spfRuns = 0;

  constructor(configuration: OspfConfiguration, behaviour: OspfBehaviour, environment: OspfEnvironment, prng: Prng,
    interfaces: readonly SystemInterface[], routes: readonly RedistributableRoute[]) {
    this.configuration = configuration;
    this.behaviour = behaviour;
    this.environment = environment;
    this.prng = prng;
    this.routerId = 0;
    void interfaces; void routes;
  }

  /** The daemon starts: interfaces that are up come up. */
  start(now: Micros): void { void now; }
  /** The daemon is asked to stop (SIGTERM). A daemon that is killed is just dropped. */
  stop(now: Micros): void { void now; }
  /** A packet of protocol 89 came in. `packet` starts at the OSPF header; borrowed. */
  receive(now: Micros, interfaceIndex: number, source: Ipv4, destination: Ipv4, packet: Uint8Array): void {
    void now; void interfaceIndex; void source; void destination; void packet;
  }
  /** Carrier or administrative state of an interface changed. */
  interfaceChanged(now: Micros, interfaceIndex: number, isUp: boolean): void { void now; void interfaceIndex; void isUp; }
  /** The redistributable routes of the RIB, whole, after a change. */
  routesChanged(now: Micros, routes: readonly RedistributableRoute[]): void { void now; void routes; }
  fireTimers(now: Micros): void { this.timers.fireDue(now); }
  nextDeadline(): Micros { return this.timers.nextDeadline(); }
}
