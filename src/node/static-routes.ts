/**
 * Static routes: which of them are usable now, and what they come to for each prefix.
 *
 * Of several routes to one prefix those with the least distance count, together. A gateway must be on a network of the interface, or, as
 * FRR's zebra resolves it, be reached by another route than a default route; then that route's next hops are used.
 */
import { networkOf, prefixContains, type Ipv4 } from '../base/address.js';
import type { StaticRoutePlan } from '../config/plan.js';
import type { Fib, FibNextHop } from '../host/fib.js';
import type { NetworkInterface } from '../host/network-interface.js';

export interface UsableRoute {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly table: number | undefined;
  readonly distance: number;
  readonly tag: number;
  /** As they were written: of the first, whose gateway others are told. */
  readonly gateway: Ipv4;
  readonly interfaceName: string;
  readonly isReject: boolean;
  /** The statements name no interface: to zebra such next hops are others than those of OSPF. */
  readonly areInterfacesFound: boolean;
  /** Empty: it discards. */
  readonly nextHops: readonly FibNextHop[];
}

/** What the resolution of gateways needs to know. */
export interface Surroundings {
  /** Those that routing takes for up. */
  readonly interfaces: readonly NetworkInterface[];
  readonly fib: Fib;
  readonly isRecursive: boolean;
}

/** Where a statement names none. */
export const STATIC_DISTANCE = 1;
/** "Never use it." */
export const UNUSABLE_DISTANCE = 255;

/** What routes of one group have in common. */
export function tableAndPrefix({ table, network, prefixLength }: StaticRoutePlan): string {
  return `${table ?? 'main'}/${network}/${prefixLength}`;
}

/** One entry a prefix and table, in the order of the plan; undefined: none of its routes is usable. */
export function usableRoutes(plans: readonly StaticRoutePlan[], around: Surroundings): { readonly plan: StaticRoutePlan; readonly usable: UsableRoute | undefined }[] {
  const groups = new Map<string, StaticRoutePlan[]>();
  for (const plan of plans) {
    const key = tableAndPrefix(plan);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [plan]);
    else group.push(plan);
  }
  return [...groups.values()].map((group) => ({ plan: group[0], usable: best(group, around) }));
}

function best(group: readonly StaticRoutePlan[], around: Surroundings): UsableRoute | undefined {
  const resolved = group.flatMap((plan) => {
    const nextHops = plan.discard === undefined ? resolve(plan, around) : [];
    const distance = plan.distance ?? STATIC_DISTANCE;
    return distance === UNUSABLE_DISTANCE || (plan.discard === undefined && nextHops.length === 0) ? [] : [{ plan, nextHops, distance }];
  }).sort((a, b) => a.distance - b.distance);
  if (resolved.length === 0) return undefined;
  // Among equals in the order of zebra's next-hop groups: by gateway.
  const chosen = resolved.filter((each) => each.distance === resolved[0].distance).sort((a, b) => a.plan.gateway - b.plan.gateway);
  const [{ plan, nextHops, distance }] = chosen;
  return {
    network: plan.network, prefixLength: plan.prefixLength, table: plan.table, distance, tag: plan.tag ?? 0, gateway: plan.gateway,
    interfaceName: nextHops.at(0)?.networkInterface.name ?? '', isReject: plan.discard === 'reject',
    areInterfacesFound: chosen.every((each) => each.plan.interfaceName === undefined),
    nextHops: chosen.flatMap((each) => each.nextHops).filter((hop, i, all) => all.findIndex((other) => isSame(other, hop)) === i),
  };
}

/** What zebra is told of the main table: one route for each prefix and distance, chosen or not, with the gateways as they were written. */
export interface OfferedRoute {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly distance: number;
  readonly tag: number;
  readonly isReject: boolean;
  readonly nextHops: readonly OfferedNextHop[];
}

