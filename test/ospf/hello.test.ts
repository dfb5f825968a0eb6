/**
 * Hello: what is sent [2328:9.5], what is accepted and what each refusal says [2328:8.2] [2328:10.5], and the events that it raises.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { OspfAuthentication } from '../../src/ospf/configuration.js';
import { Hello, encodeHello, helloLength } from '../../src/wire/ospf/hello.js';
import { sealPacket } from '../../src/wire/ospf/authentication.js';
import { PacketType } from '../../src/wire/ospf/packet.js';
import { Bench, POINT_TO_POINT, RFC_2328, type Peer } from './bench.js';
import { configuration, ip } from './fabric.js';

describe('a Hello that does not fit is refused with clause, what came and what was wanted', () => {
  const cases: [name: string, change: Partial<Hello>, want: Record<string, unknown>][] = [
    ['network mask', { networkMask: 0xffff0000 }, { clause: '[2328:10.5]', what: 'network mask', got: 0xffff0000, want: 0xffffff00 }],
    ['hello interval', { helloIntervalSeconds: 11 }, { clause: '[2328:10.5]', what: 'hello interval', got: 11, want: 10 }],
    ['dead interval', { deadIntervalSeconds: 41 }, { clause: '[2328:10.5]', what: 'router dead interval', got: 41, want: 40 }],
    ['E bit', { options: 0 }, { clause: '[2328:10.5]', what: 'external routing capability', got: 0, want: 2 }],
  ];
  for (const [name, change, want] of cases) {
    test(name, () => {
      const bench = new Bench();
      const peer = bench.peer('9.9.9.9', '10.0.0.9');
      peer.hello(change);
      expect(peer.neighbor).toBeUndefined();
      expect(bench.refusals()).toMatchObject([{ ...want, source: ip('10.0.0.9'), interfaceName: 'eth0' }]);
      // Nor does it keep an existing neighbour alive.
      peer.hello();
      bench.until(30 * SECOND);
      peer.hello(change);
      bench.until(40 * SECOND);
      expect(peer.neighbor).toBeUndefined();
    });
  }

  test('on point-to-point networks the mask is not looked at [2328:10.5]', () => {
    const bench = new Bench({ configuration: POINT_TO_POINT });
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.hello({ networkMask: 0 });
    expect(peer.state).toBe('ExStart');
  });

  test('options that are not known are not looked at', () => {
    const bench = new Bench();
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.hello({ options: 0xff & ~8 });
    expect([peer.state, bench.refusals()]).toEqual(['2-Way', []]);
  });

  test('another area, our own router id, a source off the network: refused before the Hello is read [2328:8.2]', () => {
    const bench = new Bench();
    bench.peer('9.9.9.9', '10.0.0.9', 2, 7).hello();
    bench.peer('5.5.5.5', '10.0.0.9').hello();
    bench.peer('9.9.9.9', '10.0.1.9').hello();
    expect(bench.refusals().map(({ clause, what, got, want }) => ({ clause, what, got, want }))).toEqual([
      { clause: '[2328:8.2]', what: 'area id', got: 7, want: 0 },
      { clause: '[2328:8.2]', what: 'router id, the same as ours', got: ip('5.5.5.5'), want: 'another' },
      { clause: '[2328:8.2]', what: 'source network', got: ip('10.0.1.9'), want: ip('10.0.0.5') },
    ]);
    expect(bench.interface().neighbors).toEqual([]);
  });

  test('our own multicast that loops back is ignored without a word', () => {
    const bench = new Bench();
    bench.peer('5.5.5.5', '10.0.0.5').hello();
    expect([bench.refusals(), bench.interface().neighbors]).toEqual([[], []]);
  });

  test('what is sent to AllDRouters is not for one that is neither DR nor Backup [2328:8.2]', () => {
    const bench = new Bench();
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    const hello = Object.assign(new Hello(), { networkMask: 0xffffff00, helloIntervalSeconds: 10, deadIntervalSeconds: 40, options: 2 });
    peer.send(PacketType.hello, helloLength(hello), (w) => encodeHello(hello, w), 0xe0000006);
    expect(peer.neighbor).toBeUndefined();
  });

  test('everything but Hello from a stranger is refused [2328:8.2]', () => {
    const bench = new Bench();
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.dd(7, 1);
    peer.update();
    peer.request();
    peer.acknowledge();
    expect(bench.refusals().map((r) => r.what)).toEqual(new Array(4).fill('packet from an unknown neighbour'));
  });
});

describe('what a Hello says', () => {
  test('mask, intervals, options, priority, DR, Backup and everybody heard from, one-way or not', () => {
    const bench = new Bench();
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.hello({ neighbors: [] });
    bench.until(10 * SECOND);
    expect(bench.take(PacketType.hello).at(-1)).toMatchObject({
      destination: 0xe0000005,
      hello: {
        networkMask: 0xffffff00, helloIntervalSeconds: 10, options: 2, priority: 1, deadIntervalSeconds: 40, designatedRouter: 0,
        backupDesignatedRouter: 0, neighbors: [ip('9.9.9.9')],
      },
    });
    bench.until(50 * SECOND);
    expect(bench.take(PacketType.hello).at(-1)?.hello).toMatchObject({ designatedRouter: ip('10.0.0.5'), neighbors: [] });
  });
});

test('FRR and Zebra name no Backup while a neighbour takes them for Designated Router and Backup at once, so that it elects again', () => {
  for (const [isHidden, backup] of [[true, 0], [false, ip('10.0.0.9')]] as const) {
    const bench = new Bench({ behaviour: { ...RFC_2328, isBackupHiddenFromDoubleRole: isHidden } });
    bench.until(40 * SECOND);
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.hello();
    bench.wait(SECOND);
    expect([bench.interface().state, bench.interface().backupDesignatedRouter]).toEqual(['DR', ip('10.0.0.9')]);
    peer.hello({ designatedRouter: ip('10.0.0.5'), backupDesignatedRouter: ip('10.0.0.5') });
    bench.take();
    bench.until(51 * SECOND);
    expect(bench.take(PacketType.hello)[0].hello).toMatchObject({ designatedRouter: ip('10.0.0.5'), backupDesignatedRouter: backup });
  }
});

describe('events', () => {
  test('one-way: Init; two-way: 2-Way; one-way again: Init', () => {
    const bench = new Bench();
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.hello({ neighbors: [ip('1.1.1.1')] });
    expect(peer.state).toBe('Init');
    peer.hello({ neighbors: [ip('1.1.1.1'), ip('5.5.5.5')] });
    expect(peer.state).toBe('2-Way');
    peer.hello({ neighbors: [] });
    expect(peer.state).toBe('Init');
  });

  test('BackupSeen: from the Backup itself, or from a DR without a Backup; nobody else ends Waiting', () => {
    const states = ([dr, bdr]: [string, string]): string => {
      const bench = new Bench();
      const peer = bench.peer('9.9.9.9', '10.0.0.9');
      peer.hello({ designatedRouter: ip(dr), backupDesignatedRouter: ip(bdr) });
      return bench.interface().state;
    };
    expect(states(['10.0.0.9', '0.0.0.0'])).toBe('Backup');
    expect(states(['10.0.0.7', '10.0.0.9'])).not.toBe('Waiting');
    expect(states(['10.0.0.9', '10.0.0.7'])).toBe('Waiting');
    expect(states(['10.0.0.7', '10.0.0.8'])).toBe('Waiting');
    expect(states(['0.0.0.0', '0.0.0.0'])).toBe('Waiting');
  });

  /** Designated Router, with a neighbour that is Backup. */
  function designated(): { bench: Bench; peer: Peer } {
    const bench = new Bench();
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    bench.until(40 * SECOND);
    peer.hello();
    expect(bench.interface()).toMatchObject({ state: 'DR', backupDesignatedRouter: peer.address });
    return { bench, peer };
  }

  test('NeighborChange: another priority', () => {
    const { bench, peer } = designated();
    peer.hello({ priority: 0 });
    expect(bench.interface()).toMatchObject({ state: 'DR', backupDesignatedRouter: 0 });
    peer.hello({ priority: 1 });
    expect(bench.interface()).toMatchObject({ state: 'DR', backupDesignatedRouter: peer.address });
  });

  test('NeighborChange: declaring oneself DR, and ceasing to', () => {
    const { bench, peer } = designated();
    peer.hello({ designatedRouter: peer.address });
    expect(bench.interface()).toMatchObject({ state: 'Backup', designatedRouter: peer.address });
    peer.hello({ designatedRouter: 0 });
    expect(bench.interface()).toMatchObject({ designatedRouter: bench.interface().address });
  });

  test('NeighborChange: declaring oneself Backup, and ceasing to', () => {
    const { bench, peer } = designated();
    const other = bench.peer('8.8.8.8', '10.0.0.8');
    // The lower router id declares itself Backup, the higher one does not.
    peer.hello({ priority: 0 });
    other.hello();
    peer.hello({ priority: 1 });
    expect(bench.interface()).toMatchObject({ backupDesignatedRouter: peer.address });
    other.hello({ backupDesignatedRouter: other.address });
    expect(bench.interface()).toMatchObject({ backupDesignatedRouter: other.address });
    other.hello();
    expect(bench.interface()).toMatchObject({ backupDesignatedRouter: peer.address });
  });
});

