/**
 * CL of an IBM i: what its TCP/IP commands come to, IBM's defaults, what has no bearing, and every mistake with its place.
 */
import { describe, expect, it } from 'vitest';
import { formatIpv4 } from '../../src/base/address.js';
import { linesOf, readClCommands } from '../../src/config/ibmi/cl-command.js';
import { Findings } from '../../src/config/config-error.js';
import { IbmiConfiguration } from '../../src/config/ibmi/ibmi-conf.js';
import { loadTopology } from '../../src/config/topology/topology.js';

function read(text: string, typed = ''): { configuration: IbmiConfiguration; errors: string[]; notes: string[] } {
  const findings = new Findings();
  const configuration = new IbmiConfiguration();
  configuration.run(linesOf(text, 'C'), false, findings);
  if (typed !== '') configuration.run(linesOf(typed, 'T'), true, findings);
  return { configuration, errors: findings.errors.map(String), notes: findings.notes.map((n) => `${n.line}:${n.column} ${n.kind}: ${n.message}`) };
}

const SYSTEM = `/* a system
   with a comment over two lines */
PGM
  CRTLINETH LIND(ETHLINE1) RSRCNAME(CMN01) ADPTADR(40000A010104)
A: ADDTCPIFC INTNETADR('10.1.1.4') LIND(ETHLINE1) SUBNETMASK('255.255.255.0') ALIASNAME(FIRST)
   QSYS/ADDTCPIFC '10.1.1.5' ETHLINE2 '255.255.255.0' MTU(1492)
   addtcpifc intnetadr('10.1.1.9') lind(ethline2) +
       subnetmask('255.255.255.0') autostart(*no)
   ADDTCPIFC INTNETADR('10.1.1.7') LIND(*VIRTUALIP) SUBNETMASK(*HOST) -
       PREFIFC('10.1.1.5' '10.1.1.4') TEXT('it''s the application')
   ADDTCPRTE RTEDEST(*DFTROUTE) SUBNETMASK(*NONE) NEXTHOP('10.1.1.1') BINDIFC('10.1.1.4')
   ADDTCPRTE RTEDEST('172.16.0.0') SUBNETMASK('255.255.0.0') NEXTHOP('10.1.1.2') DUPRTEPTY(7)
   CHGTCPA IPDTGFWD(*YES) ARPTIMO(5)
   STRTCP
ENDPGM
`;

