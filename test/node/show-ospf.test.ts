/**
 * The OSPF displays print what a real FRR 8.4.4 printed, byte for byte: data structures are filled by hand with what that
 * router held (LSA checksums come out of the bytes, not out of the recording) and each output is compared with the recording.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../src/base/micros.js';
import { formatDuration } from '../../src/node/show/ospf-format.js';
import { showOspf } from '../../src/node/show/ospf.js';
import type { OspfProcess } from '../../src/ospf/process.js';
import { NetworkRoute, prefixKey } from '../../src/ospf/routing-table.js';
import { EXTERNAL_TYPE_2 } from '../../src/wire/ospf/as-external-lsa.js';
import { LinkType, RouterFlag } from '../../src/wire/ospf/router-lsa.js';
import {
  areaByHand, externalLsa, interfaceByHand, ip, lsaByHand, neighborByHand, networkLsa, networkRoute, processByHand, routerLsa, routerRoute,
  summaryLsa,
} from './ospf-by-hand.js';

const NOW = 1000 * SECOND;
const MS = 1000;

function recorded(name: string): string {
  return readFileSync(new URL(`../fixtures/frr-def/${name}`, import.meta.url), 'utf8');
}

interface Instants { readonly up: readonly number[]; readonly dead: readonly number[]; readonly hello: readonly [number, number] }

/** The border router lnx31 before the fault. Times in milliseconds: each recording was made some milliseconds after the other. */
function lnx31({ up, dead, hello }: Instants): OspfProcess {
  const process = processByHand('192.168.1.3');
  process.isAreaBorderRouter = true;
  process.isAsBoundaryRouter = true;
  const backbone = areaByHand(process, '0.0.0.0');
  const area1 = areaByHand(process, '0.0.0.1');
  interfaceByHand(area1, NOW, { name: 'lo', index: 1, address: '10.31.0.1', prefixLength: 32, networkType: 'loopback', state: 'Loopback',
    cost: 0, mtu: 65536, bandwidthMbps: 0 });
  const ctc0 = interfaceByHand(area1, NOW, { name: 'ctc0', index: 3, address: '10.31.0.1', prefixLength: 32, peer: '10.33.0.1',
    networkType: 'point-to-point', state: 'Point-To-Point', cost: 10, helloDueMicros: hello[0] * MS });
  const eth0 = interfaceByHand(backbone, NOW, { name: 'eth0', index: 2, address: '192.168.1.3', prefixLength: 24, networkType: 'broadcast',
    state: 'DROther', cost: 10, designated: '192.168.1.254', backup: '192.168.1.4', helloDueMicros: hello[1] * MS });
  neighborByHand(ctc0, NOW, '10.33.0.1', '10.33.0.1', up[0] * MS, dead[0] * MS).stateChanges = 4;
  for (const [i, address] of ['192.168.1.4', '192.168.1.254'].entries()) {
    const neighbor = neighborByHand(eth0, NOW, address, address, up[i + 1] * MS, dead[i + 1] * MS);
    neighbor.stateChanges = 6;
    neighbor.designatedRouter = ip('192.168.1.254');
    neighbor.backupDesignatedRouter = ip('192.168.1.4');
  }
  return process;
}

const AT_NEIGHBOR: Instants = { up: [45836, 15818, 15817], dead: [34160, 34164, 34181], hello: [4030, 4032] };

