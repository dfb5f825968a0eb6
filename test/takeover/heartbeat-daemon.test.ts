/**
 * The daemon by hand: STONITH comes before every take-over and is asked again where it fails; a whole table for hand-overs; and nothing that comes in by the wire, signed or
 * not, stops it or makes it say what it must not.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND, type Micros } from '../../src/base/micros.js';
import { TimerTable } from '../../src/engine/timer.js';
import type { TraceEvent } from '../../src/engine/trace.js';
import { HEARTBEAT_0491 } from '../../src/persona/heartbeat-0491.js';
import { HEARTBEAT_306 } from '../../src/persona/heartbeat-306.js';
import type { HeartbeatConfiguration, StonithDevice } from '../../src/takeover/heartbeat-configuration.js';
import { HeartbeatMemory } from '../../src/takeover/heartbeat-memory.js';
import { HeartbeatDaemon } from '../../src/takeover/heartbeat.js';
import { STANDBY_MACHINE } from '../../src/takeover/standby-machine.js';
import type { TakeoverEnvironment } from '../../src/takeover/takeover-environment.js';
import { ByteWriter } from '../../src/wire/bytes.js';
import { encodeHeartbeat, HeartbeatField, heartbeatLength, HeartbeatMessage } from '../../src/wire/heartbeat.js';
import { signHeartbeat } from '../../src/wire/heartbeat-authentication.js';

const CRC = { method: 'crc' as const };

function configuration(more: Partial<HeartbeatConfiguration> = {}): HeartbeatConfiguration {
  return {
    version: '3.0.6', nodes: ['lnx31', 'lnx41'], pingNodes: [], media: [{ kind: 'bcast', interfaceName: 'eth0' }], udpPort: 694, keepaliveMicros: 2 * SECOND, deadtimeMicros: 10 * SECOND,
    warntimeMicros: 5 * SECOND, initdeadMicros: 20 * SECOND, deadpingMicros: 10 * SECOND, failback: 'on', isInnerAuthLeftOut: false, hasIpfail: false, stonith: [], keys: new Map([[1, CRC]]), keyNumber: 1,
    groups: [{ node: 'lnx31', resources: [{ script: 'IPaddr', arguments: ['10.1.1.1'], text: '10.1.1.1' }] }], scripts: new Map(), logFile: '/var/log/ha-log', clockMicros: 1_000_000_000 * SECOND, ...more,
  };
}

/** Two daemons and a wire between them that can be cut. */
class Pair implements Record<'lnx31' | 'lnx41', HeartbeatDaemon> {
  readonly lnx31: HeartbeatDaemon;
  readonly lnx41: HeartbeatDaemon;
  readonly traces: { at: Micros; node: string; event: TraceEvent }[] = [];
  readonly shots: { at: Micros; device: StonithDevice; target: string }[] = [];
  readonly owners = new Set<string>();
  isCut = false;
  /** Messages of lnx31 that are lost from now on. */
  toLose = 0;
  now: Micros = 0;
  private readonly tables: Record<string, TimerTable> = { lnx31: new TimerTable(), lnx41: new TimerTable() };

  constructor(settings: HeartbeatConfiguration, behaviour = HEARTBEAT_306) {
    this.lnx31 = new HeartbeatDaemon('lnx31', settings, behaviour, 1, this.environment('lnx31', 'lnx41'), new HeartbeatMemory());
    this.lnx41 = new HeartbeatDaemon('lnx41', settings, behaviour, 2, this.environment('lnx41', 'lnx31'), new HeartbeatMemory());
  }

  private environment(node: 'lnx31' | 'lnx41', other: 'lnx31' | 'lnx41'): TakeoverEnvironment {
    return {
      timers: this.tables[node],
      trace: (event) => { this.traces.push({ at: this.now, node, event }); },
      sendHeartbeat: (now, _medium, message) => {
        if (node === 'lnx31' && this.toLose > 0) this.toLose--;
        else if (!this.isCut) this[other].receive(now, 'eth0', message.slice());
      },
      ping: () => undefined,
      ownsAddress: () => this.owners.has(node),
      routeTo: () => ({ interfaceName: 'eth0', prefixLength: 24 }),
      addAddress: () => { this.owners.add(node); },
      removeAddress: () => { this.owners.delete(node); },
      announceAddress: () => undefined,
      openPort: () => undefined,
      closePort: () => undefined,
      shoot: (at, device, target) => { this.shots.push({ at, device, target }); },
    };
  }

