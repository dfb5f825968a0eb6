/**
 * The machine room's languages: `machines` in a topology, REXX procedures, CP commands, PROP's routing table, and what may be done to all of it: what they say as
 * data, and every mistake with file, line and column.
 */
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../src/base/micros.js';
import { ConfigErrors, Findings } from '../../src/config/config-error.js';
import { parseCpCommand } from '../../src/config/machine-room/cp-command.js';
import { findEntry, parsePropTable, PROP_CONSOLE } from '../../src/config/machine-room/prop-table.js';
import { applyTemplate, commandText, parseProcedure, sleepMicros } from '../../src/config/machine-room/rexx-procedure.js';
import { loadTopology } from '../../src/config/topology/topology.js';
import { FILES, LAB, loadLab, readLab, runLab, TABLE } from '../sim/machine-room-lab.js';

function errorsOf(change: readonly (readonly [string, string])[] = [], files: Readonly<Record<string, string>> = {}): string[] {
  let text = LAB;
  for (const [from, to] of change) {
    expect(text, from).toContain(from);
    text = text.replace(from, to);
  }
  try {
    loadTopology('room.yaml', { readFile: readLab(text, { ...FILES, ...files }) });
    return [];
  } catch (failure) {
    if (!(failure instanceof ConfigErrors)) throw failure;
    return failure.errors.map((each) => `${each.file}:${each.line}:${each.column}: ${each.message}`);
  }
}

