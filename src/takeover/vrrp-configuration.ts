/**
 * What a VRRP daemon is told: its virtual routers and the checks that they watch. Plain data; `config` makes it from keepalived.conf.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';

export interface VrrpConfiguration {
  /** In the order of the file. */
  readonly instances: readonly VrrpInstanceConfiguration[];
  readonly scripts: readonly VrrpScriptConfiguration[];
  /** Instances, by their names, that are master together or not at all. */
  readonly syncGroups: readonly VrrpSyncGroup[];
  /** Nothing is done for so long after the start. */
  readonly startupDelayMicros: Micros;
}

export interface VrrpSyncGroup {
  readonly name: string;
  readonly members: readonly string[];
}

export interface VrrpInstanceConfiguration {
  readonly name: string;
  readonly version: 2 | 3;
  readonly interfaceName: string;
  /** 1 to 255. */
  readonly virtualRouterId: number;
  /** 1 to 254; 255: it owns the addresses. */
  readonly priority: number;
  /** `state MASTER`: what an owner is at once, and what changes nothing for anybody else. */
  readonly isMasterAtStart: boolean;
  readonly advertisementIntervalMicros: Micros;
  /** How many advertisements are missed before the master counts as gone; 3 in the standard. */
  readonly downTimerAdvertisements: number;
  readonly isPreempting: boolean;
  /** A lower master, newly heard, is let be for so long. */
  readonly preemptDelayMicros: Micros;
  /** Those of the advertisements, in their order. */
  readonly addresses: readonly VirtualAddress[];
  /** Moved with the others, and not advertised. */
  readonly excludedAddresses: readonly VirtualAddress[];
  /** At most eight bytes. Only of version 2. */
  readonly password?: string;
  /** 0: the interface's first address. */
  readonly source: Ipv4;
  /** Not empty: advertisements go there and not to the group. */
  readonly unicastPeers: readonly Ipv4[];
  readonly unicastTimeToLive: number;
  readonly gratuitousArp: GratuitousArpConfiguration;
  /** A lower advertisement that the master hears is answered with one of its own. */
  readonly isLowerPriorityAnswered: boolean;
  /** A master that hears a higher one advertises once more before it is backup. */
  readonly isHigherPriorityAnswered: boolean;
  /** Its own interface being down is no fault. */
  readonly isOwnInterfaceIgnored: boolean;
  readonly watchedInterfaces: readonly Watched[];
  readonly watchedScripts: readonly Watched[];
}

export interface VirtualAddress {
  readonly address: Ipv4;
  readonly prefixLength: number;
  /** Where it is put; not given: the instance's interface. */
  readonly interfaceName?: string;
}

export interface GratuitousArpConfiguration {
  /** When it is all sent a second time; 0: never. */
  readonly masterDelayMicros: Micros;
  readonly masterRepeat: number;
  readonly lowerPriorityDelayMicros: Micros;
  readonly lowerPriorityRepeat: number;
  /** A master sends some again and again; 0: not. */
  readonly refreshMicros: Micros;
  readonly refreshRepeat: number;
  /** Between one and the next; 0: as fast as they can be sent. */
  readonly spacingMicros: Micros;
}

/** Weight 0: what is watched being down is a fault. Otherwise: above 0 is added while it is up, below 0 while it is down. */
export interface Watched {
  readonly name: string;
  readonly weight: number;
  readonly isReverse: boolean;
}

export interface VrrpScriptConfiguration {
  readonly name: string;
  readonly intervalMicros: Micros;
  /** How many successes, or failures, in a row change its state. */
  readonly rise: number;
  readonly fall: number;
  readonly isFailedAtStart: boolean;
}
