/**
 * Captures, seen from one node: which of its interfaces each segment is at, what it sent there itself, and what the others sent.
 *
 * Read sim/bound-plan.ts first. A segment is one interface of one capture file. It is at the node's interface whose address sends OSPF (or ARP) there;
 * where an address stands on several interfaces (unnumbered links), the others on the segment decide: the peer, or who lies in the subnet. Frames of the node
 * are told by the hardware address that it uses there, which is learned from the capture.
 */
import { equalMac, formatIpv4, prefixContains, type Ipv4, type Mac } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { LinkType, type Capture } from '../capture/captured-frame.js';
import type { InterfacePlan, NodePlan } from '../config/plan.js';
import { ByteReader } from '../wire/bytes.js';
import { DecodeError } from '../wire/decode-error.js';
import { decodeArp } from '../wire/arp.js';
import { decodeEthernetHeader, EtherType } from '../wire/ethernet.js';
import { IpProtocol } from '../wire/ipv4.js';
import { isOspf } from './sending.js';

/** A file as it was given. */
export interface CaptureFile {
  readonly name: string;
  /** `IF=FILE`: the file is at this interface of the node. */
  readonly interfaceName?: string;
  readonly capture: Capture;
}

export interface HeardFrame {
  readonly file: string;
  /** In the file, from 1. */
  readonly number: number;
  /** Of the capture's clock. */
  readonly time: Micros;
  readonly bytes: Uint8Array;
  readonly isOwn: boolean;
}

/** One interface of the node. */
export interface OwnSegment {
  readonly interfaceName: string;
  readonly file: string;
  /** As the node uses it there. */
  readonly mac: Mac;
  /** In the order of time. */
  readonly frames: readonly HeardFrame[];
  /** Hardware addresses of the others, by address. */
  readonly others: ReadonlyMap<Ipv4, Mac>;
}

export interface OwnCapture {
  /** By interface, in the node's order. */
  readonly segments: readonly OwnSegment[];
  /** Capture interfaces at which the node does not speak. */
  readonly unused: readonly string[];
  /** Interfaces of the node with a link and without a capture. */
  readonly uncaptured: readonly string[];
}

interface Place {
  readonly name: string;
  readonly given: string | undefined;
  readonly frames: readonly Heard[];
  /** Hardware addresses by address, as they were first seen. */
  readonly stations: ReadonlyMap<Ipv4, Mac>;
  readonly routers: ReadonlySet<Ipv4>;
}

interface Heard {
  readonly file: string;
  readonly number: number;
  readonly time: Micros;
  readonly bytes: Uint8Array;
}

/** A text is what is wrong. */
export function ownCapture(node: NodePlan, files: readonly CaptureFile[]): OwnCapture | string {
  const wired = node.interfaces.filter(({ port }) => port >= 0);
  const names = wired.map(({ name }) => name).join(', ');
  const at = new Map<string, Place[]>();
  const unused: string[] = [];
  for (const file of files) {
    const places = placesOf(file);
    if (typeof places === 'string') return places;
    const labelled = places.filter(({ name }) => wired.some((each) => name === `${node.name}:${each.name}`));
    for (const place of labelled.length > 0 ? labelled : places) {
      const found = interfaceOf(node, wired, place, labelled.length > 0);
      if (found === undefined) unused.push(describePlace(file, place));
      else if (typeof found === 'string') return found === '' ? `${describePlace(file, place)}: at which interface of ${node.name}? It has ${names}; say IF=FILE` : found;
      else at.set(found.name, [...(at.get(found.name) ?? []), place]);
    }
  }
  const segments: OwnSegment[] = [];
  for (const { name, addresses, mac } of wired) {
    const places = at.get(name);
    if (places === undefined) continue;
    if (places.length > 1) return `${places.map((place) => place.frames[0]?.file ?? place.name).join(' and ')} are both at ${node.name}:${name}; one capture for each interface is wanted`;
    if (places[0].frames.length > 0) segments.push(segmentOf(name, addresses.map(({ address }) => address), mac, places[0]));
  }
  if (segments.every(({ frames }) => !frames.some(({ isOwn, bytes }) => isOwn && isOspf(bytes)))) return `${node.name} sends no OSPF in ${files.map(({ name }) => name).join(', ')}; its addresses: ${wired.flatMap((each) => each.addresses.map(({ address }) => formatIpv4(address))).join(', ')}`;
  return { segments, unused, uncaptured: wired.filter(({ name }) => !at.has(name)).map(({ name }) => name) };
}

