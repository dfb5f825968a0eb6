/**
 * Random networks for tests: routers, point-to-point links, LANs, areas, externals; built as a fabric of processes and kept as plain data
 * for the reference calculation.
 */
import { Prng } from '../../src/base/prng.js';
import { SECOND, type Micros } from '../../src/base/micros.js';
import type { OspfBehaviour } from '../../src/ospf/behaviour.js';
import type { OspfConfiguration, OspfInterfaceConfiguration } from '../../src/ospf/configuration.js';
import { FRR_844 } from '../../src/persona/ospf-frr.js';
import { Fabric, configuration, device, ip } from './fabric.js';

export interface Attachment { readonly router: number; readonly segment: number; readonly interfaceIndex: number; readonly cost: number; readonly address: number; isUp: boolean }

/** An unnumbered link is point-to-point; its ends borrow the router's own host address, which nobody advertises. */
export type SegmentKind = 'lan' | 'non-broadcast' | 'point-to-multipoint' | 'point-to-point' | 'unnumbered' | 'stub';

export interface Segment {
  readonly kind: SegmentKind;
  readonly area: number;
  readonly network: number;
  readonly attachments: Attachment[];
  /** Silent: packets are lost and nobody is told. */
  isCut: boolean;
}

export interface External { readonly router: number; readonly network: number; readonly metric: number; readonly type: 1 | 2 }

export interface Network {
  readonly routers: number[];
  readonly dead: Set<number>;
  readonly segments: Segment[];
  readonly externals: External[];
  isRfc1583Compatible: boolean;
  readonly stubAreas: Set<number>;
  /** Not-so-stubby: no type 5 in there; what their own routers know goes out as type 7, translated at the border. */
  readonly nssaAreas: Set<number>;
  /** Stub areas and NSSAs into which nothing but the default is announced. */
  readonly blockedAreas: Set<number>;
  /** Two border routers of the transit area, joined as if by a link of the backbone. */
  readonly virtualLinks: VirtualLink[];
}

export interface VirtualLink { readonly area: number; readonly ends: readonly [number, number] }

/** Routers are numbers from 1; the router id of 7 is 7.7.7.7. */
export function routerId(router: number): number {
  return router * 0x01010101;
}

/** What its unnumbered ends borrow. */
export function borrowedAddress(router: number): number {
  return ip('10.255.0.0') + router;
}

export function emptyNetwork(routers: number): Network {
  return { routers: Array.from({ length: routers }, (_, i) => i + 1), dead: new Set(), segments: [], externals: [], isRfc1583Compatible: false,
    stubAreas: new Set(), nssaAreas: new Set(), blockedAreas: new Set(), virtualLinks: [] };
}

export function addSegment(network: Network, kind: Segment['kind'], area: number, ...members: [router: number, cost: number][]): Segment {
  const index = network.segments.length;
  const base = ip(`10.${area}.${index}.0`);
  const segment: Segment = { kind, area, network: base, isCut: false, attachments: [] };
  for (const [router, cost] of members) {
    const interfaceIndex = 2 + network.segments.filter((s) => s.attachments.some((a) => a.router === router)).length;
    segment.attachments.push({ router, segment: index, interfaceIndex, cost, address: kind === 'unnumbered' ? borrowedAddress(router) : base + router, isUp: true });
  }
  network.segments.push(segment);
  return segment;
}

/** A connected graph within one area: a random tree, then more links and LANs. */
export function connect(network: Network, prng: Prng, area: number, routers: readonly number[], extra: number, cost: () => number): void {
  for (let i = 1; i < routers.length; i++) addSegment(network, 'point-to-point', area, [routers[i], cost()], [routers[prng.integer(0, i - 1)], cost()]);
  for (let i = 0; i < extra; i++) {
    if (routers.length > 2 && prng.integer(0, 2) === 0) {
      const members = routers.filter(() => prng.integer(0, 1) === 1);
      if (members.length >= 2) addSegment(network, 'lan', area, ...members.map((r): [number, number] => [r, cost()]));
    } else if (routers.length > 1) {
      const a = prng.integer(0, routers.length - 1);
      const b = (a + prng.integer(1, routers.length - 1)) % routers.length;
      addSegment(network, 'point-to-point', area, [routers[a], cost()], [routers[b], cost()]); // parallel links too
    }
  }
  for (const router of routers) if (prng.integer(0, 1) === 1) addSegment(network, 'stub', area, [router, cost()]);
}

