/**
 * The general way from bytes to the tape: decode with the codecs, then write down what they found.
 *
 * For every frame; the fast way (fast-frame.ts) is for the common ones and has to come to the same tape. Bytes that the
 * codecs refuse stand on the tape as `payload`, and the refusals as `error`.
 */
import type { Arp } from '../arp.js';
import { arpPurpose } from '../arp.js';
import { DecodeError } from '../decode-error.js';
import { ethernetHeaderLength } from '../ethernet.js';
import type { Frame, FramePayload, Ipv4Packet, UdpApplication } from '../frame.js';
import { LinkFrame, decodeLinkFrame, frameErrors } from '../frame.js';
import type { IcmpMessage } from '../icmp.js';
import type { IgmpMessage } from '../igmp.js';
import { ipv4HeaderLength } from '../ipv4.js';
import type { UdpDatagram } from '../udp.js';
import { udpLength } from '../udp.js';
import { Field } from './field.js';
import { ospfToTape } from './general-ospf.js';
import { linkHeaderLength } from '../link-layer.js';
import { llcHeaderLength } from '../llc.js';
import { fieldOf, valuesToTape } from './value-fields.js';
import type { Tape } from './tape.js';
import { Layer } from './tape.js';

/** Writes the frame from `tape.start` to `tape.end` onto the tape behind what is there. `linkType`: LINKTYPE value. */
export function dissectGeneral(tape: Tape, linkType: number): void {
  const bytes = tape.source.subarray(tape.start, tape.end);
  const frame = decodeLinkFrame(linkType, bytes);
  if (frame instanceof DecodeError) {
    if (bytes.length > 0) tape.bytes(Field.payload, bytes);
    errorsToTape(tape, [frame]);
    return;
  }
  let at = tape.start;
  if (frame instanceof LinkFrame) {
    at += linkHeaderLength(frame.link);
    tape.layers |= Layer.link;
    tape.open(Field.link);
    valuesToTape(tape, 'link', frame.link);
    tape.close();
  } else {
    at += ethernetHeaderLength(frame.ethernet);
    ethernetToTape(tape, frame);
  }
  payloadToTape(tape, frame.payload, at);
  if (frame.padding.length > 0) tape.bytes(Field.padding, frame.padding);
  errorsToTape(tape, frameErrors(frame));
}

/** `at`: where the payload is in `source`. */
function payloadToTape(tape: Tape, payload: FramePayload, at: number): void {
  switch (payload.kind) {
    case 'arp':
      tape.networkAt = tape.length;
      arpToTape(tape, payload.arp);
      break;
    case 'general-arp':
      tape.layers |= Layer.arp;
      tape.networkAt = tape.length;
      tape.open(Field.arp);
      tape.add(Field.arpOperation, payload.arp.operation);
      valuesToTape(tape, 'arp', payload.arp, ['operation']);
      tape.close();
      break;
    case 'ipv4':
      tape.networkAt = tape.length;
      ipv4ToTape(tape, payload.packet, at);
      break;
    case 'llc':
      tape.layers |= Layer.llc;
      tape.open(Field.llc);
      valuesToTape(tape, 'llc', payload.llc);
      tape.close();
      payloadToTape(tape, payload.payload, at + llcHeaderLength(payload.llc));
      if (payload.trailer.length > 0) tape.bytes(Field.ethLlcTrailer, payload.trailer);
      break;
    case 'raw':
      if (payload.bytes.length > 0) tape.bytes(Field.payload, payload.bytes);
      break;
  }
}

function ethernetToTape(tape: Tape, { ethernet }: Frame): void {
  tape.layers |= Layer.eth;
  tape.open(Field.eth);
  tape.mac(Field.ethDestination, ethernet.destination);
  tape.mac(Field.ethSource, ethernet.source);
  if (ethernet.tags.length > 0) {
    tape.layers |= Layer.vlan;
    tape.open(Field.vlans);
    for (const tag of ethernet.tags) {
      tape.open(Field.vlan);
      tape.add(Field.vlanProtocol, tag.protocolId);
      tape.add(Field.vlanPriority, tag.control >>> 13);
      tape.add(Field.vlanDropEligible, (tag.control >>> 12) & 1);
      tape.add(Field.vlanId, tag.control & 0xfff);
      tape.close();
    }
    tape.close();
  }
  tape.add(Field.ethType, ethernet.etherType);
  tape.close();
}