describe('the commands', () => {
  const { configuration, errors, notes } = read(SYSTEM);

  it('make interfaces, with IBM\'s defaults', () => {
    expect(errors).toEqual([]);
    expect(configuration.interfaces.map(({ address, prefixLength, line, isStarted, aliasName, mtu, preferred }) => [formatIpv4(address), prefixLength, line, isStarted, aliasName, mtu, preferred.map(formatIpv4)])).toEqual([
      ['10.1.1.4', 24, 'ETHLINE1', true, 'FIRST', undefined, []],
      ['10.1.1.5', 24, 'ETHLINE2', true, undefined, 1492, []],
      ['10.1.1.9', 24, 'ETHLINE2', false, undefined, undefined, []],
      ['10.1.1.7', 32, '*VIRTUALIP', true, undefined, undefined, ['10.1.1.5', '10.1.1.4']],
    ]);
  });

  it('make routes, lines and the system\'s attributes', () => {
    expect(configuration.routes.map(({ network, prefixLength, nextHop, bindInterface, priority }) => [formatIpv4(network), prefixLength, formatIpv4(nextHop), bindInterface, priority])).toEqual([
      ['0.0.0.0', 0, '10.1.1.1', 0x0a010104, 5], ['172.16.0.0', 16, '10.1.1.2', undefined, 7]]);
    expect([...configuration.lines.values()].map(({ name, mac, isVariedOn }) => [name, mac, isVariedOn])).toEqual([['ETHLINE1', Uint8Array.of(0x40, 0, 10, 1, 1, 4), true]]);
    expect([configuration.isForwarding, configuration.arpTimeoutMinutes]).toEqual([true, 5]);
    expect(read('').configuration).toMatchObject({ isForwarding: false, arpTimeoutMinutes: undefined });
  });

  it('that have no bearing are listed with their place', () => {
    expect(notes.filter((note) => !/ (RSRCNAME|TEXT) /.test(note))).toEqual(['3:1 without-bearing: PGM has no bearing on the emulation', '14:4 without-bearing: STRTCP has no bearing on the emulation', '15:1 without-bearing: ENDPGM has no bearing on the emulation']);
  });

  it('so are parameters', () => {
    expect(notes.filter((note) => / (RSRCNAME|TEXT) /.test(note))).toEqual(['4:28 without-bearing: RSRCNAME has no bearing on the emulation', '10:39 without-bearing: TEXT has no bearing on the emulation']);
  });

  it('may be continued, commented, quoted and labelled', () => {
    const commands = readClCommands(linesOf(SYSTEM, 'C'), new Findings());
    expect(commands.map(({ name }) => name)).toEqual(['PGM', 'CRTLINETH', 'ADDTCPIFC', 'ADDTCPIFC', 'ADDTCPIFC', 'ADDTCPIFC', 'ADDTCPRTE', 'ADDTCPRTE', 'CHGTCPA', 'STRTCP', 'ENDPGM']);
    expect(commands[5].parameters.at(-1)?.values[0].text).toBe('it\'s the application');
    expect(commands[5].parameters.at(-1)?.place).toMatchObject({ line: 10, column: 39 });
  });

  it('typed into a running system: start, end, change, remove', () => {
    const state = (typed: string): string[] => read(SYSTEM, typed).configuration.interfaces.map(({ address, isStarted, preferred }) => `${formatIpv4(address)} ${isStarted ? 'active' : 'inactive'}${preferred.length > 0 ? ` ${preferred.map(formatIpv4).join(' ')}` : ''}`);
    expect(state('ENDTCPIFC ALIASNAME(FIRST)\nSTRTCPIFC INTNETADR(\'10.1.1.9\')')).toEqual(['10.1.1.4 inactive', '10.1.1.5 active', '10.1.1.9 active', '10.1.1.7 active 10.1.1.5 10.1.1.4']);
    expect(state('CHGTCPIFC INTNETADR(\'10.1.1.7\') PREFIFC(\'10.1.1.4\')\nRMVTCPIFC INTNETADR(\'10.1.1.9\')')).toEqual(['10.1.1.4 active', '10.1.1.5 active', '10.1.1.7 active 10.1.1.4']);
    expect(state('CHGTCPIFC INTNETADR(\'10.1.1.7\') PREFIFC(*NONE)')[3]).toBe('10.1.1.7 active');
    expect(state('CHGTCPIFC INTNETADR(\'10.1.1.7\') PREFIFC(*SAME) TEXT(\'x\')')[3]).toBe('10.1.1.7 active 10.1.1.5 10.1.1.4');
    // What is added to a running system waits for its STRTCPIFC.
    expect(state('ADDTCPIFC INTNETADR(\'10.1.1.8\') LIND(ETHLINE1) SUBNETMASK(\'255.255.255.0\')')[4]).toBe('10.1.1.8 inactive');
    expect(read(SYSTEM, 'RMVTCPRTE RTEDEST(*DFTROUTE)\nCHGTCPRTE RTEDEST(\'172.16.0.0\') SUBNETMASK(\'255.255.0.0\') NEXTHOP(\'10.1.1.2\') DUPRTEPTY(2)').configuration.routes.map(({ priority }) => priority)).toEqual([2]);
  });

  it.each([
    ['an unknown command', 'STRTCP', 'STRTCPX', 'C:14:4: unknown command "STRTCPX"; did you mean "STRTCP"?'],
    ['an unknown parameter', 'ALIASNAME(FIRST)', 'ALIAS(FIRST)', 'C:5:79: unknown parameter "ALIAS" of ADDTCPIFC;'],
    ['a misspelt parameter', 'PREFIFC(', 'PREFIC(', 'C:10:8: unknown parameter "PREFIC" of ADDTCPIFC; did you mean "PREFIFC"?'],
    ['an address that is none', '\'10.1.1.4\') LIND', '\'10.1.1.400\') LIND', 'C:5:24: INTNETADR must be an address \'A.B.C.D\', not "10.1.1.400"'],
    ['an address twice', '\'10.1.1.5\' ETHLINE2', '\'10.1.1.4\' ETHLINE2', 'C:6:19: there is an interface 10.1.1.4 already, in line 5'],
    ['a mask that is none', '\'255.255.255.0\') ALIAS', '\'255.0.255.0\') ALIAS', 'C:5:62: SUBNETMASK must be a subnet mask such as \'255.255.255.0\' or *HOST, not "255.0.255.0"'],
    ['no mask', ' SUBNETMASK(*HOST) -', ' -', 'C:9:4: ADDTCPIFC needs SUBNETMASK for an IPv4 address'],
    ['no line', ' LIND(*VIRTUALIP)', '', 'C:9:4: ADDTCPIFC needs LIND'],
    ['a word that is not allowed', 'autostart(*no)', 'autostart(*maybe)', 'C:8:46: AUTOSTART must be *YES or *NO, not "*MAYBE"'],
    ['a number out of its range', 'MTU(1492)', 'MTU(500)', 'C:6:59: MTU must be a number from 576 to 16388 or *LIND, not "500"'],
    ['a preferred interface that is not there', 'PREFIFC(\'10.1.1.5\'', 'PREFIFC(\'10.1.2.5\'', 'C:10:16: the preferred interface 10.1.2.5 of 10.1.1.7 is no interface on a line; did you mean "10.1.1.5"?'],
    ['a preferred interface twice', '\'10.1.1.5\' \'10.1.1.4\')', '\'10.1.1.4\' \'10.1.1.4\')', 'C:10:27: 10.1.1.4 stands in the list twice'],
    ['a parameter twice', 'ARPTIMO(5)', 'ARPTIMO(5) ARPTIMO(6)', 'C:13:38: ARPTIMO is given twice'],
    ['a special value in a list', '\'10.1.1.5\' \'10.1.1.4\')', '\'10.1.1.5\' *NONE)', 'C:10:27: *NONE stands alone'],
    ['a parenthesis that does not close', 'LIND(ETHLINE1) RSRC', 'LIND(ETHLINE1 RSRC', 'C:4:17: the parenthesis that opens here does not close'],
    ['a quote that does not close', '\'10.1.1.4\') LIND', '\'10.1.1.4) LIND', 'the quote that opens here does not close'],
    ['a comment that does not end', 'over two lines */', 'over two lines', 'C:1:1: the comment that begins here does not end'],
    ['a route with bits beyond its mask', 'RTEDEST(\'172.16.0.0\')', 'RTEDEST(\'172.16.1.0\')', 'C:12:22: 172.16.1.0 has bits outside of its mask; the network is 172.16.0.0'],
    ['a route bound to nothing', 'BINDIFC(\'10.1.1.4\')', 'BINDIFC(\'10.1.1.14\')', 'C:11:4: BINDIFC names 10.1.1.14, which is no interface; did you mean "10.1.1.4"?'],
    ['an adapter address that is none', 'ADPTADR(40000A010104)', 'ADPTADR(40000A01010)', 'C:4:52: ADPTADR must be an adapter address of 12 hexadecimal digits'],
    ['a virtual LAN', 'LIND(ETHLINE1) SUBNET', 'LIND(ETHLINE1 7) SUBNET', 'C:5:50: virtual LANs are not emulated: "7"; allowed: *NONE'],
    ['a virtual address with a network of its own', 'SUBNETMASK(*HOST)', 'SUBNETMASK(\'255.255.255.0\')', 'C:9:4: a virtual IP address that proxy ARP answers for has SUBNETMASK(*HOST)'],
    ['a network as an address', '\'10.1.1.4\') LIND', '\'10.1.1.0\') LIND', 'C:5:24: 10.1.1.0 is no address of a host in a network of 24 bits'],
    ['too many by position', 'ETHLINE2 \'255.255.255.0\' MTU', 'ETHLINE2 \'255.255.255.0\' FOURTH MTU', 'C:6:55: ADDTCPIFC takes 3 parameters by position: "FOURTH" needs a keyword'],
  ])('%s', (_name, from, to, error) => {
    expect(SYSTEM).toContain(from);
    expect(read(SYSTEM.replace(from, to)).errors.join('\n')).toContain(error);
  });

  it.each([
    ['ENDTCPIFC INTNETADR(\'10.1.1.8\')', 'T:1:21: there is no interface 10.1.1.8; did you mean'],
    ['STRTCPIFC ALIASNAME(FRIST)', 'T:1:21: there is no interface FRIST; did you mean "FIRST"?'],
    ['STRTCPIFC', 'T:1:1: INTNETADR or ALIASNAME must say which interface'],
    ['VRYCFG CFGOBJ(ETHLINE9) CFGTYPE(*LIN) STATUS(*OFF)', 'T:1:15: there is no line description "ETHLINE9"; did you mean'],
    ['RMVTCPRTE RTEDEST(\'172.17.0.0\') SUBNETMASK(\'255.255.0.0\')', 'T:1:1: there is no such route'],
    ['CHGTCPA ARPTIMO(7)', 'T:1:17: ARPTIMO of a running system is not emulated'],
  ])('typed: %s', (typed, error) => {
    expect(read(SYSTEM, typed).errors.join('\n')).toContain(error);
  });

  it('no text whatever ends in anything but findings', () => {
    for (let length = 0; length < SYSTEM.length; length += 3) read(SYSTEM.slice(0, length));
    for (const text of ['(', ')', '\'', '/*', '+', 'X(', 'X((((', 'ADDTCPIFC(', 'A:', ':', '?ADDTCPIFC', 'ADDTCPIFC LIND((A B) C)', 'ADDTCPIFC ()', '\u0000']) read(text);
  });
});

