/**
 * Authentication with real FRR: a simple password on one link, MD5 on another, and a key that does not fit.
 */
import { expect, it } from 'vitest';
import { describeAmongFrr, withOurs } from './mixed-network.js';

describeAmongFrr('authentication among real FRR', () => {
  it.concurrent.each([
    // The topology's event takes the carrier from a link of ours.
    ['authentication', 'r2', 'MD5 and a simple password', { phases: ['before'] }],
    ['authentication', 'r3', 'a simple password, and an MD5 key of the same number that is another', { phases: ['before'] }],
  ] as const)('%s as %s: %s', async (name, ours, _what, told) => void await withOurs(name, ours, told), 300_000);

  it.concurrent('the other end of our link begins to send with a key that we do not have', async () => {
    expect(await withOurs('configure-authentication', 'r3')).toContain('InactivityTimer');
  }, 300_000);

  it.concurrent('a key roll-over, first there, then here, loses nobody', async () => {
    expect(await withOurs('configure-authentication', 'r2', { firstEventSeconds: 30 })).not.toContain('InactivityTimer');
  }, 300_000);
});