export function randomNetwork(seed: number): Network {
  const prng = new Prng(seed, 'network', 'test');
  const shape = seed % 4;
  // Small costs make many equal-cost paths.
  const most = [2, 5, 30][prng.integer(0, 2)];
  const cost = (): number => prng.integer(1, most);
  let network: Network;
  if (shape === 0) {
    const [width, height] = [prng.integer(2, 4), prng.integer(2, 3)];
    network = emptyNetwork(width * height);
    const symmetric = prng.integer(0, 1) === 1;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const here = y * width + x + 1;
        const link = (there: number): void => { const c = cost(); addSegment(network, 'point-to-point', 0, [here, c], [there, symmetric ? c : cost()]); };
        if (x + 1 < width) link(here + 1);
        if (y + 1 < height) link(here + width);
      }
    }
  } else if (shape === 1) {
    network = emptyNetwork(prng.integer(3, 9));
    connect(network, prng, 0, network.routers, prng.integer(2, 6), cost);
  } else {
    const areas = shape; // 2 or 3 of them
    const backbone = prng.integer(2, 4);
    const inner = prng.integer(1, 3);
    network = emptyNetwork(backbone + (areas - 1) * inner);
    connect(network, prng, 0, network.routers.slice(0, backbone), prng.integer(1, 2), cost);
    for (let area = 1; area < areas; area++) {
      const own = network.routers.slice(backbone + (area - 1) * inner, backbone + area * inner);
      const borders = network.routers.slice(0, backbone).filter(() => prng.integer(0, 1) === 1);
      if (borders.length === 0) borders.push(1);
      connect(network, prng, area, [...borders, ...own], prng.integer(0, 3), cost);
    }
  }
  for (let i = prng.integer(0, 4); i > 0; i--) {
    const router = prng.integer(1, network.routers.length);
    const prefix = ip(`172.16.${prng.integer(1, 3)}.0`); // several routers may know the same one
    if (network.externals.some((e) => e.router === router && e.network === prefix)) continue;
    network.externals.push({ router, network: prefix, metric: prng.integer(1, 3) * 5, type: prng.integer(1, 2) === 1 ? 1 : 2 });
  }
  network.isRfc1583Compatible = prng.integer(0, 1) === 1;
  return network;
}

/**
 * Anything that there is at once: 2 to 40 routers, most often few; up to four areas, some of them stub areas or NSSAs, with summaries and without, some of
 * them joined to the backbone by a virtual link alone; LANs, non-broadcast and point-to-multipoint networks, point-to-point links, some of them unnumbered.
 */
export function randomInternet(seed: number): Network {
  const prng = new Prng(seed, 'internet', 'test');
  const [least, most] = [[2, 6], [2, 6], [4, 9], [4, 9], [6, 12], [6, 12], [10, 18], [18, 40]][seed % 8];
  const network = emptyNetwork(prng.integer(least, most));
  const highest = [2, 5, 30][prng.integer(0, 2)];
  const cost = (): number => prng.integer(1, highest);
  const { routers } = network;
  const areas = Math.min(prng.integer(1, 4), Math.floor(routers.length / 2));
  // The backbone has what is left when every other area has its share.
  const inner = Math.floor(routers.length / (areas + 1)) || 1;
  const backbone = routers.slice(0, routers.length - (areas - 1) * inner);
  connectAnyhow(network, prng, 0, backbone, cost);
  for (let area = 1; area < areas; area++) {
    const own = routers.slice(backbone.length + (area - 1) * inner, backbone.length + area * inner);
    const borders = backbone.filter(() => prng.integer(1, backbone.length) <= 2);
    const transit = transitFor(network, prng, area);
    if (transit === undefined) connectAnyhow(network, prng, area, [...borders.length > 0 ? borders : [backbone[0]], ...own], cost);
    else {
      // Nothing but a virtual link joins it to the backbone.
      connectAnyhow(network, prng, area, [transit.ends[1], ...own], cost);
      network.virtualLinks.push(transit);
    }
    const kind = prng.integer(0, 5);
    if (kind <= 1) network.stubAreas.add(area);
    if (kind === 2 || kind === 3) network.nssaAreas.add(area);
    if (kind === 1 || kind === 3) network.blockedAreas.add(area);
  }
  const isIn = (r: number, areas: ReadonlySet<number>): boolean => network.segments.some((s) => areas.has(s.area) && s.attachments.some((a) => a.router === r));
  const isSpecial = (area: number): boolean => network.stubAreas.has(area) || network.nssaAreas.has(area);
  const mayKnow = routers.filter((r) => !isIn(r, network.nssaAreas) && network.segments.some((s) => !isSpecial(s.area) && s.attachments.some((a) => a.router === r)));
  // Routers in the midst of an NSSA: prefixes of their own, so that nobody outside says the same. None with a borrowed address: as a forwarding address that
  // nobody advertises it would be found behind the area's default, which RFC 3101 does not foresee.
  const isBorrowing = (r: number): boolean => network.segments.some((s) => s.kind === 'unnumbered' && s.attachments.some((a) => a.router === r));
  for (const [i, router] of routers.filter((r) => isIn(r, network.nssaAreas) && !isBorrowing(r) && new Set(network.segments.filter((s) => s.attachments.some((a) => a.router === r)).map((s) => s.area)).size === 1).entries()) {
    if (prng.integer(0, 1) === 0) network.externals.push({ router, network: ip(`172.17.${i}.0`), metric: prng.integer(1, 3) * 5, type: prng.integer(1, 2) === 1 ? 1 : 2 });
  }
  if (mayKnow.length === 0) return network;
  for (let i = prng.integer(0, 4); i > 0; i--) {
    const router = mayKnow[prng.integer(0, mayKnow.length - 1)];
    const prefix = ip(`172.16.${prng.integer(1, 3)}.0`);
    if (network.externals.some((e) => e.router === router && e.network === prefix)) continue;
    network.externals.push({ router, network: prefix, metric: prng.integer(1, 3) * 5, type: prng.integer(1, 2) === 1 ? 1 : 2 });
  }
  network.isRfc1583Compatible = prng.integer(0, 1) === 1;
  return network;
}

