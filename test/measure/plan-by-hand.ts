/** A small plan, made by hand: r1 and r2 on a LAN, h1 behind r1; a probe from r1 to r2 each 10 ms. */
import type { NodePlan, Plan } from '../../src/config/plan.js';
import { SECOND } from '../../src/base/micros.js';

export function nodeByHand(name: string, address: number): NodePlan {
  return {
    name, kind: 'frr', isForwarding: true, staticRoutes: [],
    interfaces: [
      { name: 'lo', index: 1, port: -1, medium: 'loopback', mac: new Uint8Array(6), mtu: 65536, bandwidthMbps: 0,
        addresses: [{ address: 0x7f000001, prefixLength: 8 }] },
      { name: 'eth0', index: 2, port: 0, medium: 'ethernet', mac: new Uint8Array([2, 0, 0, 0, 0, 1]), mtu: 1500, bandwidthMbps: 1000,
        addresses: [{ address, prefixLength: 24 }] },
    ],
  };
}

export function planByHand(changes: Partial<Plan> = {}): Plan {
  return {
    name: 'by-hand', title: 'Two routers on a LAN', file: 'topologies/by-hand.yaml', seed: 7,
    nodes: [nodeByHand('r1', 0xc0a80101), nodeByHand('r2', 0xc0a80102), nodeByHand('r3', 0xc0a80103)],
    links: [], events: [], expectations: [], startSpreadMicros: 0, until: { kind: 'instant', at: 100 * SECOND },
    probes: [{ name: 'ping', protocol: 'icmp', from: 0, to: 0x0a210001, source: 0, everyMicros: 10_000, start: 0, stop: Infinity }],
    targets: [{ probe: 0, comparison: '<=', limitMicros: 41 * SECOND, source: 'RFC 2328 dead interval', text: 'outage <= 41s' }],
    ...changes,
  };
}