describe('in a topology', () => {
  const FILE = 'T.yaml';
  const YAML = `topology:
  nodes:
    s: { kind: ibmi, config: s.clle }
    c: { kind: host, interfaces: { eth0: { address: 10.1.1.100/24 } } }
  links: [{ endpoints: ["s:ETHLINE1", "c:eth0"] }]
`;
  const load = (yaml: string, cl: string): { errors: string; notes: string } => {
    try {
      const { notes } = loadTopology(FILE, { readFile: (path) => (path === FILE ? yaml : cl) });
      return { errors: '', notes: notes.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n') };
    } catch (failure) {
      return { errors: String(failure), notes: '' };
    }
  };
  const ONE = 'ADDTCPIFC INTNETADR(\'10.1.1.4\') LIND(ETHLINE1) SUBNETMASK(\'255.255.255.0\')\n';

  it('a line without a link, an address that another node has, a virtual address that nobody can answer for', () => {
    expect(load(YAML, ONE.replace('ETHLINE1', 'ETHLINE2')).errors).toContain('s.clle:1:38: interface "ETHLINE2" of s has no link; did you mean "ETHLINE1"?');
    expect(load(YAML, ONE.replace('1.4', '1.100')).errors).toContain('10.1.1.100 is on two interfaces');
    expect(load(YAML, `${ONE}ADDTCPIFC INTNETADR('10.1.2.7') LIND(*VIRTUALIP) SUBNETMASK(*HOST)`).notes).toContain('s.clle:2: no interface of s is on the network of 10.1.2.7: proxy ARP answers for it nowhere');
  });

  it('proxy-arp-off goes with virtual addresses of an IBM i', () => {
    expect(load(YAML.replace('s.clle }', 's.clle, proxy-arp-off: [10.1.1.8] }'), ONE).errors).toContain('T.yaml:3:54: 10.1.1.8 is no virtual IP address of s');
    expect(load(YAML.replace('kind: host', 'kind: host, proxy-arp-off: [10.1.1.8]'), ONE).errors).toContain('"proxy-arp-off" goes with the kind ibmi');
  });

  it('commands are typed with do: configure; their mistakes are in the topology', () => {
    const event = (line: string): string => `${YAML}events: [{ at: 1s, node: s, do: configure, lines: ["${line}"] }]\n`;
    expect(load(event('ENDTCPIFC INTNETADR(\'10.1.1.4\')'), ONE).errors).toBe('');
    expect(load(event('ENDTCPIFC INTNETADR(\'10.1.1.5\')'), ONE).errors).toContain('T.yaml:6:');
  });
});
