/**
 * mon.cf as data: groups of hosts, and the services of them that are watched.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';

export interface MonAlert {
  readonly script: string;
  readonly arguments: readonly string[];
}

export interface MonService {
  readonly group: string;
  readonly hosts: readonly Ipv4[];
  readonly name: string;
  readonly intervalMicros: Micros;
  /** `fping.monitor`: the only one that is there. */
  readonly monitor: string;
  /** So many failures in a row before the first alert. */
  readonly alertAfter: number;
  /** They must lie within this time. Not given: whenever. */
  readonly alertWithinMicros?: Micros;
  readonly alertEveryMicros: Micros;
  /** Alerts of one failure; not given: no end. */
  readonly alertCount?: number;
  readonly alerts: readonly MonAlert[];
  /** When it answers again. */
  readonly upAlerts: readonly MonAlert[];
}

export interface MonConfiguration {
  readonly services: readonly MonService[];
  /** The first tests are spread over this. */
  readonly randomStartMicros: Micros;
  readonly alertFolder: string;
  /** As heartbeat's. */
  readonly clockMicros: Micros;
}
