/**
 * The devices that an emulated interface can be bound to, as Ethernet frames in and out whatever they are.
 *
 *   tap:NAME     a TAP device, made here and gone when we are; its other end is this system's interface NAME
 *   NAME         one that exists: a TAP device (opened as such) or any Ethernet device, veth among them, by a packet socket in promiscuous mode
 *   raw:NAME     the IP layer of this system's own interface: OSPF only, protocol 89, with the groups joined; the kernel does ARP, and the
 *                emulated router has that interface's own address. Its routes and addresses are left alone.
 *
 * Reading is reader-worker.ts's; writing is done where the frames are made. koffi rather than cap and raw-socket: one package without a compiler
 * does all three.
 */
import { constants, existsSync, openSync } from 'node:fs';
import { errorText, RIGHTS_WANTED, type Native } from './native.js';
import { LiveFailure } from './live-failure.js';
import { OFFLOAD_HEADER_LENGTH } from './offload.js';

export type DeviceKind = 'tap' | 'packet' | 'raw';

export interface Device {
  readonly kind: DeviceKind;
  readonly name: string;
  readonly fd: number;
  /** False: it could not be sent. The frame is borrowed. */
  send(frame: Uint8Array): boolean;
  /** Somebody has removed it. A TAP device that is only somewhere else now is as good as before; of one that is removed the reader hears. */
  isGone(): boolean;
  close(): void;
}

const TUNSETIFF = 0x400454ca;
const IFF_TAP = 0x0002;
const IFF_NO_PI = 0x1000;
const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;
const IFF_UP = 1;
const IFREQ_LENGTH = 40;
const NAME_LENGTH = 16;
const AF_INET = 2;
const AF_PACKET = 17;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const ETH_P_ALL = 0x0003;
const SOL_SOCKET = 1;
const SO_BINDTODEVICE = 25;
/** SO_RCVBUF past the system's limit. */
const SO_RCVBUFFORCE = 33;
const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_VNET_HDR = 15;
const PACKET_IGNORE_OUTGOING = 23;
const PACKET_MR_PROMISC = 1;
const IPPROTO_IP = 0;
const IPPROTO_OSPF = 89;
const IP_HDRINCL = 3;
const IP_ADD_MEMBERSHIP = 35;
const IP_MULTICAST_LOOP = 34;
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;
const OSPF_GROUPS = [[224, 0, 0, 5], [224, 0, 0, 6]] as const;

/** `tap:NAME`, `raw:NAME` or NAME. */
export function openDevice(native: Native, text: string): Device {
  const [prefix, name] = text.includes(':') ? [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)] : ['', text];
  if (prefix !== '' && prefix !== 'tap' && prefix !== 'raw') throw new LiveFailure(`the device ${text}: tap:NAME, raw:NAME or NAME is wanted`);
  if (!/^[^\s/:]{1,15}$/.test(name)) throw new LiveFailure(`the device ${text}: a name has 1 to 15 characters, no blank and no "/"`);
  const isThere = native.if_nametoindex(name) !== 0;
  if (prefix === 'tap') return openTap(native, name);
  if (!isThere) throw new LiveFailure(prefix === 'raw' ? `there is no interface ${name} here` : `there is no device ${name} here; tap:${name} makes one`);
  if (prefix === 'raw') return openRaw(native, name);
  return existsSync(`/sys/class/net/${name}/tun_flags`) ? openTap(native, name) : openPacket(native, name);
}

function must(native: Native, result: number, what: string): number {
  if (result < 0) throw new LiveFailure(`${what}: ${errorText(native.errno())}`);
  return result;
}

/** struct ifreq: a name, and a short. */
function interfaceRequest(name: string, flags = 0): Uint8Array {
  const request = new Uint8Array(IFREQ_LENGTH);
  request.set(new TextEncoder().encode(name).subarray(0, NAME_LENGTH - 1));
  request[NAME_LENGTH] = flags & 0xff;
  request[NAME_LENGTH + 1] = flags >>> 8;
  return request;
}

function bringUp(native: Native, name: string): void {
  const socket = must(native, native.socket(AF_INET, SOCK_DGRAM, 0), `the device ${name}`);
  const request = interfaceRequest(name);
  must(native, native.ioctl(socket, SIOCGIFFLAGS, request), `the device ${name}`);
  const flags = (request[NAME_LENGTH] | (request[NAME_LENGTH + 1] << 8)) | IFF_UP;
  must(native, native.ioctl(socket, SIOCSIFFLAGS, interfaceRequest(name, flags)), `bringing up ${name}`);
  native.close(socket);
}