/** Now and then: an area before this one that carries a virtual link, from a border router to one in its midst. */
function transitFor(network: Network, prng: Prng, area: number): VirtualLink | undefined {
  if (prng.integer(0, 2) > 0) return undefined;
  const areasOf = (r: number): Set<number> => new Set(network.segments.filter((s) => s.attachments.some((a) => a.router === r)).map((s) => s.area));
  for (let transit = 1; transit < area; transit++) {
    if (network.stubAreas.has(transit) || network.nssaAreas.has(transit) || network.virtualLinks.some((v) => v.area === transit)) continue;
    // Its ends must have addresses there. [2328:15]
    if (network.segments.some((s) => s.area === transit && s.kind === 'unnumbered')) continue;
    const borders = network.routers.filter((r) => areasOf(r).has(0) && areasOf(r).has(transit));
    const inner = network.routers.filter((r) => areasOf(r).has(transit) && areasOf(r).size === 1);
    if (borders.length > 0 && inner.length > 0) return { area: transit, ends: [borders[prng.integer(0, borders.length - 1)], inner[prng.integer(0, inner.length - 1)]] };
  }
  return undefined;
}

/** Each router is joined to those before it, by a link or by a network that takes several at once; then more of both. */
function connectAnyhow(network: Network, prng: Prng, area: number, routers: readonly number[], cost: () => number): void {
  const shared = ['lan', 'lan', 'non-broadcast', 'point-to-multipoint'] as const;
  const share = (members: readonly number[]): void => void addSegment(network, shared[prng.integer(0, 3)], area, ...members.map((r): [number, number] => [r, cost()]));
  for (let i = 1; i < routers.length;) {
    const several = prng.integer(0, 3) === 0 ? Math.min(prng.integer(2, 4), routers.length - i) : 1;
    const before = routers[prng.integer(0, i - 1)];
    if (several > 1) share([before, ...routers.slice(i, i + several)]);
    else addSegment(network, prng.integer(0, 4) === 0 ? 'unnumbered' : 'point-to-point', area, [routers[i], cost()], [before, cost()]);
    i += several;
  }
  for (let i = prng.integer(0, Math.ceil(routers.length / 2)); i > 0 && routers.length > 1; i--) {
    const members = routers.filter(() => prng.integer(1, routers.length) <= 3);
    if (members.length > 1 && prng.integer(0, 2) === 0) {
      share(members);
    } else {
      const a = prng.integer(0, routers.length - 1);
      const b = (a + prng.integer(1, routers.length - 1)) % routers.length;
      addSegment(network, 'point-to-point', area, [routers[a], cost()], [routers[b], cost()]); // parallel links too
    }
  }
  for (const router of routers) if (prng.integer(0, 2) === 0) addSegment(network, 'stub', area, [router, cost()]);
}

export interface BuildOptions { readonly behaviour?: OspfBehaviour | ((router: number) => OspfBehaviour); readonly seed?: number; readonly startSpreadMicros?: Micros; readonly interface?: OspfInterfaceConfiguration }

/** Hellos every second: what is tested is the protocol, not patience. */
export const QUICK: OspfInterfaceConfiguration = { helloIntervalSeconds: 1, deadIntervalSeconds: 4 };

