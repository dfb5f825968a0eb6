/**
 * What take-over daemons need from the node around them. Addresses, sockets and the network are the host's; the node joins the two.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { TimerTable } from '../engine/timer.js';
import type { TraceEvent } from '../engine/trace.js';
import type { HeartbeatMedium, StonithDevice } from './heartbeat-configuration.js';

export interface TakeoverEnvironment {
  readonly timers: TimerTable;
  trace(event: TraceEvent): void;
  /** A heartbeat message out of a medium. Borrowed. */
  sendHeartbeat(now: Micros, medium: HeartbeatMedium, message: Uint8Array): void;
  /** An echo request; a reply is told to whoever asked, by address. */
  ping(now: Micros, address: Ipv4): void;
  ownsAddress(address: Ipv4): boolean;
  /** Where an alias address belongs: the interface that the route to it leaves by, and that route's prefix length. */
  routeTo(address: Ipv4): { readonly interfaceName: string; readonly prefixLength: number } | undefined;
  addAddress(now: Micros, interfaceName: string, address: Ipv4, prefixLength: number): void;
  removeAddress(now: Micros, address: Ipv4): void;
  /** One frame of gratuitous ARP. */
  announceAddress(now: Micros, interfaceName: string, address: Ipv4, form: 'request' | 'reply'): void;
  /** A service's port opens and closes. */
  openPort(port: number): void;
  closePort(port: number): void;
  /** Shoot another node. The answer comes later, through `stonithDone` of who asked. */
  shoot(now: Micros, device: StonithDevice, target: string): void;
}
