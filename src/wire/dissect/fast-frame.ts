/**
 * The fast way from bytes to the tape: Ethernet II, ARP, IPv4 and OSPF packets of RFC 2328, where nothing is wrong.
 *
 * Every field is read and every checksum verified (IPv4 header, OSPF packet, each LSA) without an object or a string. What is
 * not of these kinds, or not right in every respect, is left to the general way (general-frame.ts), which decodes with the
 * codecs and finds the error: `dissectFast` returns false then and the tape is void. A test holds the two ways together.
 * Rules out here what the codecs refuse; a checksum field of 0xffff too, which the codecs judge by its value. [1071] [1624]
 * Reserved bytes that are not zero, rarer operations, and what carries link-local signalling go the general way too.
 */
import type { ArpPurpose } from '../arp.js';
import { EtherType } from '../ethernet.js';
import { IpProtocol } from '../ipv4.js';
import { LSA_HEADER_LENGTH, LsType } from '../ospf/lsa-header.js';
import { OptionBit } from '../ospf/options.js';
import { AuthType, OSPF_HEADER_LENGTH, PacketType } from '../ospf/packet.js';
import { Field } from './field.js';
import type { Tape } from './tape.js';
import { Layer } from './tape.js';

/** Ethernet, at least IPv4's 20 bytes. */
const SHORTEST = 34;
/** Sums modulo 255 may wait this long before 31 bits could overflow. */
const FLETCHER_BLOCK = 4000;
const REFUSED = -1;

/** Writes the frame from `tape.start` to `tape.end` onto the tape behind what is there. False: the general way has to do it. */
export function dissectFast(tape: Tape): boolean {
  const { words, view, start, end } = tape;
  if (end - start < SHORTEST) return false;
  const type = view.getUint16(start + 12);
  let n = tape.length;
  words[n] = Field.eth;
  words[n + 2] = Field.ethDestination;
  words[n + 3] = start;
  words[n + 4] = Field.ethSource;
  words[n + 5] = start + 6;
  words[n + 6] = Field.ethType;
  words[n + 7] = type;
  words[n + 8] = Field.close;
  n += 10;
  tape.networkAt = n;
  let payloadEnd = start + 14;
  if (type === EtherType.ipv4) {
    n = ipv4(tape, n, payloadEnd, end);
    payloadEnd += view.getUint16(payloadEnd + 2);
  } else if (type === EtherType.arp) {
    n = arp(tape, n, payloadEnd, end);
    payloadEnd += 28;
  } else {
    return false;
  }
  if (n === REFUSED) return false;
  if (payloadEnd < end) {
    words[n] = Field.padding;
    words[n + 1] = payloadEnd;
    words[n + 2] = Field.padding;
    words[n + 3] = end - payloadEnd;
    n += 4;
  }
  tape.layers |= Layer.eth;
  tape.length = n;
  return true;
}

function arp(tape: Tape, from: number, at: number, end: number): number {
  const { words, view } = tape;
  if (end - at < 28 || view.getInt32(at) !== 0x00010800 || view.getUint16(at + 4) !== 0x0604) return REFUSED;
  let n = from;
  const operation = view.getUint16(at + 6);
  if (operation !== 1 && operation !== 2) return REFUSED;
  const sender = view.getInt32(at + 14);
  const target = view.getInt32(at + 24);
  words[n] = Field.arp;
  words[n + 2] = Field.arpOperation;
  words[n + 3] = operation;
  words[n + 4] = Field.arpMeaning;
  words[n + 5] = tape.strings.push(arpPurpose(view, at, operation, sender, target)) - 1;
  words[n + 6] = Field.arpSenderMac;
  words[n + 7] = at + 8;
  words[n + 8] = Field.arpSenderIp;
  words[n + 9] = sender;
  words[n + 10] = Field.arpTargetMac;
  words[n + 11] = at + 18;
  words[n + 12] = Field.arpTargetIp;
  words[n + 13] = target;
  words[n + 14] = Field.close;
  n += 16;
  tape.layers |= Layer.arp;
  return n;
}

/** As arpPurpose of arp.ts, straight from the bytes. */
function arpPurpose(view: DataView, at: number, operation: number, sender: number, target: number): ArpPurpose {
  const isAboutSender = sender === target && sender !== 0;
  if (operation === 2) return isAboutSender ? 'gratuitous-reply' : 'reply';
  if (!isAboutSender) return sender === 0 ? 'probe' : 'request';
  return view.getInt32(at + 18) === 0 && view.getUint16(at + 22) === 0 ? 'announcement' : 'gratuitous-request';
}

