/**
 * PROFILE TCPIP and MPROUTE CONFIG: what they say as data, IBM's defaults and fall-backs, and every mistake with its place; among them those of the
 * Redpaper's own examples 5 and 6.
 */
import { describe, expect, it } from 'vitest';
import { parseIpv4 } from '../../src/config/address-text.js';
import { Findings } from '../../src/config/config-error.js';
import { interfaceFor, parseMprouteConfig, type MprouteConfiguration } from '../../src/config/mainframe/mproute-conf.js';
import { parseTcpipProfile, type TcpipProfile } from '../../src/config/mainframe/tcpip-profile.js';

const ip = (text: string): number => parseIpv4(text) ?? NaN;

/** As in example 5: two adapters, a virtual address, two guests behind CTCs. Its mistakes are put in below. */
const PROFILE = `
; a stack that routes for its guests
AUTOLOG
  MPROUTE PASSWORD ; the routing daemon
ENDAUTOLOG
PORT
  23 TCP INTCLIEN
ASSORTEDPARMS
  SOURCEVIPA VARSUBNETTING IGNORERedirect
ENDASSORTEDPARMS
DEVICE OSAFC00 OSD FC00 PORTNAME GBFC00 PRIROUTER AUTORESTART
LINK   OSAFC00 QDIOETHERNET OSAFC00
DEVICE OSAFC04 OSD FC04 PORTNAME GBFC04 SECROUTER
LINK   OSAFC04 QDIOETHERNET OSAFC04
DEVICE VLINK1 VIRTUAL 0
LINK   VLINK1 VIRTUAL 0 VLINK1
DEVICE LINUX1-CTC CTC 0610
LINK   LINUX1-CTC CTC LINUX1-CTC
HOME
  10.0.2.1       VLINK1
  192.168.1.3    OSAFC00
  192.168.2.3    OSAFC04
  192.168.178.23 LINUX1-CTC
GATEWAY
; network      hop  link       size mask
  192.168.1.0  =    OSAFC00    1492 0
  192.168.2.0  =    OSAFC04    1492 0
  192.168.0.1  =    LINUX1-CTC 1492 HOST
  10.0.0.0     192.168.1.254 OSAFC00 DEFAULTSIZE 0.255.255.0 0.9.8.0
  DEFAULTNET   192.168.2.254 OSAFC04 1492 0
START OSAFC00
START OSAFC04
`;

const MPROUTE = `
Area Area_Number=0.0.0.0 Authentication_Type=None;   every area has one of these
Area Area_Number=0.0.0.2 Stub_Area=Yes Stub_Default_Cost=7 Import_Summaries=No;
OSPF_Interface
  IP_Address=192.168.1.3 Name=OSAFC00 Subnet_Mask=255.255.255.0
  Attaches_To_Area=0.0.0.0 Cost0 = 2 Hello_Interval=5 Dead_Router_Interval=20;
OSPF_Interface IP_Address=192.168.*.* Name=any Cost0=3;
ospf_interface ip_address=192.168.2.* name=some cost0=4 router_priority=0;
OSPF_Interface IP_Address=10.0.2.1 Name=VLINK1 Subnet_Mask=255.255.255.0 Advertise_VIPA_Routes=Host_Only;
Virtual_Link Virtual_Endpoint_RouterID=9.9.9.9 Links_Transit_Area=0.0.0.1;
Range IP_Address=10.1.0.0 Subnet_Mask=255.255.0.0 Area_Number=0.0.0.2 Advertise=No;
AS_Boundary_Routing Import_Static_Routes=Yes Originate_Default_Route=Yes Originate_as_Type=1 Default_Route_Cost=5;
RouterID=192.168.1.3;
Comparison=Type1;
RIP_Interface IP_Address=1.2.3.4 Name=old;
`;