  until(seconds: number): void {
    const end = seconds * SECOND;
    for (;;) {
      const next = Math.min(...Object.values(this.tables).map((table) => table.nextDeadline()));
      if (next > end) break;
      this.now = Math.max(this.now, next);
      for (const table of Object.values(this.tables)) table.fireDue(this.now);
    }
    this.now = end;
  }

  start(): this {
    this.lnx31.launch(0);
    this.lnx41.launch(0);
    this.until(30);
    return this;
  }
}

const SHOOTERS: readonly StonithDevice[] = [{ from: 'lnx41', type: 'ssh', parameters: ['ctl1'] }, { from: '*', type: 'prop', parameters: ['zvm1'] }];

describe('STONITH', () => {
  test('nothing is taken over before the node is known to be down; after a failure the next device is asked, five seconds later', () => {
    const pair = new Pair(configuration({ stonith: SHOOTERS })).start();
    expect([...pair.owners]).toEqual(['lnx31']);
    pair.lnx31.drop();
    pair.until(60);
    expect(pair.shots.map(({ device, target }) => [device.type, target])).toEqual([['ssh', 'lnx31']]);
    expect(pair.owners.has('lnx41')).toBe(false);
    pair.lnx41.resetAnswered(60 * SECOND, 'lnx31', 'connection timed out');
    pair.until(70);
    expect(pair.shots.map(({ at, device }) => [at, device.type]).slice(1)).toEqual([[65 * SECOND, 'prop']]);
    expect(pair.owners.has('lnx41')).toBe(false);
    pair.lnx41.resetAnswered(70 * SECOND, 'lnx31', undefined);
    pair.until(71);
    expect(pair.owners.has('lnx41')).toBe(true);
    const log = pair.lnx41.log.text('syslog', 'lnx41', 0);
    for (const line of ['info: Resetting node lnx31 with [ssh ctl1]', 'ERROR: Host lnx31 not reset!', 'ERROR: STONITH of lnx31 failed.  Retrying...', 'info: Resetting node lnx31 with [prop zvm1]', 'info: node lnx31 now reset.']) expect(log).toContain(line);
  });

  test('a node that has given everything up is not shot', () => {
    const pair = new Pair(configuration({ stonith: SHOOTERS })).start();
    pair.lnx31.stop(pair.now);
    pair.until(60);
    expect(pair.shots).toEqual([]);
    expect([...pair.owners]).toEqual(['lnx41']);
  });
});

test('the table of hand-overs: every path of two nodes ends where it began', () => {
  const walk = (events: readonly (keyof (typeof STANDBY_MACHINE)['not'])[]): string => events.reduce<keyof typeof STANDBY_MACHINE>((state, event) => STANDBY_MACHINE[state][event].next, 'not');
  expect(walk(['me-own', 'other-peer', 'done-own', 'done-peer'])).toBe('not');
  expect(walk(['me-peer', 'other-own', 'done-peer', 'done-own'])).toBe('not');
  for (const [state, row] of Object.entries(STANDBY_MACHINE)) for (const cell of Object.values(row)) if (cell.action === 'ignore') expect(cell.next).toBe(state);
});

test.each([['3.0.6', HEARTBEAT_306], ['0.4.9.1', HEARTBEAT_0491]] as const)('%s: a partition of a minute is healed by a new start of both', (_version, behaviour) => {
  const pair = new Pair(configuration({ failback: behaviour === HEARTBEAT_306 ? 'on' : 'legacy' }), behaviour).start();
  pair.isCut = true;
  pair.until(90);
  expect([...pair.owners].sort()).toEqual(['lnx31', 'lnx41']);
  pair.isCut = false;
  pair.until(97);
  expect([...pair.owners]).toEqual([]);
  pair.until(150);
  expect([...pair.owners]).toEqual(['lnx31']);
});