export interface OfferedNextHop {
  readonly gateway: Ipv4;
  /** Undefined: found by way of another route; those ways follow. */
  readonly networkInterface: NetworkInterface | undefined;
  readonly isOnLink: boolean;
  readonly isResolver: boolean;
  /** The statement has no interface: zebra has found it, and keeps such a next hop apart from the same one with an interface. */
  readonly isInterfaceFound: boolean;
}

/** By distance, then in the order of the plan. */
export function offeredRoutes(plans: readonly StaticRoutePlan[], around: Surroundings): OfferedRoute[] {
  const routes = new Map<string, OfferedRoute>();
  const sorted = plans.filter((plan) => plan.table === undefined).map((plan) => ({ plan, distance: plan.distance ?? STATIC_DISTANCE }))
    .sort((a, b) => a.distance - b.distance || a.plan.gateway - b.plan.gateway);
  for (const { plan, distance } of sorted) {
    const resolved = plan.discard === undefined ? resolve(plan, around) : [];
    if (plan.discard === undefined && resolved.length === 0) continue;
    const isDirect = resolved.every((hop) => plan.interfaceName !== undefined || reaches(hop.networkInterface, plan.gateway));
    const own = isDirect ? resolved.map(({ gateway, networkInterface }) => ({ gateway, networkInterface, isOnLink: plan.isOnLink === true, isResolver: false, isInterfaceFound: plan.interfaceName === undefined }))
      : [{ gateway: plan.gateway, networkInterface: undefined, isOnLink: false, isResolver: false, isInterfaceFound: false },
        ...resolved.map(({ gateway, networkInterface }) => ({ gateway, networkInterface, isOnLink: false, isResolver: true, isInterfaceFound: false }))];
    const key = `${plan.network}/${plan.prefixLength}/${distance}`;
    const before = routes.get(key);
    routes.set(key, {
      network: plan.network, prefixLength: plan.prefixLength, distance, tag: before?.tag ?? plan.tag ?? 0, isReject: plan.discard === 'reject',
      nextHops: [...(before?.nextHops ?? []), ...own],
    });
  }
  return [...routes.values()];
}

function isSame(a: FibNextHop, b: FibNextHop): boolean {
  return a.gateway === b.gateway && a.networkInterface === b.networkInterface;
}

function resolve(plan: StaticRoutePlan, { interfaces, fib, isRecursive }: Surroundings): readonly FibNextHop[] {
  const { gateway, interfaceName } = plan;
  if (interfaceName !== undefined) {
    const networkInterface = interfaces.find((each) => each.name === interfaceName);
    const isUsable = networkInterface !== undefined && (gateway === 0 || plan.isOnLink === true || !isRecursive || reaches(networkInterface, gateway));
    return isUsable ? [{ gateway, networkInterface, ...(plan.isOnLink === true ? { isOnLink: true } : {}) }] : [];
  }
  const attached = interfaces.find((each) => reaches(each, gateway));
  if (attached !== undefined) return [{ gateway, networkInterface: attached }];
  if (!isRecursive) return [];
  // What the kernel still has of a network whose interface is down is nothing to zebra.
  const route = fib.find(gateway, (each) => each.protocol !== 'kernel' || each.nextHops.every((hop) => interfaces.includes(hop.networkInterface)));
  if (route === undefined || route.prefixLength === 0 || isItself(route, plan) || route.protocol === 'kernel') return [];
  return route.nextHops.map((hop) => (hop.gateway === 0 ? { ...hop, gateway } : hop));
}

function isItself(route: { readonly network: Ipv4; readonly prefixLength: number }, plan: StaticRoutePlan): boolean {
  return route.network === plan.network && route.prefixLength === plan.prefixLength;
}

/** Whether a gateway is on a network of the interface, or its peer. */
export function reaches(networkInterface: NetworkInterface, gateway: Ipv4): boolean {
  return networkInterface.addresses.some((a) => a.peer === undefined
    ? a.prefixLength < 32 && prefixContains(networkOf(a.address, a.prefixLength), a.prefixLength, gateway)
    : a.peer === gateway);
}