describe('authentication [2328:D]', () => {
  const key: OspfAuthentication = { type: 'md5', keyId: 3, key: new Uint8Array([1, 2, 3]) };
  const secured = configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0]], interfaces: { eth0: { authentication: key } } });

  function sealed(bench: Bench, authentication: OspfAuthentication, sequence: number): Uint8Array {
    const hello = Object.assign(new Hello(), { networkMask: 0xffffff00, helloIntervalSeconds: 10, deadIntervalSeconds: 40, options: 2 });
    const plain = bench.peer('9.9.9.9', '10.0.0.9').build(PacketType.hello, helloLength(hello), (w) => encodeHello(hello, w));
    const buffer = new Uint8Array(plain.length + 16);
    buffer.set(plain);
    return buffer.slice(0, sealPacket(buffer, 0, plain.length, authentication, sequence));
  }

  test('the sequence number must not go back [2328:D.5.3(2)]; our own goes up', () => {
    const bench = new Bench({ configuration: secured });
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    for (const sequence of [100, 101, 101]) peer.deliver(sealed(bench, key, sequence));
    expect([peer.state, bench.refusals().length]).toEqual(['Init', 0]);
    peer.deliver(sealed(bench, key, 100));
    expect(bench.refusals()).toMatchObject([{ clause: '[2328:D.5.3(2)]', got: 100, want: 101 }]);
    bench.until(10 * SECOND);
    const sequences = bench.take(PacketType.hello).map((c) => new DataView(c.bytes.buffer).getUint32(20));
    expect(sequences[1]).toBe(sequences[0] + 1);
  });

  test('a neighbour that is gone may begin with any number [2328:D.3]', () => {
    const bench = new Bench({ configuration: secured });
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.deliver(sealed(bench, key, 100));
    bench.until(60 * SECOND);
    expect(peer.neighbor).toBeUndefined();
    peer.deliver(sealed(bench, key, 1));
    expect(peer.neighbor?.cryptographicSequence).toBe(1);
  });

  test('another key, another key id, another type: not even a neighbour', () => {
    const bench = new Bench({ configuration: secured });
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.hello();
    peer.deliver(sealed(bench, { type: 'simple', password: new Uint8Array([1]) }, 1));
    peer.deliver(sealed(bench, { ...key, key: new Uint8Array([1, 2, 4]) }, 1));
    peer.deliver(sealed(bench, { ...key, keyId: 4 }, 1));
    expect(peer.neighbor).toBeUndefined();
    expect(bench.traces.filter((t) => t.kind === 'malformed').map((t) => t.code)).toEqual(new Array(4).fill('authentication'));
    // A password that nobody asks for: but for the type the packet is as one without.
    const open = new Bench();
    const stranger = open.peer('9.9.9.9', '10.0.0.9');
    stranger.deliver(sealed(open, { type: 'simple', password: new Uint8Array([1]) }, 1));
    expect([stranger.neighbor, open.traces.filter((t) => t.kind === 'malformed').map((t) => t.code)]).toEqual([undefined, ['authentication']]);
  });
});
