/**
 * What a stack tells its QDIO adapters: its addresses, for which of them each adapter does ARP, and whether it is a router.
 *
 * A z/VM stack registers every home address with every adapter (IBM, z/OS IP Configuration Reference, "DEVICE and LINK - MPCIPA": "TCP/IP registers all
 * non-loopback (home) IPv4 addresses"). Of its adapters on one LAN, a LAN group, one does ARP for each address: an active adapter for its own, and for
 * those of one that has failed the first that is left; the virtual addresses have one owner in the group (IBM, "IPv4 LAN Group Summary" of DISPLAY
 * TCPIP,,NETSTAT,DEV: ArpOwner, VipaOwner). What an adapter newly does ARP for it announces. That z/VM's stack does as z/OS's is our model; so is that
 * the owner of the virtual addresses stays it until it fails, and that an address of another link, a CTC's, is handed over and not answered for.
 * Linux registers what is on the interface, and the virtual addresses that its driver was given, with each; it has no LAN groups.
 */
import type { Ipv4 } from '../base/address.js';
import type { InterfacePlan } from '../config/plan.js';
import type { RegistrationPlan } from '../config/machine-room/machine-plan.js';
import type { RegisteredAddress, RoomRequest } from '../engine/room-request.js';
import type { Host } from '../host/host.js';
import type { NetworkInterface } from '../host/network-interface.js';

interface Attached {
  readonly networkInterface: NetworkInterface;
  readonly plan: RegistrationPlan;
}

export class AdapterRegistration {
  private readonly host: Host;
  private readonly attached: readonly Attached[];
  private readonly askRoom: (request: RoomRequest) => boolean;
  /** Of each LAN group who has the virtual addresses. */
  private readonly virtualOwners = new Map<number, NetworkInterface>();
  /** Who does ARP for an address, in its LAN group: for the trace. */
  private readonly owners = new Map<string, NetworkInterface>();
  private revision = -1;

  constructor(host: Host, interfaces: readonly InterfacePlan[], askRoom: (request: RoomRequest) => boolean) {
    this.host = host;
    this.askRoom = askRoom;
    this.attached = interfaces.flatMap(({ index, registration }) => {
      const networkInterface = host.interfaceByIndex(index);
      return registration === undefined || networkInterface === undefined ? [] : [{ networkInterface, plan: registration }];
    });
  }

  /** After every step; does nothing where nothing has changed. */
  update(): void {
    if (this.attached.length === 0 || this.revision === this.host.revision || !this.host.isStarted) return;
    this.revision = this.host.revision;
    this.chooseVirtualOwners();
    for (const each of this.attached) {
      if (!each.networkInterface.hasCarrier) continue;
      const addresses = each.plan.isWholeHomeList ? this.homeList(each) : this.ownAddresses(each);
      this.askRoom({ kind: 'register', port: each.networkInterface.port, registration: { addresses, router: each.plan.router } });
    }
  }

  private ownAddresses({ networkInterface, plan }: Attached): RegisteredAddress[] {
    const addresses = new Set([...networkInterface.addresses.map(({ address }) => address), ...plan.virtualAddresses]);
    return [...addresses].map((address) => ({ address, isArpOwner: true }));
  }

  private homeList(each: Attached): RegisteredAddress[] {
    const owned = this.ownedBy(each);
    const addresses = new Set<Ipv4>();
    for (const { medium, addresses: own, name } of this.host.interfaces) {
      if (medium !== 'loopback' || name !== 'lo') for (const { address } of own) addresses.add(address);
    }
    return [...addresses].map((address) => ({ address, isArpOwner: owned.has(address) }));
  }

  private groupOf({ plan }: Attached): readonly Attached[] {
    return this.attached.filter((other) => other.plan.lanGroup === plan.lanGroup);
  }

  private ownedBy(each: Attached): ReadonlySet<Ipv4> {
    const group = this.groupOf(each);
    const heir = group.find(({ networkInterface }) => networkInterface.hasCarrier);
    const owned = new Set<Ipv4>();
    for (const { networkInterface } of group) {
      const isOwn = networkInterface === each.networkInterface;
      if (!isOwn && (networkInterface.hasCarrier || heir !== each)) continue;
      for (const { address } of networkInterface.addresses) this.own(each, address, owned);
    }
    if (this.virtualOwners.get(each.plan.lanGroup) === each.networkInterface) {
      for (const { medium, name, addresses } of this.host.interfaces) {
        if (medium === 'loopback' && name !== 'lo') for (const { address } of addresses) this.own(each, address, owned);
      }
    }
    return owned;
  }

  private own({ networkInterface, plan }: Attached, address: Ipv4, owned: Set<Ipv4>): void {
    owned.add(address);
    const key = `${plan.lanGroup}/${address}`;
    const before = this.owners.get(key);
    this.owners.set(key, networkInterface);
    if (before !== undefined && before !== networkInterface) {
      this.host.trace({ kind: 'arp-owner', interfaceName: networkInterface.name, address, from: before.name });
    }
  }

  private chooseVirtualOwners(): void {
    for (const each of this.attached) {
      const { lanGroup } = each.plan;
      if (this.virtualOwners.get(lanGroup)?.hasCarrier === true) continue;
      const heir = this.groupOf(each).find(({ networkInterface }) => networkInterface.hasCarrier);
      if (heir !== undefined) this.virtualOwners.set(lanGroup, heir.networkInterface);
    }
  }
}
