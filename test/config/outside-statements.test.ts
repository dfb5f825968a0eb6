/** What FRR knows and this emulator does not act on: listed once with its place, refused under --strict; what FRR does not know is an error all the same. */
import { describe, expect, it } from 'vitest';
import { parseFrrConf } from '../../src/config/topology/system-file.js';
import { errorsOf, lab, LAB_FILES, load } from './lab-files.js';

const TEXT = `frr defaults traditional
hostname r1
interface eth0
 ip ospf cost 7
 ipv6 address 2001:db8::1/64
 ip pim
router bgp 65000
 bgp router-id 1.1.1.1
 neighbor 10.0.0.2 remote-as 65001
 !
 address-family ipv4 unicast
  network 10.0.0.0/8
  no neighbor 10.0.0.2 activate
 exit-address-family
exit
mpls ldp
 router-id 10.0.0.1
 address-family ipv4
  interface eth0
router ospf
 network 10.0.0.0/8 area 0
`;

describe('statements of other protocols', () => {
  it('are listed once with their place, and what is around them is read', () => {
    const { errors, notes, system } = parseFrrConf(TEXT, 'frr.conf');
    expect(errors.map(String)).toEqual([]);
    expect(notes.filter((note) => note.kind === 'not-acted-on').map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      '5:2 "ipv6" is about IPv6 and not acted on',
      '6:2 "ip pim" is about multicast routing and not acted on',
      '7:1 "router bgp" is about BGP and not acted on',
      '16:1 "mpls ldp" is about LDP and not acted on',
    ]);
    expect([system.ospf.interfaces.get('eth0')?.cost, system.ospf.networks.length]).toEqual([7, 1]);
  });

  it.each([
    ['a word that begins no line there', 'router bgp 1\n nieghbor 10.0.0.2 remote-as 5\n', /^frr\.conf:2:2: unknown statement "nieghbor"/],
    ['a protocol that there is not', 'router bpg 1\n', /^frr\.conf:1:8: "bpg" is not allowed after "router"; did you mean "bgp"\?/],
    ['a statement behind the block', 'router bgp 1\n neighbor 10.0.0.2 remote-as 5\nhostnam x\n', /^frr\.conf:3:1: unknown statement "hostnam"/],
  ])('%s is an error', (_what, text, error) => {
    const { errors } = parseFrrConf(text, 'frr.conf');
    expect(errors.map(String)).toEqual([expect.stringMatching(error)]);
  });

  it('are not taken by a file that is ospfd\'s', () => {
    expect(errorsOf(lab(), {}, { ...LAB_FILES, 'labs/r1/ospfd.conf': 'router ospf\nrouter bgp 5\n' })).toEqual([
      'labs/r1/ospfd.conf:2:1: "router bgp 5" is another daemon\'s, ospfd.conf does not take it']);
  });

  it('under --strict each is an error, and so is what only has no bearing', () => {
    const files = { ...LAB_FILES, 'labs/r1/frr.conf': TEXT };
    const text = lab(['[r1/zebra.conf, r1/ospfd.conf]', 'r1/frr.conf']);
    expect(load(text, {}, files).notes.length).toBeGreaterThan(0);
    let message = '';
    try {
      load(text, { isStrict: true }, files);
    } catch (failure) {
      message = String(failure);
    }
    expect(message.split('\n').map((line) => line.replace(/^ConfigErrors: /, ''))).toEqual([
      'labs/r1/frr.conf:1:1: "frr defaults traditional" has no bearing on the emulation: refused under --strict',
      'labs/r1/frr.conf:2:1: "hostname" has no bearing on the emulation: refused under --strict',
      'labs/r1/frr.conf:5:2: "ipv6" is about IPv6 and not acted on: refused under --strict',
      'labs/r1/frr.conf:6:2: "ip pim" is about multicast routing and not acted on: refused under --strict',
      'labs/r1/frr.conf:7:1: "router bgp" is about BGP and not acted on: refused under --strict',
      'labs/r1/frr.conf:16:1: "mpls ldp" is about LDP and not acted on: refused under --strict',
    ]);
  });
});
