/**
 * Database Description: sending, receiving, master and slave. [2328:10.6] [2328:10.8]
 *
 * Deviation that goes beyond the standard and that Zebra and FRR share: an LSA of which the neighbour has described the same
 * or a newer instance is taken off our own database summary list: there is no point in describing it back.
 */
import { SECOND, type Micros } from '../base/micros.js';
import type { Ipv4 } from '../base/address.js';
import { DatabaseDescription, DdFlag, databaseDescriptionLength, encodeDatabaseDescription } from '../wire/ospf/database-description.js';
import { LSA_HEADER_LENGTH, copyHeader } from '../wire/ospf/lsa-header.js';
import { isOpaque } from '../wire/ospf/opaque/opaque-lsa.js';
import { OptionBit } from '../wire/ospf/options.js';
import { OSPF_HEADER_LENGTH, PacketType } from '../wire/ospf/packet.js';
import { sendRequest } from './ls-request.js';
import { compareInstances } from './lsdb.js';
import type { Neighbor } from './neighbor.js';
import { raiseNeighborEvent, runNeighborEvent } from './neighbor-machine.js';
import { opaqueRefusal } from './opaque.js';
import { maximumPacketLength, neighborDestination, sendAgain, sendPacket } from './packet-output.js';

const ALL_FLAGS = DdFlag.init | DdFlag.more | DdFlag.master;
const FIXED_LENGTH = OSPF_HEADER_LENGTH + 8;

export function sendDatabaseDescription(neighbor: Neighbor, now: Micros): void {
  const owner = neighbor.interface;
  const dd = new DatabaseDescription();
  if (owner.virtualLink === undefined) dd.interfaceMtu = owner.system.mtu; // [2328:10.8 MTU]
  dd.options = owner.area.options | (owner.process.isOpaqueCapable ? OptionBit.opaque : 0); // [5250:3.1 O bit] [2328:10.8 options]
  dd.sequence = neighbor.ddSequence; // [2328:10.8 sequence]
  if (neighbor.isAtLeast('Exchange')) { // [2328:10.8 empty]
    const room = Math.floor((maximumPacketLength(owner) - FIXED_LENGTH) / LSA_HEADER_LENGTH); // [2328:A.1 division]
    for (const lsa of neighbor.summaryList.takeFirst(room)) dd.headers.push(copyHeader(lsa.header, lsa.ageSeconds(now))); // [2328:10.8 headers]
    if (neighbor.summaryList.size === 0) neighbor.ddFlags &= ~DdFlag.more; // [2328:10.8 M-bit]
  }
  dd.flags = neighbor.ddFlags;
  sendPacket(owner, PacketType.databaseDescription, neighborDestination(neighbor), databaseDescriptionLength(dd),
    (w) => encodeDatabaseDescription(dd, w));
  neighbor.lastSentDd = owner.process.output.copyLast();
  neighbor.lastSentDdAt = now;
}

/** The last packet once more; only a cryptographic sequence number moves on. */
export function resendDatabaseDescription(neighbor: Neighbor): void {
  const owner = neighbor.interface;
  if (neighbor.lastSentDd === undefined) return;
  sendAgain(owner, neighborDestination(neighbor), neighbor.lastSentDd);
}

