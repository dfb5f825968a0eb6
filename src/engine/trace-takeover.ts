/**
 * What take-over daemons tell: who counts as dead, who acquires and releases what, who has an address or a disk, what a monitor found.
 *
 * Names of nodes, groups, scripts and devices are those of the configuration. engine/trace.ts has the rules.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';

export type TakeoverTrace =
  /** A node of the cluster, as this one sees it: init, up, active, dead. */
  | { readonly kind: 'cluster-node'; readonly clause: string; readonly peer: string; readonly from: string; readonly to: string;
      /** With dead: how long ago its last heartbeat had come. */
      readonly sinceLastHeartbeatMicros?: Micros;
      /** It was dead and is there again without having been started anew: a partition is over. */
      readonly isAfterPartition?: boolean }
  /** A way to another node: `eth0`, `/dev/ttyZ0`. */
  | { readonly kind: 'cluster-link'; readonly clause: string; readonly peer: string; readonly link: string; readonly to: 'up' | 'dead' }
  /** Resource groups, named by their first resource. */
  | { readonly kind: 'takeover'; readonly clause: string; readonly peer: string; readonly group: string; readonly reason: string;
      readonly what: 'decided' | 'acquiring' | 'acquired' | 'releasing' | 'released' | 'failed' }
  /** A resource script has done its work. */
  | { readonly kind: 'resource'; readonly clause: string; readonly resource: string; readonly action: 'start' | 'stop'; readonly tookMicros: Micros }
  /** An alias address came or went. */
  | { readonly kind: 'alias-address'; readonly clause: string; readonly interfaceName: string; readonly address: Ipv4; readonly what: 'added' | 'removed' }
  /** The first of a burst of gratuitous ARP. */
  | { readonly kind: 'gratuitous-arp'; readonly clause: string; readonly interfaceName: string; readonly address: Ipv4 }
  | { readonly kind: 'mount'; readonly clause: string; readonly device: string; readonly directory: string; readonly what: 'mounted' | 'unmounted' }
  /** mon: a service of a group failed or answers again, or an alert script was called. */
  | { readonly kind: 'monitor'; readonly clause: string; readonly group: string; readonly service: string;
      readonly what: 'failure' | 'success' | 'alert'; readonly detail: string }
  | { readonly kind: 'stonith'; readonly clause: string; readonly peer: string; readonly device: string;
      readonly what: 'asked' | 'reset' | 'failed'; readonly detail: string };
