/**
 * What a node of a machine room knows of the ways to stop another guest: names that it can look up, and the servers that it runs itself.
 */
import type { Ipv4 } from '../../base/address.js';
import type { Micros } from '../../base/micros.js';

export interface ControlPlan {
  /** By name: control guests and the z/VM stacks that run REXECD, at the first of their addresses that is on a network. */
  readonly hosts: ReadonlyMap<string, Ipv4>;
  /** How long whoever has given an order waits for its answer. */
  readonly patienceMicros: Micros;
  /** Of a control guest. */
  readonly ssh?: SshServerPlan;
  /** Of a z/VM stack. */
  readonly rexec?: RexecServerPlan;
}

export interface SshServerPlan {
  /** From the client's key exchange to the command: RSA in software. */
  readonly handshakeMicros: Micros;
}

export interface RexecServerPlan {
  /** From the request to the agent's command. */
  readonly delayMicros: Micros;
  /** Not given: whoever asks is served. */
  readonly credentials?: { readonly user: string; readonly password: string };
}
