/**
 * The plan: a topology and its systems' configuration, validated, as data.
 *
 * This is what `config` makes and everything after it reads. Every reference is resolved to an index, every
 * text to a number; what is wrong has been refused with file, line and column before a Plan exists.
 * Nodes and links are sorted by name, so that the order of the file never reaches the wire.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { BfdConfiguration } from '../host/bfd.js';
import type { BirdConfiguration } from './bird/bird-tree.js';
import type { ControlPlan } from './machine-room/control-plan.js';
import type { AdapterPlan, ChannelPlan, MachineAction, MachineRoomPlan, RegistrationPlan } from './machine-room/machine-plan.js';
import type { SourceRule } from '../host/route-choice.js';
import type { SysctlSetting } from '../host/sysctl.js';
import type { OspfConfiguration } from '../ospf/configuration.js';
import type { HeartbeatConfiguration } from '../takeover/heartbeat-configuration.js';
import type { MonConfiguration } from '../takeover/mon-configuration.js';
import type { DispatcherConfiguration } from '../takeover/dispatcher.js';
import type { VirtualAddress } from '../takeover/proxy-arp-agent.js';
import type { VrrpConfiguration } from '../takeover/vrrp-configuration.js';

export interface Plan {
  readonly name: string;
  /** One line that says what the topology shows; may be empty. */
  readonly title: string;
  /** Path of the topology file as the user gave it. */
  readonly file: string;
  readonly seed: number;
  /** Sorted by name. */
  readonly nodes: readonly NodePlan[];
  readonly links: readonly LinkPlan[];
  readonly probes: readonly ProbePlan[];
  /**
   * The device under test: its links are watched for when link state news goes to it and comes from it, and where it forwards. One node, or, when it is a real
   * one, the stand-ins behind which it has its interfaces.
   */
  readonly device?: readonly number[];
  /** Sorted by time; equal times in file order. */
  readonly events: readonly EventPlan[];
  readonly targets: readonly TargetPlan[];
  readonly expectations: readonly ExpectationPlan[];
  /** Daemons start at 0 + U(0, spread), a draw for each node from its own stream. */
  readonly startSpreadMicros: Micros;
  readonly until: UntilPlan;
  /** Not given: the nodes stand on their own. */
  readonly machineRoom?: MachineRoomPlan;
}

export type UntilPlan =
  | { readonly kind: 'instant'; readonly at: Micros }
  /** All events over and nothing has changed in any routing state for `quietMicros`; at the latest at `limit`. */
  | { readonly kind: 'quiet'; readonly quietMicros: Micros; readonly limit: Micros };

/** osa: an adapter of the machine room, or a LAN inside one. */
export type NodeKind = 'zebra' | 'frr' | 'zvm' | 'bird' | 'ibmi' | 'dispatcher' | 'host' | 'switch' | 'osa';

export type KernelName = '2.4' | '6';

export interface NodePlan {
  readonly name: string;
  readonly kind: NodeKind;
  /** Index 0 is the loopback on everything but a switch. */
  readonly interfaces: readonly InterfacePlan[];
  /** Static routes of the host, from the topology or from `ip route` in its configuration. */
  readonly staticRoutes: readonly StaticRoutePlan[];
  readonly isForwarding: boolean;
  /** net.ipv4.igmp_max_memberships, where it is said. */
  readonly maximumMemberships?: number;
  /** Of Linux. Not given: 2.4 for Zebra, today's otherwise. */
  readonly kernel?: KernelName;
  /** In file order. */
  readonly sysctls?: readonly SysctlSetting[];
  /** `ip rule`, in file order. */
  readonly rules?: readonly SourceRule[];
  /** TCP ports on which it answers probes and browsers. Not given: the echo port. */
  readonly servicePorts?: readonly number[];
  /** What browsers are shown. Not given: the system's name. */
  readonly page?: string;
  /** Present when the node runs BFD: it has peers or profiles, or OSPF asks for it. */
  readonly bfd?: BfdConfiguration;
  /** Present when the node runs keepalived. */
  readonly vrrp?: VrrpConfiguration;
  /** Present when the node runs heartbeat, and mon. */
  readonly heartbeat?: HeartbeatConfiguration;
  readonly mon?: MonConfiguration;
  /** Of an adapter. */
  readonly adapter?: AdapterPlan;
  /** Of a node of a machine room. */
  readonly control?: ControlPlan;
  /** Of a BIRD node. */
  readonly bird?: BirdConfiguration;
  /** Of an IBM i. */
  readonly ibmi?: IbmiPlan;
  /** Of a dispatcher. */
  readonly dispatcher?: DispatcherConfiguration;
  /** Present when the node runs OSPF. */
  readonly ospf?: OspfConfiguration;
  /** What `configure` events make of it, each whole. */
  readonly configurations?: readonly NodeConfiguration[];
}

