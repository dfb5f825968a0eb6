/**
 * Areas of every kind with real FRR at the other ends; ours is a border router, the end of a virtual link, or a router that it leads through.
 */
import { it } from 'vitest';
import { describeAmongFrr, withOurs } from './mixed-network.js';

describeAmongFrr('areas among real FRR', () => {
  it.concurrent.each([
    ['areas-two-abr', 'abr2', 'border router of three areas, and then the only one', ['r1', '10.255.0.2']],
    ['stub-areas', 'abr1', 'border router of a stub and a totally stubby area', ['core', '10.255.0.2']],
    ['stub-areas', 'r4', 'inside a stub area', undefined],
    ['nssa', 'abr', 'border router of an NSSA: translates what comes from there, and says there what it redistributes itself', ['core', '10.255.0.4']],
    ['nssa', 'r1', 'inside an NSSA', undefined],
    // Not topologies/conformance/virtual-link: its virtual link may change its way while it comes up, of which an ospfd of FRR dies now and then.
    ['virtual-link-partition', 'r3', 'a virtual link leads through us, and then it is what holds the backbone together', ['r4', '10.255.0.5']],
    ['virtual-link-transit', 'r3', 'the end of a virtual link', ['r4', '10.255.0.2']],
  ] as const)('%s as %s: %s', async (name, ours, _what, ping) => void await withOurs(name, ours, { ping }), 300_000);
});
