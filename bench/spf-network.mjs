/**
 * The networks of bench:spf, as router-LSAs: a grid, or a random graph of degree 4, of point-to-point links; each link a /30 and each router a
 * loopback. One more router, the one that is measured, hangs on router 0 by a link of its own.
 */
import { ByteWriter } from '../dist/wire/bytes.js';
import { Lsa, encodeLsa, lsaLength } from '../dist/wire/ospf/lsa.js';
import { LsaHeader } from '../dist/wire/ospf/lsa-header.js';
import { AsExternalLsa, ExternalRoute } from '../dist/wire/ospf/as-external-lsa.js';
import { RouterLink, RouterLsa } from '../dist/wire/ospf/router-lsa.js';
import { SummaryLsa } from '../dist/wire/ospf/summary-lsa.js';

/** The router that is measured, and its link to router 0: 192.168.0.0/24, .1 is the measured one and .2 is router 0. */
export const MEASURED = { routerId: 0x01010101, address: 0xc0a80001, peer: 0xc0a80002, network: 0xc0a80000, prefixLength: 24, cost: 10 };

const routerId = (index) => 0x02000000 + index;

/** Every router with its links: {index, routerId, links: [{to, network, cost}]}. The same seed gives the same network. */
export function spfNetwork(kind, routers, seed = 1) {
  const nodes = Array.from({ length: routers }, (_, index) => ({ index, routerId: routerId(index), links: [] }));
  let count = 0;
  let state = seed >>> 0;
  const random = (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x100000000) * limit);
  };
  const connect = (a, b, cost) => {
    const network = 0x0a000000 + 4 * count++;
    nodes[a].links.push({ to: nodes[b], network, end: 1, cost });
    nodes[b].links.push({ to: nodes[a], network, end: 2, cost });
  };
  if (kind === 'grid') {
    const width = Math.ceil(Math.sqrt(routers));
    for (let i = 0; i < routers; i++) {
      if ((i + 1) % width !== 0 && i + 1 < routers) connect(i, i + 1, 10);
      if (i + width < routers) connect(i, i + width, 10);
    }
  } else {
    // A ring, so that it hangs together, and a second one through a shuffled order: every router has four links.
    const order = nodes.map((_, i) => i);
    for (let i = routers - 1; i > 0; i--) {
      const j = random(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    for (let i = 0; i < routers; i++) connect(i, (i + 1) % routers, 1 + random(100));
    for (let i = 0; i < routers; i++) connect(order[i], order[(i + 1) % routers], 1 + random(100));
  }
  return { kind, nodes, links: count, prefixes: count + routers + 1 };
}

function link(type, linkId, linkData, metric) {
  return Object.assign(new RouterLink(), { type, linkId, linkData, metric });
}

/** A router that hangs on one of the others, and the link between them. */
export const LEAF = { routerId: 0x03000001, network: 0xac1f0000, loopback: 0xac1e0001 };

/**
 * The router-LSA of one router, as bytes with a good checksum. `extraCost` is added to its first link; `stubCost` is its loopback's cost; `leafCost`
 * that of its link to the leaf, if it has one; `flags`: border and boundary router.
 */
export function lsaOf(node, { sequence = 1, extraCost = 0, stubCost = 1, leafCost, flags = 0, age = 1 } = {}) {
  const body = new RouterLsa();
  body.flags = flags;
  node.links.forEach(({ to, network, end, cost }, i) => {
    const metric = cost + (i === 0 ? extraCost : 0);
    body.links.push(link(1, to.routerId, network + end, metric), link(3, network, 0xfffffffc, metric));
  });
  if (node.index === 0) body.links.push(link(1, MEASURED.routerId, MEASURED.peer, MEASURED.cost), link(3, MEASURED.network, 0xffffff00, MEASURED.cost));
  body.links.push(link(3, 0xac100000 + node.index, 0xffffffff, stubCost));
  if (leafCost !== undefined) body.links.push(link(1, LEAF.routerId, LEAF.network + 1, leafCost), link(3, LEAF.network, 0xfffffffc, leafCost));
  return encoded({ lsType: 1, linkStateId: node.routerId, advertisingRouter: node.routerId }, { kind: 'router', router: body }, sequence, age);
}

/** The leaf's own router-LSA. */
export function leafLsa(node, sequence) {
  const body = new RouterLsa();
  body.links.push(link(1, node.routerId, LEAF.network + 2, 10), link(3, LEAF.network, 0xfffffffc, 10), link(3, LEAF.loopback, 0xffffffff, 1));
  return encoded({ lsType: 1, linkStateId: LEAF.routerId, advertisingRouter: LEAF.routerId }, { kind: 'router', router: body }, sequence, 1);
}

/** One of a border router's summary-LSAs: a /24. */
export function summaryOf(node, index, metric, sequence) {
  const summary = Object.assign(new SummaryLsa(), { networkMask: 0xffffff00, metric });
  return encoded({ lsType: 3, linkStateId: 0x14000000 + 256 * index, advertisingRouter: node.routerId }, { kind: 'summary', summary }, sequence, 1);
}

/** One of a boundary router's AS-external-LSAs: a /24, type 2. */
export function externalOf(node, index, metric, sequence) {
  const external = new AsExternalLsa();
  external.networkMask = 0xffffff00;
  external.routes.push(Object.assign(new ExternalRoute(), { flags: 0x80, metric }));
  return encoded({ lsType: 5, linkStateId: 0x1e000000 + 256 * index, advertisingRouter: node.routerId }, { kind: 'external', external }, sequence, 1);
}

function encoded(identity, body, sequence, age) {
  const header = Object.assign(new LsaHeader(), { ...identity, sequence: (0x80000000 + sequence) | 0, age, options: 2 });
  const lsa = new Lsa(header, body);
  const bytes = new Uint8Array(lsaLength(lsa));
  encodeLsa(lsa, new ByteWriter(bytes));
  return bytes;
}