/** Takes in a Database Description. [2328:10.6] */
export function receiveDatabaseDescription(neighbor: Neighbor, source: Ipv4, dd: DatabaseDescription, now: Micros): void {
  const owner = neighbor.interface;
  const { process } = owner;
  const isOther = process.behaviour.refusedMtu === 'other' && dd.interfaceMtu !== owner.system.mtu && dd.interfaceMtu !== 0;
  if ((dd.interfaceMtu > owner.system.mtu || isOther) && !owner.parameters.isMtuIgnored) {
    process.refuse(owner, '[2328:10.6]', source, 'interface MTU', dd.interfaceMtu, owner.system.mtu);
    return; // [2328:10.6 MTU]
  }
  if (!process.isOpaqueCapable) dd.options &= ~OptionBit.opaque;
  switch (neighbor.state) {
    case 'Deleted':
    case 'Down':
    case 'Attempt':
    case '2-Way':
      // This is what costs a retransmission interval at start-up.
      process.refuse(owner, '[2328:10.6]', source, 'Database Description in neighbour state', neighbor.state, 'ExStart or greater');
      return; // [2328:10.6 2-Way]
    case 'Init':
      runNeighborEvent(neighbor, '2-WayReceived', now); // [2328:10.6 Init]
      if ((neighbor.state as string) !== 'ExStart') return;
      negotiate(neighbor, source, dd, now); // [2328:10.6 Init ExStart]
      return;
    case 'ExStart':
      negotiate(neighbor, source, dd, now); // [2328:10.6 ExStart]
      return;
    case 'Exchange':
      exchange(neighbor, source, dd, now);
      return;
    default:
      answerDuplicate(neighbor, source, dd, now);
  }
}

/** State ExStart: who is master? */
function negotiate(neighbor: Neighbor, source: Ipv4, dd: DatabaseDescription, now: Micros): void {
  const owner = neighbor.interface;
  const { process } = owner;
  const flags = dd.flags & ALL_FLAGS;
  if (flags === ALL_FLAGS && dd.headers.length === 0 && neighbor.routerId > process.routerId) {
    neighbor.ddSequence = dd.sequence; // [2328:10.6 slave sequence]
    neighbor.ddFlags &= ~(DdFlag.master | DdFlag.init); // [2328:10.6 slave]
  } else if ((flags & (DdFlag.init | DdFlag.master)) === 0 && dd.sequence === neighbor.ddSequence && neighbor.routerId < process.routerId) {
    neighbor.ddFlags &= ~DdFlag.init; // [2328:10.6 master]
  } else {
    // The slave's own first packet crosses the master's and means nothing to it.
    if (flags !== ALL_FLAGS) process.refuse(owner, '[2328:10.6]', source, 'flags while negotiating', flags, ALL_FLAGS);
    return; // [2328:10.6 ExStart other]
  }
  neighbor.options = dd.options; // [2328:10.6 ExStart options] [5250:4.1]
  runNeighborEvent(neighbor, 'NegotiationDone', now); // [2328:10.2 NegotiationDone]
  accept(neighbor, dd, now);
}

function isDuplicate(neighbor: Neighbor, dd: DatabaseDescription): boolean {
  const last = neighbor.lastReceivedDd;
  return dd.flags === last.flags && dd.options === last.options && dd.sequence === last.sequence;
}

function exchange(neighbor: Neighbor, source: Ipv4, dd: DatabaseDescription, now: Micros): void {
  const owner = neighbor.interface;
  const isMaster = (neighbor.ddFlags & DdFlag.master) !== 0;
  if (isDuplicate(neighbor, dd)) {
    if (!isMaster) resendDatabaseDescription(neighbor); // [2328:10.6 duplicate]
    return; // [2328:10.6 duplicate master]
  }
  const mismatch = (what: string, got: number, want: number): void => {
    owner.process.refuse(owner, '[2328:10.6]', source, what, got, want);
    raiseNeighborEvent(neighbor, 'SeqNumberMismatch'); // [2328:10.2 SeqNumberMismatch]
  };
  const theirMaster = dd.flags & DdFlag.master;
  if (theirMaster !== (isMaster ? 0 : DdFlag.master)) return mismatch('master bit', theirMaster, isMaster ? 0 : DdFlag.master); // [2328:10.6 MS-bit]
  if ((dd.flags & DdFlag.init) !== 0) return mismatch('initialise bit', DdFlag.init, 0); // [2328:10.6 I-bit]
  // What the last of these packets said; the neighbour's Hellos may carry bits of their own.
  const { options } = neighbor.lastReceivedDd;
  if (dd.options !== options) return mismatch('options', dd.options, options); // [2328:10.6 options]
  const expected = isMaster ? neighbor.ddSequence : (neighbor.ddSequence + 1) >>> 0;
  if (dd.sequence !== expected) return mismatch('DD sequence number', dd.sequence, expected); // [2328:10.6 sequence]
  accept(neighbor, dd, now);
}

