/**
 * Groups of next hops that have lost an interface: what is left of them, and for how long zebra goes on using that. Measured: topologies/conformance/ecmp-flaps.
 */
import { expect, it } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { FibNextHop, FibRoute } from '../../src/host/fib.js';
import type { NetworkInterface } from '../../src/host/network-interface.js';
import { NextHopGroups } from '../../src/node/next-hop-groups.js';

function hop(index: number): FibNextHop {
  return { gateway: 0x0a000000 + index, networkInterface: { index } as NetworkInterface };
}

const NETWORK = 0x0a040000;
const OTHER = 0x0a050000;
const BOTH = [hop(1), hop(2)];
const ROUTES: FibRoute[] = [{ network: NETWORK, prefixLength: 24, protocol: 'ospf', metric: 20, nextHops: BOTH, preferredSource: 0 }];

function afterLoss(): NextHopGroups {
  const groups = new NextHopGroups();
  groups.lose(1, ROUTES, 0);
  return groups;
}

it('nothing is lost: a route has what it is given', () => {
  expect(new NextHopGroups().use('ospf', NETWORK, 24, BOTH, 0)).toBe(BOTH);
});

it('the interface is back: a group that was used meanwhile, or within three minutes, has what is left', () => {
  const groups = afterLoss();
  expect(groups.use('ospf', NETWORK, 24, [hop(2)], SECOND)).toEqual([hop(2)]);
  expect(groups.use('ospf', NETWORK, 24, BOTH, 180 * SECOND)).toEqual([hop(2)]);
  expect(groups.use('ospf', OTHER, 24, BOTH, 999 * SECOND)).toEqual([hop(2)]);
});

it('after three minutes without a route the group is made anew', () => {
  const groups = afterLoss();
  groups.use('ospf', NETWORK, 24, [hop(2)], SECOND);
  expect(groups.use('ospf', NETWORK, 24, BOTH, 181 * SECOND)).toEqual(BOTH);
});

it('the other interface goes when the first one is in use again: the kernel has nothing left, and refuses', () => {
  const groups = afterLoss();
  groups.use('ospf', NETWORK, 24, [hop(2)], SECOND);
  groups.use('ospf', OTHER, 24, [hop(1)], 2 * SECOND);
  groups.lose(2, [], 3 * SECOND);
  expect(groups.use('ospf', NETWORK, 24, BOTH, 4 * SECOND)).toBeUndefined();
});

it('a static route has a group of its own', () => {
  expect(afterLoss().use('static', OTHER, 24, BOTH, SECOND)).toEqual(BOTH);
});

it('both are gone: zebra knows that the group is, and makes it anew', () => {
  const groups = afterLoss();
  groups.lose(2, [], SECOND);
  expect(groups.use('ospf', NETWORK, 24, BOTH, 2 * SECOND)).toEqual(BOTH);
});
