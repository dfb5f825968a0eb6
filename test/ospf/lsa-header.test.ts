/**
 * The header of each kind of LSA that a router originates [2328:12.1], the databases they stand in [2328:12.2], and what counts as a change [2328:13.2].
 */
import { describe, expect, test } from 'vitest';
import { formatIpv4 } from '../../src/base/address.js';
import { SECOND } from '../../src/base/micros.js';
import { decodeLsaBody } from '../../src/ospf/lsa-body.js';
import { LsaInstance, isContentChanged, lsaContents } from '../../src/ospf/lsdb.js';
import { isLsaChecksumValid } from '../../src/wire/ospf/fletcher-checksum.js';
import { RouterFlag } from '../../src/wire/ospf/router-lsa.js';
import { ip } from './fabric.js';
import { externalLsa, networkLsa, routerLsa } from './lsa-builder.js';
import { segment, type Segment } from './segment.js';

const MASK = '255.255.255.0';
const ROUTES = [{ source: 'static' as const, network: ip('172.16.1.0'), prefixLength: 24, interfaceName: 'eth0', gateway: 0 }];

/** DR on its LAN, border router of area 1 with a boundary router in it, and boundary router itself. */
function everything(): Segment {
  const s = segment('DR', { areaOfC: 1, routes: ROUTES });
  s.c.update(routerLsa('7.7.7.7', [['pointToPoint', '5.5.5.5', '10.0.1.9', 1]], { flags: RouterFlag.external }));
  s.settle(8 * SECOND);
  return s;
}

function own(s: Segment): LsaInstance[] {
  const { process } = s.bench;
  return [...process.areas.flatMap((area) => area.lsdb.all()), ...process.externalLsdb.all()].filter((lsa) => lsa.isSelfOriginated);
}

describe('what a router originates', () => {
  test('has type, link state id and advertising router of its kind, the E bit, and a right checksum and length', () => {
    const s = everything();
    expect(own(s).map(({ header }) => `${header.lsType} ${formatIpv4(header.linkStateId)} ${formatIpv4(header.advertisingRouter)} ${header.options}`).sort()).toEqual([
      '1 5.5.5.5 5.5.5.5 2', '1 5.5.5.5 5.5.5.5 2', // in each area
      '2 10.0.0.5 5.5.5.5 2', // the Designated Router's address
      '3 10.0.0.0 5.5.5.5 2', '3 10.0.1.0 5.5.5.5 2', // networks
      '4 7.7.7.7 5.5.5.5 2', // the boundary router's id
      '5 172.16.1.0 5.5.5.5 2',
    ]);
    for (const { bytes, header } of own(s)) expect([header.lsType, isLsaChecksumValid(bytes, 0, bytes.length), header.length]).toEqual([header.lsType, true, bytes.length]);
    // 20 bytes of header, and the whole of a body with as many links or routers as there are.
    expect(own(s).map(({ header }) => `${header.lsType} ${header.length}`).sort()).toEqual(['1 36', '1 48', '2 36', '3 28', '3 28', '4 28', '5 36']);
  });

  test('begins at age 0 with the initial number, and goes on by one', () => {
    const { bench } = everything();
    const route = { ...ROUTES[0], network: ip('172.16.9.0') };
    const find = (): LsaInstance | undefined => bench.process.externalLsdb.find(5, ip('172.16.9.0'), ip('5.5.5.5'));
    bench.process.routesChanged(bench.now, [...ROUTES, route]);
    expect([find()?.header.sequence, find()?.ageSeconds(bench.now)]).toEqual([0x80000001 | 0, 0]);
    bench.wait(7 * SECOND);
    bench.process.routesChanged(bench.now, [...ROUTES, { ...route, gateway: ip('10.0.0.9') }]);
    expect([find()?.header.sequence, find()?.ageSeconds(bench.now)]).toEqual([0x80000002 | 0, 0]);
  });

  test('is installed and flooded at once', () => {
    const { bench } = everything();
    bench.take();
    bench.process.routesChanged(bench.now, [...ROUTES, { ...ROUTES[0], network: ip('172.16.9.0') }]);
    expect(bench.process.externalLsdb.find(5, ip('172.16.9.0'), ip('5.5.5.5'))).toBeDefined();
    expect(bench.take().flatMap((c) => (c.update ?? []).map((h) => [c.interfaceIndex, formatIpv4(h.linkStateId)]))).toEqual([[2, '172.16.9.0'], [3, '172.16.9.0']]);
  });
});

