/**
 * Networks of every type with real FRR at the other ends: neighbours, databases and routes of all are those that FRR alone would have. With
 * FAILOVER_INTEROP=every (`npm run test:interop`) all topologies with all their routers; a name of a topology there: with all of its routers.
 */
import { describe, it } from 'vitest';
import { everyStory } from './every-topology.js';
import { describeAmongFrr, withOurs } from './mixed-network.js';

const WANTED = process.env['FAILOVER_INTEROP'];

describeAmongFrr('a router among real FRR', () => {
  it.concurrent.each([
    ['broadcast-priorities', 'r4', 'never Designated Router on a LAN, whose Designated Router dies', undefined],
    ['point-to-multipoint', 'r3', 'point-to-multipoint', ['r1', '10.255.0.4']],
    ['non-broadcast', 'r4', 'a non-broadcast network with configured neighbours', undefined],
    ['unnumbered', 'r1', 'links that borrow an address', ['r2', '10.255.0.3']],
    ['ecmp-diamond', 'r1', 'two equal ways', undefined],
  ] as const)('%s as %s: %s', async (name, ours, _what, ping) => void await withOurs(name, ours, { ping }), 300_000);

  if (WANTED !== undefined) {
    describe('every topology', () => {
      it.concurrent.each(everyStory().filter(({ name }) => WANTED === 'every' || WANTED === name))('$name as $ours', async ({ name, ours, ...told }) => void await withOurs(name, ours, told), 300_000);
    });
  }
});
