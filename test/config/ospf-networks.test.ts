/**
 * ospfd.conf: network types, configured neighbours, virtual links; what each statement means, and what is said about a wrong one.
 */
import { describe, expect, it } from 'vitest';
import { formatIpv4 } from '../../src/base/address.js';
import type { OspfConfiguration } from '../../src/ospf/configuration.js';
import { parseOspfdConf } from '../../src/config/topology/system-file.js';
import type { Dialect } from '../../src/config/system-configuration.js';

function ospf(lines: string[], dialect: Dialect = 'frr'): OspfConfiguration {
  const parsed = parseOspfdConf(lines.join('\n'), 'ospfd.conf', dialect);
  expect(parsed.errors.map(String)).toEqual([]);
  return parsed.system.ospf.build([{ name: 'eth0', addresses: [] }], undefined);
}
const errorsOf = (...lines: string[]): string[] => parseOspfdConf(lines.join('\n'), 'ospfd.conf', 'frr').errors.map(String);

describe.each(['frr', 'zebra'] as const)('%s', (dialect) => {
  it.each(['broadcast', 'non-broadcast', 'point-to-point', 'point-to-multipoint'])('ip ospf network %s', (type) => {
    expect(ospf(['interface eth0', ` ip ospf network ${type}`], dialect).interfaces.get('eth0')).toEqual({ networkType: type });
  });

  it('configured neighbours: priority and poll interval in either order; a later statement changes what it names; by address', () => {
    const { neighbors } = ospf(['router ospf', ' neighbor 10.0.0.9 priority 3 poll-interval 20', ' neighbor 10.0.0.8', ' neighbor 10.0.0.7 poll-interval 5 priority 0',
      ' neighbor 10.0.0.9 priority 4'], dialect);
    expect(neighbors?.map(({ address, ...rest }) => ({ ...rest, address: formatIpv4(address) }))).toEqual([
      { address: '10.0.0.7', priority: 0, pollIntervalSeconds: 5 }, { address: '10.0.0.8' }, { address: '10.0.0.9', priority: 4, pollIntervalSeconds: 20 },
    ]);
  });
});

it('a no form takes all back that is said about one neighbour, and about one virtual link', () => {
  const lines = ['router ospf', ' neighbor 10.0.0.9 priority 3 poll-interval 20', ' neighbor 10.0.0.8 poll-interval 5', ' area 1 virtual-link 9.9.9.9 hello-interval 2',
    ' area 1 virtual-link 9.9.9.9 authentication message-digest message-digest-key 3 md5 key', ' area 1 virtual-link 8.8.8.8'];
  const { neighbors, virtualLinks } = ospf([...lines, ' no neighbor 10.0.0.9', ' no area 1 virtual-link 9.9.9.9']);
  expect([neighbors?.map((each) => formatIpv4(each.address)), virtualLinks?.map((each) => formatIpv4(each.peerRouterId))]).toEqual([['10.0.0.8'], ['8.8.8.8']]);
});

describe('virtual links', () => {
  it('stand in the order of configuration; several statements about one add up', () => {
    const { virtualLinks } = ospf(['router ospf', ' area 2 virtual-link 9.9.9.9', ' area 0.0.0.1 virtual-link 8.8.8.8 dead-interval 8 hello-interval 2',
      ' area 1 virtual-link 8.8.8.8 transmit-delay 3 retransmit-interval 7', ' area 1 virtual-link 9.9.9.9']);
    expect(virtualLinks?.map(({ transitArea, peerRouterId, settings }) => [transitArea, formatIpv4(peerRouterId), settings])).toEqual([
      [2, '9.9.9.9', {}], [1, '8.8.8.8', { helloIntervalSeconds: 2, deadIntervalSeconds: 8, retransmitIntervalSeconds: 7, transmitDelaySeconds: 3 }], [1, '9.9.9.9', {}],
    ]);
  });

  const authentication = (...lines: string[]): unknown => ospf(['router ospf', ...lines]).virtualLinks?.[0].settings.authentication;
  const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

  it('have authentication of their own, or that of the backbone, whose interfaces they are', () => {
    expect(authentication(' area 1 virtual-link 9.9.9.9 authentication authentication-key secret')).toEqual({ type: 'simple', password: bytes('secret') });
    expect(authentication(' area 1 virtual-link 9.9.9.9 authentication message-digest message-digest-key 3 md5 key')).toEqual({ type: 'md5', keyId: 3, key: bytes('key') });
    expect(authentication(' area 0 authentication message-digest', ' area 1 authentication', ' area 1 virtual-link 9.9.9.9 message-digest-key 3 md5 key'))
      .toEqual({ type: 'md5', keyId: 3, key: bytes('key') });
    expect(authentication(' area 0 authentication', ' area 1 virtual-link 9.9.9.9 authentication null')).toEqual({ type: 'none' });
    expect(authentication(' area 1 virtual-link 9.9.9.9')).toBeUndefined();
  });

  it('refuses what cannot be', () => {
    expect(errorsOf('router ospf', ' area 0 virtual-link 9.9.9.9')).toEqual(['ospfd.conf:2:7: a virtual link leads through an area that is not the backbone']);
    expect(errorsOf('router ospf', ' area 1 stub', ' area 1 virtual-link 9.9.9.9')).toEqual(['ospfd.conf:3:7: a virtual link cannot lead through a stub area']);
    expect(errorsOf('router ospf', ' area 1 virtual-link 9.9.9.9', ' area 1 stub')).toEqual(['ospfd.conf:3:7: a virtual link leads through this area: it cannot be a stub area']);
    expect(errorsOf('router ospf', ' area 1 virtual-link 9.9.9.9 message-digest-key 1 md5 a', ' area 1 virtual-link 9.9.9.9 message-digest-key 1 md5 b'))
      .toEqual(['ospfd.conf:3:49: key 1 is there already']);
    expect(errorsOf('router ospf', ' area 1 virtual-link 9.9.9.9 authentication-key toolongakey')).toEqual(['ospfd.conf:2:49: the key must have 1 to 8 printable ASCII characters']);
    expect(errorsOf('router ospf', ' area 1 virtual-link 9.9.9.9 hello-interval 0')[0]).toContain('ospfd.conf:2:45: "0" is not allowed');
  });
});