describe('machines', () => {
  it('as data', () => {
    const { machineRoom, nodes, links } = loadLab();
    expect(machineRoom?.machines.map((each) => each.name)).toEqual(['CEC1', 'CEC2']);
    expect(machineRoom?.systems.map(({ name, iplMicros, restartMicros }) => [name, iplMicros / SECOND, restartMicros / SECOND])).toEqual([['VM1', 20, 5], ['VM2', 90, 15]]);
    expect(machineRoom?.guests.map((guest) => guest.user)).toEqual(['OP1', 'TCPIP', 'INNER', 'CTL1', 'LNX1', 'LNX2']);
    const adapter = nodes.find((each) => each.name === 'OSA1');
    expect(adapter?.adapter?.units.map(({ systemName, name, router }) => [systemName, name, router])).toEqual([['zvm1', 'fc00', 'primary'], ['ctl1', 'a00-a02', 'none'], ['lnx1', 'a00-a02', 'none']]);
    const stack = nodes.find((each) => each.name === 'zvm1');
    expect(stack?.interfaces.filter((each) => each.medium === 'qdio').map(({ name, registration }) => [name, registration?.router, registration?.isWholeHomeList])).toEqual([['OSA1', 'primary', true], ['OSA2', 'secondary', true]]);
    // Both on one LAN.
    expect(new Set(stack?.interfaces.flatMap((each) => each.registration?.lanGroup ?? [])).size).toBe(1);
    expect(links.find((each) => each.kind === 'ctc')?.channel?.kind).toBe('virtual-ctc');
  });

  it('a topology without machines has nothing of it', () => {
    const text = 'topology: { nodes: { a: { kind: host, interfaces: { ctc0: { address: 10.0.0.1, peer: 10.0.0.2 } } }, b: { kind: host, interfaces: { ctc0: { address: 10.0.0.2, peer: 10.0.0.1 } } } },\n  links: [{ endpoints: ["a:ctc0", "b:ctc0"], kind: ctc }] }\n';
    const { plan } = loadTopology('room.yaml', { readFile: readLab(text) });
    expect([plan.machineRoom, plan.links[0].channel, plan.nodes[0].control]).toEqual([undefined, undefined, undefined]);
  });

  const at = (needle: string): string => {
    const before = LAB.slice(0, LAB.indexOf(needle)).split('\n');
    expect(LAB).toContain(needle);
    return `room.yaml:${before.length}:${before[before.length - 1].length + 1}`;
  };

  const cases: [string, readonly (readonly [string, string])[], string, string][] = [
    ['an unknown key', [['        ipl: 20s', '        lpl: 20s']], 'ipl: 20s', 'unknown key "lpl" in partition "LP1"; did you mean "ipl"?'],
    ['a mode that is none', [['OSA2: { mode: qdio', 'OSA2: { mode: qido']], 'qdio, channel: F9', 'the mode must be lcs, qdio or hipersockets, not "qido"; did you mean "qdio"?'],
    ['a channel path that is none', [['channel: F9', 'channel: 1F9']], 'F9, mac', '"channel" must be a channel path id of two hexadecimal digits as F8, not "1F9"'],
    ['a cable to nowhere', [['cable: "lan:p4"', 'cable: "lane:p4"']], '"lan:p4"', 'there is no switch "lane"; did you mean "lan"?'],
    ['a cable into a port that is taken', [['cable: "lan:p4"', 'cable: "lan:p3"']], '"lan:p4"', 'lan:p3 is the end of another link already, in line 18'],
    ['an adapter with the name of a node', [['OSA3: {', 'lnx2: {']], 'OSA3: {', 'there is a node "lnx2" already'],
    ['devices that nobody has', [['devices: fc04', 'devices: fc08']], 'fc04, node', 'the profile of zvm1 has no device fc08; it has fc00 and fc04'],
    ['devices of a node elsewhere', [['oat: [{ devices: a00-a02, node: lnx2 }]', 'oat: [{ devices: a00-a02, node: ctl1 }]']], 'lnx2 }]', 'ctl1 runs in no partition of CEC2'],
    ['a router on a stack that has a profile', [['{ devices: fc04, node: zvm1 }', '{ devices: fc04, node: zvm1, router: primary }']], '{ devices: fc04', 'a z/VM stack says in its profile whether it is a router'],
    ['addresses in QDIO', [['{ devices: a00-a02, node: lnx1 }', '{ devices: a00-a02, node: lnx1, addresses: [10.0.0.1] }']], '{ devices: a00-a02, node: lnx1', '"addresses" goes with mode lcs'],
    ['a guest that is no node', [['LNX2: { node: lnx2', 'LNX2: { node: lnx3']], 'lnx2, class', 'there is no node "lnx3"; did you mean'],
    ['a user id that is none', [['INNER: {', 'INNERMOST: {']], 'INNER: {', '"INNERMOST" is not a user id: 1 to 8 letters'],
    ['privilege classes that are none', [['class: AG', 'class: AZ']], 'AG, ssh', '"class" must be privilege classes, letters from A to H as in AG, not "AZ"'],
    ['a node that runs twice', [['LNX2: { node: lnx2', 'LNX2: { node: lnx1']], 'LNX2: {', 'lnx1 runs in LP1 already'],
    ['a console for nobody', [['secondary-user: OP1', 'secondary-user: OP2']], 'OP1 }', 'there is no guest "OP2" for the console; did you mean "OP1"?'],
    ['PROP in nobody', [['operator: OP1', 'operator: OPS']], 'OP1, table', 'there is no guest "OPS" for PROP to run in'],
    ['RSCS to nowhere', [['rscs: { VM2: 700ms }', 'rscs: { VM3: 700ms }']], '700ms }', 'there is no other z/VM system "VM3"; did you mean "VM2"?'],
    ['REXECD on a Linux', [['CTL1: { node: ctl1, start: 11s, class: AG, ssh: { handshake: 2s } }', 'CTL1: { node: ctl1, rexec: true }']], 'ctl1, start', 'REXECD runs in a z/VM TCP/IP stack (kind zvm); ctl1 is a host'],
    ['half of the credentials', [['rexec: { delay: 1s }', 'rexec: { delay: 1s, user: x }']], '{ delay: 1s }', '"user" and "password" go together'],
    ['a partition that is empty', [['        system: VM2', '        standby: true']], 'LP2:', 'partition "LP2" needs one of "node" (a system that runs in it) and "system" (a z/VM)'],
    ['one name twice', [['system: VM2', 'system: LP1']], 'VM2\n', 'the name "LP1" is in use in the machine room already'],
    ['IUCV to somebody who is no guest', [['kind: virtual-ctc', 'kind: iucv'], ['INNER: { node: inner, start: 12s }', 'INNER: {}']], '{ endpoints: ["zvm1:TOG1"', 'a link of kind iucv joins two guests of one z/VM; inner and zvm1 are not'],
    ['a channel path of a virtual one', [['kind: virtual-ctc', 'kind: virtual-ctc, channel: 20']], '{ endpoints: ["zvm1:TOG1"', 'a link of kind virtual-ctc has no channel path'],
  ];
  it.each(cases)('%s', (_name, change, needle, message) => {
    const errors = errorsOf(change);
    const found = errors.find((each) => each.includes(message));
    expect(found, errors.join('\n')).toBeDefined();
    // On the line of what was changed; the column is where the value, or its key, stands there.
    expect(found?.split(':')[1]).toBe(at(needle).split(':')[1]);
    expect(Number(found?.split(':')[2])).toBeGreaterThan(1);
  });

  it('a router that is there twice: a second primary of one adapter', () => {
    const lcs = [['OSA3: { mode: qdio', 'OSA3: { mode: lcs'], ['oat: [{ devices: a00-a02, node: lnx2 }]', 'oat: [{ devices: a00-a02, node: lnx2, router: primary }, { devices: a04-a06, interface: eth1, node: lnx2, router: primary }]'],
      ['lnx2: { kind: host, interfaces: {', 'lnx2: { kind: host, interfaces: { eth1: { address: 192.168.3.1/24 },']] as const;
    expect(errorsOf(lcs).map((each) => each.replace(/^room.yaml:(\d+):\d+: /, '$1 '))).toEqual(['37 a00-a02 of lnx2 is the primary router of this adapter already: there is one']);
  });
});

