/** What one implementation of VRRP does that the standard does not say. Values: persona/vrrp-keepalived.ts. */
import type { Micros } from '../base/micros.js';

export interface VrrpBehaviour {
  /** From the decision to be master until the addresses are there and are announced: drawn between these. */
  readonly installationMicros: readonly [Micros, Micros];
  /** Identifications of IP packets that are used up when a fault begins, for what cannot be sent. */
  readonly faultIdentifications: number;
}
