/**
 * The machine room: each kind of failure and who notices it, the adapters' tables and routers, the take-over of a LAN group byte for byte and as tshark reads it,
 * guests and z/VM systems with the times of each step, PROP, and the three ways to stop a guest with what can go wrong on each.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { LinkType } from '../../src/capture/captured-frame.js';
import { PcapngWriter } from '../../src/capture/pcapng.js';
import { describeWithJudge } from '../judges/availability.js';
import { loadLab, runLab, type LabRun } from './machine-room-lab.js';

const run = (events: string, ...overrides: string[]): LabRun => runLab(loadLab({ events, overrides }));
const noticed = (lab: LabRun): string[] => lab.of('noticed').map(({ event }) => `${event.by}: ${event.detail}`);
const states = (lab: LabRun, name: string): [number, string][] => lab.of('machine-state').filter(({ event }) => event.name.startsWith(name)).map(({ time, event }) => [time / 1e6, event.state]);
const count = (lab: LabRun): number[] => ['vipa', 'inner', 'lnx1'].map((name) => lab.lost(name).length);
/** What changes a carrier at a node shows in its address display. */
const flags = (lab: LabRun, node: string, interfaceName: string): string =>
  new RegExp(`${interfaceName}: <([^>]*)>`).exec(lab.simulation.showAt(lab.plan.nodes.findIndex((each) => each.name === node), 'ip addr') ?? '')?.[1] ?? '';

test('nothing is broken: nothing is lost, through either adapter, past the stack and inside an adapter', () => {
  const lab = run('  []');
  expect(count(lab)).toEqual([0, 0, 0]);
  // What goes from guest to guest on one adapter never leaves it.
  const inside = run('  []', 'probes=[{name: inside, from: lnx1, to: 192.168.1.21, every: 100ms, start: 5s}]');
  expect(inside.lost('inside')).toEqual([]);
  expect(inside.of('probe-received').length).toBeGreaterThan(500);
  const between = inside.frames('OSA1:lan').filter(({ hex }) => hex.includes('c0a8011fc0a80115') || hex.includes('c0a80115c0a8011f'));
  expect(between).toEqual([]);
});