function fillDatabase(process: OspfProcess, olderBy: { readonly [key: string]: number } = {}): void {
  const [backbone, area1] = process.areas;
  const both = RouterFlag.border | RouterFlag.external;
  const age = (key: string, seconds: number): number => seconds + (olderBy[key] ?? 0);
  const lan = (address: string): [number, string, string, number] => [LinkType.transit, '192.168.1.254', address, 10];
  const self = '192.168.1.3';
  lsaByHand(backbone, NOW, 1, self, self, age('r', 15), 0x80000005, routerLsa(both, lan(self)), true);
  lsaByHand(backbone, NOW, 1, '192.168.1.4', '192.168.1.4', age('r', 15), 0x80000006, routerLsa(both, lan('192.168.1.4')));
  lsaByHand(backbone, NOW, 1, '192.168.1.254', '192.168.1.254', age('r', 16), 0x80000004, routerLsa(0, lan('192.168.1.254')));
  lsaByHand(backbone, NOW, 2, '192.168.1.254', '192.168.1.254', age('n', 16), 0x80000002,
    networkLsa(24, '192.168.1.3', '192.168.1.4', '192.168.1.254'));
  const summaries: [string, string, number, number, string][] = [
    ['10.31.0.1', self, 55, 0, 's'], ['10.31.0.1', '192.168.1.4', 35, 21, 's'], ['10.32.0.1', self, 35, 21, 's1'],
    ['10.32.0.1', '192.168.1.4', 55, 0, 's'], ['10.33.0.1', self, 36, 10, 's0'], ['10.33.0.1', '192.168.1.4', 36, 11, 's'],
  ];
  for (const [id, from, seconds, metric, key] of summaries) {
    lsaByHand(backbone, NOW, 3, id, from, age(key, seconds), 0x80000001, summaryLsa(32, metric), from === self);
  }
  lsaByHand(backbone, NOW, 4, self, '192.168.1.4', age('a', 35), 0x80000001, summaryLsa(0, 21));
  lsaByHand(backbone, NOW, 4, '192.168.1.4', self, age('a', 35), 0x80000001, summaryLsa(0, 21), true);
  lsaByHand(area1, NOW, 1, '10.33.0.1', '10.33.0.1', 46, 0x80000005, routerLsa(0,
    [LinkType.pointToPoint, self, '0.0.0.2', 10], [LinkType.pointToPoint, '192.168.1.4', '0.0.0.3', 11],
    [LinkType.stub, '10.33.0.1', '255.255.255.255', 0]));
  lsaByHand(area1, NOW, 1, self, self, 46, 0x80000004, routerLsa(both,
    [LinkType.pointToPoint, '10.33.0.1', '0.0.0.3', 10], [LinkType.stub, '10.31.0.1', '255.255.255.255', 0]), true);
  lsaByHand(area1, NOW, 1, '192.168.1.4', '192.168.1.4', 47, 0x80000004, routerLsa(both,
    [LinkType.pointToPoint, '10.33.0.1', '0.0.0.3', 11], [LinkType.stub, '10.32.0.1', '255.255.255.255', 0]));
  lsaByHand(area1, NOW, 3, '192.168.1.0', self, age('s', 55), 0x80000001, summaryLsa(24, 10), true);
  lsaByHand(area1, NOW, 3, '192.168.1.0', '192.168.1.4', age('s', 12), 0x80000002, summaryLsa(24, 10));
  lsaByHand(area1, NOW, 4, self, self, age('a', 5), 0x80000001, summaryLsa(0, 31), true);
  lsaByHand(area1, NOW, 4, '192.168.1.4', '192.168.1.4', age('a4', 7), 0x80000001, summaryLsa(0, 31));
  process.externalLsdb.put(lsaByHand(undefined, NOW, 5, '10.33.0.1', self, 56, 0x80000001, externalLsa(32, 20, EXTERNAL_TYPE_2), true));
  process.externalLsdb.put(lsaByHand(undefined, NOW, 5, '10.33.0.1', '192.168.1.4', 58, 0x80000001, externalLsa(32, 20, EXTERNAL_TYPE_2)));
}

describe('neighbours', () => {
  it('brief, as recorded on lnx31', () => {
    expect(showOspf(lnx31(AT_NEIGHBOR), NOW, 'show ip ospf neighbor')).toBe(recorded('tables-before/lnx31.neighbor.txt'));
  });

  it('brief as JSON', () => {
    const process = lnx31({ ...AT_NEIGHBOR, up: [45858, 15840, 15840], dead: [34138, 34142, 34159] });
    expect(showOspf(process, NOW, 'show ip ospf neighbor json')).toBe(recorded('tables-before/lnx31.neighbor.json'));
  });

  it('detail', () => {
    const process = lnx31({ ...AT_NEIGHBOR, up: [45883, 15864, 15864], dead: [34114, 34117, 34134] });
    expect(showOspf(process, NOW, 'show ip ospf neighbor detail')).toBe(recorded('tables-before/lnx31.neighbor-detail.txt'));
  });

  it('detail as JSON', () => {
    const process = lnx31({ ...AT_NEIGHBOR, up: [45904, 15886, 15886], dead: [34092, 34095, 34112] });
    expect(showOspf(process, NOW, 'show ip ospf neighbor detail json')).toBe(recorded('tables-before/lnx31.neighbor-detail.json'));
  });

  it('minutes in the up time, and a router without a neighbour on one of its interfaces', () => {
    const process = processByHand('192.168.1.4');
    const backbone = areaByHand(process, '0.0.0.0');
    const area1 = areaByHand(process, '0.0.0.1');
    const ctc0 = interfaceByHand(area1, NOW, { name: 'ctc0', index: 3, address: '10.32.0.1', prefixLength: 32, peer: '10.33.0.1',
      networkType: 'point-to-point', state: 'Point-To-Point', cost: 11 });
    const eth0 = interfaceByHand(backbone, NOW, { name: 'eth0', index: 2, address: '192.168.1.4', prefixLength: 24, networkType: 'broadcast',
      state: 'Backup', cost: 10, designated: '192.168.1.254', backup: '192.168.1.4' });
    neighborByHand(ctc0, NOW, '10.33.0.1', '10.33.0.1', 138 * SECOND, 31307 * MS);
    neighborByHand(eth0, NOW, '192.168.1.254', '192.168.1.254', 108 * SECOND, 31326 * MS);
    expect(showOspf(process, NOW, 'show ip ospf neighbor')).toBe(recorded('tables-after/lnx32.neighbor.txt'));
  });

  it('a neighbour in state Down is not shown', () => {
    const process = lnx31(AT_NEIGHBOR);
    for (const owner of process.interfaces) for (const neighbor of owner.neighbors) neighbor.state = 'Down';
    expect(showOspf(process, NOW, 'show ip ospf neighbor')?.split('\n')).toHaveLength(4);
  });
});

