/**
 * Names for numbers: which node a router id or an address belongs to, as far as the plan and the trace tell.
 */
import { formatIpv4, type Ipv4 } from '../base/address.js';
import type { Plan } from '../config/plan.js';
import type { Recording } from '../measure/recorder.js';

export class Names {
  private readonly plan: Plan;
  private readonly byAddress = new Map<Ipv4, string>();
  private readonly byRouterId = new Map<Ipv4, string>();

  constructor(plan: Plan, recording: Recording) {
    this.plan = plan;
    for (const node of plan.nodes) {
      for (const { addresses } of node.interfaces) {
        for (const { address } of addresses) if (address >>> 24 !== 127) this.byAddress.set(address, node.name);
      }
      if (node.ospf?.routerId !== undefined) this.byRouterId.set(node.ospf.routerId, node.name);
    }
    // A router that chose its id itself says so in its router-LSA.
    for (const { node, event } of recording.events) {
      if (event.kind === 'lsa-originate' && event.lsa.lsType === 1) this.byRouterId.set(event.lsa.advertisingRouter, this.node(node));
    }
  }

  /** `-` for the harness. */
  node(index: number): string {
    return this.plan.nodes[index]?.name ?? '-';
  }

  /** The node's name, or the id in dotted form. */
  router(routerId: Ipv4): string {
    return this.byRouterId.get(routerId) ?? formatIpv4(routerId);
  }

  /** `192.168.1.3 (lnx31)` */
  address(address: Ipv4): string {
    const name = this.byAddress.get(address);
    return name === undefined ? formatIpv4(address) : `${formatIpv4(address)} (${name})`;
  }

  /** `192.168.1.3 (lnx31)`: an address, with the node that has this router id. */
  neighbor(address: Ipv4, routerId: Ipv4): string {
    const name = this.byRouterId.get(routerId) ?? this.byAddress.get(address);
    return name === undefined ? formatIpv4(address) : `${formatIpv4(address)} (${name})`;
  }
}