/** Loading and Full: only duplicates may still come. */
function answerDuplicate(neighbor: Neighbor, source: Ipv4, dd: DatabaseDescription, now: Micros): void {
  const owner = neighbor.interface;
  const isMaster = (neighbor.ddFlags & DdFlag.master) !== 0;
  if (isDuplicate(neighbor, dd)) {
    if (isMaster) return; // [2328:10.6 Loading master]
    // The slave frees its last packet after the dead interval.
    if (now - neighbor.lastSentDdAt < owner.parameters.deadIntervalSeconds * SECOND) {
      resendDatabaseDescription(neighbor); // [2328:10.6 Loading duplicate] [2328:10.8 duplicate]
      return; // [2328:10.8 free]
    }
  }
  owner.process.refuse(owner, '[2328:10.6]', source, 'Database Description in neighbour state', neighbor.state, 'a duplicate');
  raiseNeighborEvent(neighbor, 'SeqNumberMismatch'); // [2328:10.6 Loading]
}

/** The packet is next in sequence: its headers are looked at and the exchange goes on. [2328:10.6] [2328:10.8] */
function accept(neighbor: Neighbor, dd: DatabaseDescription, now: Micros): void {
  const owner = neighbor.interface;
  const { process, area } = owner;
  for (const header of dd.headers) {
    const isOpaqueHeader = isOpaque(header.lsType);
    const refusal = isOpaqueHeader ? opaqueRefusal(neighbor, header.lsType) : 'LS type';
    if (refusal !== undefined && (isOpaqueHeader || !area.accepts(header.lsType))) {
      process.refuse(owner, '[2328:10.6]', neighbor.address, refusal, header.lsType, area.acceptedTypes);
      raiseNeighborEvent(neighbor, 'SeqNumberMismatch'); // [2328:10.6 LS type]
      return;
    }
    const own = process.lookUp(area, header.lsType, header.linkStateId, header.advertisingRouter);
    const order = own === undefined ? -1 : compareInstances(own.header, own.ageSeconds(now), header, header.age);
    if (order < 0) neighbor.requestList.put({ header }); // [2328:10.6 request]
    if (order <= 0 && own !== undefined && process.behaviour.isDescriptionShortened) neighbor.summaryList.delete(own.header);
  }

  const theyHaveMore = (dd.flags & DdFlag.more) !== 0;
  if ((neighbor.ddFlags & DdFlag.master) !== 0) {
    neighbor.ddSequence = (neighbor.ddSequence + 1) >>> 0; // [2328:10.6 master next]
    if (!theyHaveMore && (neighbor.ddFlags & DdFlag.more) === 0) {
      raiseNeighborEvent(neighbor, 'ExchangeDone'); // [2328:10.2 ExchangeDone]
    } else {
      sendDatabaseDescription(neighbor, now); // [2328:10.6 next]
      // [2328:10.8 master] The master repeats until the slave answers: the timer runs from the packet that is out.
      neighbor.ddTimer.arm(now + owner.parameters.retransmitIntervalSeconds * SECOND);
    }
  } else {
    neighbor.ddSequence = dd.sequence; // [2328:10.6 slave next] [2328:10.6 slave sequence]
    sendDatabaseDescription(neighbor, now); // [2328:10.8 slave]
    if (!theyHaveMore && (neighbor.ddFlags & DdFlag.more) === 0) raiseNeighborEvent(neighbor, 'ExchangeDone'); // [2328:10.2 ExchangeDone]
  }
  neighbor.lastReceivedDd = { flags: dd.flags, options: dd.options, sequence: dd.sequence }; // [2328:10.6 last received]
  if (!neighbor.requestTimer.isArmed) sendRequest(neighbor, now); // [2328:10.9 Exchange]
}