describe('database', () => {
  it('one line an LSA, checksums included', () => {
    const process = lnx31(AT_NEIGHBOR);
    fillDatabase(process);
    expect(showOspf(process, NOW, 'show ip ospf database')).toBe(recorded('tables-before/lnx31.database.txt'));
  });

  it('as JSON', () => {
    const process = lnx31(AT_NEIGHBOR);
    fillDatabase(process, { r: 1, n: 1 });
    const got = showOspf(process, NOW, 'show ip ospf database json') ?? '';
    const ages = /"lsaAge": \d+/g;
    expect(got.replace(ages, '')).toBe(recorded('tables-before/lnx31.database.json').replace(ages, ''));
    expect(got).toContain('"lsaAge": 46');
  });

  it.each(['router', 'network', 'summary', 'asbr-summary', 'external'])('%s LSAs in full', (type) => {
    const process = lnx31(AT_NEIGHBOR);
    fillDatabase(process);
    const ages = /LS age: \d+/g;
    expect((showOspf(process, NOW, `show ip ospf database ${type}`) ?? '').replace(ages, ''))
      .toBe(recorded(`tables-before/lnx31.lsdb-${type}.txt`).replace(ages, ''));
  });

  it('only of one advertising router, only of one link state id', () => {
    const process = lnx31(AT_NEIGHBOR);
    fillDatabase(process);
    const count = (command: string): number => (showOspf(process, NOW, command)?.match(/LS age/g) ?? []).length;
    expect(count('show ip ospf database summary')).toBe(8);
    expect(count('show ip ospf database summary adv-router 192.168.1.4')).toBe(4);
    expect(count('show ip ospf database summary self-originate')).toBe(4);
    expect(count('show ip ospf database summary 10.33.0.1')).toBe(2);
    expect(count('show ip ospf database summary 10.33.0.1 self-originate')).toBe(1);
    // As the real one: it takes both and shows neither.
    expect(count('show ip ospf database summary 10.33.0.1 adv-router 192.168.1.4')).toBe(0);
  });
});

