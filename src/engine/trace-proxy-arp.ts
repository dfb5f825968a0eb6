/**
 * What is traced of a virtual address that proxy ARP moves, and of the dispatcher in front of it.
 */
import type { Ipv4 } from '../base/address.js';

export interface ProxyArpTrace {
  readonly kind: 'proxy-arp';
  readonly address: Ipv4;
  /** The interfaces that answer for it from now on and that did before, by their addresses; 0: none. */
  readonly agent: Ipv4;
  readonly formerAgent: Ipv4;
  readonly reason: 'started' | 'lost' | 'preferred' | 'ended';
}

/** A dispatcher takes a server for up or down. */
export interface DispatcherTrace {
  readonly kind: 'dispatcher-server';
  readonly cluster: Ipv4;
  readonly port: number;
  readonly server: Ipv4;
  readonly isUp: boolean;
}
