/**
 * MPROUTE CONFIG at work, with FRR as its neighbour: authentication, virtual links, what of links, virtual addresses and other routes is advertised,
 * parallel interfaces; and its displays and console messages.
 */
import { describe, expect, it } from 'vitest';
import { ConfigErrors } from '../../src/config/config-error.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { Simulation } from '../../src/sim/simulation.js';
import { showAt } from './shipped.js';

const ZVM_PROFILE = `
AUTOLOG
  MPROUTE PASSWORD
ENDAUTOLOG
DEVICE OSA1 OSD FC00 PRIROUTER
LINK   OSA1 QDIOETHERNET OSA1
DEVICE VIPA VIRTUAL 0
LINK   VIPA VIRTUAL 0 VIPA
DEVICE CTC1 CTC 0610
LINK   CTC1 CTC 0 CTC1
HOME
  192.168.1.3 255.255.255.0 OSA1
  10.0.2.1 255.255.255.0 VIPA
  192.168.7.1 CTC1
GATEWAY
  192.168.7.2 = CTC1 DEFAULTSIZE HOST
  172.20.0.0 192.168.1.9 OSA1 DEFAULTSIZE 0
  172.21.0.0 192.168.1.9 OSA1 DEFAULTSIZE 0.0.255.0 0.0.5.0
START OSA1
START CTC1
`;

const MPROUTE = `
Area Area_Number=0.0.0.0;
OSPF_Interface IP_Address=192.168.1.3 Name=OSA1 Subnet_Mask=255.255.255.0 Cost0=2 Hello_Interval=2 Dead_Router_Interval=8 DB_Exchange_Interval=8;
OSPF_Interface IP_Address=10.0.2.1 Name=VIPA Subnet_Mask=255.255.255.0;
OSPF_Interface IP_Address=192.168.7.1 Name=CTC1 Subnet_Mask=255.255.255.0 Destination_Addr=192.168.7.2 Cost0=5;
RouterID=10.0.2.1;
`;

const FRR = `interface eth0
 ip ospf hello-interval 2
 ip ospf dead-interval 8
router ospf
 ospf router-id 1.1.1.1
 network 0.0.0.0/0 area 0
`;

const TOPOLOGY = `topology:
  nodes:
    zvm: { kind: zvm, config: [profile.tcpip, mproute.config] }
    r: { kind: frr, config: frr.conf, interfaces: { eth0: { address: 192.168.1.1/24 } } }
    guest: { kind: host, interfaces: { ctc0: { address: 192.168.7.2, peer: 192.168.7.1 } } }
  links:
    - endpoints: ["zvm:OSA1", "r:eth0"]
    - { endpoints: ["zvm:CTC1", "guest:ctc0"], kind: ctc }
until: 60s
`;

/** Files that differ from those above, by name. */
function simulation(files: Record<string, string> = {}): Simulation {
  const all: Record<string, string> = { 'T.yaml': TOPOLOGY, 'profile.tcpip': ZVM_PROFILE, 'mproute.config': MPROUTE, 'frr.conf': FRR, ...files };
  return new Simulation(loadTopology('T.yaml', { readFile: (path) => all[path] }).plan);
}

function errorsOf(files: Record<string, string>): string[] {
  try {
    simulation(files);
  } catch (failure) {
    if (failure instanceof ConfigErrors) return failure.errors.map(String);
    throw failure;
  }
  return [];
}

const state = (run: Simulation): string => /\n1\.1\.1\.1|Full/.exec(showAt(run, 40, 'r', 'show ip ospf neighbor'))?.[0] ?? 'none';
const routes = (run: Simulation, node = 'r'): string[] => showAt(run, 55, node, 'route -n').split('\n').slice(2, -1).map((row) => row.split(/\s+/)).map(([network, , mask, , metric]) => `${network}/${mask} ${metric}`);