function arpToTape(tape: Tape, arp: Arp): void {
  tape.layers |= Layer.arp;
  tape.open(Field.arp);
  tape.add(Field.arpOperation, arp.operation);
  tape.text(Field.arpMeaning, arpPurpose(arp));
  tape.mac(Field.arpSenderMac, arp.senderHardwareAddress);
  tape.add(Field.arpSenderIp, arp.senderProtocolAddress);
  tape.mac(Field.arpTargetMac, arp.targetHardwareAddress);
  tape.add(Field.arpTargetIp, arp.targetProtocolAddress);
  tape.close();
}

/** `at`: where the header is in `source`. */
function ipv4ToTape(tape: Tape, { header, payload }: Ipv4Packet, at: number): void {
  const payloadAt = at + ipv4HeaderLength(header);
  tape.layers |= Layer.ip;
  tape.checksumCount++;
  tape.open(Field.ip);
  tape.add(Field.ipHeaderLength, ipv4HeaderLength(header));
  tape.add(Field.ipTos, header.typeOfService);
  tape.add(Field.ipLength, header.totalLength);
  tape.add(Field.ipId, header.identification);
  tape.add(Field.ipFlags, header.flags);
  tape.add(Field.ipFragmentOffset, header.fragmentOffset * 8);
  tape.add(Field.ipTtl, header.timeToLive);
  tape.add(Field.ipProtocol, header.protocol);
  tape.add(Field.ipChecksum, tape.view.getUint16(at + 10));
  tape.add(Field.ipSource, header.source);
  tape.add(Field.ipDestination, header.destination);
  if (header.options.length > 0) tape.bytes(Field.ipOptions, header.options);
  tape.close();
  switch (payload.kind) {
    case 'icmp': icmpToTape(tape, payload.icmp, payloadAt); break;
    case 'igmp': igmpToTape(tape, payload.igmp, payloadAt); break;
    case 'udp':
      udpToTape(tape, payload.udp, payload.trailer, payloadAt, payload.application);
      if (payload.application) applicationToTape(tape, payload.application);
      break;
    case 'tcp':
      tape.layers |= Layer.tcp;
      if (!payload.tcp.isChecksumPartial) tape.checksumCount++;
      tape.open(Field.tcp);
      valuesToTape(tape, 'tcp', payload.tcp);
      tape.add(Field.tcpChecksum, tape.view.getUint16(payloadAt + 16));
      tape.close();
      break;
    case 'vrrp':
      tape.layers |= Layer.vrrp;
      tape.checksumCount++;
      tape.open(Field.vrrp);
      valuesToTape(tape, 'vrrp', payload.vrrp);
      tape.add(Field.vrrpChecksum, tape.view.getUint16(payloadAt + 6));
      tape.close();
      if (payload.trailer.length > 0) tape.bytes(Field.vrrpTrailer, payload.trailer);
      break;
    case 'ospf': ospfToTape(tape, payload.ospf, payloadAt); break;
    case 'raw': if (payload.bytes.length > 0) tape.bytes(Field.payload, payload.bytes); break;
  }
}

function icmpToTape(tape: Tape, message: IcmpMessage, at: number): void {
  tape.layers |= Layer.icmp;
  tape.checksumCount++;
  tape.open(Field.icmp);
  tape.add(Field.icmpType, message.type);
  tape.add(Field.icmpCode, message.code);
  tape.add(Field.icmpChecksum, tape.view.getUint16(at + 2));
  switch (message.kind) {
    case 'echo':
      tape.add(Field.icmpId, message.identifier);
      tape.add(Field.icmpSequence, message.sequence);
      tape.bytes(Field.icmpPayload, message.payload);
      break;
    case 'error':
      tape.add(Field.icmpUnused, message.unused);
      tape.add(Field.icmpNextHopMtu, message.nextHopMtu);
      tape.bytes(Field.icmpOriginal, message.original);
      break;
    case 'other':
      tape.bytes(Field.icmpBody, message.body);
      break;
    default:
      valuesToTape(tape, 'icmp', message, ['kind', 'type', 'code']);
  }
  tape.close();
}

