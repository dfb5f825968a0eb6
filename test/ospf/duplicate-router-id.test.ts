/**
 * Two routers with one router id. On one network each refuses the other's packets [2328:8.2] and they are strangers; that is steady, and
 * recorded in topologies/conformance/duplicate-router-id. Three hops apart each takes the other's router-LSA for its own, a newer one, and goes
 * past it [2328:13.4]: for ever. A real FRR 8.4.4 was seen to take two sequence numbers in 10 to 15 s, from 5 at 21 s to 9 at 46 s:
 * neither flooding nor origination waits long, but MinLSArrival drops what comes too soon, and a retransmission interval brings it again;
 * how many of them a round takes, two to four, is a matter of phase.
 */
import { expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { FRR_844 } from '../../src/persona/ospf-frr.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import { Fabric, configuration, device, ip } from './fabric.js';

const link = { networkType: 'point-to-point' as const, helloIntervalSeconds: 1, deadIntervalSeconds: 4 };

function add(fabric: Fabric, name: string, routerId: string, ...addresses: string[]): void {
  fabric.add(name, {
    behaviour: FRR_844,
    configuration: configuration({ routerId, networks: [['10.0.0.0/8', 0]], interfaces: { eth0: link, eth1: link } }),
    interfaces: addresses.map((address, i) => device(`eth${i}`, i + 2, address)),
  });
}

test('on one network: refused, no neighbour', () => {
  const fabric = new Fabric();
  add(fabric, 'a', '9.9.9.9', '10.0.1.1/24');
  add(fabric, 'b', '9.9.9.9', '10.0.1.2/24');
  fabric.link(['a', 2], ['b', 2]);
  fabric.runUntil(60 * SECOND);
  for (const router of fabric.routers.values()) {
    expect(router.process.interfaces[0].neighbors).toEqual([]);
    expect(router.traces.flatMap(({ event }) => event.kind === 'refusal' ? [event.what] : [])).toContain('router id, the same as ours');
  }
});

test('three hops apart: each goes past the other, two numbers in two to four retransmission intervals, and so it goes on', () => {
  const fabric = new Fabric();
  add(fabric, 'a', '9.9.9.9', '10.0.1.1/24');
  add(fabric, 'b', '2.2.2.2', '10.0.1.2/24', '10.0.2.2/24');
  add(fabric, 'c', '3.3.3.3', '10.0.2.3/24', '10.0.3.3/24');
  add(fabric, 'd', '9.9.9.9', '10.0.3.4/24');
  fabric.link(['a', 2], ['b', 2]);
  fabric.link(['b', 3], ['c', 2]);
  fabric.link(['c', 3], ['d', 2]);
  const sequence = (): number => {
    const lsa = fabric.routers.get('b')?.process.areas[0].lsdb.find(LsType.router, ip('9.9.9.9'), ip('9.9.9.9'));
    return (lsa?.header.sequence ?? 0) >>> 0;
  };
  fabric.runUntil(60 * SECOND);
  const before = sequence();
  fabric.runUntil(660 * SECOND);
  const taken = sequence() - before;
  expect(taken).toBeGreaterThanOrEqual((2 * 600) / 20 - 2);
  expect(taken).toBeLessThanOrEqual((2 * 600) / 10 + 2);
});