function placesOf({ name: file, interfaceName, capture }: CaptureFile): Place[] | string {
  const frames: Heard[][] = capture.interfaces.map(() => []);
  for (const [index, frame] of capture.frames.entries()) {
    if (capture.interfaces[frame.interfaceId].linkType !== LinkType.ethernet) return `${file}: link type ${capture.interfaces[frame.interfaceId].linkType}; a stand-in needs Ethernet (1)`;
    frames[frame.interfaceId].push({ file, number: index + 1, time: frame.timeMicros, bytes: frame.bytes });
  }
  return capture.interfaces.map(({ name }, i): Place => {
    const sorted = frames[i].map((frame, order) => ({ frame, order })).sort((a, b) => a.frame.time - b.frame.time || a.order - b.order).map(({ frame }) => frame);
    const stations = new Map<Ipv4, Mac>();
    const routers = new Set<Ipv4>();
    for (const { bytes } of sorted) learnStation(bytes, stations, routers);
    return { name, given: interfaceName, frames: sorted, stations, routers };
  });
}

/** Who sends under which hardware address: by ARP and by OSPF, which is not forwarded. */
function learnStation(bytes: Uint8Array, stations: Map<Ipv4, Mac>, routers: Set<Ipv4>): void {
  const r = new ByteReader(bytes);
  const ethernet = decodeEthernetHeader(r);
  if (ethernet instanceof DecodeError) return;
  const learn = (address: Ipv4, mac: Mac): void => void (stations.has(address) || stations.set(address, mac.slice()));
  if (ethernet.etherType === EtherType.arp) {
    const arp = decodeArp(r);
    if (!(arp instanceof DecodeError) && arp.senderProtocolAddress !== 0) learn(arp.senderProtocolAddress, arp.senderHardwareAddress);
  } else if (ethernet.etherType === EtherType.ipv4 && r.remaining >= 20 && bytes[r.offset + 9] === IpProtocol.ospf) {
    const source = new DataView(bytes.buffer, bytes.byteOffset).getUint32(r.offset + 12);
    if (!routers.has(source)) stations.set(source, ethernet.source.slice());
    routers.add(source);
  }
}

/** Undefined: the node does not speak there. Empty: it cannot be told. */
function interfaceOf(node: NodePlan, wired: readonly InterfacePlan[], place: Place, isLabelled: boolean): InterfacePlan | string | undefined {
  if (isLabelled) return wired.find(({ name }) => place.name === `${node.name}:${name}`);
  if (place.given !== undefined) {
    return wired.find(({ name }) => name === place.given) ?? `${place.given}=: ${node.name} has no interface ${place.given} with a link; it has ${wired.map(({ name }) => name).join(', ')}`;
  }
  const scored = wired.map((each) => ({ each, score: scoreOf(each, place) })).filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
  if (scored.length === 0) return undefined;
  return scored.length > 1 && scored[1].score === scored[0].score ? '' : scored[0].each;
}

function scoreOf({ addresses }: InterfacePlan, { routers }: Place): number {
  let score = 0;
  for (const { address, prefixLength, peer } of addresses) {
    if (!routers.has(address)) continue;
    score++;
    for (const other of routers) {
      if (other !== address && (peer === undefined ? prefixContains(address, prefixLength, other) : other === peer)) score++;
    }
  }
  return score;
}

/** `planned`: the hardware address that the topology gives it, of one that is not heard under its own. */
function segmentOf(interfaceName: string, own: readonly Ipv4[], planned: Mac, place: Place): OwnSegment {
  const address = own.find((each) => place.routers.has(each)) ?? own.find((each) => place.stations.has(each));
  const mac = (address === undefined ? undefined : place.stations.get(address)) ?? planned;
  const frames = place.frames.map((frame): HeardFrame => ({ ...frame, isOwn: frame.bytes.length >= 12 && equalMac(frame.bytes, mac, 6) }));
  return { interfaceName, file: place.frames[0].file, mac, frames, others: new Map([...place.stations].filter(([each]) => !own.includes(each))) };
}

function describePlace({ name: file, capture }: CaptureFile, { name }: Place): string {
  return name === '' || capture.interfaces.length === 1 ? file : `${file}:${name}`;
}
