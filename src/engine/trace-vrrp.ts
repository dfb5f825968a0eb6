/** What a VRRP daemon tells about itself. Read trace.ts first. */
import type { Ipv4 } from '../base/address.js';

export type VrrpTrace =
  | { readonly kind: 'vrrp-state'; readonly clause: string; readonly interfaceName: string; readonly instance: string; readonly virtualRouterId: number;
      readonly from: string; readonly to: string; readonly event: string; readonly priority: number }
  /** The addresses are on the interface, or no longer. */
  | { readonly kind: 'vrrp-addresses'; readonly clause: string; readonly instance: string; readonly what: 'taken' | 'given';
      readonly addresses: readonly Ipv4[] }
  /** A check says something else than before. */
  | { readonly kind: 'vrrp-check'; readonly clause: string; readonly instance: string; readonly check: string; readonly isUp: boolean;
      readonly priority: number };
