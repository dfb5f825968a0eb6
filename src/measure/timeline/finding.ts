/**
 * What a capture tells, one finding a happening. Read capture-timeline.ts first.
 *
 * Typed, without text: `report` writes sentences and JSON. `time` is when it happened as far as the wire allows, which for a silence
 * is when the silent one was last heard, and for a neighbour that is dropped when its dead interval was over; `provenAt` is the
 * frame that shows it. `places` are the interfaces or files in which it was seen.
 */
import type { Ipv4 } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';

/** Of the LSA, across areas: no area for AS scope. */
export interface LsaName {
  readonly lsType: number;
  readonly linkStateId: Ipv4;
  readonly advertisingRouter: Ipv4;
  readonly area?: Ipv4;
}

/** A link, prefix, router or property that an LSA announces. */
export interface LsaItem {
  readonly kind: 'router' | 'transit' | 'stub' | 'virtual' | 'attached' | 'network' | 'boundary-router' | 'external' | 'flag' | 'grace' | 'opaque';
  readonly id: Ipv4;
  /** Mask of a prefix, link data of a link to a router; what else tells two items apart. */
  readonly detail: number;
  readonly metric: number;
}

/** Why a router no longer has a neighbour. */
export type DropReason =
  /** The dead interval passed without a Hello. */
  | 'dead-interval'
  /** The neighbour's Hello does not list the router any more. */
  | 'one-way'
  /** The router itself was silent for longer than its dead interval, and came back without its neighbours. */
  | 'own-silence'
  /** BFD had reported the path down. */
  | 'bfd'
  /** All neighbours at once, while their Hellos came: the process or the interface was reset. */
  | 'reset'
  /** The wire shows that it is gone, and not why. */
  | 'unknown';