function ipv4(tape: Tape, from: number, at: number, end: number): number {
  const { words, view } = tape;
  // Version 4, 20 bytes of header; others are rare enough for the general way.
  if (view.getUint8(at) !== 0x45 || view.getUint8(at + 9) !== IpProtocol.ospf) return REFUSED;
  const length = view.getUint16(at + 2);
  const fragment = view.getUint16(at + 6);
  const checksum = view.getUint16(at + 10);
  if (length < 20 || length > end - at || (fragment & 0x3fff) !== 0 || checksum === 0xffff) return REFUSED;
  if (onesSum(view, at, at + 20, 0) !== 0xffff) return REFUSED;
  let n = from;
  words[n] = Field.ip;
  words[n + 2] = Field.ipHeaderLength;
  words[n + 3] = 20;
  words[n + 4] = Field.ipTos;
  words[n + 5] = view.getUint8(at + 1);
  words[n + 6] = Field.ipLength;
  words[n + 7] = length;
  words[n + 8] = Field.ipId;
  words[n + 9] = view.getUint16(at + 4);
  words[n + 10] = Field.ipFlags;
  words[n + 11] = fragment >>> 13;
  words[n + 12] = Field.ipFragmentOffset;
  words[n + 13] = 0;
  words[n + 14] = Field.ipTtl;
  words[n + 15] = view.getUint8(at + 8);
  words[n + 16] = Field.ipProtocol;
  words[n + 17] = IpProtocol.ospf;
  words[n + 18] = Field.ipChecksum;
  words[n + 19] = checksum;
  words[n + 20] = Field.ipSource;
  words[n + 21] = view.getInt32(at + 12);
  words[n + 22] = Field.ipDestination;
  words[n + 23] = view.getInt32(at + 16);
  words[n + 24] = Field.close;
  n += 26;
  tape.checksumCount++;
  n = ospf(tape, n, at + 20, at + length);
  tape.layers |= Layer.ip | Layer.ospf;
  return n;
}

function ospf(tape: Tape, from: number, at: number, end: number): number {
  const { words, view } = tape;
  if (end - at < OSPF_HEADER_LENGTH || view.getUint8(at) !== 2) return REFUSED;
  const type = view.getUint8(at + 1);
  const length = view.getUint16(at + 2);
  if (length < OSPF_HEADER_LENGTH || length > end - at) return REFUSED;
  const checksum = view.getUint16(at + 12);
  const authType = view.getUint16(at + 14);
  let claimed = 0;
  let n = from;
  words[n] = Field.ospf;
  words[n + 2] = Field.ospfVersion;
  words[n + 3] = 2;
  words[n + 4] = Field.ospfType;
  words[n + 5] = type;
  words[n + 6] = Field.ospfLength;
  words[n + 7] = length;
  words[n + 8] = Field.ospfRouter;
  words[n + 9] = view.getInt32(at + 4);
  words[n + 10] = Field.ospfArea;
  words[n + 11] = view.getInt32(at + 8);
  words[n + 12] = Field.ospfChecksum;
  words[n + 13] = checksum;
  words[n + 14] = Field.ospfAuthType;
  words[n + 15] = authType;
  n += 16;
  if (authType === AuthType.none || authType === AuthType.simple) {
    if (checksum === 0xffff || onesSum(view, at + 24, at + length, onesSum(view, at, at + 16, 0)) !== 0xffff) return REFUSED;
    tape.checksumCount++;
    const field = authType === AuthType.none ? Field.ospfAuthData : Field.ospfPassword;
    words[n] = field;
    words[n + 1] = at + 16;
    words[n + 2] = field;
    words[n + 3] = 8;
    n += 4;
  } else if (authType === AuthType.cryptographic) {
    if (view.getUint16(at + 16) !== 0) return REFUSED;
    claimed = view.getUint8(at + 19);
    words[n] = Field.ospfKeyId;
    words[n + 1] = view.getUint8(at + 18);
    words[n + 2] = Field.ospfDigestLength;
    words[n + 3] = view.getUint8(at + 19);
    words[n + 4] = Field.ospfCryptoSequence;
    words[n + 5] = view.getInt32(at + 20);
    n += 6;
  } else {
    return REFUSED;
  }
  const body = at + OSPF_HEADER_LENGTH;
  const bodyEnd = at + length;
  switch (type) {
    case PacketType.hello: n = hello(words, view, n, body, bodyEnd); break;
    case PacketType.databaseDescription: n = databaseDescription(tape, n, body, bodyEnd); break;
    case PacketType.linkStateRequest: n = linkStateRequest(words, view, n, body, bodyEnd); break;
    case PacketType.linkStateUpdate: n = linkStateUpdate(tape, n, body, bodyEnd); break;
    case PacketType.linkStateAcknowledgment: n = lsaHeaders(tape, n, body, bodyEnd); break;
    default: return REFUSED;
  }
  if (n === REFUSED) return REFUSED;
  tape.ospfType = type;
  const digestEnd = bodyEnd + claimed < end ? bodyEnd + claimed : end;
  if (bodyEnd < digestEnd) n = stretch(words, n, Field.ospfDigest, bodyEnd, digestEnd);
  if (digestEnd < end) n = stretch(words, n, Field.ospfTrailer, digestEnd, end);
  words[n] = Field.close;
  return n + 2;
}

