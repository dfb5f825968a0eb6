/**
 * The machine room as data: machines, partitions, z/VM systems, guests, adapters, what operators do and how long it takes. Every reference is an index.
 */
import type { Ipv4 } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';
import type { ControlOrder } from '../../engine/control-order.js';
import type { RouterRole } from '../../engine/room-request.js';
import type { AdapterMode } from '../../host/osa-adapter.js';
import type { AdapterUnit } from '../../host/osa-address-table.js';
import type { PropTable } from './prop-table.js';
import type { Procedure } from './rexx-procedure.js';

export interface MachineRoomPlan {
  readonly machines: readonly MachinePlan[];
  readonly partitions: readonly PartitionPlan[];
  readonly systems: readonly VmSystemPlan[];
  readonly guests: readonly GuestPlan[];
}

export interface MachinePlan {
  readonly name: string;
  /** Nodes. */
  readonly adapters: readonly number[];
}

export interface PartitionPlan {
  readonly name: string;
  readonly machine: number;
  /** What runs in it: a node, or a z/VM system; -1: not that. */
  readonly node: number;
  readonly system: number;
}

export interface VmSystemPlan {
  readonly name: string;
  readonly partition: number;
  /** It runs from the beginning, with its guests. */
  readonly isUp: boolean;
  /** From LOAD to AUTOLOG1's PROFILE EXEC. */
  readonly iplMicros: Micros;
  /** CP's own restart after an abend, before the IPL's time. 0: it waits for an operator. */
  readonly restartMicros: Micros;
  /** What AUTOLOG1 runs; undefined: nothing is started by itself. */
  readonly start: Procedure | undefined;
  /** What SHUTDOWN runs first. */
  readonly stop: Procedure | undefined;
  readonly shutdownMicros: Micros;
  readonly prop: PropPlan | undefined;
  /** How long a message to each linked system takes; by system. */
  readonly rscs: ReadonlyMap<number, Micros>;
  readonly takeover: TakeoverPlan | undefined;
}

export interface PropPlan {
  /** The user id that PROP runs in. */
  readonly operator: string;
  readonly table: PropTable;
  /** By name. */
  readonly actions: ReadonlyMap<string, Procedure>;
  /** From a message to what its action routine does. */
  readonly delayMicros: Micros;
}

/** How this system takes over from another: the cold standby. */
export interface TakeoverPlan {
  readonly of: number;
  readonly steps: readonly TakeoverStep[];
}

export interface TakeoverStep {
  readonly action: 'wait' | 'reset' | 'pprc' | 'ipl' | 'start';
  /** As it is told. */
  readonly text: string;
  readonly durationMicros: Micros;
  readonly source: string;
}

export interface GuestPlan {
  /** In capitals. */
  readonly user: string;
  readonly system: number;
  /** -1: a service machine without a node. */
  readonly node: number;
  /** From XAUTOLOG to the kernel's network being there. */
  readonly startMicros: Micros;
  /** From halt to the end of the last process. */
  readonly stopMicros: Micros;
  /** CP privilege classes. */
  readonly privileges: string;
  /** Who sees its console while it is not logged on. */
  readonly secondaryUser: string | undefined;
  /** It runs when the run begins. */
  readonly isUp: boolean;
}

export interface AdapterPlan {
  readonly mode: AdapterMode;
  readonly machine: number;
  readonly channelPath: string;
  readonly mac: Uint8Array;
  readonly lanPort: number;
  readonly units: readonly AdapterUnitPlan[];
}

export interface AdapterUnitPlan extends AdapterUnit {
  readonly node: number;
  /** The partition that its device numbers belong to. */
  readonly partition: number;
  /** The z/VM system in it; -1: none. */
  readonly system: number;
}

/** What a stack tells its QDIO adapter. */
export interface RegistrationPlan {
  readonly router: RouterRole;
  /** A z/VM stack registers all its home addresses; Linux those of the interface. */
  readonly isWholeHomeList: boolean;
  /** Linux: virtual addresses that were given to the driver (qethconf vipa). */
  readonly virtualAddresses: readonly Ipv4[];
  /** Interfaces of this stack on one LAN have the same number. */
  readonly lanGroup: number;
}

export interface ChannelPlan {
  readonly kind: 'ctc' | 'virtual-ctc' | 'iucv';
  /** Of a real one. */
  readonly channelPath: string;
  /** Virtual: after a guest has come up again somebody must issue COUPLE. */
  readonly isCoupledByOperator: boolean;
}

export type MachineAction =
  /** To a machine, a partition or a z/VM system. */
  | { readonly kind: 'machine'; readonly target: 'machine' | 'partition' | 'system'; readonly index: number; readonly verb: MachineVerb }
  /** A CP command at the console of a z/VM system's operator. */
  | { readonly kind: 'cp-command'; readonly system: number; readonly command: string }
  | { readonly kind: 'rscs'; readonly system: number; readonly peer: number; readonly isUp: boolean }
  /** To a guest's own Linux, or its stack. */
  | { readonly kind: 'guest'; readonly verb: 'shutdown' | 'start' | 'panic' }
  | { readonly kind: 'console'; readonly message: string }
  | { readonly kind: 'control-order'; readonly order: ControlOrder }
  | { readonly kind: 'couple'; readonly port: number }
  /** To an adapter; `partition` -1: all. */
  | { readonly kind: 'adapter'; readonly part: 'card' | 'port' | 'channel'; readonly isBroken: boolean; readonly partition: number }
  | { readonly kind: 'cable'; readonly isPlugged: boolean }
  | { readonly kind: 'channel'; readonly link: number; readonly isOnline: boolean };

export type MachineVerb = 'fail' | 'abend' | 'activate' | 'ipl' | 'shutdown' | 'takeover';