describe('authentication', () => {
  const withKey = (words: string): string => MPROUTE.replace('Cost0=2', `Cost0=2 ${words}`);
  const simple = FRR.replace('router ospf', ' ip ospf authentication\n ip ospf authentication-key secret\nrouter ospf');
  const md5 = FRR.replace('router ospf', ' ip ospf authentication message-digest\n ip ospf message-digest-key 3 md5 0123456789abcdef\nrouter ospf');
  const MD5_KEY = `0x${[...'0123456789abcdef'].map((character) => character.charCodeAt(0).toString(16)).join('')}`;

  it.each([
    ['a password', simple, withKey('Authentication_Type=Password Authentication_Key="secret"'), 'Full'],
    ['a password in hexadecimal', simple, withKey('Authentication_Type=Password Authentication_Key=0x736563726574'), 'Full'],
    ['the area\'s type', simple, withKey('Authentication_Key=secret').replace('Area_Number=0.0.0.0', 'Area_Number=0.0.0.0 Authentication_Type=Password'), 'Full'],
    ['an interface\'s type before the area\'s', FRR, withKey('Authentication_Type=None').replace('Area_Number=0.0.0.0', 'Area_Number=0.0.0.0 Authentication_Type=Password'), 'Full'],
    ['MD5', md5, withKey(`Authentication_Type=MD5 Authentication_Key=${MD5_KEY} Authentication_Key_ID=3`), 'Full'],
    ['another password', simple, withKey('Authentication_Type=Password Authentication_Key=secrets'), 'none'],
    ['another key id', md5, withKey(`Authentication_Type=MD5 Authentication_Key=${MD5_KEY}`), 'none'],
    ['none at all', simple, MPROUTE, 'none'],
  ])('%s', (_name, frr, mproute, want) => {
    expect(state(simulation({ 'frr.conf': frr, 'mproute.config': mproute }))).toBe(want);
  });

  it('keys that are none are refused with their place: EZZ7819I', () => {
    expect(errorsOf({ 'mproute.config': withKey('Authentication_Type=MD5 Authentication_Key=short') })).toEqual([
      'mproute.config:3:126: EZZ7819I invalid value for Authentication_Key on OSPF_Interface: MD5 wants 0x and 32 hexadecimal digits, not "short"']);
    expect(errorsOf({ 'mproute.config': withKey('Authentication_Type=MD5') })[0]).toContain('mproute.config:3:1: EZZ7819I');
    expect(errorsOf({ 'mproute.config': withKey('Authentication_Type=Password Authentication_Key=toolongforit') })[0]).toContain('a password has 1 to 8 characters');
  });
});

describe('what is advertised', () => {
  it('of virtual addresses and point-to-point links: each as its statement says', () => {
    const vipa = (words: string): string[] => routes(simulation({ 'mproute.config': MPROUTE.replace('Name=VIPA', `Name=VIPA ${words}`) })).filter((row) => row.startsWith('10.'));
    expect(vipa('')).toEqual(['10.0.2.0/255.255.255.0 20', '10.0.2.1/255.255.255.255 20']);
    expect(vipa('Advertise_VIPA_Routes=HOST_AND_SUBNET')).toEqual(vipa(''));
    expect(vipa('Advertise_VIPA_Routes=HOST_ONLY')).toEqual(['10.0.2.1/255.255.255.255 20']);
    expect(vipa('Advertise_VIPA_Routes=SUBNET_ONLY')).toEqual(['10.0.2.0/255.255.255.0 20']);
    const ctc = (words: string): string[] => routes(simulation({ 'mproute.config': MPROUTE.replace('Cost0=5', `Cost0=5 ${words}`) })).filter((row) => row.startsWith('192.168.7.'));
    expect(ctc('')).toEqual(['192.168.7.2/255.255.255.255 20']);
    expect(ctc('Subnet=YES')).toEqual(['192.168.7.0/255.255.255.0 20']);
  });

  it('of other routes: static ones, direct ones, whole networks or parts of them, as Comparison has it', () => {
    const imported = (words: string): string[] => {
      const run = simulation({ 'mproute.config': `${MPROUTE}AS_Boundary_Routing ${words};\n` });
      return showAt(run, 55, 'r', 'show ip ospf route').split('\n').filter((line) => line.startsWith('N E')).map((line) => line.replace(/ +/g, ' ').replace(/ tag.*/, ''));
    };
    expect(imported('Import_Static_Routes=YES')).toEqual(['N E2 172.20.0.0/16 [10/1]']);
    expect(imported('Import_Static_Routes=YES Import_Subnet_Routes=YES')).toEqual(['N E2 172.20.0.0/16 [10/1]', 'N E2 172.21.5.0/24 [10/1]']);
    expect(imported('Import_Static_Routes=YES;\nComparison=Type1')).toEqual(['N E1 172.20.0.0/16 [11]']);
    expect(imported('Originate_Default_Route=YES Default_Route_Cost=7 Originate_as_Type=1')).toEqual(['N E1 0.0.0.0/0 [17]']);
    expect(imported('Import_Static_Routes=NO')).toEqual([]);
    const run = simulation({ 'mproute.config': `${MPROUTE}AS_Boundary_Routing Originate_Default_Route=YES Default_Forwarding_Address=192.168.1.9;\n` });
    expect(showAt(run, 55, 'r', 'show ip ospf database external')).toContain('Forward Address: 192.168.1.9');
    expect(showAt(run, 55, 'r', 'route -n')).toMatch(/0\.0\.0\.0 +192\.168\.1\.9/);
  });
});

