/**
 * The OSA Address Table (OAT): which device numbers of an adapter belong to which system, and which IP addresses are to be handed to which of them.
 *
 * In QDIO the stacks register their addresses and whether they are a router; what a device had registered is gone when the device is
 * (IBM, z/OS Communications Server: SNA Network Implementation Guide, "OSA routing"; "Primary and secondary routing"). In LCS the table is what was
 * configured with OSA/SF, and an entry whose device is inactive leads nowhere.
 * For an address that nobody has registered: the primary router if its device is active, else the secondary, else the packet is discarded (there, "Primary
 * and secondary routing"; "IP Configuration Guide", "Primary router").
 * An address that another device has registered already is refused, unless the new one may take over (IBM, Device Drivers, "Taking over IP addresses").
 */
import type { Ipv4 } from '../base/address.js';
import type { RegisteredAddress, Registration, RouterRole } from '../engine/room-request.js';

export interface AdapterUnit {
  /** The adapter's port towards this system. */
  readonly port: number;
  /** Device numbers: `a02-a03`. */
  readonly name: string;
  readonly systemName: string;
  /** LCS: as configured with OSA/SF. */
  readonly addresses: readonly Ipv4[];
  /** LCS: the default entry. In QDIO the stack says it. */
  readonly router: RouterRole;
  /** QDIO: it may register what another device has. */
  readonly isTakingOver: boolean;
}

interface Entry extends RegisteredAddress {
  readonly port: number;
}

export interface RegistrationOutcome {
  readonly added: readonly Ipv4[];
  readonly removed: readonly Ipv4[];
  /** Added, or there already, and from now on answered for here. */
  readonly newlyOwned: readonly Ipv4[];
  readonly refused: readonly Ipv4[];
  readonly isRouterRefused: boolean;
}

const NOTHING: Registration = { addresses: [], router: 'none' };

export class OsaAddressTable {
  private readonly entries = new Map<number, Entry>();
  private readonly routers = new Map<number, RouterRole>();

  /** The whole list of a device. */
  register({ port, isTakingOver }: AdapterUnit, { addresses, router }: Registration): RegistrationOutcome {
    const added: Ipv4[] = [];
    const newlyOwned: Ipv4[] = [];
    const refused: Ipv4[] = [];
    const removed = [...this.entries.values()].filter((entry) => entry.port === port && !addresses.some((each) => each.address === entry.address))
      .map((entry) => entry.address);
    for (const address of removed) this.entries.delete(address | 0);
    for (const each of addresses) {
      const present = this.entries.get(each.address | 0);
      if (present !== undefined && present.port !== port && !isTakingOver) {
        refused.push(each.address);
        continue;
      }
      if (present?.port !== port) added.push(each.address);
      if (each.isArpOwner && (present?.port !== port || !present.isArpOwner)) newlyOwned.push(each.address);
      this.entries.set(each.address | 0, { ...each, port });
    }
    // There is one primary router; of several secondary ones the first counts.
    const isRouterRefused = router === 'primary' && [...this.routers].some(([other, role]) => other !== port && role === 'primary');
    if (router === 'none' || isRouterRefused) this.routers.delete(port);
    else this.routers.set(port, router);
    return { added, removed, newlyOwned, refused, isRouterRefused };
  }

  unregister(unit: AdapterUnit): readonly Ipv4[] {
    return this.register(unit, NOTHING).removed;
  }

  roleOf(port: number): RouterRole {
    return this.routers.get(port) ?? 'none';
  }

  /** The port of whoever has registered the address; -1: nobody. */
  portOf(address: Ipv4): number {
    return this.entries.get(address | 0)?.port ?? -1;
  }

  isArpOwner(address: Ipv4): boolean {
    return this.entries.get(address | 0)?.isArpOwner ?? false;
  }

  /** Where a packet goes that came in for `address`; -1: it is discarded. `except`: the port that it came from. */
  destinationOf(address: Ipv4, except = -1): number {
    const port = this.portOf(address);
    if (port >= 0) return port;
    return this.routerPort('primary', except) ?? this.routerPort('secondary', except) ?? -1;
  }

  addressesOf(port: number): readonly Ipv4[] {
    return [...this.entries.values()].filter((entry) => entry.port === port).map((entry) => entry.address).sort((a, b) => a - b);
  }

  private routerPort(role: RouterRole, except: number): number | undefined {
    for (const [port, each] of this.routers) if (each === role && port !== except) return port;
    return undefined;
  }
}
