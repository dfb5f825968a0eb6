/**
 * Next hop groups: what FRR's zebra gives the kernel in the place of next hops, and what the kernel has made of it.
 *
 * Since Linux 5.3 and FRR 7.3 a route names an object of the kernel: a next hop, or a group of them. When an interface loses its carrier the kernel takes
 * its next hops out of all groups and removes what is then empty, with the routes that lead there. It tells nobody. zebra knows that the next hops of an
 * interface that is down are gone, and puts them back when somebody uses them again; it does not know that a group which is still alive by another
 * interface has lost them. And it keeps a group for three minutes after the last route that used it, to use it again. So after a link was gone for a
 * short time, routes over it and another one lead over the other one alone; and a group of which each member was gone once is in the kernel no more,
 * so that routes to it are refused. Where zebra is told not to look at the carrier it hears of nothing at all.
 *
 * All of this was measured (FRR 8.4.4, Linux 6.18; topologies/conformance/ecmp-flap, ecmp-flap-twice, no-link-detect, configure-link-detect). A group that nobody
 * uses any more is removed here when it would next be looked at. What the kernel keeps because its successor was refused stays longer than the
 * group that it names.
 */
import { SECOND, type Micros } from '../base/micros.js';
import type { FibNextHop } from '../host/fib.js';
import type { NetworkInterface } from '../host/network-interface.js';

/** FRR's `zebra nexthop-group keep`. */
const KEPT_AFTER_USE: Micros = 180 * SECOND;
const NOTHING: readonly FibNextHop[] = [];

/** A group, or, with one member, a next hop. */
export class NextHopGroup {
  readonly members: readonly FibNextHop[];
  /** The members, each for itself; of a single next hop none. */
  readonly singles: readonly NextHopGroup[];
  /** What the kernel has of the members. */
  inKernel: readonly FibNextHop[] = NOTHING;
  /** zebra believes that the kernel has all of it. */
  isInstalled = false;
  private users = 0;
  private releasedAt: Micros = -Infinity;

  constructor(members: readonly FibNextHop[], singles: readonly NextHopGroup[]) {
    this.members = members;
    this.singles = singles;
  }

  /** One more route uses it. */
  use(): void {
    this.users++;
  }

  /** One route less. */
  release(now: Micros): void {
    if (--this.users === 0) this.releasedAt = now;
  }

  /** No group that it is part of is there any more. */
  outlive(until: Micros): void {
    if (until > this.releasedAt) this.releasedAt = until;
  }

  /** What was never installed, or is gone, is not kept. */
  get keptUntil(): Micros {
    if (this.users > 0) return Infinity;
    return this.isInstalled ? this.releasedAt + KEPT_AFTER_USE : this.releasedAt;
  }
}

export class NextHopGroups {
  private readonly groups = new Map<string, NextHopGroup>();
  /** By the very list: daemons use few of them for many routes. */
  private known = new WeakMap<readonly FibNextHop[], NextHopGroup>();

  /**
   * The group of these next hops, after zebra has made sure, as far as it can know, that the kernel has it. Next hops of which only the gateway was said
   * are others, though the kernel has the same of them.
   */
  offer(hops: readonly FibNextHop[], now: Micros, areInterfacesFound = false): NextHopGroup {
    let group = this.known.get(hops);
    if (group === undefined || group.keptUntil <= now) {
      this.removeUnused(now);
      group = this.of(hops, areInterfacesFound);
      this.known.set(hops, group);
    }
    if (!group.isInstalled || group.inKernel.length < group.members.length) install(group);
    return group;
  }

  private of(hops: readonly FibNextHop[], areInterfacesFound: boolean): NextHopGroup {
    const key = (areInterfacesFound ? 'found ' : '') + hops.map(({ gateway, networkInterface, isOnLink }) => `${gateway}@${networkInterface.index}${isOnLink === true ? '!' : ''}`).sort().join(' ');
    let group = this.groups.get(key);
    if (group === undefined) this.groups.set(key, group = new NextHopGroup(hops, hops.length === 1 ? [] : hops.map((hop) => this.of([hop], areInterfacesFound))));
    return group;
  }

  private removeUnused(now: Micros): void {
    const isPart = new Set<NextHopGroup>();
    for (const [key, group] of this.groups) {
      if (group.singles.length === 0) continue;
      const { keptUntil } = group;
      if (keptUntil <= now) this.groups.delete(key);
      for (const single of group.singles) {
        if (keptUntil <= now) single.outlive(keptUntil);
        else isPart.add(single);
      }
    }
    for (const [key, group] of this.groups) if (group.singles.length === 0 && !isPart.has(group) && group.keptUntil <= now) this.groups.delete(key);
  }

  /** An interface has no carrier any more: the kernel removes its next hops. Returns the groups that have lost any. */
  carrierLost(networkInterface: NetworkInterface): ReadonlySet<NextHopGroup> {
    const changed = new Set<NextHopGroup>();
    for (const group of this.groups.values()) {
      const left = group.inKernel.filter((hop) => hop.networkInterface !== networkInterface);
      if (left.length === group.inKernel.length) continue;
      group.inKernel = left;
      changed.add(group);
    }
    return changed;
  }

  /** zebra takes an interface for down: it knows that the kernel has lost its next hops, and groups of nothing else. */
  interfaceDown(networkInterface: NetworkInterface): void {
    for (const group of this.groups.values()) if (group.singles.length === 0 && group.members[0].networkInterface === networkInterface) group.isInstalled = false;
    for (const group of this.groups.values()) if (group.singles.length > 0 && group.singles.every((single) => !single.isInstalled)) group.isInstalled = false;
  }
}

/** zebra gives the kernel what it believes that it has not got; members first. The kernel takes no group of which it has not got every member. */
function install(group: NextHopGroup): void {
  for (const single of group.singles) install(single);
  if (group.isInstalled) return;
  const isTaken = group.singles.length === 0 ? group.members[0].networkInterface.hasCarrier : group.singles.every((single) => single.inKernel.length > 0);
  group.isInstalled = isTaken;
  if (isTaken) group.inKernel = group.members;
}
