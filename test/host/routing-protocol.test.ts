/**
 * What the IP of a host does for a routing protocol: how its packets leave [2328:A.1], and which of those that come are its own [2328:8.2].
 */
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../../src/wire/bytes.js';
import { writeEthernetHeader } from '../../src/wire/ethernet.js';
import { encodeIpv4Header, Ipv4Header } from '../../src/wire/ipv4.js';
import { HOST, HOST_MAC, HostByHand, PEER, PEER_MAC } from './host-by-hand.js';

const OSPF = 89;
const ALL_SPF_ROUTERS = 0xe0000005;
const ALL_D_ROUTERS = 0xe0000006;
const GROUP_MAC = Uint8Array.of(1, 0, 0x5e, 0, 0, 5);

function frameTo(destination: number, protocol = OSPF): Uint8Array {
  const frame = new Uint8Array(34 + 4);
  writeEthernetHeader(frame, 0, destination === HOST ? HOST_MAC : GROUP_MAC, PEER_MAC, 0x0800);
  encodeIpv4Header(Object.assign(new Ipv4Header(), { source: PEER, destination, protocol, timeToLive: 1, totalLength: 24 }), new ByteWriter(frame, 14));
  return frame;
}

/** Destinations of what comes to the protocol. */
function taken(...frames: Uint8Array[]): number[] {
  const h = new HostByHand();
  const destinations: number[] = [];
  h.host.setRawReceiver(OSPF, (_now, _interfaceIndex, _source, destination) => void destinations.push(destination));
  h.host.interfaces[1].membership?.join(0, ALL_SPF_ROUTERS);
  for (const frame of frames) h.receive(frame);
  return destinations;
}

describe('sending', () => {
  it('time to live 1, so that nobody forwards it, precedence internetwork control, normal service', () => {
    const h = new HostByHand();
    h.send(PEER); // what is not said anew would be that packet's
    h.host.sendDirect(0, h.host.interfaces[1], HOST, ALL_SPF_ROUTERS, OSPF, 7, Uint8Array.of(1, 2, 3));
    const frame = h.sent.at(-1)?.bytes as Uint8Array;
    // Precedence 6 is the upper three bits, the type of service the four below them.
    expect({ precedence: frame[15] >>> 5, typeOfService: (frame[15] >>> 1) & 15, timeToLive: frame[22], protocol: frame[23] })
      .toEqual({ precedence: 6, typeOfService: 0, timeToLive: 1, protocol: 89 });
  });
});

describe('receiving', () => {
  it('what is for an address of the host, or for a group that has been joined on that interface', () => {
    expect(taken(frameTo(HOST), frameTo(ALL_SPF_ROUTERS), frameTo(ALL_D_ROUTERS), frameTo(0x0a000063))).toEqual([HOST, ALL_SPF_ROUTERS]);
  });

  it('what is of that protocol', () => {
    expect(taken(frameTo(HOST, 88), frameTo(HOST, OSPF))).toEqual([HOST]);
  });

  it('nothing whose IP checksum is wrong', () => {
    const damaged = frameTo(HOST);
    damaged[24] ^= 1;
    expect(taken(damaged)).toEqual([]);
  });
});