function stretch(words: Int32Array, n: number, field: number, start: number, end: number): number {
  words[n] = field;
  words[n + 1] = start;
  words[n + 2] = field;
  words[n + 3] = end - start;
  return n + 4;
}

function hello(words: Int32Array, view: DataView, from: number, at: number, end: number): number {
  if (end - at < 20 || ((end - at) & 3) !== 0 || (view.getUint8(at + 6) & OptionBit.linkLocalSignaling) !== 0) return REFUSED;
  let n = from;
  words[n] = Field.hello;
  words[n + 2] = Field.helloMask;
  words[n + 3] = view.getInt32(at);
  words[n + 4] = Field.helloInterval;
  words[n + 5] = view.getUint16(at + 4);
  words[n + 6] = Field.helloOptions;
  words[n + 7] = view.getUint8(at + 6);
  words[n + 8] = Field.helloPriority;
  words[n + 9] = view.getUint8(at + 7);
  words[n + 10] = Field.helloDeadInterval;
  words[n + 11] = view.getInt32(at + 8);
  words[n + 12] = Field.helloDr;
  words[n + 13] = view.getInt32(at + 12);
  words[n + 14] = Field.helloBdr;
  words[n + 15] = view.getInt32(at + 16);
  words[n + 16] = Field.helloNeighbors;
  n += 18;
  for (let i = at + 20; i < end; i += 4) {
    words[n] = Field.helloNeighbor;
    words[n + 1] = view.getInt32(i);
    n += 2;
  }
  words[n] = Field.close;
  words[n + 2] = Field.close;
  return n + 4;
}

function databaseDescription(tape: Tape, from: number, at: number, end: number): number {
  const { words, view } = tape;
  if (end - at < 8 || (view.getUint8(at + 2) & OptionBit.linkLocalSignaling) !== 0) return REFUSED;
  words[from] = Field.dd;
  words[from + 2] = Field.ddMtu;
  words[from + 3] = view.getUint16(at);
  words[from + 4] = Field.ddOptions;
  words[from + 5] = view.getUint8(at + 2);
  words[from + 6] = Field.ddFlags;
  words[from + 7] = view.getUint8(at + 3);
  words[from + 8] = Field.ddSequence;
  words[from + 9] = view.getInt32(at + 4);
  words[from + 10] = Field.close;
  return lsaHeaders(tape, from + 12, at + 8, end);
}

function linkStateRequest(words: Int32Array, view: DataView, from: number, at: number, end: number): number {
  if ((end - at) % 12 !== 0) return REFUSED;
  let n = from;
  words[n] = Field.requests;
  n += 2;
  for (let i = at; i < end; i += 12) {
    words[n] = Field.request;
    words[n + 2] = Field.requestType;
    words[n + 3] = view.getInt32(i);
    words[n + 4] = Field.requestId;
    words[n + 5] = view.getInt32(i + 4);
    words[n + 6] = Field.requestRouter;
    words[n + 7] = view.getInt32(i + 8);
    words[n + 8] = Field.close;
    n += 10;
  }
  words[n] = Field.close;
  return n + 2;
}

function lsaHeaders(tape: Tape, from: number, at: number, end: number): number {
  const { words, view } = tape;
  if ((end - at) % LSA_HEADER_LENGTH !== 0) return REFUSED;
  words[from] = Field.lsas;
  let n = from + 2;
  for (let i = at; i < end; i += LSA_HEADER_LENGTH) {
    n = lsaHeader(words, view, n, i);
    words[n] = Field.close;
    n += 2;
    tape.lsaCount++;
  }
  words[n] = Field.close;
  return n + 2;
}

