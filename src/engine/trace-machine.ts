/** What happens in the machine room: machines, guests, adapters, operators, and orders to stop a guest. Read trace.ts first. */
import type { Ipv4 } from '../base/address.js';
import type { RouterRole } from './room-request.js';

export type MachineTrace =
  /** A machine, partition, z/VM, guest or adapter is in another state. */
  | { readonly kind: 'machine-state'; readonly what: MachineKind; readonly name: string; readonly state: string; readonly reason: string }
  /** A step of a procedure, or a command at a console. */
  | { readonly kind: 'operation'; readonly system: string; readonly what: string; readonly source: string }
  /** A console message that somebody else gets to see. */
  | { readonly kind: 'console-message'; readonly system: string; readonly user: string; readonly text: string }
  /** The programmable operator has found a line of its routing table. */
  | { readonly kind: 'prop-action'; readonly system: string; readonly operator: string; readonly user: string; readonly text: string; readonly line: number; readonly action: string }
  /** Who notices a failure of an adapter or of its way, and who does not. */
  | { readonly kind: 'noticed'; readonly what: string; readonly by: 'stack' | 'peer' | 'switch' | 'nobody'; readonly detail: string }
  /** An adapter's address table changes. */
  | { readonly kind: 'address-table'; readonly adapter: string; readonly unit: string; readonly what: 'registered' | 'unregistered' | 'refused'; readonly addresses: readonly Ipv4[] }
  /** ARP for an address is answered, and announced, by another adapter of the LAN group. */
  | { readonly kind: 'arp-owner'; readonly interfaceName: string; readonly address: Ipv4; readonly from: string }
  | { readonly kind: 'router-role'; readonly adapter: string; readonly unit: string; readonly role: RouterRole; readonly isRefused: boolean }
  | { readonly kind: 'control-order'; readonly method: string; readonly host: string; readonly guest: string; readonly action: string }
  /** `problem` empty: it was done. */
  | { readonly kind: 'control-outcome'; readonly method: string; readonly host: string; readonly guest: string; readonly action: string; readonly problem: string }
  | { readonly kind: 'control-refused'; readonly server: string; readonly user: string; readonly reason: string };

export type MachineKind = 'machine' | 'partition' | 'z/VM' | 'guest' | 'adapter' | 'channel';
