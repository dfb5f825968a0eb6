/**
 * What all packets have in common: the header and the addresses of what is sent [2328:8.1], and which interface, neighbour and version what comes belongs to
 * [2328:8.2]. What each refusal says is in hello.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/base/micros.js';
import type { OspfAuthentication } from '../../src/ospf/configuration.js';
import { ospfChecksum, PacketType } from '../../src/wire/ospf/packet.js';
import { Bench, NON_BROADCAST, POINT_TO_POINT, RFC_2328 } from './bench.js';
import { configuration, device, ip } from './fabric.js';
import { routerLsa } from './lsa-builder.js';
import { segment } from './segment.js';

const ALL_SPF_ROUTERS = ip('224.0.0.5');
const ALL_D_ROUTERS = ip('224.0.0.6');

describe('the header [2328:8.1]', () => {
  function firstHello(authentication: OspfAuthentication): { bytes: Uint8Array; view: DataView } {
    const bench = new Bench({
      configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 7]], interfaces: { eth0: { authentication } } }),
    });
    bench.until(0);
    const [{ bytes }] = bench.take(PacketType.hello);
    return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset) };
  }

  test('has version 2, type, length, router id, area id, and a checksum without the authentication', () => {
    // Two routers and two types in turn, so that no field can be that of the packet before.
    for (const [routerId, area] of [['5.5.5.5', 7], ['6.6.6.6', 8]] as const) {
      const bench = new Bench({ configuration: configuration({ routerId, networks: [['10.0.0.0/24', area]], interfaces: { eth0: { networkType: 'point-to-point' } } }) });
      bench.until(0);
      bench.peer('9.9.9.9', '10.0.0.9', 2, area).toExStart();
      const packets = bench.take().map(({ bytes }) => ({ bytes, view: new DataView(bytes.buffer, bytes.byteOffset) }));
      expect(packets.map(({ bytes, view }) => [...bytes.subarray(0, 2), bytes.length, view.getUint16(2), view.getUint32(4), view.getUint32(8), view.getUint16(14)])).toEqual([
        [2, PacketType.hello, 44, 44, ip(routerId), area, 0], [2, PacketType.databaseDescription, 32, 32, ip(routerId), area, 0],
      ]);
      for (const { bytes, view } of packets) {
        expect(view.getUint16(12)).toBe(ospfChecksum(bytes, 0, bytes.length));
        expect(view.getUint16(12)).not.toBe(0);
      }
    }
  });

  test('of a packet with a password has type 1, the password, and a checksum that does not count it', () => {
    const { bytes, view } = firstHello({ type: 'simple', password: Uint8Array.from([65, 66, 67]) });
    expect([view.getUint16(14), ...bytes.subarray(16, 24)]).toEqual([1, 65, 66, 67, 0, 0, 0, 0, 0]);
    expect(view.getUint16(12)).toBe(ospfChecksum(bytes, 0, 44));
    expect(view.getUint16(12)).not.toBe(0);
  });

  test('of one with a digest has type 2, no checksum, key id, length of the digest and sequence number; the digest follows and is not counted', () => {
    const { bytes, view } = firstHello({ type: 'md5', keyId: 3, key: Uint8Array.from([1, 2, 3]) });
    expect([view.getUint16(2), bytes.length, view.getUint16(12), view.getUint16(14), view.getUint16(16), bytes[18], bytes[19]]).toEqual([44, 60, 0, 2, 0, 3, 16]);
    expect(view.getUint32(20)).toBeGreaterThan(0);
  });
});

describe('destinations [2328:8.1]', () => {
  const to = (bench: Bench, type: number): number[] => [...new Set(bench.take(type).map((c) => c.destination))];

  test('on a broadcast network Hellos go to AllSPFRouters, a Database Description and a request to the neighbour', () => {
    const bench = new Bench();
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    bench.until(40 * SECOND);
    expect(to(bench, PacketType.hello)).toEqual([ALL_SPF_ROUTERS]);
    peer.toExStart();
    expect(to(bench, PacketType.databaseDescription)).toEqual([peer.address]);
  });

  test('on a point-to-point network everything goes to AllSPFRouters, also what is meant for the neighbour', () => {
    const bench = new Bench({ configuration: POINT_TO_POINT });
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.toFull();
    bench.wait(10 * SECOND);
    expect([...new Set(bench.take().map((c) => c.destination))]).toEqual([ALL_SPF_ROUTERS]);
  });

  test('flooded updates and delayed acknowledgments go to AllSPFRouters from DR and Backup, to AllDRouters from anybody else', () => {
    for (const [role, destination] of [['DR', ALL_SPF_ROUTERS], ['Backup', ALL_SPF_ROUTERS], ['DROther', ALL_D_ROUTERS]] as const) {
      const { bench, a, c } = segment(role);
      c.update(routerLsa('77.7.7.7', []));
      a.update(routerLsa('99.9.9.9', []));
      bench.wait(SECOND);
      const onLan = bench.take().filter((packet) => packet.interfaceIndex === 2);
      expect([role, onLan.filter((packet) => packet.update !== undefined).map((packet) => packet.destination)]).toEqual([role, [destination]]);
      expect([role, onLan.filter((packet) => packet.acknowledged !== undefined).map((packet) => packet.destination)]).toEqual([role, [destination]]);
    }
  });

  test('on a network that cannot broadcast each neighbour gets its own', () => {
    const bench = new Bench({ configuration: NON_BROADCAST });
    bench.wait(10 * SECOND);
    expect(to(bench, PacketType.hello)).toEqual([ip('10.0.0.9')]);
  });
});

describe('receiving [2328:8.2]', () => {
  test('of several OSPF interfaces on one device the one counts whose network the source is on', () => {
    const bench = new Bench({
      configuration: configuration({ routerId: '5.5.5.5', networks: [['10.0.0.0/24', 0], ['10.0.7.0/24', 0]] }), interfaces: [device('eth0', 2, '10.0.0.5/24', '10.0.7.5/24')],
    });
    bench.peer('9.9.9.9', '10.0.7.9').hello();
    expect(bench.process.interfaces.map((owner) => [owner.address, owner.neighbors.map((n) => n.address)])).toEqual([
      [ip('10.0.0.5'), []], [ip('10.0.7.5'), [ip('10.0.7.9')]],
    ]);
  });

  test('another version is dropped', () => {
    const bench = new Bench();
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    const { deliver } = peer;
    peer.deliver = (bytes) => {
      bytes[0] = 3;
      const sum = ospfChecksum(bytes, 0, bytes.length);
      bytes[12] = sum >>> 8;
      bytes[13] = sum;
      deliver.call(peer, bytes);
    };
    peer.hello();
    expect([peer.neighbor, bench.traces.filter((t) => t.kind === 'malformed').map((t) => t.code)]).toEqual([undefined, ['version']]);
  });

  test('on a point-to-point network the source may have any address, elsewhere it lies on the interface’s', () => {
    const bench = new Bench({ configuration: POINT_TO_POINT });
    bench.peer('9.9.9.9', '192.0.2.1').hello();
    expect(bench.interface().neighbors.map((n) => n.address)).toEqual([ip('192.0.2.1')]);
    const broadcast = new Bench();
    broadcast.peer('9.9.9.9', '192.0.2.1').hello();
    expect(broadcast.interface().neighbors).toEqual([]);
  });

  test('FRR wants it on the network of a point-to-point link, too', () => {
    const behaviour = { ...RFC_2328, isPointToPointSourceChecked: true };
    const numbered = new Bench({ configuration: POINT_TO_POINT, behaviour });
    numbered.peer('9.9.9.9', '192.0.2.1').hello();
    expect(numbered.interface().neighbors).toEqual([]);
    expect(numbered.refusals().map((r) => r.what)).toEqual(['source network']);
    numbered.peer('9.9.9.9', '10.0.0.9').hello();
    expect(numbered.interface().neighbors.map((n) => n.address)).toEqual([ip('10.0.0.9')]);
  });

  test('a sender is known by its address on a broadcast network, by its router id on a point-to-point one', () => {
    const bench = new Bench();
    bench.peer('9.9.9.9', '10.0.0.9').hello();
    bench.peer('9.9.9.9', '10.0.0.8').hello();
    bench.peer('7.7.7.7', '10.0.0.8').hello();
    expect(bench.interface().neighbors.map((n) => [n.routerId, n.address])).toEqual([[ip('7.7.7.7'), ip('10.0.0.8')], [ip('9.9.9.9'), ip('10.0.0.9')]]);
    const link = new Bench({ configuration: POINT_TO_POINT });
    link.peer('9.9.9.9', '10.0.0.9').hello();
    link.peer('9.9.9.9', '10.0.0.8').hello();
    expect(link.interface().neighbors.map((n) => [n.routerId, n.address])).toEqual([[ip('9.9.9.9'), ip('10.0.0.8')]]);
  });

  test('nothing but a Hello comes in from one that is no neighbour, and nothing at all on an interface that is down', () => {
    const bench = new Bench();
    const peer = bench.peer('9.9.9.9', '10.0.0.9');
    peer.update();
    expect(bench.refusals().map((r) => r.what)).toEqual(['packet from an unknown neighbour']);
    const owner = bench.interface();
    owner.state = 'Down';
    peer.hello();
    owner.state = 'Loopback';
    peer.hello();
    expect([owner.neighbors, bench.refusals().length]).toEqual([[], 1]);
  });
});