/** Opens the LSA; the caller closes it. */
function lsaHeader(words: Int32Array, view: DataView, n: number, at: number): number {
  const optionsAndType = view.getUint16(at + 2);
  words[n] = Field.lsa;
  words[n + 2] = Field.lsaAge;
  words[n + 3] = view.getUint16(at);
  words[n + 4] = Field.lsaOptions;
  words[n + 5] = optionsAndType >>> 8;
  words[n + 6] = Field.lsaType;
  words[n + 7] = optionsAndType & 255;
  words[n + 8] = Field.lsaId;
  words[n + 9] = view.getInt32(at + 4);
  words[n + 10] = Field.lsaRouter;
  words[n + 11] = view.getInt32(at + 8);
  words[n + 12] = Field.lsaSequence;
  words[n + 13] = view.getInt32(at + 12);
  words[n + 14] = Field.lsaChecksum;
  words[n + 15] = view.getUint16(at + 16);
  words[n + 16] = Field.lsaLength;
  words[n + 17] = view.getUint16(at + 18);
  return n + 18;
}

function linkStateUpdate(tape: Tape, from: number, at: number, end: number): number {
  const { words, view } = tape;
  if (end - at < 4) return REFUSED;
  const count = view.getUint32(at);
  words[from] = Field.lsaCount;
  words[from + 1] = count;
  words[from + 2] = Field.lsas;
  let n = from + 4;
  let next = at + 4;
  for (let i = 0; i < count; i++) {
    if (end - next < LSA_HEADER_LENGTH) return REFUSED;
    const length = view.getUint16(next + 18);
    if (length < LSA_HEADER_LENGTH || length > end - next || !isFletcherRight(view, next, length)) return REFUSED;
    n = lsaHeader(words, view, n, next);
    const body = next + LSA_HEADER_LENGTH;
    next += length;
    switch (words[n - 11]) {
      case LsType.router: n = routerLsa(words, view, n, body, next); break;
      case LsType.network: n = networkLsa(words, view, n, body, next); break;
      case LsType.summaryNetwork:
      case LsType.summaryAsbr: n = summaryLsa(words, view, n, body, next); break;
      case LsType.asExternal:
      case LsType.nssa: n = externalLsa(words, view, n, body, next); break;
      default: return REFUSED;
    }
    if (n === REFUSED) return REFUSED;
    words[n] = Field.close;
    n += 2;
    tape.lsaCount++;
    tape.checksumCount++;
  }
  if (next !== end) return REFUSED;
  words[n] = Field.close;
  return n + 2;
}

function routerLsa(words: Int32Array, view: DataView, from: number, at: number, end: number): number {
  if (end - at < 4 || view.getUint8(at + 1) !== 0) return REFUSED;
  const count = view.getUint16(at + 2);
  let n = from;
  words[n] = Field.routerLsa;
  words[n + 2] = Field.routerFlags;
  words[n + 3] = view.getUint8(at);
  words[n + 4] = Field.routerLinks;
  n += 6;
  let next = at + 4;
  for (let i = 0; i < count; i++) {
    if (end - next < 12) return REFUSED;
    const rest = view.getInt32(next + 8);
    words[n] = Field.routerLink;
    words[n + 2] = Field.linkType;
    words[n + 3] = rest >>> 24;
    words[n + 4] = Field.linkId;
    words[n + 5] = view.getInt32(next);
    words[n + 6] = Field.linkData;
    words[n + 7] = view.getInt32(next + 4);
    words[n + 8] = Field.linkMetric;
    words[n + 9] = rest & 0xffff;
    n += 10;
    next += 12;
    const tosCount = (rest >>> 16) & 255;
    if (tosCount !== 0) {
      if (end - next < 4 * tosCount) return REFUSED;
      words[n] = Field.linkTosList;
      n += 2;
      for (const tosEnd = next + 4 * tosCount; next < tosEnd; next += 4) {
        if (view.getUint8(next + 1) !== 0) return REFUSED;
        words[n] = Field.linkTosEntry;
        words[n + 2] = Field.linkTos;
        words[n + 3] = view.getUint8(next);
        words[n + 4] = Field.linkTosMetric;
        words[n + 5] = view.getUint16(next + 2);
        words[n + 6] = Field.close;
        n += 8;
      }
      words[n] = Field.close;
      n += 2;
    }
    words[n] = Field.close;
    n += 2;
  }
  if (next !== end) return REFUSED;
  words[n] = Field.close;
  words[n + 2] = Field.close;
  return n + 4;
}

