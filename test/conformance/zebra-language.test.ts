/**
 * GNU Zebra's spellings: one example of each form of its ospfd's statements, as its documentation and the oldest published version (0.93) have
 * them, is known in a Zebra's file; and so is what that version does not know yet.
 */
import { describe, expect, it } from 'vitest';
import { parseOspfdConf } from '../../src/config/topology/system-file.js';

const UNKNOWN = /unknown statement|is not allowed after|the statement is incomplete|is too much: nothing|is only allowed inside|does not take it|does not know it/;

function isKnown(context: string, statement: string): boolean {
  const { errors } = parseOspfdConf(`${context}\n ${statement}`, 'ospfd.conf', 'zebra');
  return !errors.some((error) => UNKNOWN.test(error.message));
}

const INTERFACE = ['cost 10', 'hello-interval 5', 'dead-interval 20', 'retransmit-interval 3', 'transmit-delay 2', 'priority 0', 'authentication-key secret',
  'message-digest-key 1 md5 secret', 'network broadcast', 'network non-broadcast', 'network point-to-point', 'network point-to-multipoint'];

describe('interface', () => {
  it.each(INTERFACE.flatMap((each) => [`ip ospf ${each}`, `ospf ${each}`]))('%s', (statement) => {
    expect(isKnown('interface eth0', statement)).toBe(true);
  });
  it.each([...INTERFACE.filter((each) => !each.startsWith('network')), 'authentication', 'authentication null', 'authentication message-digest'].map((each) => `ip ospf ${each} 10.0.0.1`))('%s', (statement) => {
    expect(isKnown('interface eth0', statement)).toBe(true);
  });
  it.each(['no ip ospf cost', 'no ospf cost', 'no ip ospf authentication', 'no ip ospf message-digest-key 1', 'no ip ospf network'])('%s', (statement) => {
    expect(isKnown('interface eth0', statement)).toBe(true);
  });
  it.each(['ip ospf retransmit-interval 2', 'ip ospf bfd', 'ip ospf area 0', 'ip ospf passive', 'ip ospf mtu-ignore'])('not yet: %s', (statement) => {
    expect(isKnown('interface eth0', statement)).toBe(false);
  });
});

describe('router ospf', () => {
  it.each([
    'router-id 10.0.0.1', 'ospf router-id 10.0.0.1', 'network 10.0.0.0/8 area 0', 'network 10.0.0.0/8 area 0.0.0.1', 'passive-interface eth0', 'passive-interface eth0 10.0.0.1',
    'no passive-interface eth0', 'redistribute connected', 'redistribute static metric 5 metric-type 1 route-map M', 'redistribute kernel metric-type 2 metric 5',
    'redistribute rip', 'redistribute bgp metric 5', 'default-information originate', 'default-information originate always metric 5 metric-type 1',
    'default-information originate route-map M', 'default-metric 5', 'area 1 range 10.0.0.0/8', 'area 1 range 10.0.0.0/8 advertise cost 5', 'area 1 range 10.0.0.0/8 cost 5',
    'area 1 range 10.0.0.0/8 not-advertise', 'area 1 range 10.0.0.0/8 suppress', 'area 1 range 10.0.0.0/8 substitute 11.0.0.0/8', 'area 1 stub', 'area 1 stub no-summary',
    'area 1 default-cost 5', 'area 1 authentication', 'area 1 authentication message-digest', 'area 1 virtual-link 10.0.0.2', 'area 1 shortcut enable', 'area 1 export-list A',
    'area 1 import-list A', 'area 1 filter-list prefix P in', 'compatible rfc1583', 'ospf rfc1583compatibility', 'ospf abr-type ibm', 'auto-cost reference-bandwidth 100',
    'timers spf 5 10', 'refresh timer 60', 'distance 110', 'distance ospf external 120', 'distribute-list A out static', 'neighbor 10.0.0.2 priority 5 poll-interval 60',
  ])('%s', (statement) => {
    expect(isKnown('router ospf', statement)).toBe(true);
  });
  it.each(['timers throttle spf 0 50 5000', 'maximum-paths 4', 'timers lsa min-arrival 5', 'proactive-arp'])('not yet: %s', (statement) => {
    expect(isKnown('router ospf', statement)).toBe(false);
  });
});