describe('what is done to it', () => {
  const action = (where: string, text: string): string => errorsOf([['events: []', `events:\n  - { at: 1s, ${where}, do: ${text} }`]]).join('\n');
  it.each([
    ['machine: VM3', 'ipl', 'there is no machine, partition or z/VM system "VM3"; did you mean'],
    ['machine: VM1', 'ippl', 'unknown event "ippl" for a z/VM system; did you mean "ipl"?'],
    ['machine: CEC1', 'ipl', 'unknown event "ipl" for a machine; allowed: fail, activate'],
    ['machine: VM1', 'takeover', 'VM1 has no "takeover": there are no steps to do'],
    ['machine: VM1', 'cp force lnx9', 'VM1 has no guest "LNX9"; did you mean "LNX1"?'],
    ['machine: VM1', 'rscs down VM3', 'RSCS of VM1 has no link to "VM3"; it has VM2'],
    ['node: OSA1', 'cabel out', 'unknown event "cabel out" for an adapter; did you mean "cable"?'],
    ['node: OSA1', 'channel offline LP7', 'there is no partition "LP7"; did you mean'],
    ['node: client', 'start', 'client is nobody\'s guest'],
    ['node: lnx1', 'cp couple eth0', 'eth0 of lnx1 is no virtual CTC'],
    ['node: lnx1', 'channel offline eth0', '"eth0" of lnx1 is no real CTC'],
    ['node: lnx2', 'stonith ssh ctl9 force lnx1', 'there is no control guest (a guest with "ssh") "ctl9"; did you mean "ctl1"?'],
    ['node: lnx2', 'stonith rexec ctl1 force lnx1', 'there is no REXECD (a z/VM stack with "rexec") "ctl1"'],
    ['node: lnx2', 'stonith prop VM1 kill lnx1', 'the form is: stonith ssh|rexec|prop HOST force|reset USER [NAME PASSWORD]'],
    ['node: lnx2, machine: VM1', 'ipl', 'an event has "node" or "machine", not both'],
  ])('%s: %s', (where, text, message) => {
    expect(action(where, text)).toContain(message);
    expect(action(where, text)).toMatch(/^room\.yaml:49:\d+: /);
  });

  it('without machines the same words say what is missing', () => {
    const text = 'topology: { nodes: { a: { kind: host } } }\nevents: [{ at: 1s, node: a, do: shutdown }, { at: 1s, machine: VM1, do: ipl }]\n';
    expect(() => loadTopology('room.yaml', { readFile: readLab(text) })).toThrow(/"shutdown" needs a machine room[\s\S]*the topology has no "machines"/);
  });
});