test('frozen alone for a minute, it comes back as after a partition', () => {
  const pair = new Pair(configuration()).start();
  pair.lnx31.freeze();
  pair.until(60);
  expect([...pair.owners].sort()).toEqual(['lnx31', 'lnx41']);
  pair.lnx31.thaw(pair.now);
  pair.until(120);
  expect([...pair.owners]).toEqual(['lnx31']);
});

test('a message that was lost is asked for, and comes again', () => {
  const pair = new Pair(configuration()).start();
  pair.toLose = 1;
  pair.until(40);
  const log = pair.lnx41.log.text('syslog', 'lnx41', 0);
  expect(log).toMatch(/WARN: 1 lost packet\(s\) for \[lnx31\] \[\d+:\d+\]/);
  expect(log).toContain('info: No pkts missing from lnx31!');
  expect(pair.lnx41.peers.get('lnx31')?.missingSequences).toEqual([]);
});

describe('hostile messages', () => {
  const word = fc.constantFrom('status', 'resource', 'starting', 'ask_resources', 'shutdone', 'reqnodes', 'repnodes', 'NS_ackmsg', 'NS_rexmit', 'ip-request', 'ip-request-resp', 'hb_takeover', 'stonith', 'num_ping_nodes', '', 'lnx31', 'lnx41',
    'LNX41', 'active', 'up', 'dead', 'none', 'local', 'foreign', 'all', 'full', '0', '1', 'ffffffffffff', 'fffffffffffffffffff', '-1', 'me', 'other', 'done', 'mach_down', 'shutdown', 'OK', '10.1.1.1', '\u0000');
  const name = fc.constantFrom('t', 'st', 'src', 'seq', 'hg', 'ts', 'dest', 'rsc_hold', 'rtype', 'isstable', 'info', 'ipaddr', 'ok', 'weown', 'firstseq', 'lastseq', 'nodelist', 'num_ping', 'ackseq', 'dt', 'srcuuid');
  const fields = fc.array(fc.tuple(name, word), { maxLength: 9 });

  const bytesOf = (list: readonly (readonly [string, string])[], isSigned: boolean): Uint8Array => {
    const message = new HeartbeatMessage();
    message.fields = list.map(([field, value]) => new HeartbeatField(field, value));
    if (isSigned) signHeartbeat(message, 1, CRC);
    const bytes = new Uint8Array(heartbeatLength(message));
    encodeHeartbeat(message, new ByteWriter(bytes));
    return bytes;
  };

  test('signed nonsense of a member of the cluster does not stop it', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fields, fc.boolean()), { maxLength: 30 }), (messages) => {
      const pair = new Pair(configuration()).start();
      for (const [i, [list, isSigned]] of messages.entries()) {
        pair.lnx31.receive(pair.now, 'eth0', bytesOf(list, isSigned));
        pair.until(30 + i * 0.3);
      }
      pair.until(60);
      expect(pair.lnx31.isRunning).toBe(true);
      expect(pair.now).toBe(60 * SECOND);
    }), { numRuns: 60 });
  });

  test('unsigned ones change nothing at all', () => {
    const run = (messages: readonly (readonly [string, string])[][]): string => {
      const pair = new Pair(configuration()).start();
      for (const list of messages) pair.lnx31.receive(pair.now, 'eth0', bytesOf(list, false));
      pair.until(40);
      return JSON.stringify(pair.traces.filter(({ event }) => event.kind !== 'refusal'));
    };
    const quiet = run([]);
    fc.assert(fc.property(fc.array(fields, { maxLength: 10 }), (messages) => { expect(run(messages)).toBe(quiet); }), { numRuns: 20 });
  });

  test('no bytes stop it', () => {
    const pair = new Pair(configuration()).start();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => { pair.lnx31.receive(pair.now, 'eth0', bytes); }));
    pair.until(31 + MILLISECOND / SECOND);
    expect(pair.lnx31.isRunning).toBe(true);
  });
});
