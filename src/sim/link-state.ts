/**
 * Which links have a carrier, and who is told when that changes. Read simulation.ts first.
 *
 * A pulled cable, or a channel path that is off, takes the carrier from both ends; an interface that is shut down takes it from the other end only. A switch
 * between two nodes is a node of its own: what happens on one side of it the other does not see.
 */
import type { NodeConfiguration, Plan } from '../config/plan.js';
import type { Command } from '../engine/engine.js';
import type { SimNode } from './sim-node.js';

export class LinkState {
  private readonly links: Plan['links'];
  private readonly nodes: readonly SimNode[];
  private readonly command: (node: SimNode, command: Command) => void;
  /** By link. */
  private readonly isUp: boolean[];

  constructor(links: Plan['links'], nodes: readonly SimNode[], isInitiallyUp: readonly boolean[], command: (node: SimNode, command: Command) => void) {
    this.links = links;
    this.nodes = nodes;
    this.command = command;
    this.isUp = [...isInitiallyUp];
  }

  hasCarrier(link: number): boolean {
    return this.isUp[link];
  }

  set(link: number, isUp: boolean): void {
    if (this.isUp[link] === isUp) return;
    this.isUp[link] = isUp;
    const { ends } = this.links[link];
    ends.forEach((end, at) => {
      const other = ends[1 - at];
      this.command(this.nodes[end.node], { kind: 'carrier', port: end.port, up: isUp && this.nodes[other.node].isShutdown[other.port] !== true });
    });
  }

  /** Of the link at a port. */
  setAt(node: SimNode, port: number, isUp: boolean): void {
    const attachment = node.attachments[port];
    if (attachment !== undefined) this.set(attachment.link, isUp);
  }

  /** Of a node that has just started, as everything was up: links that are not. */
  tellStarted(node: SimNode): void {
    node.attachments.forEach((attachment, port) => {
      if (attachment !== undefined && !this.isUp[attachment.link]) this.command(node, { kind: 'carrier', port, up: false });
    });
  }

  /** Interfaces that are shut down from now on, or no longer. */
  updateShutdown(node: SimNode, configuration: NodeConfiguration): void {
    for (const { port, isShutdown } of configuration.interfaces) {
      const attachment = node.attachments[port];
      if (attachment === undefined || (node.isShutdown[port] ?? false) === (isShutdown ?? false)) continue;
      node.isShutdown[port] = isShutdown ?? false;
      const peer = this.links[attachment.link].ends[1 - attachment.end];
      if (this.isUp[attachment.link]) this.command(this.nodes[peer.node], { kind: 'carrier', port: peer.port, up: !node.isShutdown[port] });
    }
  }
}
