/**
 * What an engine and the machine room around it say to each other, beside frames: an adapter's signal, the addresses that a stack registers, CP
 * commands and messages of a guest. Read engine.ts first.
 *
 * A request goes out by `Out.request`; where something comes back it is a command `room-answer` with the request's reference. A driver
 * without a machine room does not have `request`, and an engine must live with that.
 */
import type { Ipv4 } from '../base/address.js';

export type RoomRequest =
  /** An adapter drops its signal at one of its ports, or gives it again: the other end of that link sees its carrier go or come. */
  | { readonly kind: 'signal'; readonly port: number; readonly isUp: boolean }
  /** A stack tells the adapter at one of its ports which addresses are its own (QDIO's SETIP and SETRTG). Each request is the whole list. */
  | { readonly kind: 'register'; readonly port: number; readonly registration: Registration }
  /** A guest issues a CP command (CPINT, or REXECD's agent). It has the privileges of the guest. */
  | { readonly kind: 'cp'; readonly reference: number; readonly command: string }
  /** A guest sends a message to a user of another z/VM over RSCS (CP SMSG RSCS MSG ...). */
  | { readonly kind: 'rscs-message'; readonly reference: number; readonly system: string; readonly text: string };

export interface Registration {
  readonly addresses: readonly RegisteredAddress[];
  readonly router: RouterRole;
}

export type RouterRole = 'none' | 'primary' | 'secondary';

export interface RegisteredAddress {
  readonly address: Ipv4;
  /** The adapter answers ARP requests for it, and announces it. Otherwise packets for it are handed over, and no more. */
  readonly isArpOwner: boolean;
}

/** No problem: it was done. */
export interface RoomAnswer {
  readonly kind: 'room-answer';
  readonly reference: number;
  /** CP's or RSCS's message where it was not. */
  readonly problem?: string;
}