describe('routes', () => {
  function withRoutes(): OspfProcess {
    const process = lnx31(AT_NEIGHBOR);
    const [backbone, area1] = process.areas;
    const hop = (gateway: string, interfaceIndex: number) => ({ gateway: ip(gateway), interfaceIndex });
    networkRoute(process, backbone, '192.168.1.0', 24, 'intra-area', 10, hop('0.0.0.0', 2));
    networkRoute(process, area1, '10.33.0.1', 32, 'intra-area', 10, hop('10.33.0.1', 3));
    networkRoute(process, area1, '10.31.0.1', 32, 'intra-area', 0, hop('0.0.0.0', 1));
    networkRoute(process, area1, '10.32.0.1', 32, 'intra-area', 21, hop('10.33.0.1', 3));
    routerRoute(process, area1, '192.168.1.4', 'intra-area', 21, true, true, hop('10.33.0.1', 3));
    routerRoute(process, backbone, '192.168.1.4', 'intra-area', 10, true, true, hop('192.168.1.4', 2));
    routerRoute(process, backbone, '192.168.1.3', 'inter-area', 31, false, true, hop('192.168.1.4', 2));
    // Neither border nor boundary router: FRR has no entry for it.
    routerRoute(process, area1, '10.33.0.1', 'intra-area', 10, false, false, hop('10.33.0.1', 3));
    return process;
  }

  it('text', () => {
    expect(showOspf(withRoutes(), NOW, 'show ip ospf route')).toBe(recorded('tables-before/lnx31.route.txt'));
  });

  it('JSON', () => {
    expect(showOspf(withRoutes(), NOW, 'show ip ospf route json')).toBe(recorded('tables-before/lnx31.route.json'));
  });

  it('border routers', () => {
    expect(showOspf(withRoutes(), NOW, 'show ip ospf border-routers')).toBe(recorded('tables-before/lnx31.border.txt'));
  });

  it('external routes and two next hops', () => {
    const process = withRoutes();
    const hops = [{ gateway: ip('10.33.0.1'), interfaceIndex: 3 }, { gateway: ip('192.168.1.4'), interfaceIndex: 2 }];
    for (const [network, pathType] of [['10.1.0.0', 'external-1'], ['10.2.0.0', 'external-2']] as const) {
      const route = Object.assign(new NetworkRoute(), { network: ip(network), prefixLength: 16, pathType, cost: 30, type2Cost: 20, nextHops: hops });
      process.externalRoutes.set(prefixKey(route.network, 16), route);
    }
    expect(showOspf(process, NOW, 'show ip ospf route')).toContain(
      'N E1 10.1.0.0/16           [30] tag: 0\n                           via 10.33.0.1, ctc0\n                           via 192.168.1.4, eth0\n' +
      'N E2 10.2.0.0/16           [30/20] tag: 0\n');
  });

  it('before the first calculation there are none', () => {
    const process = processByHand('192.168.1.3');
    process.spfRuns = 0;
    expect(showOspf(process, NOW, 'show ip ospf route')).toBe('No OSPF routing information exist\n');
  });
});

describe('interfaces', () => {
  it('text, by name, with an unnumbered one and the loopback', () => {
    expect(showOspf(lnx31(AT_NEIGHBOR), NOW, 'show ip ospf interface')).toBe(recorded('tables-before/lnx31.interface.txt'));
  });

  it('JSON', () => {
    const process = lnx31({ ...AT_NEIGHBOR, hello: [4008, 4010] });
    expect(showOspf(process, NOW, 'show ip ospf interface json')).toBe(recorded('tables-before/lnx31.interface.json'));
  });

  it.each([['', 'txt', 4658], [' json', 'json', 4636]])('a designated router%s', (json, extension, helloDue) => {
    const process = processByHand('192.168.1.254');
    const eth0 = interfaceByHand(areaByHand(process, '0.0.0.0'), NOW, { name: 'eth0', index: 2, address: '192.168.1.254', prefixLength: 24,
      networkType: 'broadcast', state: 'DR', cost: 10, designated: '192.168.1.254', backup: '192.168.1.4', helloDueMicros: helloDue * MS });
    eth0.isInAllDRouters = true;
    eth0.networkLsaSequence = 0x80000002 | 0;
    neighborByHand(eth0, NOW, '192.168.1.3', '192.168.1.3', SECOND, SECOND);
    neighborByHand(eth0, NOW, '192.168.1.4', '192.168.1.4', SECOND, SECOND);
    expect(showOspf(process, NOW, `show ip ospf interface${json}`)).toBe(recorded(`tables-before/tirnanog.interface.${extension}`));
  });
});

describe('commands', () => {
  it('may be shortened while they stay unambiguous', () => {
    const process = lnx31(AT_NEIGHBOR);
    expect(showOspf(process, NOW, 'sh ip ospf nei')).toBe(showOspf(process, NOW, 'show ip ospf neighbor'));
  });

  it.each(['show ip route', 'show ip ospf d r s x', 'show ip ospf neighbour', 'show ip ospf database router 10.0.0', 'show ip ospf border-routers json', ''])(
    'does not know %j', (command) => {
      expect(showOspf(lnx31(AT_NEIGHBOR), NOW, command)).toBeUndefined();
    });
});

describe('durations', () => {
  it.each([
    [250, '250 usecs'], [1000, '0.001s'], [59_999_999, '59.999s'], [MINUTE, '1m00s'], [3723 * SECOND, '1h02m03s'],
    [2 * 86400 * SECOND + 3723 * SECOND, '2d01h02m'], [8 * 86400 * SECOND, '1w1d00h'], [Infinity, 'inactive'],
  ])('%d us is %s', (micros, text) => {
    expect(formatDuration(micros)).toBe(text);
  });
});
