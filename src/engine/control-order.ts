/**
 * An order to stop another guest from outside: what a STONITH decision asks for. The three ways are the Redpaper's ("Stonith", Figures 6 to 8).
 *
 * Whoever decides calls `ControlClient.order(now, order, done)` of its node (node/control-client.ts). `done` is called once: without a problem when the
 * way's other end has said that the guest is down, with one when it said no or nothing. An order that is under way cannot be taken back.
 *
 *   ssh    a connection over the network to the control guest of the victim's z/VM, which issues CP FORCE with the CPINT utility
 *   rexec  a connection over the network to REXECD of the victim's z/VM TCP/IP stack, whose agent issues it
 *   prop   a message from the own z/VM over RSCS to the programmable operator of the victim's z/VM, whose routing table leads to an action routine
 */
export type ControlMethod = 'ssh' | 'rexec' | 'prop';

export interface ControlOrder {
  readonly method: ControlMethod;
  /** ssh, rexec: a node's name or an address. prop: a z/VM system's name, which is its RSCS node id. */
  readonly host: string;
  /** The user id of the guest, in any case. */
  readonly guest: string;
  /** reset: force, and start it again. */
  readonly action: 'force' | 'reset';
  /** rexec: where the server wants to know who asks. */
  readonly user?: string;
  readonly password?: string;
}

/** `problem` undefined: the guest is down, or is being started again. */
export type ControlDone = (now: number, problem: string | undefined) => void;
