/**
 * A real FRR restarts gracefully, and ours helps it: nothing that goes through both of them is lost, and ours keeps the adjacency while nobody says Hello.
 */
import { expect, it } from 'vitest';
import { describeWithNamespaces } from '../judges/availability.js';
import { sleep } from './live-lab.js';
import { conformance, MixedNetwork } from './mixed-network.js';

/** topologies/conformance/graceful-restart-restarter has a dead interval of 4 s; the daemon is away for twice that. */
const BEFORE_LAUNCH_SECONDS = 8;
const PING_SECONDS = 25;

describeWithNamespaces('graceful restart of a real FRR', () => {
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
  }, 200_000);
});
