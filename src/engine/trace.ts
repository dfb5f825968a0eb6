/**
 * What an engine tells about itself: typed events, one kind per thing that happened.
 *
 * No text in here: `report` writes sentences, `measure` works out phases, `trace.jsonl` holds the events as they
 * are. Where a clause of a standard made it happen the event carries it, `[2328:13(5a)]`-style. Addresses and
 * identifiers are numbers; interfaces are named as the real system names them.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { TakeoverTrace } from './trace-takeover.js';
import type { DispatcherTrace, ProxyArpTrace } from './trace-proxy-arp.js';
import type { MachineTrace } from './trace-machine.js';
import type { VrrpTrace } from './trace-vrrp.js';

/** The identity of an LSA: type, link state id, advertising router, and where it lives. */
export interface LsaIdentity {
  readonly lsType: number;
  readonly linkStateId: Ipv4;
  readonly advertisingRouter: Ipv4;
  /** The area it is flooded in; undefined for AS scope. */
  readonly area?: Ipv4;
}

export type TraceEvent = ProtocolTrace | VrrpTrace | TakeoverTrace | ProxyArpTrace | DispatcherTrace | MachineTrace | ProbeTrace | DriverTrace;

/** From the OSPF process and the host. */
export type ProtocolTrace =
  | { readonly kind: 'interface-state'; readonly clause: string; readonly interfaceName: string;
      readonly from: string; readonly to: string; readonly event: string }
  | { readonly kind: 'neighbor-state'; readonly clause: string; readonly interfaceName: string;
      readonly neighborId: Ipv4; readonly neighborAddress: Ipv4;
      readonly from: string; readonly to: string; readonly event: string;
      /** With InactivityTimer: how long ago the last Hello came. */
      readonly sinceLastHelloMicros?: Micros }
  | { readonly kind: 'designated-router'; readonly clause: string; readonly interfaceName: string;
      readonly designatedRouter: Ipv4; readonly backupDesignatedRouter: Ipv4 }
  | { readonly kind: 'lsa-originate'; readonly clause: string; readonly lsa: LsaIdentity; readonly sequence: number;
      readonly reason: 'change' | 'refresh' | 'flush' | 'newer-received' }
  /** A received instance went into the database and its contents differ from what was there. */
  | { readonly kind: 'lsa-install'; readonly clause: string; readonly lsa: LsaIdentity; readonly sequence: number;
      readonly interfaceName: string; readonly neighborId: Ipv4; readonly isMaxAge: boolean; readonly isChanged: boolean }
  | { readonly kind: 'lsa-flush'; readonly clause: string; readonly lsa: LsaIdentity }
  | { readonly kind: 'spf-schedule'; readonly clause: string; readonly delayMicros: Micros }
  | { readonly kind: 'spf-run'; readonly clause: string; readonly routers: number; readonly networks: number;
      readonly routes: number }
  /** A packet that was well formed and refused. */
  | { readonly kind: 'refusal'; readonly clause: string; readonly interfaceName: string; readonly source: Ipv4;
      readonly what: string; readonly got: number | string; readonly want: number | string }
  /** Bytes that are not what they claim to be. */
  | { readonly kind: 'malformed'; readonly clause: string; readonly interfaceName: string; readonly code: string;
      readonly offset: number; readonly got: number | string; readonly want: number | string }
  | { readonly kind: 'arp'; readonly clause: string; readonly interfaceName: string; readonly address: Ipv4;
      readonly mac: string; readonly from: string; readonly to: string }
  | { readonly kind: 'bfd-state'; readonly clause: string; readonly interfaceName: string; readonly peer: Ipv4;
      readonly from: string; readonly to: string; readonly diagnostic: number }
  | { readonly kind: 'daemon'; readonly daemon: string; readonly what: 'started' | 'stopped' | 'killed' }
  | { readonly kind: 'message'; readonly clause: string; readonly text: string };

/** From probe end points. A probe is lost when its sequence number never arrives. */
export type ProbeTrace =
  | { readonly kind: 'probe-sent'; readonly probe: number; readonly sequence: number }
  | { readonly kind: 'probe-received'; readonly probe: number; readonly sequence: number; readonly sentAt: Micros;
      /** The system that got it, where the answer or the place of arrival says so. */
      readonly server?: string };

/** From the driver: what the harness did to the network. */
export type DriverTrace =
  | { readonly kind: 'fault'; readonly what: string; readonly detail: string }
  | { readonly kind: 'recovery'; readonly what: string; readonly detail: string };