describe('REXX procedures', () => {
  const parse = (text: string): { procedure: ReturnType<typeof parseProcedure>; errors: string[] } => {
    const findings = new Findings('x.exec');
    const procedure = parseProcedure(text, 'x.exec', findings);
    return { procedure, errors: findings.errors.map((each) => `${each.line}:${each.column}: ${each.message}`) };
  };

  it('the Redpaper\'s three', () => {
    const start = parse('/*trace i */\naddress command cp xautolog linux1\naddress command cp sleep 9 sec\naddress command cp xautolog linux2\n');
    expect(start.errors).toEqual([]);
    expect(start.procedure.steps.map((step) => (step.kind === 'command' ? commandText(step.parts, new Map()) : step.kind))).toEqual(['cp xautolog linux1', 'cp sleep 9 sec', 'cp xautolog linux2']);
    expect(sleepMicros(start.procedure)).toBe(9 * SECOND);
    const stop = parse("trace i\nsay 'stopping Linux systems'\nsay '      *****      '\n'cpsend linux1 root '\n'cp sleep 2 sec'\n'cpsend linux1 halt '\n'cp send linux1 logoff'\n");
    expect(stop.errors).toEqual([]);
    const force = parse("/* */\n  PARSE UPPER ARG  USER_ID .\n  'CP FORCE ' USER_ID\n");
    expect(force.errors).toEqual([]);
    const variables = new Map<string, string>();
    const [template, command] = force.procedure.steps;
    if (template.kind !== 'parse' || command.kind !== 'command') throw new Error('another kind of step');
    applyTemplate(template.template, 'lnx31 vm1 x', template.isUpper, variables);
    expect(commandText(command.parts, variables)).toBe('CP FORCE LNX31');
  });

  it.each([
    ["say 'x\n", '1:1: the string has no end: "say \'x"'],
    ['/* x\n', '1:1: the comment has no end: */'],
    ['do forever\n', '1:1: "do forever" is not understood;'],
    ["'cp xatolog linux1'\n", '1:1: unknown CP command "xatolog"; did you mean "xautolog"?'],
    ["\n  'cp sleep long'\n", '2:3: the form is: SLEEP N [SEC|MIN|HRS]'],
    ['address tso x\n', '1:1: only "address command" is known'],
    ['parse var x y\n', '1:1: the forms are "parse [upper] arg NAMES"'],
    ["'CP FORCE' WHO\n", '1:1: "\'CP FORCE\' WHO" is not understood;'],
    ["address command cp xautolog linux-number-one\n", '1:1: "linux-number-one" is not a user id'],
  ])('%j', (text, message) => {
    expect(parse(text).errors[0]).toContain(message);
  });

  it('whom a procedure names must be in the directory', () => {
    expect(errorsOf([], { 'start.exec': 'address command cp xautolog linux9\n' })).toEqual([expect.stringMatching(/^room\.yaml:\d+:16: line 1 of START EXEC: VM1 has no guest "LINUX9"/)]);
  });
});