export function buildFabric(network: Network, options: BuildOptions = {}): Fabric {
  const fabric = new Fabric();
  fabric.isRecording = false;
  const prng = new Prng(options.seed ?? 1, 'build', 'test');
  for (const router of network.routers) startRouter(fabric, network, router, options, prng.integer(0, options.startSpreadMicros ?? 0));
  for (const segment of network.segments) {
    if (segment.kind !== 'stub') fabric.link(...segment.attachments.map((a): [string, number] => [`r${a.router}`, a.interfaceIndex]));
  }
  const at = new Map<string, { segment: Segment; attachment: Attachment }>(network.segments.flatMap((segment) => segment.attachments.map((attachment) => [`r${attachment.router} ${attachment.interfaceIndex}`, { segment, attachment }] as const)));
  fabric.filter = (_from, to, _packet, end) => {
    const found = at.get(`${to} ${end.interfaceIndex}`);
    return found !== undefined && !found.segment.isCut && found.attachment.isUp;
  };
  return fabric;
}

/** Also to start it again: a new process that remembers nothing. */
export function startRouter(fabric: Fabric, network: Network, router: number, options: BuildOptions, startAt: Micros): void {
  const own = network.segments.flatMap((s) => s.attachments.filter((a) => a.router === router).map((a) => ({ s, a }))).sort((x, y) => x.a.interfaceIndex - y.a.interfaceIndex);
  const externals = network.externals.filter((e) => e.router === router);
  const prng = new Prng(options.seed ?? 1, `r${router}`, 'configuration');
  const plain = configuration({
    routerId: `${router}.${router}.${router}.${router}`, networks: [],
    interfaces: Object.fromEntries(own.map(({ s, a }) => [`eth${a.interfaceIndex}`, {
      ...(options.interface ?? QUICK), area: s.area, cost: a.cost, priority: prng.integer(1, 3),
      networkType: s.kind === 'lan' || s.kind === 'stub' ? 'broadcast' as const : s.kind === 'unnumbered' ? 'point-to-point' as const : s.kind,
    }])),
    passive: own.filter(({ s }) => s.kind === 'stub').map(({ a }) => `eth${a.interfaceIndex}`),
    redistribute: externals.length > 0 ? [{ source: 'static', routeMap: 'externals' }] : [],
  });
  const entries = externals.map((e, i) => ({ sequence: i, isPermit: true, matchAccessList: String(i), setMetric: e.metric, setMetricType: e.type }));
  const rich: OspfConfiguration = {
    ...plain, rfc1583Compatibility: network.isRfc1583Compatible,
    areas: new Map([...network.stubAreas, ...network.nssaAreas].map((area) => [area, { isStub: network.stubAreas.has(area), isSummaryBlocked: network.blockedAreas.has(area), ranges: [],
      ...(network.nssaAreas.has(area) ? { nssa: { translatorRole: 'candidate' as const, isFollowedUp: false, isForwardingAddressSuppressed: false } } : {}) }])),
    virtualLinks: network.virtualLinks.filter((v) => v.ends.includes(router)).map((v) => ({ transitArea: v.area, peerRouterId: routerId(v.ends[0] === router ? v.ends[1] : v.ends[0]),
      settings: options.interface ?? QUICK })),
    neighbors: own.filter(({ s }) => s.kind === 'non-broadcast').flatMap(({ s }) => s.attachments.filter((a) => a.router !== router))
      .map((a) => ({ address: a.address, priority: 1, pollIntervalSeconds: 5 })),
    routeMaps: new Map([['externals', { name: 'externals', entries }]]),
    accessLists: new Map(externals.map((e, i) => [String(i), { name: String(i), lines: [{ isPermit: true, network: e.network, prefixLength: 24, isExactMatch: true }] }])),
  };
  const behaviour = typeof options.behaviour === 'function' ? options.behaviour(router) : options.behaviour ?? { ...FRR_844, areaBorderRouterType: 'standard' };
  fabric.add(`r${router}`, {
    behaviour, configuration: rich, seed: options.seed ?? 1, startAt,
    interfaces: own.map(({ s, a }) => device(`eth${a.interfaceIndex}`, a.interfaceIndex, deviceAddress(s, a, behaviour))),
    routes: externals.map((e) => ({ source: 'static', network: e.network, prefixLength: 24, interfaceName: 'null0', gateway: 0 })),
  });
}

/** BIRD takes a host address without a peer for a stub network. */
function deviceAddress(segment: Segment, own: Attachment, behaviour: OspfBehaviour): string {
  if (segment.kind !== 'unnumbered') return `${text(own.address)}/24`;
  const other = segment.attachments.find((a) => a !== own);
  return behaviour.pointToPointPeer === 'no-stub' && other !== undefined ? `${text(own.address)}/32 peer ${text(other.address)}` : `${text(own.address)}/32`;
}

function text(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/**
 * Long enough for every table after any single event, with QUICK intervals: what arrives within MinLSArrival is dropped and waits for
 * a retransmission, several times over on the way.
 */
export const CONVERGED: Micros = 45 * SECOND;
