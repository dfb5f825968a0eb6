/**
 * Areas of every kind with real FRR at the other ends; ours is a border router, the end of a virtual link, or a router that it leads through.
 */
import { it } from 'vitest';
import { describeWithNamespaces } from '../judges/availability.js';
import { withOurs } from './mixed-network.js';

describeWithNamespaces('areas among real FRR', () => {
  it.concurrent.each([
    ['areas-two-abr', 'abr2', 'border router of three areas, and then the only one', ['r1', '10.255.0.2'], undefined],
    ['stub-areas', 'abr1', 'border router of a stub and a totally stubby area', ['core', '10.255.0.2'], undefined],
    ['stub-areas', 'r4', 'inside a stub area', undefined, undefined],
    ['nssa', 'abr', 'border router of an NSSA: translates what comes from there, and says there what it redistributes itself', ['core', '10.255.0.4'], undefined],
    ['nssa', 'r1', 'inside an NSSA', undefined, undefined],
    ['virtual-link', 'r5', 'inside the transit area of a virtual link, which comes to lead through us', undefined, undefined],
    // The topology's event takes the carrier from a link of ours, and a TAP device has none to lose.
    ['virtual-link', 'r3', 'the end of a virtual link, with MD5', ['r1', '10.255.0.4'], ['before']],
  ] as const)('%s as %s: %s', async (name, ours, _what, ping, phases) => withOurs(name, ours, { ping, phases }), 200_000);
});