function openTap(native: Native, name: string): Device {
  let fd: number;
  try {
    fd = openSync('/dev/net/tun', constants.O_RDWR | constants.O_NONBLOCK); // writing never waits; reading must not
  } catch (failure) {
    const isForbidden = failure instanceof Error && 'code' in failure && (failure.code === 'EACCES' || failure.code === 'EPERM');
    throw new LiveFailure(`the TAP device ${name}: ${isForbidden ? `/dev/net/tun may not be opened: ${RIGHTS_WANTED}` : '/dev/net/tun is not there: load the kernel\'s tun module (modprobe tun)'}`);
  }
  must(native, native.ioctl(fd, TUNSETIFF, interfaceRequest(name, IFF_TAP | IFF_NO_PI)), `the TAP device ${name}`);
  bringUp(native, name);
  return { kind: 'tap', name, fd, isGone: () => false, send: (frame) => native.write(fd, frame, frame.length) === frame.length, close: () => void native.close(fd) };
}

function integer(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

function openPacket(native: Native, name: string): Device {
  const what = `the device ${name}`;
  const protocol = ((ETH_P_ALL & 0xff) << 8) | (ETH_P_ALL >>> 8);
  const fd = must(native, native.socket(AF_PACKET, SOCK_RAW, protocol), what);
  const index = native.if_nametoindex(name);
  const address = new DataView(new ArrayBuffer(20));
  address.setUint16(0, AF_PACKET, true);
  address.setUint16(2, ETH_P_ALL, false);
  address.setInt32(4, index, true);
  must(native, native.bind(fd, new Uint8Array(address.buffer), 20), what);
  const membership = new DataView(new ArrayBuffer(16));
  membership.setInt32(0, index, true);
  membership.setUint16(4, PACKET_MR_PROMISC, true);
  must(native, native.setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, new Uint8Array(membership.buffer), 16), what);
  // What the kernel left to an adapter is said before each frame, and done by reader-worker.ts.
  must(native, native.setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, integer(1), 4), what);
  // What goes out, ours included, is not what comes in.
  must(native, native.setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, integer(1), 4), what);
  native.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, integer(RECEIVE_BUFFER_BYTES), 4);
  bringUp(native, name);
  let buffer = new Uint8Array(2048);
  return {
    kind: 'packet', name, fd, isGone: () => native.if_nametoindex(name) !== index, close: () => void native.close(fd),
    // Behind a header that leaves nothing to do.
    send: (frame) => {
      const length = OFFLOAD_HEADER_LENGTH + frame.length;
      if (length > buffer.length) buffer = new Uint8Array(length);
      buffer.set(frame, OFFLOAD_HEADER_LENGTH);
      return native.write(fd, buffer, length) === length;
    },
  };
}

/** IP packets of OSPF, without Ethernet: raw-interface.ts puts it on and takes it off. */
function openRaw(native: Native, name: string): Device {
  const what = `the interface ${name}`;
  const fd = must(native, native.socket(AF_INET, SOCK_RAW, IPPROTO_OSPF), what);
  const device = new TextEncoder().encode(`${name}\0`);
  must(native, native.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, device.length), what);
  must(native, native.setsockopt(fd, IPPROTO_IP, IP_HDRINCL, integer(1), 4), what);
  must(native, native.setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, integer(0), 4), what);
  native.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, integer(RECEIVE_BUFFER_BYTES), 4);
  const index = native.if_nametoindex(name);
  for (const group of OSPF_GROUPS) {
    const membership = new DataView(new ArrayBuffer(12));
    group.forEach((byte, i) => membership.setUint8(i, byte));
    membership.setInt32(8, index, true);
    must(native, native.setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, new Uint8Array(membership.buffer), 12), what);
  }
  const address = new Uint8Array(16);
  address[0] = AF_INET;
  return {
    kind: 'raw', name, fd, isGone: () => native.if_nametoindex(name) !== index, close: () => void native.close(fd),
    // To where the packet itself says.
    send: (packet) => {
      address.set(packet.subarray(16, 20), 4);
      return native.sendto(fd, packet, packet.length, 0, address, 16) === packet.length;
    },
  };
}
