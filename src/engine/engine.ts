/**
 * The contract between everything that knows a protocol and everything that has a clock.
 *
 * An engine is sans-IO: it is handed the time and the bytes, and hands bytes back. It has no clock, no
 * randomness of its own and does no I/O, so the same engine runs in virtual time, on a real wire and against
 * a capture. One `step` is one mutation and runs to quiescence. Rules that every driver keeps:
 *
 * - `now` never goes back.
 * - Timers due at or before `now` fire first, in (deadline, arming) order; then the input is taken.
 * - Frames, in both directions, are borrowed for the call: what is to be kept is copied.
 * - A frozen node gets no steps and loses the frames sent to it meanwhile.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { ControlOrder } from './control-order.js';
import type { Registration, RoomAnswer, RoomRequest } from './room-request.js';
import type { TraceEvent } from './trace.js';

export interface Engine {
  /** One input. Whatever comes of it has gone to `out` when this returns. */
  step(now: Micros, input: Input, out: Out): void;
  /** When the engine next wants a wake. Pure; Infinity when idle. */
  nextDeadline(): Micros;
}

export type Input = WakeInput | FrameInput | CommandInput;

export interface WakeInput {
  readonly kind: 'wake';
  /** It has stood still since then, and goes on. Undefined: it has not. */
  readonly stoodStillSince?: Micros;
}

export interface FrameInput {
  readonly kind: 'frame';
  /** The index of the engine's own port. */
  readonly port: number;
  /** Ethernet II, from the destination address on, without FCS. Borrowed. */
  readonly bytes: Uint8Array;
}

export interface CommandInput { readonly kind: 'command'; readonly command: Command }

/** What an operator, the hardware or the harness does to a node. */
export type Command =
  /** The node boots: addresses are up, daemons start. Given once, before anything else. */
  | { readonly kind: 'start' }
  /** Carrier on or off at a port. */
  | { readonly kind: 'carrier'; readonly port: number; readonly up: boolean }
  /** A daemon dies without a word (SIGKILL) or is started again. */
  | { readonly kind: 'kill'; readonly daemon: string }
  | { readonly kind: 'launch'; readonly daemon: string }
  /** Somebody at the node orders another guest stopped. */
  | { readonly kind: 'control-order'; readonly order: ControlOrder }
  /** The system is shut down: everything that runs is stopped the way its init script would. */
  | { readonly kind: 'halt' }
  /** A daemon alone is stopped and goes on (SIGSTOP, SIGCONT); the kernel does not notice. */
  | { readonly kind: 'freeze' | 'thaw'; readonly daemon: string }
  /** heartbeat's hb_standby and hb_takeover. */
  | { readonly kind: 'hand-over'; readonly program: 'hb_standby' | 'hb_takeover'; readonly what: string }
  /** A daemon is stopped the way its init script would (SIGTERM). */
  | { readonly kind: 'stop'; readonly daemon: string }
  /** From now on a check that a takeover daemon runs succeeds, or fails. */
  | { readonly kind: 'check'; readonly name: string; readonly isSucceeding: boolean }
  /** Somebody has typed configuration lines: index into what the node's plan may become. */
  | { readonly kind: 'configure'; readonly configuration: number }
  /** `clear ip ospf ...`; `name`: a router id or an interface, empty for all. */
  | { readonly kind: 'clear'; readonly what: 'process' | 'neighbor' | 'interface'; readonly name: string }
  /** The operator has the routing daemon announce a graceful restart; stopping and starting it are commands of their own. */
  | { readonly kind: 'graceful-restart' }
  /** To an adapter: one of its parts fails or works again. `ports`: whom a channel, a device or a guest is about. */
  | { readonly kind: 'adapter'; readonly part: 'card' | 'port' | 'channel' | 'device' | 'guest'; readonly isBroken: boolean; readonly ports: readonly number[] }
  /** To an adapter: what the stack at one of its ports has registered. */
  | { readonly kind: 'register'; readonly port: number; readonly registration: Registration }
  /** What came of a request to the machine room. */
  | RoomAnswer
  /** A probe starts or stops sending. */
  | { readonly kind: 'probe-start'; readonly probe: ProbeRequest }
  | { readonly kind: 'probe-stop'; readonly probe: number };

export interface ProbeRequest {
  /** Index of the probe in the plan; it is carried in the packets. */
  readonly probe: number;
  readonly protocol: 'icmp' | 'udp' | 'tcp';
  readonly destination: Ipv4;
  /** 0: whatever the route says. */
  readonly source: Ipv4;
  readonly everyMicros: Micros;
  /** Each answer confirms the neighbour that the probe goes through. */
  readonly isConfirming?: boolean;
  /** TCP: where it is asked; not given: the echo port. */
  readonly port?: number;
  /** TCP: all requests go over one connection. */
  readonly isConnectionKept?: boolean;
  /** TCP: an answer later than this counts as lost. */
  readonly patienceMicros?: Micros;
  /** Where the sender has sent before and has been booted since: its next sequence number. */
  readonly firstSequence?: number;
}

export interface Out {
  transmit(port: number, frame: Uint8Array): void;
  route(change: RouteChange): void;
  trace(event: TraceEvent): void;
  /** Something for the machine room; a driver without one has no such method. */
  request?(request: RoomRequest): void;
}

/** A change in the node's forwarding table. */
export interface RouteChange {
  readonly action: 'add' | 'replace' | 'withdraw';
  readonly network: Ipv4;
  readonly prefixLength: number;
  /** Empty for a withdrawal. Gateway 0: directly connected. */
  readonly nextHops: readonly { readonly gateway: Ipv4; readonly interfaceName: string }[];
  readonly metric: number;
  readonly protocol: 'kernel' | 'static' | 'ospf';
}
