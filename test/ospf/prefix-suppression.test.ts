/**
 * Prefix suppression [6860]: networks that are only for transit are not announced, and routes through them work all the same. No persona has a
 * statement for it (FRR has from 9.1 on): here it is configured as data. A receiver that knows nothing of it has a route to the DR's address.
 */
import { expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import { FRR_844 } from '../../src/persona/ospf-frr.js';
import type { OspfNetworkType } from '../../src/ospf/configuration.js';
import { LsType } from '../../src/wire/ospf/lsa-header.js';
import { LinkType, RouterLsa } from '../../src/wire/ospf/router-lsa.js';
import { Fabric, configuration, device } from './fabric.js';

const dotted = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');

/** a - b over a network of this type, and behind each a network of its own: routes of a after a minute, and the stub links of b. */
function run(networkType: OspfNetworkType, isPrefixSuppressed: boolean, isHiddenNetworkKnown: boolean, isOwnPassive = false): { routes: string[]; stubs: string[] } {
  const fabric = new Fabric();
  const quick = { helloIntervalSeconds: 1, deadIntervalSeconds: 4 };
  for (const [name, routerId, link, own] of [['a', '1.1.1.1', '10.0.0.1/24', '10.1.0.1/24'], ['b', '2.2.2.2', '10.0.0.2/24', '10.2.0.1/24']] as const) {
    fabric.add(name, {
      behaviour: { ...FRR_844, isHiddenNetworkKnown },
      configuration: {
        ...configuration({
          routerId, networks: [['10.0.0.0/8', 0]],
          interfaces: { eth0: { ...quick, networkType, isPrefixSuppressed }, eth1: { ...quick, isPrefixSuppressed: isOwnPassive } },
        }),
        passiveInterfaces: new Set(isOwnPassive ? ['eth1'] : []),
      },
      interfaces: [device('eth0', 2, link), device('eth1', 3, own)],
    });
  }
  fabric.link(['a', 2], ['b', 2]);
  fabric.runUntil(60 * SECOND);
  const a = fabric.routers.get('a');
  const body = fabric.routers.get('b')?.process.areas[0].lsdb.ofType(LsType.router).find((lsa) => lsa.isSelfOriginated)?.body;
  return {
    routes: (a?.process.routingTable.sortedNetworks() ?? []).map((route) => `${dotted(route.network)}/${route.prefixLength}`),
    stubs: body instanceof RouterLsa ? body.links.filter((each) => each.type === LinkType.stub).map((each) => dotted(each.linkId)) : [],
  };
}

test.each(['point-to-point', 'point-to-multipoint', 'broadcast'] as const)('%s: not announced, and what lies behind is reached', (networkType) => {
  expect(run(networkType, true, true)).toEqual({ routes: ['10.1.0.0/24', '10.2.0.0/24'], stubs: ['10.2.0.0'] });
  expect(run(networkType, false, true).routes.length).toBeGreaterThan(2);
});

test('broadcast, seen by who does not know it: a host route to the Designated Router', () => {
  expect(run('broadcast', true, false).routes).toEqual(['10.0.0.2/32', '10.1.0.0/24', '10.2.0.0/24']);
});

test('a passive interface is not for transit: its network is announced whatever is said', () => {
  expect(run('broadcast', true, true, true).stubs).toEqual(['10.2.0.0']);
});