export interface Flow {
  readonly protocol: 'icmp' | 'udp' | 'tcp';
  readonly source: Ipv4;
  readonly destination: Ipv4;
  /** ICMP: the identifier, twice. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

interface Seen {
  readonly time: Micros;
}

export type FindingBody =
  | { readonly kind: 'router-heard'; readonly router: Ipv4; readonly address: Ipv4; readonly area: Ipv4; readonly helloIntervalMicros: Micros; readonly deadIntervalMicros: Micros }
  /** No Hello where two or more were due. `until`: it was heard again. */
  | { readonly kind: 'router-silent'; readonly router: Ipv4; readonly address: Ipv4; readonly area: Ipv4; readonly dueAt: Micros; readonly deadIntervalMicros: Micros;
      readonly until: Micros | undefined; readonly isBeyondDead: boolean;
      /** Other frames of the same adapter went on until here: the system lived. */
      readonly otherFramesUntil: Micros | undefined;
      /** Its first Hello afterwards still lists neighbours. */
      readonly isListKept: boolean }
  | { readonly kind: 'adjacency-up'; readonly router: Ipv4; readonly neighbor: Ipv4; readonly area: Ipv4; readonly startedAt: Micros }
  | { readonly kind: 'adjacency-down'; readonly router: Ipv4; readonly neighbor: Ipv4; readonly area: Ipv4; readonly reason: DropReason; readonly provenAt: Micros;
      readonly sinceLastHelloMicros: Micros | undefined; readonly wasFull: boolean }
  | { readonly kind: 'designated-router'; readonly announcedBy: Ipv4; readonly designatedRouter: Ipv4; readonly backupDesignatedRouter: Ipv4;
      readonly previousDesignatedRouter: Ipv4; readonly previousBackup: Ipv4 }
  | { readonly kind: 'hello-mismatch'; readonly router: Ipv4; readonly other: Ipv4; readonly field: 'HelloInterval' | 'RouterDeadInterval' | 'network mask' | 'area' | 'AuType' | 'E-bit' | 'N-bit';
      readonly value: number; readonly otherValue: number }
  | { readonly kind: 'sequence-reset'; readonly router: Ipv4; readonly known: number; readonly said: number }
  | { readonly kind: 'lsa-new'; readonly lsa: LsaName; readonly sequence: number; readonly came: readonly LsaItem[]; readonly isLearned: boolean }
  | { readonly kind: 'lsa-change'; readonly lsa: LsaName; readonly sequence: number; readonly gone: readonly LsaItem[]; readonly came: readonly LsaItem[];
      readonly changed: readonly { readonly item: LsaItem; readonly metricBefore: number }[] }
  | { readonly kind: 'lsa-flush'; readonly lsa: LsaName; readonly sequence: number; readonly gone: readonly LsaItem[] }
  | { readonly kind: 'bfd-state'; readonly source: Ipv4; readonly destination: Ipv4; readonly from: number | undefined; readonly to: number; readonly diagnostic: number }
  /** Another adapter has an address. */
  | { readonly kind: 'address-moved'; readonly address: Ipv4; readonly from: string; readonly to: string; readonly isGratuitous: boolean; readonly fromLastSeen: Micros }
  | { readonly kind: 'duplicate-answers'; readonly address: Ipv4; readonly asker: Ipv4; readonly first: string; readonly second: string; readonly gapMicros: Micros; count: number }
  | { readonly kind: 'gratuitous-burst'; readonly address: Ipv4; readonly mac: string; readonly requests: number; readonly replies: number; readonly until: Micros }
  | { readonly kind: 'arp-unanswered'; readonly address: Ipv4; readonly asker: Ipv4; readonly requests: number; readonly unicastRequests: number; readonly unicastTo: string | undefined;
      /** Whether that adapter was seen with the address before. */
      readonly isKnown: boolean; readonly lastRequestAt: Micros; readonly until: Micros | undefined; readonly answeredBy: string | undefined }
  | { readonly kind: 'vrrp-master'; readonly virtualRouterId: number; readonly addresses: readonly Ipv4[]; readonly master: Ipv4; readonly priority: number;
      readonly previous: Ipv4 | undefined; readonly reason: 'first' | 'released' | 'silent' | 'preempted'; readonly previousLastAt: Micros | undefined }
  | { readonly kind: 'vrrp-silent'; readonly virtualRouterId: number; readonly master: Ipv4; readonly isReleased: boolean }
  | { readonly kind: 'vrrp-contested'; readonly virtualRouterId: number; readonly first: Ipv4; readonly second: Ipv4 }
  | { readonly kind: 'heartbeat-heard'; readonly node: string; readonly address: Ipv4; readonly deadTimeMicros: Micros | undefined }
  | { readonly kind: 'heartbeat-silent'; readonly node: string; readonly address: Ipv4; readonly deadTimeMicros: Micros; readonly until: Micros | undefined; readonly isRestarted: boolean;
      readonly otherFramesUntil: Micros | undefined }
  | { readonly kind: 'heartbeat-status'; readonly node: string; readonly from: string; readonly to: string }
  | { readonly kind: 'heartbeat-message'; readonly node: string; readonly type: string; readonly detail: string }
  /** `until`: the first that got through again was sent then. */
  | { readonly kind: 'outage'; readonly flow: Flow; readonly lost: number; readonly until: Micros | undefined; readonly isNeverAnswered: boolean;
      readonly how: 'requests without reply' | 'retransmissions' | 'connection attempts' | 'gap against its period' }
  | { readonly kind: 'icmp-errors'; readonly reporter: Ipv4; readonly type: number; readonly code: number; readonly destination: Ipv4; count: number; until: Micros }
  /** Nothing at all was captured there although it had been busy. */
  | { readonly kind: 'place-silent'; readonly until: Micros | undefined };

export type Finding = FindingBody & Seen & { readonly places: readonly string[] };

export type FindingKind = Finding['kind'];
export type FindingOf<K extends FindingKind> = Extract<Finding, { kind: K }>;

/** Takes findings, in any order. */
export type Tell = (time: Micros, place: number, body: FindingBody) => void;