describe('who notices what', () => {
  it('the whole card: its stacks and the switch; the LAN group takes over, who shares the card alone is cut off', () => {
    const lab = run('  - { at: 20s, node: OSA1, do: fail }');
    expect(noticed(lab)).toEqual(['stack: zvm1, ctl1, lnx1', 'switch: its port loses the signal']);
    expect(count(lab)).toEqual([1, 1, 390]);
    expect(flags(lab, 'lnx1', 'eth0')).toContain('NO-CARRIER');
    expect(lab.of('arp-owner').map(({ node, event }) => [node, event.interfaceName, event.from])).toEqual([['zvm1', 'OSA2', 'OSA1'], ['zvm1', 'OSA2', 'OSA1']]);
  });

  it.each(['cable out', 'port down'])('%s: the switch and every stack, and the LAN group takes over', (action) => {
    const lab = run(`  - { at: 20s, node: OSA1, do: ${action} }\n  - { at: 30s, node: OSA1, do: ${action === 'cable out' ? 'cable in' : 'port up'} }`);
    expect(noticed(lab).sort()).toEqual(['stack: zvm1, ctl1, lnx1', 'switch: its port loses the signal']);
    const [vipa, inner, lnx1] = count(lab);
    expect([vipa, inner]).toEqual([1, 1]);
    // Back after 10 s; what was waiting for ARP meanwhile is not lost.
    expect(lnx1).toBeGreaterThan(95);
    expect(lnx1).toBeLessThanOrEqual(101);
    expect(flags(lab, 'lnx1', 'eth0')).not.toContain('NO-CARRIER');
  });

  it('the channel path of one partition: its stacks, and not the switch', () => {
    const lab = run('  - { at: 20s, node: OSA1, do: channel offline LP1 }');
    expect(noticed(lab)).toEqual(['stack: zvm1, ctl1, lnx1']);
    expect(count(lab)).toEqual([1, 1, 390]);
    // Another partition's devices work on.
    const other = run('  - { at: 20s, node: OSA1, do: channel offline LP2 }');
    expect(noticed(other)).toEqual([]);
    expect(count(other)).toEqual([0, 0, 0]);
  });

  it('a detached device: nobody, so no LAN group helps; attached again, its addresses are registered again', () => {
    const lab = run('  - { at: 20s, node: zvm1, do: cp det fc00 }\n  - { at: 40s, node: zvm1, do: cp attach fc00 }');
    expect(noticed(lab)).toEqual(['nobody: the driver goes on as if it had it, the port at the switch stays up']);
    expect(lab.of('arp-owner')).toEqual([]);
    expect(flags(lab, 'zvm1', 'OSA1')).not.toContain('NO-CARRIER');
    expect(count(lab)[0]).toBeGreaterThan(190);
    expect(lab.lost('vipa').at(-1)).toBeLessThan(40.1);
    expect(lab.of('address-table').filter(({ time, event }) => time >= 20e6 && event.adapter === 'OSA1').map(({ event }) => event.what)).toEqual(['unregistered', 'registered']);
  });

  it('a silent port: nobody, in either direction', () => {
    const lab = run('  - { at: 20s, node: OSA1, do: silence lan }');
    expect(noticed(lab)).toEqual(['nobody: the signal stays at both ends']);
    expect(lab.of('arp-owner')).toEqual([]);
    expect(count(lab)).toEqual([390, 390, 390]);
  });

  it('a guest that is forced: the other end of its channel at once, the LAN not; one that stands still: nobody', () => {
    const forced = run('  - { at: 20s, node: inner, do: cp force inner }');
    expect(noticed(forced)).toEqual(['peer: zvm1:TOG1']);
    expect(flags(forced, 'zvm1', 'TOG1')).toContain('NO-CARRIER');
    expect(noticed(run('  - { at: 20s, node: lnx1, do: cp force lnx1 }'))).toEqual(['nobody: the adapter\'s port stays up for whoever shares it']);
    const asleep = run('  - { at: 20s, node: inner, do: cp sleep 10s }');
    expect(noticed(asleep)).toEqual(['nobody: it stays logged on, its devices and channels stay']);
    expect(flags(asleep, 'zvm1', 'TOG1')).not.toContain('NO-CARRIER');
    expect(count(asleep)[1]).toBe(100);
  });
});

describe('channels', () => {
  it('a virtual CTC comes back with its guest, unless an operator has to couple it; IUCV always does', () => {
    const events = '  - { at: 20s, node: inner, do: cp force inner }\n  - { at: 22s, node: inner, do: start }\n  - { at: 50s, node: inner, do: cp couple ctc0 }';
    const back = (replace: readonly (readonly [string, string])[], more = events): number => {
      const lab = runLab(loadLab({ events: more, replace }));
      return lab.lost('inner').at(-1) ?? 0;
    };
    expect(back([])).toBeCloseTo(34, 0);
    expect(back([['kind: virtual-ctc', 'kind: virtual-ctc, couple: operator']])).toBeCloseTo(50, 0);
    const iucv = events.split('\n').slice(0, 2).join('\n');
    expect(back([['kind: virtual-ctc', 'kind: iucv']], iucv)).toBeCloseTo(34, 0);
  });

  it('the channel path of a real CTC: both ends see it', () => {
    const lab = runLab(loadLab({ events: '  - { at: 20s, node: inner, do: channel offline ctc0 }\n  - { at: 25s, node: inner, do: channel online ctc0 }',
      replace: [['kind: virtual-ctc', 'kind: ctc, channel: 20']] }));
    expect(noticed(lab)).toEqual(['peer: both ends', 'peer: both ends']);
    expect(lab.lost('inner')[0]).toBe(20);
    expect(lab.lost('inner').at(-1)).toBeLessThan(25.1);
  });
});

