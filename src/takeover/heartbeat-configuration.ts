/**
 * What heartbeat's three files (ha.cf, haresources, authkeys) and the topology come to, as data. Read from text in config.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { HeartbeatKey } from '../wire/heartbeat-authentication.js';

/** The Redpaper's, and the last one. */
export type HeartbeatVersion = '0.4.9.1' | '3.0.6';

/** A way for heartbeats to go, in the order of ha.cf. */
export type HeartbeatMedium =
  /** A tty, `/dev/ttyZ0`; the interface has the same name without the folder. */
  | { readonly kind: 'serial'; readonly device: string; readonly interfaceName: string }
  | { readonly kind: 'bcast'; readonly interfaceName: string }
  | { readonly kind: 'mcast'; readonly interfaceName: string; readonly group: Ipv4; readonly port: number; readonly timeToLive: number; readonly isLooped: boolean }
  | { readonly kind: 'ucast'; readonly interfaceName: string; readonly peer: Ipv4 };

/** As the log names the link. */
export function linkNameOf(medium: HeartbeatMedium): string {
  return medium.kind === 'serial' ? medium.device : medium.interfaceName;
}

/** `ping`: one address; `ping_group`: any of several counts. */
export interface PingNode {
  readonly name: string;
  readonly addresses: readonly Ipv4[];
}

export interface Resource {
  /** `IPaddr::10.1.1.1` -> IPaddr and its arguments. */
  readonly script: string;
  readonly arguments: readonly string[];
  /** As in haresources. */
  readonly text: string;
}

/** A line of haresources. Started from left to right, stopped from right to left; known by its first resource. */
export interface ResourceGroup {
  readonly node: string;
  readonly resources: readonly Resource[];
}

export function keyOf(group: ResourceGroup): string {
  return group.resources[0].text;
}

/** How long a resource script takes, from the topology. */
export interface ScriptTimes {
  readonly startMicros?: Micros;
  readonly stopMicros?: Micros;
  /** TCP port on which the service answers while it is started. */
  readonly port?: number;
}

/** `stonith_host WHO TYPE PARAMETERS`, `stonith TYPE`: who can shoot, with what. */
export interface StonithDevice {
  /** `*`: everybody. */
  readonly from: string;
  readonly type: 'ssh' | 'rexec' | 'prop';
  readonly parameters: readonly string[];
}

/** `on`, `off` and, as before nice_failback, `legacy`: whoever is the owner asks for his own when he comes. */
export type Failback = 'on' | 'off' | 'legacy';

export interface HeartbeatConfiguration {
  readonly version: HeartbeatVersion;
  /** In the order of ha.cf, in small letters. */
  readonly nodes: readonly string[];
  readonly pingNodes: readonly PingNode[];
  readonly media: readonly HeartbeatMedium[];
  readonly udpPort: number;
  readonly keepaliveMicros: Micros;
  readonly deadtimeMicros: Micros;
  readonly warntimeMicros: Micros;
  readonly initdeadMicros: Micros;
  readonly deadpingMicros: Micros;
  readonly failback: Failback;
  /** `msgfmt netstring`: no field auth inside the message. */
  readonly isInnerAuthLeftOut: boolean;
  /** `respawn ... ipfail` */
  readonly hasIpfail: boolean;
  readonly stonith: readonly StonithDevice[];
  readonly keys: ReadonlyMap<number, HeartbeatKey>;
  /** `auth N`: what is sent is signed with it. */
  readonly keyNumber: number;
  readonly groups: readonly ResourceGroup[];
  readonly scripts: ReadonlyMap<string, ScriptTimes>;
  readonly logFile: string;
  /** The moment of the calendar at which the run starts, microseconds since 1970: time stamps and generations are made of it. */
  readonly clockMicros: Micros;
}