function igmpToTape(tape: Tape, message: IgmpMessage, at: number): void {
  tape.layers |= Layer.igmp;
  tape.checksumCount++;
  tape.open(Field.igmp);
  tape.add(Field.igmpType, message.type);
  switch (message.kind) {
    case 'version2':
      tape.add(Field.igmpMaximumResponseTime, message.maximumResponseTime);
      tape.add(Field.igmpChecksum, tape.view.getUint16(at + 2));
      tape.add(Field.igmpGroup, message.group);
      if (message.additionalData.length > 0) tape.bytes(Field.igmpAdditional, message.additionalData);
      break;
    case 'version3-query':
      tape.add(Field.igmpChecksum, tape.view.getUint16(at + 2));
      valuesToTape(tape, 'igmp', message, ['kind', 'type']);
      break;
    case 'version3-report':
      tape.add(Field.igmpChecksum, tape.view.getUint16(at + 2));
      tape.open(Field.igmpRecords);
      for (const record of message.records) {
        tape.open(Field.igmpRecord);
        tape.add(Field.igmpRecordType, record.type);
        tape.add(Field.igmpRecordGroup, record.group);
        tape.open(Field.igmpRecordSources);
        for (const source of record.sources) tape.add(Field.igmpRecordSource, source);
        tape.close();
        if (record.auxiliaryData.length > 0) tape.bytes(Field.igmpRecordAuxiliary, record.auxiliaryData);
        tape.close();
      }
      tape.close();
      if (message.additionalData.length > 0) tape.bytes(Field.igmpAdditional, message.additionalData);
      break;
    case 'other':
      tape.add(Field.igmpCode, message.code);
      tape.add(Field.igmpChecksum, tape.view.getUint16(at + 2));
      tape.bytes(Field.igmpBody, message.body);
      break;
  }
  tape.close();
}

function udpToTape(tape: Tape, datagram: UdpDatagram, trailer: Uint8Array, at: number, application: UdpApplication | undefined): void {
  tape.layers |= Layer.udp;
  if (datagram.hasChecksum && !datagram.isChecksumPartial) tape.checksumCount++;
  tape.open(Field.udp);
  tape.add(Field.udpSourcePort, datagram.sourcePort);
  tape.add(Field.udpDestinationPort, datagram.destinationPort);
  tape.add(Field.udpLength, udpLength(datagram));
  tape.add(Field.udpChecksum, tape.view.getUint16(at + 6));
  if (datagram.isChecksumPartial) tape.add(Field.udpChecksumPartial, 1);
  if (application === undefined || application.kind === 'raw') tape.bytes(Field.udpPayload, datagram.payload);
  else if (application.trailer.length > 0) tape.bytes(Field.applicationTrailer, application.trailer);
  if (trailer.length > 0) tape.bytes(Field.udpTrailer, trailer);
  tape.close();
}

function applicationToTape(tape: Tape, application: UdpApplication): void {
  switch (application.kind) {
    case 'bfd':
      tape.layers |= Layer.bfd;
      tape.open(Field.bfd);
      valuesToTape(tape, 'bfd', application.bfd);
      tape.close();
      break;
    case 'heartbeat': {
      const { heartbeat } = application;
      tape.layers |= Layer.heartbeat;
      tape.open(Field.heartbeat);
      valuesToTape(tape, 'heartbeat', heartbeat, ['fields']);
      tape.open(fieldOf('heartbeat.field', 'list'));
      for (const { name, value, type } of heartbeat.fields) {
        tape.open(fieldOf('heartbeat.field[]', 'group'));
        tape.text(fieldOf('heartbeat.field[].name', 'text'), name);
        tape.text(fieldOf('heartbeat.field[].value', 'text'), String.fromCharCode(...value));
        tape.add(fieldOf('heartbeat.field[].type', 'number'), type);
        tape.close();
      }
      tape.close();
      tape.close();
      break;
    }
    case 'raw': break;
  }
}

function errorsToTape(tape: Tape, errors: readonly DecodeError[]): void {
  if (errors.length === 0) return;
  tape.layers |= Layer.error;
  tape.open(Field.errors);
  for (const { code, offset, clause, got, want } of errors) {
    tape.open(Field.error);
    tape.text(Field.errorCode, code);
    tape.add(Field.errorOffset, offset);
    tape.text(Field.errorClause, clause);
    tape.text(Field.errorGot, String(got));
    tape.text(Field.errorWant, String(want));
    tape.close();
  }
  tape.close();
}