/** The part of a node that configuration lines can change while it runs. Interfaces stay the same but for what is said about them. */
export interface NodeConfiguration extends Pick<NodePlan, 'interfaces' | 'staticRoutes' | 'isForwarding' | 'ospf' | 'bfd' | 'ibmi'> {
  /** `router ospf` was taken back on the way here and said again: a new process, even where nothing else differs. */
  readonly isOspfRestarted?: boolean;
}

/** What an IBM i has beside devices and their addresses. */
export interface IbmiPlan {
  /** All of them, in the order of definition; those that are started are addresses of their lines. */
  readonly interfaces: readonly { readonly address: Ipv4; readonly prefixLength: number; readonly line: string; readonly isStarted: boolean }[];
  readonly virtualAddresses: readonly VirtualAddress[];
  /** ARPTIMO; not given: the system's default. */
  readonly arpTimeoutMinutes?: number;
}

export interface InterfacePlan {
  readonly name: string;
  /** The kernel's interface index, 1 for lo. */
  readonly index: number;
  /** The node's port, counted from 0 over its links in order; -1: no port (loopback, dummy). */
  readonly port: number;
  /** qdio: the adapter at the other end does ARP. */
  readonly medium: 'loopback' | 'ethernet' | 'ctc' | 'qdio';
  /** z/VM's virtual device numbers of the adapter, as CP commands name them: `a02-a03`. */
  readonly device?: string;
  readonly mac: Uint8Array;
  readonly mtu: number;
  /** Not given: 10 for Zebra, which cannot ask the adapter, and 10,000 otherwise, which is what a veth says. */
  readonly bandwidthMbps: number;
  /** `shutdown`: administratively down. */
  readonly isShutdown?: boolean;
  /** `link-detect`: whether zebra looks at the carrier. Not given: as it does by itself. */
  readonly isLinkDetected?: boolean;
  /** Of qdio: what the stack tells the adapter. */
  readonly registration?: RegistrationPlan;
  /** An adapter that hands only what is addressed to the system itself to it: an OSA that is nobody's router. */
  readonly isNonRouter?: boolean;
  /** What the system's own packets have as their source when they leave here (SOURCEVIPA). */
  readonly sourceAddress?: Ipv4;
  /** In order of configuration. 127.0.0.1/8, which every loopback has, is not listed. */
  readonly addresses: readonly AddressPlan[];
}

export interface AddressPlan {
  readonly address: Ipv4;
  readonly prefixLength: number;
  /** The other end of a point-to-point address, `ip addr add LOCAL peer PEER/32`. */
  readonly peer?: Ipv4;
}

export interface StaticRoutePlan {
  readonly network: Ipv4;
  readonly prefixLength: number;
  /** 0: directly on the interface. */
  readonly gateway: Ipv4;
  readonly interfaceName?: string;
  /** It leads nowhere: packets are dropped, or the sender is told. */
  readonly discard?: 'blackhole' | 'reject';
  /** Administrative distance; undefined: 1. */
  readonly distance?: number;
  readonly tag?: number;
  /** The gateway is taken to be on the interface's link, whatever the addresses say. */
  readonly isOnLink?: boolean;
  /** Not given: the main table. */
  readonly table?: number;
}

export interface LinkEnd {
  /** Index into Plan.nodes. */
  readonly node: number;
  /** Port of that node. */
  readonly port: number;
  /** `tirnanog:eth0`, as in the file. */
  readonly label: string;
}