describe('databases', () => {
  test('one for each area: what one identity is in two areas are two LSAs, and each is flooded in its own', () => {
    const s = segment('DR', { areaOfC: 1 });
    s.b.update(routerLsa('66.6.6.6', [['stub', '66.0.0.0', '255.0.0.0', 1]]));
    s.c.update(routerLsa('66.6.6.6', [['stub', '67.0.0.0', '255.0.0.0', 1]]));
    const found = s.bench.process.areas.map((area) => (area.lsdb.find(1, ip('66.6.6.6'), ip('66.6.6.6'))?.body as unknown as { links: { linkId: number }[] } | undefined)?.links[0].linkId);
    expect(found).toEqual([ip('66.0.0.0'), ip('67.0.0.0')]);
    s.bench.wait(SECOND);
    const flooded = s.bench.take().filter((c) => c.update?.some((h) => h.linkStateId === ip('66.6.6.6')) === true).map((c) => c.interfaceIndex);
    expect(flooded).toEqual([2]);
  });

  test('AS-external-LSAs are there once, for all areas, and flooded in all', () => {
    const s = segment('DR', { areaOfC: 1 });
    s.a.update(externalLsa('172.16.0.0', '9.9.9.9', MASK, 1));
    expect(s.bench.process.externalLsdb.size).toBe(1);
    expect(s.bench.take().filter((c) => c.update !== undefined).map((c) => c.interfaceIndex)).toEqual([3]);
  });

  test('a new instance takes the place of the old one, on the retransmission lists, too', () => {
    const s = segment('DR');
    s.c.update(externalLsa('172.16.0.0', '9.9.9.9', MASK, 1));
    s.bench.wait(2 * SECOND);
    s.c.update(externalLsa('172.16.0.0', '9.9.9.9', MASK, 2, { sequence: 0x80000002 }));
    expect(s.bench.process.externalLsdb.all().map((lsa) => lsa.header.sequence)).toEqual([0x80000002 | 0]);
    expect(s.a.neighbor?.retransmissionList.all().map((lsa) => lsa.header.sequence)).toEqual([0x80000002 | 0]);
  });
});

describe('a change [2328:13.2]', () => {
  function instance(bytes: Uint8Array, age = 0): LsaInstance {
    const body = decodeLsaBody(bytes);
    if (body instanceof Error) throw body;
    return new LsaInstance(lsaContents(bytes, body), age, undefined, 0, false, true);
  }
  const base = { sequence: 0x80000001, options: 2 };
  const links = [['stub', '66.0.0.0', '255.0.0.0', 1]] as const;

  test('is in the options, in MaxAge, in the length and in the body; not in sequence number and checksum', () => {
    const before = instance(routerLsa('6.6.6.6', links, base));
    const isChanged = (bytes: Uint8Array, age = 0): boolean => isContentChanged(before, instance(bytes, age), 0);
    expect(isChanged(routerLsa('6.6.6.6', links, { ...base, sequence: 0x80000002 }))).toBe(false);
    expect(isChanged(routerLsa('6.6.6.6', links, { ...base, options: 0x22 }))).toBe(true);
    expect(isChanged(routerLsa('6.6.6.6', links, base), 3600)).toBe(true);
    expect(isChanged(routerLsa('6.6.6.6', [['stub', '66.0.0.0', '255.0.0.0', 2]], base))).toBe(true);
    // One is the beginning of the other.
    const network = (attached: string[]): LsaInstance => instance(networkLsa('10.0.0.9', '9.9.9.9', MASK, attached));
    expect([isContentChanged(network(['1.1.1.1']), network(['1.1.1.1', '2.2.2.2']), 0), isContentChanged(network(['1.1.1.1', '2.2.2.2']), network(['1.1.1.1']), 0)]).toEqual([true, true]);
  });
});