describe('a virtual link', () => {
  /** zvm is in area 1 alone with r, behind which the backbone is; its own backbone network hangs on the virtual link. */
  const far = MPROUTE.replace('Area Area_Number=0.0.0.0;', 'Area Area_Number=0.0.0.0;\nArea Area_Number=0.0.0.1;').replace('Subnet_Mask=255.255.255.0 Cost0=2', 'Subnet_Mask=255.255.255.0 Attaches_To_Area=0.0.0.1 Cost0=2');
  const LINK = 'Virtual_Link Virtual_Endpoint_RouterID=1.1.1.1 Links_Transit_Area=0.0.0.1 Hello_Interval=2 Dead_Router_Interval=8 DB_Exchange_Interval=8;\n';
  const frr = FRR.replace('network 0.0.0.0/0 area 0', 'network 192.168.1.0/24 area 1\n network 172.16.0.0/24 area 0\n area 1 virtual-link 10.0.2.1 hello-interval 2 dead-interval 8');
  const topology = TOPOLOGY.replace('eth0: { address: 192.168.1.1/24 }', 'eth0: { address: 192.168.1.1/24 }, dummy0: { address: 172.16.0.1/24 }');

  it('joins two parts of the backbone', () => {
    const has = (mproute: string): boolean[] => {
      const run = simulation({ 'T.yaml': topology, 'frr.conf': frr, 'mproute.config': mproute });
      return [routes(run).some((row) => row.startsWith('10.0.2.1/')), routes(run, 'zvm').some((row) => row.startsWith('172.16.0.1/'))];
    };
    // Without it zvm, a border router, does not listen to summaries that come by area 1; r, whose backbone is nobody else's, does.
    expect([has(`${far}${LINK}`), has(far)]).toEqual([[true, true], [true, false]]);
    const run = simulation({ 'T.yaml': topology, 'frr.conf': frr, 'mproute.config': `${far}${LINK}` });
    expect(showAt(run, 55, 'zvm', 'D TCPIP,,OMPROUTE,OSPF,LIST,VLINKS').split('\n').slice(0, 3).map((line) => line.replace(/ +/g, ' '))).toEqual([
      'EZZ7836I VIRTUAL LINK CONFIGURATION', 'VIRTUAL ENDPOINT TRANSIT AREA RTRNS TRNSDLY HELLO DEAD', '1.1.1.1 0.0.0.1 10 5 2 8']);
    expect(showAt(run, 55, 'zvm', 'D TCPIP,,OMPROUTE,OSPF,IF')).toMatch(/VLINK/);
  });

  it.each([
    ['the backbone', 'Links_Transit_Area=0.0.0.1', 'Links_Transit_Area=0.0.0.0', 'a virtual link leads through an area, not through the backbone'],
    ['an area that is not defined', 'Links_Transit_Area=0.0.0.1', 'Links_Transit_Area=0.0.0.2', 'no Area statement defines the area 0.0.0.2'],
  ])('cannot lead through %s', (_name, from, to, error) => {
    expect(errorsOf({ 'mproute.config': `${far}${LINK.replace(from, to)}` })[0]).toContain(`: ${error}`);
  });
});

describe('a non-broadcast network', () => {
  const words = 'Cost0=2 Non_Broadcast=YES NB_Poll_Interval=20';
  const frr = FRR.replace('router ospf', ' ip ospf network non-broadcast\nrouter ospf').replace('network 0', 'neighbor 192.168.1.3\n network 0');

  it('is joined by its configured neighbours', () => {
    expect(state(simulation({ 'frr.conf': frr, 'mproute.config': MPROUTE.replace('Cost0=2', `${words} DR_Neighbor=192.168.1.1 DR_Neighbor=192.168.1.9`) }))).toBe('Full');
  });

  it('needs them: EZZ7894I', () => {
    expect(errorsOf({ 'mproute.config': MPROUTE.replace('Cost0=2', words) })).toEqual(['mproute.config:3:1: EZZ7894I neighbors must be coded for non-broadcast capable OSPF_Interface OSA1: DR_Neighbor or No_DR_Neighbor']);
  });
});

