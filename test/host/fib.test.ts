/**
 * The forwarding table: the longest prefix wins, then the better protocol; changes are reported once and only when real.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf, prefixContains } from '../../src/base/address.js';
import type { RouteChange } from '../../src/engine/engine.js';
import { Fib, type FibRoute, type RouteProtocol } from '../../src/host/fib.js';
import { NetworkInterface } from '../../src/host/network-interface.js';

const eth0 = device('eth0', 2);
const eth1 = device('eth1', 3);

function device(name: string, index: number): NetworkInterface {
  return new NetworkInterface({ name, index, port: index - 2, medium: 'ethernet', mac: new Uint8Array(6), mtu: 1500, addresses: [] });
}

function route(network: number, prefixLength: number, protocol: RouteProtocol, gateway = 0, networkInterface = eth0, metric = 0): FibRoute {
  return { network, prefixLength, protocol, metric, nextHops: [{ gateway, networkInterface }], preferredSource: 0 };
}

describe('the forwarding table', () => {
  it('finds what a search through all routes finds', () => {
    const prefix = fc.tuple(fc.nat(0xffffffff), fc.integer({ min: 0, max: 32 }));
    fc.assert(fc.property(fc.array(prefix, { maxLength: 40 }), fc.array(fc.nat(40), { maxLength: 10 }), fc.array(fc.nat(0xffffffff), { maxLength: 20 }),
      (prefixes, withdrawals, destinations) => {
        const fib = new Fib(() => undefined);
        const routes = new Map<string, FibRoute>();
        for (const [address, length] of prefixes) {
          const r = route(networkOf(address, length), length, 'static');
          fib.install(r);
          routes.set(`${r.network}/${length}`, r);
        }
        for (const i of withdrawals) {
          if (i >= prefixes.length) continue;
          const [address, length] = prefixes[i];
          fib.withdraw('static', networkOf(address, length), length);
          routes.delete(`${networkOf(address, length)}/${length}`);
        }
        for (const destination of [...destinations, ...prefixes.map(([address]) => address)]) {
          const want = [...routes.values()].filter((r) => prefixContains(r.network, r.prefixLength, destination))
            .sort((a, b) => b.prefixLength - a.prefixLength)[0];
          expect(fib.lookup(destination)).toBe(want);
        }
      }));
  });

  it('prefers connected to static to OSPF, and falls back when the better one goes', () => {
    const changes: RouteChange[] = [];
    const fib = new Fib((change) => changes.push(change));
    fib.install(route(0x0a000000, 8, 'ospf', 0x01010101, eth0, 20));
    fib.install(route(0x0a000000, 8, 'kernel', 0, eth1));
    fib.install(route(0x0a000000, 8, 'static', 0x02020202));
    expect(fib.lookup(0x0a000001)?.protocol).toBe('kernel');
    fib.withdraw('kernel', 0x0a000000, 8, eth0);
    expect(fib.lookup(0x0a000001)?.protocol).toBe('kernel');
    fib.withdraw('kernel', 0x0a000000, 8, eth1);
    expect(fib.lookup(0x0a000001)?.protocol).toBe('static');
    fib.withdraw('static', 0x0a000000, 8);
    fib.withdraw('ospf', 0x0a000000, 8);
    expect(changes.map((c) => `${c.action} ${c.protocol}`)).toEqual(['add ospf', 'replace kernel', 'replace static', 'replace ospf', 'withdraw ospf']);
  });

  it('says nothing when the same route is installed again', () => {
    const changes: RouteChange[] = [];
    const fib = new Fib((change) => changes.push(change));
    fib.install(route(0x0a000000, 8, 'ospf', 1, eth0, 20));
    fib.install(route(0x0a000000, 8, 'ospf', 1, eth0, 20));
    expect(changes).toHaveLength(1);
    fib.install(route(0x0a000000, 8, 'ospf', 1, eth0, 30));
    expect(changes[1]).toMatchObject({ action: 'replace', metric: 30 });
  });

  it('lists by address for a trie and by prefix length for a hash', () => {
    const fib = new Fib(() => undefined);
    for (const [network, length] of [[0, 0], [0xc0a80100, 24], [0x0a210001, 32], [0x0a000000, 8]] as const) fib.install(route(network, length, 'static', 1));
    expect(fib.selected('trie').map((r) => r.prefixLength)).toEqual([0, 8, 32, 24]);
    expect(fib.selected('zones').map((r) => r.prefixLength)).toEqual([32, 24, 8, 0]);
  });

  it('lists the host routes of one zone in the order of Linux 2.4, as the Redpaper printed them', () => {
    const fib = new Fib(() => undefined);
    for (const network of [0x0a1f0001, 0x0a200001, 0x0a210001]) fib.install(route(network, 32, 'static', 1));
    expect(fib.selected('zones').map((r) => r.network)).toEqual([0x0a210001, 0x0a200001, 0x0a1f0001]);
    expect(fib.selected('trie').map((r) => r.network)).toEqual([0x0a1f0001, 0x0a200001, 0x0a210001]);
  });
});