it('CP SLEEP counts in minutes where no unit is given', () => {
  expect(parseCpCommand('cp sleep 5')).toMatchObject({ durationMicros: 5 * MINUTE });
  expect(parseCpCommand('CP SLEEP 5MIN')).toMatchObject({ durationMicros: 5 * MINUTE });
  expect(parseCpCommand('sleep 9 sec')).toMatchObject({ durationMicros: 9 * SECOND });
});

describe('PROP\'s routing table', () => {
  const parse = (text: string): { table: ReturnType<typeof parsePropTable>; errors: string[] } => {
    const findings = new Findings('t.rtable');
    const table = parsePropTable(text, 't.rtable', findings);
    return { table, errors: findings.errors.map((each) => `${each.line}:${each.column}: ${each.message}`) };
  };
  const row = (text: string, [start, end, type, user, node, action]: readonly string[]): string =>
    `${text.padEnd(25)} ${start.padEnd(3)} ${end.padEnd(3)} ${type.padEnd(2)} ${user.padEnd(8)} ${node.padEnd(8)} ${action}`;
  const lookup = (entry: string, text: string, more: { type?: number; user?: string; node?: string } = {}): string | undefined => {
    const { table } = parse(`LGLOPR OP\nTEXTSYM / $ ^\nROUTE\n${entry}\n`);
    return findEntry(table, { text, type: PROP_CONSOLE, user: 'LNX1', node: 'VM1', ...more })?.action;
  };

  it.each([
    ['$Kernel panic', 'LNX1    : Kernel panic: x', true],
    ['$Kernel panic', 'LNX1    : kernel panic', false],
    ['/LOGOFF$^FORCED', '  LOGOFF AS LNX1', true],
    ['/LOGOFF$^FORCED', '  LOGOFF AS LNX1 FORCED', false],
    ['/CMD /', 'CMD QUERY', true],
    ['/A/B', ' A   B', true],
    ['/A/B', ' A x B', false],
    ['/A/^B', ' A C', true],
    ['', 'whatever', true],
  ])('%j and %j: %s', (pattern, text, isFound) => {
    expect(lookup(row(pattern, ['', '', '', '', '', 'ACT']), text)).toBe(isFound ? 'ACT' : undefined);
  });

  it('columns, type, user and node must fit, too', () => {
    expect(lookup(row('/LOGON', ['19', '24', '', '', '', 'ACT']), `${' '.repeat(18)}LOGON`)).toBe('ACT');
    expect(lookup(row('/LOGON', ['1', '4', '', '', '', 'ACT']), 'LOGON')).toBeUndefined();
    expect(lookup(row('', ['', '', '3', '', '', 'ACT']), 'x')).toBeUndefined();
    expect(lookup(row('', ['', '', '8', 'LNX1', 'VM1', 'ACT']), 'x')).toBe('ACT');
    expect(lookup(row('', ['', '', '8', 'LNX2', '', 'ACT']), 'x')).toBeUndefined();
  });

  it.each([
    ['TEXTSYM / $ ^\nROUTE\n', '1:1: the routing table has no LGLOPR'],
    ['LGLOPR OP\n', '1:1: the routing table has no ROUTE statement'],
    ['LGLOPR OP\nTEXTSYM / /\nROUTE\n', '2:1: TEXTSYM needs three different characters'],
    ['LGLOPR OP\n LOGING ON\nROUTE\n', '2:2: unknown statement "LOGING" before ROUTE'],
    ['LGLOPR OP\nLOGGING MAYBE\nROUTE\n', '2:1: LOGGING must be ON, OFF or ALL'],
    [`LGLOPR OP\nROUTE\n${row('x', ['a', '', '', '', '', 'ACT'])}\n`, '3:27: the starting column must be a number'],
    [`LGLOPR OP\nROUTE\n${row('x', ['9', '3', '', '', '', 'ACT'])}\n`, '3:31: the ending column 3 is before the starting column 9'],
    [`LGLOPR OP\nROUTE\n${'x'.repeat(30)}\n`, '3:26: column 26 parts two fields and must be blank'],
    ['LGLOPR OP\nROUTE\nx\ty\n', '3:2: a tab: the fields stand in fixed columns'],
  ])('%j', (text, message) => {
    expect(parse(text).errors[0]).toContain(message);
  });

  it('an action routine that is not there is named where it stands', () => {
    expect(errorsOf([], { 'table.rtable': TABLE.replace('FORCELNX', 'FORCELNY') })).toEqual(['table.rtable:6:56: there is no action routine "FORCELNY"; did you mean "FORCELNX"? "actions" has FORCELNX and REMOTE']);
  });
});

