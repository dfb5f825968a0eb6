/**
 * Authentication with real FRR: a simple password on one link, MD5 on another, and a key that does not fit.
 */
import { it } from 'vitest';
import { describeWithNamespaces } from '../judges/availability.js';
import { withOurs } from './mixed-network.js';

describeWithNamespaces('authentication among real FRR', () => {
  // The topology's event takes the carrier from a link of ours.
  it.concurrent.each([
    ['authentication', 'r2', 'MD5 and a simple password'],
    ['authentication', 'r3', 'a simple password, and an MD5 key of the same number that is another'],
  ] as const)('%s as %s: %s', async (name, ours) => withOurs(name, ours, { phases: ['before'] }), 200_000);
});
