/**
 * zebra's next hop groups and the kernel's: what is left of them when carriers go and come back. What a real one does is in topologies/conformance/ecmp-flap and its
 * neighbours, and compared in test/conformance; here are the moments that no recording has.
 */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { FibNextHop } from '../../src/host/fib.js';
import { NetworkInterface } from '../../src/host/network-interface.js';
import { NextHopGroups, type NextHopGroup } from '../../src/node/next-hop-groups.js';

const KEPT = 180 * SECOND;

class Links {
  readonly groups = new NextHopGroups();
  readonly interfaces = [1, 2, 3].map((index) => new NetworkInterface({ name: `eth${index}`, index, port: index, medium: 'ethernet', mac: new Uint8Array(6), mtu: 1500, addresses: [] }));
  readonly hops: readonly FibNextHop[] = this.interfaces.map((networkInterface, i) => ({ gateway: 0x0a000001 + i, networkInterface }));

  /** A route begins to use the group of these next hops. */
  use(now: number, ...which: number[]): NextHopGroup {
    const group = this.groups.offer(which.map((i) => this.hops[i]), now);
    group.use();
    return group;
  }

  lose(i: number, isNoticed = true): void {
    this.interfaces[i].hasCarrier = false;
    this.groups.carrierLost(this.interfaces[i]);
    if (isNoticed) this.groups.interfaceDown(this.interfaces[i]);
  }

  regain(i: number): void {
    this.interfaces[i].hasCarrier = true;
  }

  /** The places of the next hops that the kernel has of a group. */
  has(group: NextHopGroup): number[] {
    return group.inKernel.map((hop) => this.hops.indexOf(hop));
  }
}

describe('a group', () => {
  it('is the same whatever the order of its members, and another with others', () => {
    const links = new Links();
    const group = links.use(0, 0, 1);
    expect(links.use(0, 1, 0)).toBe(group);
    expect(links.use(0, 0)).not.toBe(group);
    expect(links.has(group)).toEqual([0, 1]);
  });

  it('has lost a member for as long as it lives, though the member is back', () => {
    const links = new Links();
    const group = links.use(0, 0, 1);
    links.lose(0);
    expect(links.has(group)).toEqual([1]);
    group.release(SECOND);
    links.regain(0);
    expect(links.has(links.use(2 * SECOND, 0))).toEqual([0]); // alone it is put back
    expect(links.use(SECOND + KEPT - 1, 0, 1)).toBe(group);
    expect(links.has(group)).toEqual([1]);
  });

  it('is made anew three minutes after the last route has left it', () => {
    const links = new Links();
    const group = links.use(0, 0, 1);
    links.lose(0);
    group.release(SECOND);
    links.regain(0);
    const next = links.use(SECOND + KEPT, 0, 1);
    expect(next).not.toBe(group);
    expect(links.has(next)).toEqual([0, 1]);
  });

  it('that has lost one member after the other is refused, though all are back', () => {
    const links = new Links();
    const group = links.use(0, 0, 1);
    links.lose(0);
    links.regain(0);
    links.use(SECOND, 0);
    links.lose(1);
    links.regain(1);
    links.use(2 * SECOND, 1);
    expect(links.has(links.use(3 * SECOND, 0, 1))).toEqual([]);
    expect(group.isInstalled).toBe(true);
  });

  it('all of whose members were gone together is whole again', () => {
    const links = new Links();
    const group = links.use(0, 0, 1);
    links.lose(0);
    links.lose(1);
    expect(links.has(group)).toEqual([]);
    links.regain(0);
    links.regain(1);
    expect(links.use(SECOND, 0, 1)).toBe(group);
    expect(links.has(group)).toEqual([0, 1]);
  });

  it('is not taken while a member has no carrier, and is when it has', () => {
    const links = new Links();
    links.lose(2);
    const group = links.use(0, 1, 2);
    expect(links.has(group)).toEqual([]);
    links.regain(2);
    expect(links.has(links.use(SECOND, 1, 2))).toEqual([1, 2]);
  });
});

describe('a next hop', () => {
  it('whose loss zebra does not hear of is gone until nothing has used it for three minutes', () => {
    const links = new Links();
    const single = links.use(0, 0);
    links.lose(0, false);
    single.release(SECOND);
    links.regain(0);
    expect(links.has(links.use(SECOND + KEPT - 1, 0))).toEqual([]);
    single.release(SECOND + KEPT);
    expect(links.has(links.use(SECOND + 2 * KEPT, 0))).toEqual([0]);
  });

  it('lives on for three minutes after the last group that it is part of', () => {
    const links = new Links();
    const group = links.use(0, 0, 1);
    links.lose(0, false);
    group.release(SECOND);
    links.regain(0);
    expect(links.has(links.use(SECOND + 2 * KEPT - 1, 0, 2))).toEqual([]);
    const later = new Links();
    const other = later.use(0, 0, 1);
    later.lose(0, false);
    other.release(SECOND);
    later.regain(0);
    expect(later.has(later.use(SECOND + 2 * KEPT, 0, 2))).toEqual([0, 2]);
  });
});