test('oat: who has which devices, what is registered for whom, and who does ARP for it', () => {
  const lab = run('  - { at: 20s, node: OSA1, do: fail }');
  const oat = (name: string): string => lab.simulation.showAt(lab.plan.nodes.findIndex((each) => each.name === name), 'oat') ?? '';
  expect(oat('OSA2')).toBe('devices  system  state   router     addresses\nfc04     zvm1    active  secondary  10.9.0.1, 192.168.1.3 (ARP), 192.168.1.4 (ARP), 192.168.1.10 (ARP)\n');
  expect(oat('OSA1').split('\n')[1]).toBe('a00-a02  ctl1    inactive  none    -');
  expect(lab.simulation.showAt(lab.plan.nodes.findIndex((each) => each.name === 'OSA1'), 'arp -n')).toBeUndefined();
});

describe('the take-over of a LAN group', () => {
  const lab = run('  - { at: 20s, node: OSA1, do: fail }\n  - { at: 40s, node: OSA1, do: repair }');
  /** Ethernet, then RFC 5227's announcement: sender and target are the address, the target's hardware address is unknown. */
  const announcement = (mac: string, address: string): string => `ffffffffffff${mac}0806` + `0001080006040001${mac}${address}000000000000${address}`;
  const announced = (label: string, from: number, to: number): string[] => lab.frames(label).filter(({ time, hex }) => time >= from * 1e6 && time < to * 1e6 && hex.startsWith('ffffffffffff') && hex.slice(24, 28) === '0806' && hex.slice(56, 64) === hex.slice(76, 84)).map(({ hex }) => hex);

  it('the new owner announces the failed adapter\'s own address and the virtual one, byte for byte, at that moment', () => {
    expect(announced('OSA2:lan', 20, 40).sort()).toEqual([announcement('000629000002', 'c0a80103'), announcement('000629000002', 'c0a8010a')]);
    const first = lab.frames('OSA2:lan').find(({ time, hex }) => time >= 20e6 && hex.startsWith('ffffffffffff'));
    expect(first?.time).toBeLessThan(20e6 + 1000);
  });

  it('back, the adapter announces its own address; the virtual one stays where it is', () => {
    expect(announced('OSA1:lan', 40, 60).filter((hex) => hex.includes('c0a80103'))).toEqual([announcement('000629000001', 'c0a80103')]);
    expect(announced('OSA1:lan', 40, 60).filter((hex) => hex.includes('c0a8010a'))).toEqual([]);
  });

  it('when it begins each adapter announces what it does ARP for, and nothing twice', () => {
    expect(announced('OSA1:lan', 0, 20).sort()).toEqual(['c0a80103', 'c0a8010a', 'c0a80115', 'c0a8011f'].map((address) => announcement('000629000001', address)));
    expect(announced('OSA2:lan', 0, 20)).toEqual([announcement('000629000002', 'c0a80104')]);
  });

  describeWithJudge('tshark', 'tshark', () => {
    it('sees gratuitous ARP announcements of both addresses from the new owner, and no remark', () => {
      const directory = mkdtempSync(join(tmpdir(), 'machine-room-'));
      try {
        const chunks: Uint8Array[] = [];
        const writer = new PcapngWriter((chunk) => chunks.push(chunk.slice()));
        const id = writer.addInterface('OSA2:lan', LinkType.ethernet, 0);
        for (const { time, bytes } of lab.frames('OSA2:lan')) if (time >= 20e6 && time < 40e6) writer.writeFrame(id, time, bytes, 'outbound');
        writer.finish();
        const path = join(directory, 'osa2.pcapng');
        writeFileSync(path, Buffer.concat(chunks));
        const text = execFileSync('tshark', ['-n', '-r', path, '-Y', 'arp.isgratuitous == 1', '-T', 'fields', '-E', 'separator=|',
          ...['arp.isannouncement', 'arp.opcode', 'arp.src.hw_mac', 'arp.src.proto_ipv4', 'arp.dst.hw_mac', 'arp.dst.proto_ipv4', '_ws.expert.severity'].flatMap((field) => ['-e', field])],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
        expect(text.trim().split('\n').map((line) => line.split('|').map((each) => each.replace(/^True$/, '1'))).sort()).toEqual([
          ['1', '1', '00:06:29:00:00:02', '192.168.1.10', '00:00:00:00:00:00', '192.168.1.10', ''],
          ['1', '1', '00:06:29:00:00:02', '192.168.1.3', '00:00:00:00:00:00', '192.168.1.3', ''],
        ]);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  });
});

describe('guests and z/VM', () => {
  it('abend, restart, IPL, AUTOLOG1: the order of the procedure, its pause, and each guest\'s own time', () => {
    const lab = run('  - { at: 10s, machine: VM1, do: abend }');
    expect(states(lab, 'VM1')).toEqual([[10, 'ends'], [15, 'IPL'], [35, 'is up']]);
    const up = (name: string): [number, string][] => states(lab, `${name} of VM1`).slice(-2);
    expect(up('OP1')).toEqual([[35, 'is logged on'], [35, 'is up']]);
    expect(up('TCPIP')).toEqual([[35, 'is logged on'], [45, 'is up']]);
    expect(up('CTL1')).toEqual([[38, 'is logged on'], [49, 'is up']]);
    expect(up('LNX1')).toEqual([[38, 'is logged on'], [53, 'is up']]);
    // The procedure does not name it: it stays away, and z/VM's end took it.
    expect(up('INNER')).toEqual([[10, 'is gone']]);
    expect(lab.lost('lnx1').at(-1)).toBeLessThanOrEqual(53);
    expect(lab.of('operation').map(({ event }) => event.what).filter((what) => what.startsWith('XAUTOLOG'))).toEqual(['XAUTOLOG OP1', 'XAUTOLOG TCPIP', 'XAUTOLOG CTL1', 'XAUTOLOG LNX1']);
  });

  it('a z/VM that fails waits for its IPL; one that fails again while it loads starts nothing', () => {
    const lab = run('  - { at: 10s, machine: VM1, do: fail }\n  - { at: 20s, machine: VM1, do: ipl }\n  - { at: 30s, machine: VM1, do: fail }');
    expect(states(lab, 'VM1')).toEqual([[10, 'ends'], [20, 'IPL'], [30, 'ends']]);
    expect(states(lab, 'LNX1 of VM1')).toEqual([[10, 'is gone']]);
  });

  it('shutdown: the stop procedure, the halt in its time, and then z/VM', () => {
    const lab = run('  - { at: 10s, machine: VM1, do: shutdown }');
    expect(states(lab, 'LNX1 of VM1')).toEqual([[10, 'shuts down'], [13, 'has halted'], [15, 'is gone']]);
    expect(states(lab, 'VM1')).toEqual([[19, 'ends']]);
    // It answers while it shuts down.
    expect(lab.lost('lnx1')[0]).toBe(13);
  });

  it('machine and partition: everything in them; a machine that is activated again runs nothing by itself', () => {
    const lab = run('  - { at: 10s, machine: CEC1, do: fail }\n  - { at: 20s, machine: CEC1, do: activate }\n  - { at: 25s, machine: VM1, do: ipl }');
    expect(lab.of('machine-state').filter(({ time, event }) => time === 10e6 && event.what === 'guest')).toHaveLength(5);
    expect(noticed(lab)).toContain('switch: its port loses the signal');
    expect(states(lab, 'LNX1 of VM1').at(-1)).toEqual([48, 'is logged on']);
    expect(states(lab, 'VM1')).toEqual([[10, 'ends'], [25, 'IPL'], [45, 'is up']]);
    const partition = run('  - { at: 10s, machine: LP1, do: fail }');
    expect(noticed(partition).filter((each) => each.startsWith('switch'))).toEqual([]);
    expect(count(partition)[2]).toBe(490);
  });

  it('a guest by itself: shut down and started, each in its time; a second start says that it is logged on', () => {
    const lab = run('  - { at: 10s, node: lnx1, do: shutdown }\n  - { at: 20s, node: lnx1, do: start }\n  - { at: 21s, node: lnx1, do: start }');
    expect(states(lab, 'LNX1 of VM1')).toEqual([[10, 'shuts down'], [13, 'has halted'], [13, 'is gone'], [20, 'is logged on'], [35, 'is up']]);
    expect(lab.of('operation').map(({ event }) => event.what)).toContain('LNX1 is not started: HCP054E LNX1 already logged on');
  });

  it('a guest that is forced while it boots does not come up', () => {
    const lab = run('  - { at: 10s, node: lnx1, do: cp force lnx1 }\n  - { at: 11s, machine: VM1, do: cp xautolog lnx1 }\n  - { at: 12s, machine: VM1, do: cp force lnx1 }');
    expect(states(lab, 'LNX1 of VM1').map(([, state]) => state)).toEqual(['is gone', 'is logged on', 'is gone']);
  });

  it('a kernel panic: PROP finds its line and forces the guest; without PROP\'s guest nobody does', () => {
    const lab = run('  - { at: 20s, node: lnx1, do: panic }');
    expect(lab.of('prop-action').map(({ time, event }) => [time / 1e6, event.action, event.user, event.line])).toEqual([[20.3, 'FORCELNX', 'LNX1', 6]]);
    expect(states(lab, 'LNX1 of VM1')).toEqual([[20.3, 'is gone']]);
    const without = run('  - { at: 19s, machine: VM1, do: cp force op1 }\n  - { at: 20s, node: lnx1, do: panic }');
    expect(without.of('prop-action')).toEqual([]);
    expect(states(without, 'LNX1 of VM1')).toEqual([]);
    const other = run('  - { at: 20s, node: lnx1, do: console "all is well" }');
    expect([other.of('console-message').length, other.of('prop-action').length]).toEqual([1, 0]);
  });

  it('the same seed is the same run, with guests that go and come', () => {
    const events = '  - { at: 10s, machine: VM1, do: abend }';
    expect(run(events).simulation.trajectoryHash).toBe(run(events).simulation.trajectoryHash);
  });
});

describe('orders to stop a guest', () => {
  const outcome = (lab: LabRun): [number, string][] => lab.of('control-outcome').map(({ time, event }) => [Math.round(time / 1e4) / 100, event.problem]);
  const gone = (lab: LabRun): number | undefined => states(lab, 'LNX1 of VM1').find(([, state]) => state === 'is gone')?.[0];

  it('ssh: the handshake\'s time, then FORCE; over the emulated network, to port 22', () => {
    const lab = run('  - { at: 20s, node: lnx2, do: stonith ssh ctl1 force lnx1 }');
    expect(outcome(lab)).toEqual([[22, '']]);
    expect(gone(lab)).toBeCloseTo(22, 2);
    expect(lab.frames('OSA3:lan').some(({ hex }) => hex.includes(Buffer.from('SSH-2.0-OpenSSH').toString('hex')))).toBe(true);
  });

  it('ssh fails: the control guest is gone, stands still, or has no privilege; the network is down', () => {
    const after = (events: string, replace: readonly (readonly [string, string])[] = []): LabRun => runLab(loadLab({ events: `${events}\n  - { at: 20s, node: lnx2, do: stonith ssh ctl1 force lnx1 }`, replace }));
    for (const events of ['  - { at: 10s, node: ctl1, do: cp force ctl1 }', '  - { at: 10s, node: ctl1, do: freeze }', '  - { at: 10s, node: OSA3, do: silence lan }']) {
      const lab = after(events);
      expect(outcome(lab), events).toEqual([[50, 'no answer']]);
      expect(gone(lab), events).toBeUndefined();
    }
    expect(outcome(after('  - { at: 1s, node: lnx2, do: restore eth0 }', [['CTL1: { node: ctl1, start: 11s, class: AG', 'CTL1: { node: ctl1, start: 11s, class: G']]))).toEqual([[22, 'HCP001E Unknown CP command: FORCE']]);
  });

  it('REXEC, byte for byte: no port, name and password, the command; CP\'s silence is the answer', () => {
    const lab = run('  - { at: 20s, node: lnx2, do: stonith rexec zvm1 force lnx1 }');
    expect(outcome(lab)).toEqual([[21, '']]);
    const sent = lab.frames('OSA3:lan').find(({ hex }) => hex.includes(Buffer.from('\0\0\0force LNX1\0').toString('hex')));
    expect(sent).toBeDefined();
  });

  it('REXEC with credentials refuses who has none or wrong ones, and serves who has the right ones', () => {
    const replace = [['rexec: { delay: 1s }', 'rexec: { delay: 1s, user: VMADMIN, password: secret }']] as const;
    const order = (who: string): LabRun => runLab(loadLab({ events: `  - { at: 20s, node: lnx2, do: stonith rexec zvm1 force lnx1${who} }`, replace }));
    for (const who of ['', ' VMADMIN wrong']) {
      expect(outcome(order(who))).toEqual([[20, 'Login incorrect.']]);
      expect(order(who).of('control-refused').map(({ node, event }) => [node, event.reason])).toEqual([['zvm1', 'Login incorrect']]);
    }
    expect(outcome(order(' VMADMIN secret'))).toEqual([[21, '']]);
  });

  it('REXEC fails: the stack is gone', () => {
    const lab = run('  - { at: 10s, node: zvm1, do: cp force tcpip }\n  - { at: 20s, node: lnx2, do: stonith rexec zvm1 force lnx1 }');
    expect(outcome(lab)).toEqual([[50, 'no answer']]);
    expect(gone(lab)).toBeUndefined();
  });

  it('PROP: RSCS there, the routing table, the action routine, RSCS back', () => {
    const lab = run('  - { at: 20s, node: lnx2, do: stonith prop VM1 force lnx1 }');
    expect(lab.of('prop-action').map(({ time, event }) => [time / 1e6, event.text, event.user, event.action])).toEqual([[21, 'FROM VM2(LNX2): FORCE LNX1', 'RSCS', 'REMOTE']]);
    expect(gone(lab)).toBe(21);
    expect(outcome(lab)).toEqual([[21.7, '']]);
  });

  it('PROP fails: the link is down, z/VM is, or PROP; a message under way when the link breaks is lost', () => {
    const after = (events: string): [number, string][] => outcome(run(`${events}\n  - { at: 20s, node: lnx2, do: stonith prop VM1 force lnx1 }`));
    expect(after('  - { at: 10s, machine: VM1, do: rscs down VM2 }')).toEqual([[20, 'RSCS: the link to VM1 is not active']]);
    expect(after('  - { at: 10s, machine: VM1, do: fail }')).toEqual([[20, 'RSCS: the link to VM1 is not active']]);
    expect(after('  - { at: 10s, machine: VM1, do: cp force op1 }')).toEqual([[50, 'no answer']]);
    expect(after('  - { at: 20.3s, machine: VM2, do: rscs down VM1 }')).toEqual([[50, 'no answer']]);
    expect(after('  - { at: 10s, machine: VM1, do: rscs down VM2 }\n  - { at: 12s, machine: VM1, do: rscs up VM2 }')).toEqual([[21.7, '']]);
  });

  it('reset starts the guest again; who is not logged on counts as stopped', () => {
    const lab = run('  - { at: 20s, node: lnx2, do: stonith rexec zvm1 reset lnx1 }\n  - { at: 22s, node: lnx2, do: stonith rexec zvm1 force inner }\n  - { at: 25s, node: lnx2, do: stonith ssh ctl1 force inner }');
    expect(states(lab, 'LNX1 of VM1').map(([time, state]) => [Math.round(time), state])).toEqual([[21, 'is gone'], [21, 'is logged on'], [36, 'is up']]);
    expect(outcome(lab).map(([, problem]) => problem)).toEqual(['', '', '']);
  });
});

test('probes of a node that was started again go on counting, and what it sends is new', () => {
  const lab = run('  - { at: 20s, node: lnx1, do: cp force lnx1 }\n  - { at: 22s, node: lnx1, do: start }', 'probes=[{name: own, from: lnx1, to: 192.168.1.254, every: 100ms, start: 5s}]');
  const sequences = lab.of('probe-sent').map(({ event }) => event.sequence);
  expect(sequences).toEqual(sequences.map((_, index) => index));
  expect(lab.of('probe-sent').filter(({ time }) => time > 20e6 && time < 37e6)).toEqual([]);
});