function profile(text: string): { profile: TcpipProfile; errors: string[]; notes: string[] } {
  const findings = new Findings();
  return { profile: parseTcpipProfile(text, 'P', findings), errors: findings.errors.map(String), notes: findings.notes.map((n) => `${n.line}: ${n.message}`) };
}

function mproute(text: string): { configuration: MprouteConfiguration; errors: string[]; notes: string[] } {
  const findings = new Findings();
  return { configuration: parseMprouteConfig(text, 'M', findings), errors: findings.errors.map(String), notes: findings.notes.map((n) => `${n.line}:${n.column}: ${n.message}`) };
}

describe('PROFILE TCPIP', () => {
  const { profile: read, errors, notes } = profile(PROFILE);

  it('devices, links and addresses', () => {
    expect(errors).toEqual([]);
    expect(notes).toEqual(['6: PORT has no bearing on the emulation']);
    expect(read.devices.map(({ name, medium, unit, portName, router, isRestarted }) => [name, medium, unit, portName, router, isRestarted])).toEqual([
      ['OSAFC00', 'osd', 'FC00', 'GBFC00', 'primary', true], ['OSAFC04', 'osd', 'FC04', 'GBFC04', 'secondary', false], ['VLINK1', 'virtual', '0', undefined, undefined, false],
      ['LINUX1-CTC', 'ctc', '0610', undefined, undefined, false]]);
    expect(read.links.map(({ name, device }) => [name, device.name])).toEqual([['OSAFC00', 'OSAFC00'], ['OSAFC04', 'OSAFC04'], ['VLINK1', 'VLINK1'], ['LINUX1-CTC', 'LINUX1-CTC']]);
    expect(read.home.map(({ address, link }) => [address, link.name])).toEqual([[ip('10.0.2.1'), 'VLINK1'], [ip('192.168.1.3'), 'OSAFC00'], [ip('192.168.2.3'), 'OSAFC04'],
      [ip('192.168.178.23'), 'LINUX1-CTC']]);
    expect([...read.started]).toEqual(['OSAFC00', 'OSAFC04']);
    expect([read.autolog, read.isSourceVipa, read.hasVariableSubnetting, read.ignoresRedirects]).toEqual([['MPROUTE'], true, true, true]);
  });

  it('routes: classes, hosts, subnets within a class, and the default', () => {
    expect(read.routes.map(({ network, prefixLength, gateway, link, packetSize }) => [network, prefixLength, gateway, link.name, packetSize])).toEqual([
      [ip('192.168.1.0'), 24, 0, 'OSAFC00', 1492], [ip('192.168.2.0'), 24, 0, 'OSAFC04', 1492], [ip('192.168.0.1'), 32, 0, 'LINUX1-CTC', 1492],
      [ip('10.9.8.0'), 24, ip('192.168.1.254'), 'OSAFC00', 0], [0, 0, ip('192.168.2.254'), 'OSAFC04', 1492]]);
  });

  it.each([
    ['the paper: the second network on the first adapter', '192.168.2.0  =    OSAFC04', '192.168.2.0  =    OSAFC00',
      'P:27:21: 192.168.2.0/24 is not the network of OSAFC00, whose address is 192.168.1.3; 192.168.2.3 on OSAFC04 is in it'],
    ['an unknown statement', 'ASSORTEDPARMS\n  SOURCEVIPA', 'ASORTEDPARMS\n  SOURCEVIPA', 'P:8:1: unknown statement "ASORTEDPARMS"; did you mean "ASSORTEDPARMS"?'],
    ['an unknown parameter', 'SOURCEVIPA VAR', 'SOURCEVIP VAR', 'P:9:3: unknown parameter "SOURCEVIP" in ASSORTEDPARMS; did you mean "SOURCEVIPA"?'],
    ['a link of no device', 'VIRTUAL 0 VLINK1', 'VIRTUAL 0 VLINK2', 'P:16:25: no DEVICE statement above defines "VLINK2"; did you mean "VLINK1"? devices: OSAFC00, OSAFC04 and VLINK1'],
    ['a link of another type', 'LINK   OSAFC04 QDIOETHERNET', 'LINK   OSAFC04 CTC', 'P:14:16: a link of the device OSAFC04 must be of the type QDIOETHERNET, not "CTC"'],
    ['an address on no link', '192.168.1.3    OSAFC00', '192.168.1.3    OSAFC0', 'P:21:18: no LINK statement above defines "OSAFC0"; did you mean "OSAFC00"?'],
    ['an address twice', '192.168.2.3    OSAFC04', '192.168.1.3    OSAFC04', 'P:22:3: 192.168.1.3 is the address of OSAFC00 already'],
    ['an address that is none', '10.0.2.1  ', '10.0.2.256', 'P:20:3: a HOME entry is an address and a link, not "10.0.2.256"'],
    ['a type of device that is not emulated', 'OSD FC00', 'LCS FC00', 'P:11:16: devices of the type LCS are not emulated; allowed: OSD, HIPERS, CTC, IUCV or VIRTUAL'],
    ['a device number that is none', 'CTC 0610', 'CTC 061G', 'P:17:23: the device number must be up to four hexadecimal digits, not "061G"'],
    ['a mask across the class', '0.255.255.0 0.9.8.0', '0.255.0.255 0.9.8.0', 'P:29:50: the subnet mask must be 0, HOST, or a mask within the class as 0.255.255.0, not "0.255.0.255"'],
    ['a value outside of the mask', '0.9.8.0', '0.9.8.1', 'P:29:62: the subnet value must lie within the mask 0.255.255.0, not "0.9.8.1"'],
    ['a device that is not there', 'START OSAFC04', 'START OSAFC08', 'P:32:7: no DEVICE statement above defines "OSAFC08"; did you mean "OSAFC00"?'],
    ['a statement that would change the emulation', 'START OSAFC04', 'ARPAGE 5', 'P:32:1: the statement ARPAGE is not emulated'],
  ])('%s', (_name, from, to, error) => {
    expect(PROFILE).toContain(from);
    const found = profile(PROFILE.replace(from, to)).errors;
    expect(found[0]?.slice(0, error.length)).toBe(error);
  });
});