function networkLsa(words: Int32Array, view: DataView, from: number, at: number, end: number): number {
  if (end - at < 4 || ((end - at) & 3) !== 0) return REFUSED;
  let n = from;
  words[n] = Field.networkLsa;
  words[n + 2] = Field.networkMask;
  words[n + 3] = view.getInt32(at);
  words[n + 4] = Field.networkRouters;
  n += 6;
  for (let i = at + 4; i < end; i += 4) {
    words[n] = Field.networkRouter;
    words[n + 1] = view.getInt32(i);
    n += 2;
  }
  words[n] = Field.close;
  words[n + 2] = Field.close;
  return n + 4;
}

/** One metric; a reserved byte that is not zero and metrics per TOS go the general way. */
function summaryLsa(words: Int32Array, view: DataView, n: number, at: number, end: number): number {
  if (end - at !== 8) return REFUSED;
  const metric = view.getInt32(at + 4);
  if (metric >>> 24 !== 0) return REFUSED;
  words[n] = Field.summaryLsa;
  words[n + 2] = Field.summaryMask;
  words[n + 3] = view.getInt32(at);
  words[n + 4] = Field.summaryMetric;
  words[n + 5] = metric;
  words[n + 6] = Field.close;
  return n + 8;
}

function externalLsa(words: Int32Array, view: DataView, from: number, at: number, end: number): number {
  if (end - at < 16 || (end - at - 4) % 12 !== 0) return REFUSED;
  let n = from;
  words[n] = Field.externalLsa;
  words[n + 2] = Field.externalMask;
  words[n + 3] = view.getInt32(at);
  words[n + 4] = Field.externalRoutes;
  n += 6;
  for (let i = at + 4; i < end; i += 12) {
    const flagsAndMetric = view.getInt32(i);
    words[n] = Field.externalRoute;
    words[n + 2] = Field.externalIsType2;
    words[n + 3] = flagsAndMetric >>> 31;
    words[n + 4] = Field.externalTos;
    words[n + 5] = (flagsAndMetric >>> 24) & 0x7f;
    words[n + 6] = Field.externalMetric;
    words[n + 7] = flagsAndMetric & 0xffffff;
    words[n + 8] = Field.externalForwarding;
    words[n + 9] = view.getInt32(i + 4);
    words[n + 10] = Field.externalTag;
    words[n + 11] = view.getInt32(i + 8);
    words[n + 12] = Field.close;
    n += 14;
  }
  words[n] = Field.close;
  words[n + 2] = Field.close;
  return n + 4;
}

/** The ones' complement sum of 16-bit words, folded; four bytes at a time. With the checksum field in it: 0xffff if right. */
function onesSum(view: DataView, start: number, end: number, initial: number): number {
  let sum = initial;
  let i = start;
  // 16 bytes add at most 2^19, and a frame here has at most 2^16 bytes: 31 bits hold the sum.
  for (const last = end - 16; i <= last; i += 16) {
    const a = view.getInt32(i);
    const b = view.getInt32(i + 4);
    const c = view.getInt32(i + 8);
    const d = view.getInt32(i + 12);
    sum = (sum + (a & 0xffff) + (a >>> 16) + (b & 0xffff) + (b >>> 16) + (c & 0xffff) + (c >>> 16) + (d & 0xffff) + (d >>> 16)) | 0;
  }
  for (; i + 1 < end; i += 2) sum = (sum + view.getUint16(i)) | 0;
  if (i < end) sum = (sum + (view.getUint8(i) << 8)) | 0;
  sum = (sum & 0xffff) + (sum >>> 16);
  return (sum & 0xffff) + (sum >>> 16);
}

/** [2328:12.1.7]: the LSA without its age; both sums have to be zero, and the field must not be. */
function isFletcherRight(view: DataView, start: number, length: number): boolean {
  if (view.getUint16(start + 16) === 0) return false;
  let c0 = 0;
  let c1 = 0;
  let i = start + 2;
  const end = start + length;
  while (i < end) {
    const stop = i + FLETCHER_BLOCK < end ? i + FLETCHER_BLOCK : end;
    for (const last = stop - 4; i <= last; i += 4) {
      const four = view.getInt32(i);
      const first = four >>> 24;
      const second = (four >>> 16) & 255;
      const third = (four >>> 8) & 255;
      const fourth = four & 255;
      c1 = (c1 + (c0 << 2) + (first << 2) + second * 3 + (third << 1) + fourth) | 0;
      c0 = (c0 + first + second + third + fourth) | 0;
    }
    for (; i < stop; i++) {
      c0 = (c0 + view.getUint8(i)) | 0;
      c1 = (c1 + c0) | 0;
    }
    c0 %= 255;
    c1 %= 255;
  }
  return c0 === 0 && c1 === 0;
}