describe('parallel interfaces', () => {
  const profile = ZVM_PROFILE.replace('DEVICE VIPA', 'DEVICE OSA2 OSD FC04 PRIROUTER\nLINK   OSA2 QDIOETHERNET OSA2\nDEVICE VIPA').replace('  10.0.2.1', '  192.168.1.4 255.255.255.0 OSA2\n  10.0.2.1').replace('START OSA1', 'START OSA1\nSTART OSA2');
  const second = (words: string): string => `${MPROUTE}OSPF_Interface IP_Address=192.168.1.4 Name=OSA2 Subnet_Mask=255.255.255.0 Cost0=2 Hello_Interval=2 Dead_Router_Interval=8 DB_Exchange_Interval=8 ${words};\n`;
  const topology = `${TOPOLOGY.replace('["zvm:OSA1", "r:eth0"]', '["zvm:OSA1", "lan:p1"]\n    - endpoints: ["zvm:OSA2", "lan:p2"]\n    - endpoints: ["lan:p3", "r:eth0"]').replace('    guest:', '    lan: { kind: switch }\n    guest:')}events: [{ at: 60s, node: zvm, do: carrier down OSA1 }, { at: 90s, node: zvm, do: carrier up OSA1 }]\n`.replace('until: 60s', 'until: 120s');
  const files = (words: string, mproute = second(words)): Record<string, string> => ({ 'T.yaml': topology, 'profile.tcpip': profile, 'mproute.config': mproute });
  const states = (run: Simulation, seconds: number): Record<string, string> => Object.fromEntries([...showAt(run, seconds, 'zvm', 'D TCPIP,,OMPROUTE,OSPF,IF').matchAll(/(OSA\d) +\S+ +BRDCST +(\d+)/g)].map(([, name, code]) => [name, code]));

  it('one carries OSPF, the other waits for its failure; which one, the statements say', () => {
    const run = simulation(files(''));
    expect(states(run, 55)).toEqual({ OSA1: '128', OSA2: '2' });
    expect(showAt(run, 55, 'r', 'show ip ospf neighbor').match(/192\.168\.1\.[34]/g)).toEqual(['192.168.1.3']);
    expect(states(run, 80).OSA1).toBe('1');
    expect(showAt(run, 80, 'r', 'show ip ospf neighbor')).toContain('192.168.1.4');
    expect(states(run, 118).OSA2).toBe('2');
    expect(states(simulation(files('Parallel_OSPF=Primary')), 55)).toEqual({ OSA1: '2', OSA2: '128' });
  });

  it('two of them cannot be primary', () => {
    const mproute = second('Parallel_OSPF=Primary').replace('Name=OSA1', 'Name=OSA1 Parallel_OSPF=Primary');
    expect(errorsOf(files('', mproute))).toEqual([expect.stringContaining('OSA2 and OSA1 are on one subnet: only one of them can be Parallel_OSPF=Primary')]);
  });
});

