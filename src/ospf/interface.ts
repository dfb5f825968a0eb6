/**
 * The interface data structure. [2328:9]
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { Timer } from '../engine/timer.js';
import { AckQueue } from './ack-queue.js';
import type { Area } from './area.js';
import type { BfdWish, LifetimeKey, OspfAuthentication, OspfInterfaceConfiguration, OspfNetworkType, TransportSettings } from './configuration.js';
import type { ConfiguredNeighbor } from './configured-neighbor.js';
import type { SystemAddress, SystemInterface } from './environment.js';
import type { LsaInstance } from './lsdb.js';
import type { UpdateBatch } from './ls-update.js';
import type { Neighbor } from './neighbor.js';
import { NETWORK_TYPES, type NetworkTypeTraits } from './network-type.js';
import type { OspfProcess } from './process.js';
import type { VirtualLink } from './virtual-link.js';

export type InterfaceState = 'Down' | 'Loopback' | 'Waiting' | 'Point-To-Point' | 'DROther' | 'Backup' | 'DR';

export type InterfaceEvent =
  | 'InterfaceUp' | 'WaitTimer' | 'BackupSeen' | 'NeighborChange' | 'LoopInd' | 'UnloopInd' | 'InterfaceDown';

/** What the configuration and the persona's defaults come to. */
export interface InterfaceParameters {
  readonly networkType: OspfNetworkType;
  readonly cost: number;
  readonly helloIntervalSeconds: number;
  readonly deadIntervalSeconds: number;
  /** Hellos of which several leave in each second; undefined: one each `helloIntervalSeconds`. */
  readonly hellosPerSecond?: number;
  /** See OspfInterfaceConfiguration. */
  readonly isAddressDescribed?: boolean;
  readonly retransmitIntervalSeconds: number;
  readonly transmitDelaySeconds: number;
  readonly priority: number;
  readonly isMtuIgnored: boolean;
  /** Undefined: no. [6860:2.1.2] [6860:2.2.2.1] [6860:2.3.2.2] */
  readonly isPrefixSuppressed?: boolean;
  readonly virtualAddressRoutes?: OspfInterfaceConfiguration['virtualAddressRoutes'];
  readonly subnetPrefixLength?: number;
  readonly isPassive: boolean;
  readonly bfd?: BfdWish;
  readonly transport?: TransportSettings;
  readonly isStrict?: boolean;
  readonly isLinkDataIndex?: boolean;
  readonly waitSeconds: number;
  readonly isLinkChecked: boolean;
  /** Undefined: as the persona does. */
  readonly hasHelloMask: boolean | undefined;
  readonly ecmpWeight: number;
  /** What is sent; of `keys`, the one of the moment. */
  readonly authentication: OspfAuthentication;
  readonly keys?: readonly LifetimeKey[];
  /** As the configuration has it; for displays. */
  readonly ownAuthenticationType: OspfAuthentication['type'] | undefined;
}

/** Hello is 1, Link State Acknowledgment 5. [2328:A.3.1] */
const PACKET_TYPES = 6;

export class OspfInterface {
  readonly process: OspfProcess;
  readonly area: Area;
  system: SystemInterface;
  readonly name: string;
  /** Of a virtual link it changes with the way, and is 0 while there is none. */
  address: Ipv4;
  prefixLength: number;
  readonly peer: Ipv4 | undefined;
  /** Of a virtual link the cost changes with the way. */
  parameters: InterfaceParameters;
  /** What follows from its network type. */
  traits: NetworkTypeTraits;

  /** Undefined: it is none. */
  virtualLink: VirtualLink | undefined;

  state: InterfaceState = 'Down';
  stateChanges = 0;
  /** Carrier and administrative state of the device underneath. */
  isOperative = true;
  /** Without carrier, and so taken away until that comes back. */
  isRemoved = false;
  /** Its neighbours are being dropped because it goes down. */
  isGoingDown = false;
  /** By address; on point-to-point and virtual links by router id. Never this router itself. */
  readonly neighbors: Neighbor[] = [];
  /** By address; only on networks that need them. */
  readonly configuredNeighbors: ConfiguredNeighbor[] = [];
  fullNeighbors = 0;
  /** Interface addresses, not router ids. 0: none. [2328:9] */
  designatedRouter: Ipv4 = 0;
  backupDesignatedRouter: Ipv4 = 0;
  isInAllSpfRouters = false;
  isInAllDRouters = false;

