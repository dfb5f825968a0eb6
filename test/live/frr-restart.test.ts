/**
 * A real FRR restarts gracefully and ours helps it, and the other way round: nothing that goes through both of them is lost, and the adjacency is kept while
 * nobody says Hello.
 */
import { expect, it } from 'vitest';
import { sleep } from './live-lab.js';
import { conformance, describeAmongFrr, MixedNetwork } from './mixed-network.js';

/** topologies/conformance/graceful-restart-restarter has a dead interval of 4 s; the daemon is away for twice that. */
const BEFORE_LAUNCH_SECONDS = 8;
const PING_SECONDS = 25;

describeAmongFrr('graceful restart among real FRR', () => {
  it.concurrent('ours restarts, and the real ones help', async () => {
    const mixed = new MixedNetwork(conformance('graceful-restart-restarter'), 'r1', 32);
    try {
      await mixed.start();
      const before = await mixed.agreement('before');
      const pings = mixed.ping('r5', '10.255.0.4', '-i', '0.05', '-c', String(PING_SECONDS * 20));
      await mixed.act();
      const [helper] = await mixed.ask('r3', 'show ip ospf graceful-restart helper detail');
      const after = await mixed.agreement('after');
      expect((await pings).stdout).toMatch(new RegExp(`${PING_SECONDS * 20} packets transmitted, ${PING_SECONDS * 20} received`));
      await mixed.leave();
      await mixed.expectOurs({ before, after });
      expect(helper).toMatch(/Routerid : 10\.255\.0\.1\n/);
      expect(mixed.log).toContain('graceful restart ends: all adjacencies are there again');
    } finally {
      mixed.remove();
    }
  }, 300_000);

  it.concurrent.each([
    ['r3', 'on a point-to-point link', 'r5'],
    ['r2', 'on a LAN', undefined],
  ])('ours helps as %s, %s', async (ours, _where, from) => {
    const mixed = new MixedNetwork(conformance('graceful-restart-restarter'), ours);
    try {
      await mixed.start();
      const before = await mixed.agreement('before');
      const pings = from === undefined ? undefined : mixed.ping(from, '10.255.0.4', '-i', '0.05', '-c', String(PING_SECONDS * 20));
      const [prepare, stop, ...launch] = mixed.events;
      await mixed.act([prepare, stop]);
      await sleep(BEFORE_LAUNCH_SECONDS);
      const away = new Date();
      await mixed.act(launch);
      const after = await mixed.agreement('after');
      if (pings !== undefined) expect((await pings).stdout).toMatch(new RegExp(`${PING_SECONDS * 20} packets transmitted, ${PING_SECONDS * 20} received`));
      await mixed.leave();
      await mixed.expectOurs({ before, after });
      const [neighbors, helper] = await mixed.show(['show ip ospf neighbor', 'show ip ospf graceful-restart helper detail'].map((command) => ({ moment: away, command })));
      expect(neighbors).toMatch(/^10\.255\.0\.1 +1 Full\//m);
      expect(helper).toMatch(/Number of Active neighbours in graceful restart: 1\n[^]*Routerid : 10\.255\.0\.1\n/);
      // What it exchanges anew is no loss; that nobody said Hello would be one.
      expect(mixed.log).toMatch(/ neighbour 10\.0\.1[23]\.1 .* Full -> ExStart/);
      expect(mixed.log).not.toContain('InactivityTimer');
    } finally {
      mixed.remove();
    }
  }, 300_000);
});