describe('LCS, HiperSockets and a guest LAN in a topology', () => {
  const room = (adapters: string, lans: string, interfaces: readonly [string, string], events = ''): string => `topology:
  nodes:
    client: { kind: host, interfaces: { eth0: { address: 192.168.1.254/24 } } }
    a: { kind: host, kernel: 2.4, interfaces: { ${interfaces[0]} } }
    b: { kind: host, kernel: 2.4, interfaces: { ${interfaces[1]} } }
    lan: { kind: switch }
  links: [{ endpoints: ["client:eth0", "lan:p1"] }]
machines:
  CEC1:
    adapters: { ${adapters} }
    partitions:
      LP1: { system: VM1, guests: { A: { node: a }, B: { node: b } }${lans} }
probes: [{ name: p, from: a, to: b, every: 100ms, start: 1s }]
${events}
until: 10s
`;
  const lost = (text: string): number[] => {
    const { plan } = loadTopology('room.yaml', { readFile: readLab(text) });
    const run = runLab(plan);
    expect(run.of('probe-sent').length).toBeGreaterThan(80);
    return run.lost('p');
  };

  it('HiperSockets, a guest LAN: the guests reach each other, without ARP', () => {
    const interfaces = ['hsi0: { address: 10.1.0.1/24, device: 7000-7002 }', 'hsi0: { address: 10.1.0.2/24, device: 7000-7002 }'] as const;
    const oat = 'oat: [{ devices: 7000-7002, node: a }, { devices: 7000-7002, node: b }]';
    expect(lost(room(`IQD1: { mode: hipersockets, channel: FC, ${oat} }`, '', interfaces))).toEqual([]);
    const guestLan = room('', `, guest-lans: { GLAN1: { ${oat} } }`, interfaces);
    expect(lost(guestLan)).toEqual([]);
    const run = runLab(loadTopology('room.yaml', { readFile: readLab(guestLan) }).plan);
    expect(run.frames('a:hsi0').every(({ hex }) => hex.slice(24, 28) === '0800')).toBe(true);
    expect(run.frames('a:hsi0').some(({ hex }) => hex.startsWith('02710a010002'))).toBe(true);
  });

  it('LCS: the guests share the adapter\'s hardware address, do ARP themselves, and their traffic stays inside', () => {
    const interfaces = ['eth0: { address: 192.168.1.3/24, device: A02-A03 }', 'eth0: { address: 192.168.1.5/24, device: A02-A03 }'] as const;
    const text = room('OSA1: { mode: lcs, mac: "00:20:35:04:DE:CF", cable: "lan:p2", oat: [{ devices: a02-a03, node: a, addresses: 192.168.1.3 }, { devices: a02-a03, node: b, addresses: 192.168.1.5 }] }', '', interfaces);
    expect(lost(text)).toEqual([]);
    const run = runLab(loadTopology('room.yaml', { readFile: readLab(text) }).plan);
    const icmp = run.frames('OSA1:lan').filter(({ hex }) => hex.slice(24, 28) === '0800' && hex.slice(46, 48) === '01');
    expect(icmp).toEqual([]);
    const toB = run.frames('a:eth0').find(({ hex }) => hex.slice(24, 28) === '0800' && hex.slice(46, 48) === '01');
    expect(toB?.hex.slice(0, 24)).toBe('00203504decf00203504decf');
  });
});