export interface LinkPlan {
  /** A point-to-point link is ctc, whatever its medium. */
  readonly kind: 'ethernet' | 'ctc';
  readonly ends: readonly [LinkEnd, LinkEnd];
  readonly latencyMicros: Micros;
  /** Of a point-to-point link between systems of a machine room. */
  readonly channel?: ChannelPlan;
  /** Where a node has several places to run: the z/VM system (of the machine room) in which this is its link. */
  readonly system?: number;
}

export interface ProbePlan {
  readonly name: string;
  /** Of probes that stand in the file as one with several destinations: its name. Together they are the streams of a benchmark. */
  readonly group?: string;
  readonly protocol: 'icmp' | 'udp' | 'tcp';
  /** Index of the sending node. */
  readonly from: number;
  readonly to: Ipv4;
  /** 0: the sending host chooses, by the route. */
  readonly source: Ipv4;
  readonly everyMicros: Micros;
  /** Each answer confirms the neighbour that the probe goes through (MSG_CONFIRM). Only of ICMP probes. */
  readonly isConfirming?: boolean;
  /** TCP: the server's port; one connection for all requests; an answer later than this counts as lost. */
  readonly port?: number;
  readonly isConnectionKept?: boolean;
  readonly patienceMicros?: Micros;
  readonly start: Micros;
  /** NEVER: until the run ends. */
  readonly stop: Micros;
}

export interface EventPlan {
  readonly at: Micros;
  /** The moment is `at` + U(0, spread), drawn from the seed. */
  readonly spreadMicros: Micros;
  /** -1: it is done to the machine room, not to a node. */
  readonly node: number;
  readonly action: EventAction;
  /** As written: `cp sleep 5min`. */
  readonly text: string;
}

export type EventAction =
  /** Freeze, and thaw by itself after the duration. */
  | { readonly kind: 'sleep'; readonly durationMicros: Micros }
  | { readonly kind: 'freeze' }
  /** Something that the machine room does. */
  | MachineAction
  | { readonly kind: 'thaw' }
  /** Frames are lost at this port without loss of carrier. */
  | { readonly kind: 'silence'; readonly port: number; readonly direction: 'in' | 'out' | 'both' }
  | { readonly kind: 'restore'; readonly port: number }
  /** A guest loses its adapter, and nobody is told: as silence in both directions. It gets it back. */
  | { readonly kind: 'detach' | 'attach'; readonly port: number }
  | { readonly kind: 'carrier'; readonly port: number; readonly up: boolean }
  | { readonly kind: 'kill' | 'launch' | 'stop'; readonly daemon: string }
  /** A daemon alone stands still, and goes on. */
  | { readonly kind: 'freeze-daemon' | 'thaw-daemon'; readonly daemon: string }
  /** `hb_standby`, `hb_takeover`, typed at the node. */
  | { readonly kind: 'hand-over'; readonly program: 'hb_standby' | 'hb_takeover'; readonly what: string }
  /** A vrrp_script's outcome from then on. */
  | { readonly kind: 'check'; readonly name: string; readonly isSucceeding: boolean }
  /** Index into the node's `configurations`: what it is from then on. */
  | { readonly kind: 'configure'; readonly configuration: number }
  /** `graceful-restart prepare ip ospf`, as an operator types it before stopping the daemon. */
  | { readonly kind: 'graceful-restart' }
  /** `clear ip ospf ...`, typed at the router. */
  | { readonly kind: 'clear'; readonly what: 'process' | 'neighbor' | 'interface'; readonly name: string };

export interface TargetPlan {
  /** Index of the probe; of a group the first of it, and it is about the worst. */
  readonly probe: number;
  /** Of the probe's longest outage. */
  readonly comparison: '<=' | '<' | '>=' | '>';
  readonly limitMicros: Micros;
  /** Where the number comes from. */
  readonly source: string;
  /** As written: `outage <= 41s`. */
  readonly text: string;
}

export interface ExpectationPlan {
  readonly at: Micros;
  readonly node: number;
  readonly show: string;
  /** Path of the expected output, as given, and its text. */
  readonly file: string;
  readonly expected: string;
}
