/**
 * A network device of a host with its addresses.
 *
 * Deviation: a real CTC device carries bare IP packets. Here its frames have an Ethernet header like all others, so that one
 * capture format fits all; there is no ARP on it, and a unicast frame is addressed to the hardware address that the other end
 * was last heard from (a fixed one before that). What arrives on it is taken whatever it is addressed to.
 */
import { networkOf, prefixContains, type Ipv4 } from '../base/address.js';
import type { ArpCache } from './arp-cache.js';
import { Discards } from './discard.js';
import type { MulticastMembership } from './multicast-membership.js';

/** What the destination of a frame to a QDIO adapter begins with; the next hop follows. */
export const QDIO_NEXT_HOP: readonly [number, number] = [0x02, 0x71];

/** What an interface is made from. `port` -1: no port (loopback, dummy). */
export interface InterfaceSettings {
  readonly name: string;
  /** The kernel's interface index, 1 for lo. */
  readonly index: number;
  readonly port: number;
  /** qdio: the adapter does ARP; see osa-adapter. */
  readonly medium: 'loopback' | 'ethernet' | 'ctc' | 'qdio';
  readonly mac: Uint8Array;
  /** Of the IP packet, bytes. */
  readonly mtu: number;
  readonly addresses: readonly InterfaceAddress[];
  /** Administratively down. */
  readonly isShutdown?: boolean;
  /** The adapter passes on only what is addressed to the system itself. */
  readonly isNonRouter?: boolean;
  /** Source of what the system itself sends from here. */
  readonly sourceAddress?: Ipv4;
}

export interface InterfaceAddress {
  readonly address: Ipv4;
  readonly prefixLength: number;
  /** The other end of a point-to-point address. */
  readonly peer?: Ipv4;
}

/** Where frames on a ctc link go before the other end has been heard from. */
const CTC_DESTINATION = [0x02, 0x63, 0x74, 0x63, 0x00, 0x00];

export class NetworkInterface {
  readonly name: string;
  readonly index: number;
  readonly port: number;
  readonly medium: 'loopback' | 'ethernet' | 'ctc' | 'qdio';
  readonly mac: Uint8Array;
  readonly mtu: number;
  addresses: readonly InterfaceAddress[];
  /** IFF_UP; without it there is no carrier either. */
  isShutdown: boolean;
  readonly isNonRouter: boolean;
  private readonly sourceAddress: Ipv4 | undefined;
  private isPlugged = true;
  /** Of the other end of a ctc link. */
  readonly peerMac = Uint8Array.from(CTC_DESTINATION);
  /** Only on ethernet. */
  arp: ArpCache | undefined;
  membership: MulticastMembership | undefined;
  readonly discards = new Discards();

  constructor(settings: InterfaceSettings) {
    this.name = settings.name;
    this.index = settings.index;
    this.port = settings.port;
    this.medium = settings.medium;
    this.mac = settings.mac;
    this.mtu = settings.mtu;
    this.addresses = settings.addresses;
    this.isShutdown = settings.isShutdown ?? false;
    this.isNonRouter = settings.isNonRouter ?? false;
    this.sourceAddress = settings.sourceAddress;
  }

  /** The link is there, and the interface is not shut down: frames come and go. */
  get hasCarrier(): boolean {
    return this.isPlugged && !this.isShutdown;
  }

  set hasCarrier(isPlugged: boolean) {
    this.isPlugged = isPlugged;
  }

  /** Its first address is a host address, its own or borrowed: any next hop counts as on the link. */
  get isUnnumbered(): boolean {
    return this.medium !== 'loopback' && this.addresses.length > 0 && this.addresses[0].prefixLength === 32;
  }

  /** The source address of what leaves here for `target`: the address of that subnet, else the first. 0: it has none. */
  selectSource(target: Ipv4): Ipv4 {
    if (this.sourceAddress !== undefined) return this.sourceAddress;
    for (const a of this.addresses) {
      if (a.peer === undefined ? prefixContains(networkOf(a.address, a.prefixLength), a.prefixLength, target) : a.peer === target) {
        return a.address;
      }
    }
    return this.addresses.length > 0 ? this.addresses[0].address : 0;
  }

  /** Whether an address is of a subnet here; with `other`, whether both are of the same one. */
  hasOnLink(address: Ipv4, other?: Ipv4): boolean {
    return this.addresses.some(({ address: own, prefixLength }) => prefixContains(networkOf(own, prefixLength), prefixLength, address) &&
      (other === undefined || prefixContains(networkOf(own, prefixLength), prefixLength, other)));
  }
}

/** For an adapter that does ARP itself. */
export function writeNextHop(frame: Uint8Array, nextHop: Ipv4): void {
  frame[0] = QDIO_NEXT_HOP[0];
  frame[1] = QDIO_NEXT_HOP[1];
  frame[2] = nextHop >>> 24;
  frame[3] = nextHop >>> 16;
  frame[4] = nextHop >>> 8;
  frame[5] = nextHop;
}