describe('displays and messages', () => {
  const run = simulation();
  const lines = (command: string): string[] => showAt(run, 55, 'zvm', command).split('\n').slice(0, -1).map((line) => line.trim().replace(/ +/g, ' '));

  it('EZZ7847I, EZZ7849I, EZZ7851I, EZZ7852I, EZZ7853I and EZZ7848I have IBM\'s columns', () => {
    expect(lines('D TCPIP,,OMPROUTE,RTTABLE')).toEqual(['EZZ7847I ROUTING TABLE', 'TYPE DEST NET MASK COST AGE NEXT HOP(S)',
      expect.stringMatching(/^DIR\* 10\.0\.2\.0 FFFFFF00 1 \d+ VIPA$/), expect.stringMatching(/^SPF 10\.0\.2\.1 FFFFFFFF 1 \d+ VIPA$/), expect.stringMatching(/^STAT 172\.20\.0\.0 FFFF0000 0 \d+ 192\.168\.1\.9$/),
      expect.stringMatching(/^STAT 172\.21\.5\.0 FFFFFF00 0 \d+ 192\.168\.1\.9$/), expect.stringMatching(/^DIR\* 192\.168\.1\.0 FFFFFF00 1 \d+ 192\.168\.1\.3$/),
      expect.stringMatching(/^DIR\* 192\.168\.7\.2 FFFFFFFF 1 \d+ CTC1$/), '6 NETS KNOWN']);
    expect(lines('D TCPIP,TCPIP,OMP,OSPF,IFS')).toEqual(['EZZ7849I INTERFACES', 'IFC ADDRESS PHYS ASSOC. AREA TYPE STATE #NBRS #ADJS', '192.168.1.3 OSA1 0.0.0.0 BRDCST 128 1 1',
      '192.168.7.1 CTC1 0.0.0.0 P-P 16 0 0', '10.0.2.1 VIPA 0.0.0.0 VIPA N/A 0 0']);
    expect(lines('SMSG MPROUTE OSPF NEIGHBOR')).toEqual(['EZZ7851I NEIGHBOR SUMMARY', 'NEIGHBOR ADDR NEIGHBOR ID STATE LSRXL DBSUM LSREQ HSUP IFC', '192.168.1.1 1.1.1.1 128 0 0 0 OFF OSA1']);
    expect(lines('D TCPIP,,OMPROUTE,OSPF,NBR,IPADDR=192.168.1.1')).toEqual(['EZZ7852I NEIGHBOR DETAILS', 'NEIGHBOR IP ADDRESS: 192.168.1.1', 'OSPF ROUTER ID: 1.1.1.1', 'NEIGHBOR STATE: 128',
      'PHYSICAL INTERFACE: OSA1', expect.stringMatching(/^DR CHOICE: 192/), expect.stringMatching(/^BACKUP CHOICE: 192/), 'DR PRIORITY: 1', 'NBR OPTIONS: E', 'DB SUMM QLEN: 0', 'LS RXMT QLEN: 0', 'LS REQ QLEN: 0',
      expect.stringMatching(/^LAST HELLO: [01]$/), 'NO HELLO: OFF']);
    const database = lines('D TCPIP,,OMPROUTE,OSPF,DATABASE,AREAID=0.0.0.0');
    expect(database.slice(0, 2)).toEqual(['EZZ7853I AREA LINK STATE DATABASE', 'TYPE LS DESTINATION LS ORIGINATOR SEQNO AGE XSUM']);
    expect(database.slice(2, 5).map((line) => line.replace(/ 0x8.*/, ''))).toEqual(['1 @1.1.1.1 1.1.1.1', '1 @10.0.2.1 10.0.2.1', expect.stringMatching(/^2 192\.168\.1\.\d (1\.1\.1\.1|10\.0\.2\.1)$/)]);
    // The total is the sum of the column.
    const sum = database.slice(2, 5).reduce((total, line) => total + Number.parseInt(line.split(' ').at(-1)?.slice(2) ?? '', 16), 0);
    expect(database.slice(5)).toEqual(['# ADVERTISEMENTS: 3', `CHECKSUM TOTAL: 0X${sum.toString(16).toUpperCase()}`]);
    expect(lines('D TCPIP,,OMPROUTE,OSPF,AREASUM')).toEqual(['EZZ7848I AREA SUMMARY', 'AREA ID AUTHENTICATION #IFCS #NETS #RTRS #BRDRS', '0.0.0.0 NONE 3 1 2 0']);
  });

  it('other questions are not known', () => {
    for (const command of ['D TCPIP,,OMPROUTE,OSPF,NBMA', 'D TCPIP,,OMPROUTE,RTTABLE,IPADDR=1.2.3.4', 'SMSG MPROUTE OSPF DATABASE AREAID=x']) expect(run.showAt(run.plan.nodes.findIndex(({ name }) => name === 'zvm'), command)).toBeUndefined();
  });

  it('EZZ7913I and EZZ7919I tell of states, with IBM\'s codes', () => {
    const said: string[] = [];
    const { plan } = run;
    new Simulation(plan, { trace: (_time, node, event) => { if (event.kind === 'message' && plan.nodes[node].name === 'zvm') said.push(event.text); } }).run();
    expect(said.filter((text) => text.startsWith('EZZ7919I'))).toEqual(['4, event 1', '8, event 3', '16, event 4', '32, event 5', '128, event 6']
      .map((codes) => `EZZ7919I State change, IPv4 OSPF, neighbor 192.168.1.1, new state ${codes}`));
    expect(said.filter((text) => text.startsWith('EZZ7913I'))).toEqual(expect.arrayContaining(['EZZ7913I State change, IPv4 OSPF, interface 192.168.1.3, new state 8, event 1',
      'EZZ7913I State change, IPv4 OSPF, interface 192.168.7.1, new state 16, event 1']));
  });
});