  readonly helloTimer: Timer;
  readonly waitTimer: Timer;
  readonly ackTimer: Timer;

  /** Waiting for the next delayed acknowledgment. [2328:13.5] */
  readonly delayedAcks = new AckQueue();
  /** To be acknowledged at once, and to whom. */
  readonly directAcks = new AckQueue();
  directAckDestination: Ipv4 = 0;
  /** LSAs to be sent before the step ends, by destination, in the order of the first. */
  readonly updateQueue: UpdateBatch[] = [];
  isUpdateFlushDue = false;
  /** Sends them; made once. */
  flushUpdates: ((now: Micros) => void) | undefined = undefined;
  isDirectAckDue = false;

  /** The network-LSA that this router has originated as DR. */
  networkLsa: LsaInstance | undefined;
  /** Of the last network-LSA; survives losing the DR role. */
  networkLsaSequence: number | undefined;
  networkLsaTimer: Timer;
  /** First and one past the last of its links in the router-LSA last built. */
  firstLink = 0;
  endLink = 0;

  lastHelloSentAt: Micros = 0;
  /** Packets by type, in the place of the type's number; for displays. */
  readonly packetsReceived = new Uint32Array(PACKET_TYPES);
  readonly packetsSent = new Uint32Array(PACKET_TYPES);

  /** [2328:9] */
  constructor(process: OspfProcess, area: Area, system: SystemInterface, address: SystemAddress, parameters: InterfaceParameters,
    timers: InterfaceTimers) {
    this.process = process;
    this.area = area;
    this.system = system;
    this.name = system.name;
    this.address = address.address;
    this.prefixLength = address.prefixLength;
    this.peer = address.peer;
    this.parameters = parameters;
    this.traits = NETWORK_TYPES[parameters.networkType];
    this.helloTimer = timers.hello(this);
    this.waitTimer = timers.wait(this);
    this.ackTimer = timers.ack(this);
    this.networkLsaTimer = timers.networkLsa(this);
  }

  /** Its address is a host address, its own, borrowed from a loopback, or half of a local and a peer /32: FRR calls that unnumbered. */
  get isUnnumbered(): boolean {
    return (this.peer !== undefined || (this.prefixLength === 32 && !this.system.isLoopback)) &&
      this.process.behaviour.pointToPointPeer === 'unnumbered';
  }

  /** Keeps the neighbours in their order. */
  addNeighbor(neighbor: Neighbor): void {
    const isById = this.traits.isNeighborKnownById;
    const key = isById ? neighbor.routerId : neighbor.address;
    const index = this.neighbors.findIndex((n) => (isById ? n.routerId : n.address) > key);
    this.neighbors.splice(index < 0 ? this.neighbors.length : index, 0, neighbor);
  }

  /** FRR makes the structure anew when the device comes up again. */
  forgetCounters(): void {
    this.packetsReceived.fill(0);
    this.packetsSent.fill(0);
  }

  neighborByAddress(address: Ipv4): Neighbor | undefined {
    for (const neighbor of this.neighbors) if (neighbor.address === address) return neighbor;
    return undefined;
  }

  neighborById(routerId: Ipv4): Neighbor | undefined {
    for (const neighbor of this.neighbors) if (neighbor.routerId === routerId) return neighbor;
    return undefined;
  }

  isDesignatedRouter(neighbor: Neighbor): boolean {
    return this.designatedRouter === neighbor.address;
  }

  isBackupDesignatedRouter(neighbor: Neighbor): boolean {
    return this.backupDesignatedRouter === neighbor.address;
  }

  /** As flooding and acknowledgments ask it: by the election here, or by what the neighbour's last Hello says. */
  floodsAsDesignated(neighbor: Neighbor): boolean {
    return this.process.behaviour.isFloodingRoleDeclared === true ? neighbor.designatedRouter === neighbor.address : this.isDesignatedRouter(neighbor);
  }

  floodsAsBackup(neighbor: Neighbor): boolean {
    return this.process.behaviour.isFloodingRoleDeclared === true ? neighbor.backupDesignatedRouter === neighbor.address : this.isBackupDesignatedRouter(neighbor);
  }
}

/** Makes the timers of an interface; the process knows what each does. */
export interface InterfaceTimers {
  hello(owner: OspfInterface): Timer;
  wait(owner: OspfInterface): Timer;
  ack(owner: OspfInterface): Timer;
  networkLsa(owner: OspfInterface): Timer;
}
