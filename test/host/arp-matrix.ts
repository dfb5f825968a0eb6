/**
 * The matrix of gratuitous and unsolicited ARP, as it was measured on a current kernel: what an ARP packet with another hardware address does to an entry
 * that is REACHABLE and younger than the lock time, to an older one, and where there is none.
 */
export interface ArpMatrixRow {
  readonly name: string;
  readonly operation: 1 | 2;
  readonly to: 'host' | 'all';
  readonly tha: 'host' | 'zero' | 'all' | 'sender';
  readonly tpa: 'host' | 'self' | 'other';
  /** State, and whose address: the packet's (`other`) or the one that was there (`own`). */
  readonly young: string;
  readonly old: string;
  /** Without arp_accept, and with it. */
  readonly none: string;
  readonly accepted: string;
}

const IGNORED = 'REACHABLE own';
const TAKEN = 'STALE other';

export const ARP_MATRIX: readonly ArpMatrixRow[] = [
  { name: 'gratuitous request', operation: 1, to: 'all', tha: 'zero', tpa: 'self', young: TAKEN, old: TAKEN, none: 'none', accepted: TAKEN },
  { name: 'gratuitous request, tha ff', operation: 1, to: 'all', tha: 'all', tpa: 'self', young: TAKEN, old: TAKEN, none: 'none', accepted: TAKEN },
  { name: 'gratuitous reply, tha = sha', operation: 2, to: 'all', tha: 'sender', tpa: 'self', young: TAKEN, old: TAKEN, none: 'none', accepted: TAKEN },
  { name: 'gratuitous reply, tha ff', operation: 2, to: 'all', tha: 'all', tpa: 'self', young: IGNORED, old: TAKEN, none: 'none', accepted: TAKEN },
  { name: 'gratuitous reply, tha 0', operation: 2, to: 'all', tha: 'zero', tpa: 'self', young: IGNORED, old: TAKEN, none: 'none', accepted: TAKEN },
  { name: 'unicast reply', operation: 2, to: 'host', tha: 'host', tpa: 'host', young: IGNORED, old: 'REACHABLE other', none: 'none', accepted: 'REACHABLE other' },
  { name: 'broadcast reply', operation: 2, to: 'all', tha: 'host', tpa: 'host', young: IGNORED, old: TAKEN, none: 'none', accepted: TAKEN },
  { name: 'who has me', operation: 1, to: 'all', tha: 'zero', tpa: 'host', young: TAKEN, old: TAKEN, none: TAKEN, accepted: TAKEN },
  { name: 'who has another', operation: 1, to: 'all', tha: 'zero', tpa: 'other', young: IGNORED, old: TAKEN, none: 'none', accepted: 'none' },
];