describe('MPROUTE CONFIG', () => {
  const { configuration, errors, notes } = mproute(MPROUTE);

  it('areas, ranges, virtual links, boundary routing, router id', () => {
    expect(errors).toEqual([]);
    expect(notes).toEqual(['15:1: RIP_Interface has no bearing on the emulation']);
    expect(configuration.areas.map(({ area, isStub, stubDefaultCost, importsSummaries }) => [area, isStub, stubDefaultCost, importsSummaries])).toEqual([[0, false, 1, true], [2, true, 7, false]]);
    expect(configuration.ranges).toMatchObject([{ network: ip('10.1.0.0'), prefixLength: 16, area: 2, isAdvertised: false }]);
    expect(configuration.virtualLinks).toMatchObject([{ routerId: ip('9.9.9.9'), transitArea: 1, helloIntervalSeconds: 30, deadRouterIntervalSeconds: 180 }]);
    expect(configuration.boundaryRouting).toMatchObject({ importsStatic: true, importsDirect: false, originatesDefault: true, defaultType: 1, defaultCost: 5 });
    expect([configuration.routerId?.id, configuration.comparison]).toEqual([ip('192.168.1.3'), 1]);
  });

  it('an interface has IBM\'s defaults', () => {
    expect(mproute('OSPF_Interface IP_Address=1.2.3.4 Name=X;').configuration.interfaces).toMatchObject([{
      prefixLength: undefined, destination: undefined, area: 0, mtu: 576, retransmissionIntervalSeconds: 5, transmissionDelaySeconds: 1, routerPriority: 1,
      helloIntervalSeconds: 10, deadRouterIntervalSeconds: 40, databaseExchangeIntervalSeconds: 40, cost: 1,
      virtualAddressRoutes: 'host-and-subnet', isParallelPrimary: false, isNonBroadcast: false }]);
    expect(configuration.comparison).toBe(1);
    expect(mproute('').configuration.comparison).toBe(2);
  });

  it('an exact address comes before asterisks, few asterisks before many', () => {
    const cost = (link: string, address: string): number | undefined => interfaceFor(configuration, link, ip(address))?.cost;
    expect([cost('OSAFC00', '192.168.1.3'), cost('OSAFC04', '192.168.2.3'), cost('L', '192.168.178.23'), cost('X', '10.0.2.1'), cost('VLINK1', '10.0.2.1')])
      .toEqual([2, 4, 3, undefined, 1]);
  });

  it.each([['Hello_Interval=40'], ['Dead_Router_Interval=10'], ['DB_Exchange_Interval=9'], ['Hello_Interval=5 Dead_Router_Interval=4']])('%s: all three fall back to their defaults, EZZ7868I', (words) => {
    const { configuration: { interfaces: [read] }, notes: [note] } = mproute(`OSPF_Interface IP_Address=1.2.3.4 Name=X ${words};`);
    expect([read.helloIntervalSeconds, read.deadRouterIntervalSeconds, read.databaseExchangeIntervalSeconds]).toEqual([10, 40, 40]);
    expect(note).toContain('EZZ7868I');
  });

  it.each([
    ['the paper: a dot before the area', 'Attaches_To_Area=0.0.0.0', 'Attaches_To_Area=.0.0.0.0', 'M:6:20: Attaches_To_Area must be A.B.C.D, not ".0.0.0.0"'],
    ['an unknown statement', 'Range IP', 'Rang IP', 'M:11:1: unknown statement "Rang"; did you mean "Range"?'],
    ['an unknown parameter', 'Cost0 = 2', 'Cost1 = 2', 'M:6:28: unknown parameter "Cost1" in OSPF_Interface; did you mean "Cost0"?'],
    ['a number out of its range', 'Cost0 = 2', 'Cost0 = 0', 'M:6:36: Cost0 must be a number from 1 to 65535, not "0"'],
    ['a word that is not allowed', 'Stub_Area=Yes', 'Stub_Area=Maybe', 'M:3:36: Stub_Area must be YES or NO, not "Maybe"'],
    ['no value', 'Name=OSAFC00', 'Name', 'M:5:26: Name needs a value: Name=...'],
    ['a missing parameter', ' Name=OSAFC00', '', 'M:4:1: OSPF_Interface needs Name'],
    ['a missing semicolon', 'Import_Summaries=No;', 'Import_Summaries=No', 'M:4:1: Area has no ";" before "OSPF_Interface"'],
    ['a mask that is none', 'Subnet_Mask=255.255.0.0', 'Subnet_Mask=255.0.255.0', 'M:11:39: Subnet_Mask must be a subnet mask such as 255.255.255.0, not "255.0.255.0"'],
    ['asterisks in the middle', 'IP_Address=192.168.*.*', 'IP_Address=192.*.1.*', 'M:7:27: IP_Address must be A.B.C.D, or'],
    ['a parameter twice', 'Name=any', 'Name=any Name=other', 'M:7:48: Name stands in this statement already, in line 7'],
    ['an area twice', 'Area_Number=0.0.0.2 Stub', 'Area_Number=0.0.0.0 Stub', 'M:3:1: the area 0.0.0.0 is defined in line 2 already'],
    ['a file that breaks off', 'RIP_Interface IP_Address=1.2.3.4 Name=old;', 'Area Area_Number=0.0.0.3', 'M:15:18: the file ends within Area: a ";" is missing'],
  ])('%s', (_name, from, to, error) => {
    expect(MPROUTE).toContain(from);
    const found = mproute(MPROUTE.replace(from, to)).errors;
    expect(found.join("\n")).toContain(error);
  });
});
