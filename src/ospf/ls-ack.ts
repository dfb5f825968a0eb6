/**
 * Link State Acknowledgment: delayed, direct, and received. [2328:13.5] [2328:13.7]
 */
import { SECOND, type Micros } from '../base/micros.js';
import type { ByteReader } from '../wire/bytes.js';
import { LSA_HEADER_LENGTH, LsaHeader, readLsaHeader } from '../wire/ospf/lsa-header.js';
import { OSPF_HEADER_LENGTH, PacketType } from '../wire/ospf/packet.js';
import { AckQueue } from './ack-queue.js';
import { onFullyAcknowledged } from './ageing.js';
import { removeRetransmission } from './flooding.js';
import type { OspfInterface } from './interface.js';
import { findKnown } from './lsa-body.js';
import { compareInstances, type LsaInstance } from './lsdb.js';
import type { Neighbor } from './neighbor.js';
import { floodDestination, forFloodDestinations, isRealBroadcast, maximumPacketLength, neighborDestination, sendPacket } from './packet-output.js';

/**
 * Table 19 of the standard: what was not flooded back out is acknowledged with the next delayed acknowledgment. `lsa`: the instance that has come into the
 * database.
 */
export function acknowledgeDelayed(neighbor: Neighbor, header: LsaHeader, ageSeconds: number, lsa?: LsaInstance): void {
  const owner = neighbor.interface;
  // The Backup acknowledges only what the DR itself sent.
  if (owner.state === 'Backup' && !owner.floodsAsDesignated(neighbor)) return; // [2328:13.5 Backup]
  const waiting = owner.process.behaviour.delayedAckMicros === 'half-retransmit-interval' ? neighbor : owner;
  waiting.ackTimer.attend();
  waiting.delayedAcks.push(header, ageSeconds, owner.process.behaviour.isFlushAcknowledged === true ? lsa : undefined); // [2328:13.5 delayed]
}

export function acknowledgeDirectly(neighbor: Neighbor, header: LsaHeader, ageSeconds: number): void {
  const owner = neighbor.interface;
  const destination = directDestination(neighbor);
  const isShared = owner.process.behaviour.isDirectAckShared === true;
  if (!isShared && owner.directAcks.length > 0 && owner.directAckDestination !== destination) flushDirectAcks(owner);
  if (owner.directAcks.length === 0) owner.directAckDestination = destination;
  owner.directAcks.push(header, ageSeconds); // [2328:13.5 direct]
  if (owner.isDirectAckDue) return;
  owner.isDirectAckDue = true;
  owner.process.defer(() => {
    owner.isDirectAckDue = false;
    flushDirectAcks(owner);
  });
}

function directDestination(neighbor: Neighbor): number {
  const owner = neighbor.interface;
  const isToGroup = owner.traits.isPointToMultipoint && !owner.traits.isUnicast && owner.process.behaviour.nonBroadcast.isDirectAckToGroup;
  if (owner.virtualLink !== undefined && owner.process.behaviour.virtualLink.isNeighborAddressKept === true) return neighbor.address;
  return isToGroup ? floodDestination(owner) : neighborDestination(neighbor);
}

function flushDirectAcks(owner: OspfInterface): void {
  send(owner, owner.directAckDestination, owner.directAcks);
  owner.directAcks.clear();
}

/** The free-running timer that delayed acknowledgments wait for. */
export function onAckTimer(owner: OspfInterface, now: Micros): void {
  const { delayedAckMicros } = owner.process.behaviour;
  if (delayedAckMicros !== 'half-retransmit-interval') owner.ackTimer.arm(now + delayedAckMicros);
  if (owner.delayedAcks.length > 0) {
    sendDelayed(owner);
    owner.delayedAcks.clear();
  }
  owner.ackTimer.rest();
}

function sendDelayed(owner: OspfInterface): void {
  if (isRealBroadcast(owner)) return forFloodDestinations(owner, (destination) => send(owner, destination, owner.delayedAcks));
  if (!owner.traits.isUnicast) return send(owner, floodDestination(owner), owner.delayedAcks); // [2328:13.5 together]
  // Over each adjacency on its own.
  for (const neighbor of owner.neighbors) {
    if (!neighbor.isAtLeast('Exchange')) continue;
    send(owner, neighborDestination(neighbor), owner.delayedAcks); // [2328:13.5 unicast]
    if (owner.process.behaviour.nonBroadcast.isDelayedAckForFirstAlone) return;
  }
}

/** The same where each neighbour has its own, which runs from ExStart on. */
export function onNeighborAckTimer(neighbor: Neighbor, now: Micros): void {
  startNeighborAckTimer(neighbor, now);
  if (neighbor.delayedAcks.length > 0) {
    forFloodDestinations(neighbor.interface, (destination) => send(neighbor.interface, destination, neighbor.delayedAcks));
    neighbor.delayedAcks.clear();
  }
  neighbor.ackTimer.rest();
}

export function startNeighborAckTimer(neighbor: Neighbor, now: Micros): void {
  neighbor.ackTimer.arm(now + (neighbor.interface.parameters.retransmitIntervalSeconds * SECOND) / 2);
}

function send(owner: OspfInterface, destination: number, acks: AckQueue): void {
  const room = Math.floor((maximumPacketLength(owner) - OSPF_HEADER_LENGTH) / LSA_HEADER_LENGTH);
  for (let start = 0; start < acks.length; start += room) {
    const end = Math.min(acks.length, start + room);
    sendPacket(owner, PacketType.linkStateAcknowledgment, destination, AckQueue.lengthOf(end - start), (w) => acks.encode(start, end, w));
  }
}

const header = new LsaHeader();

/** Takes in an acknowledgment: whole LSA headers, as the codec has found. */
export function receiveAcknowledgment(neighbor: Neighbor, body: ByteReader, now: Micros): void {
  const owner = neighbor.interface;
  if (!neighbor.isAtLeast('Exchange')) {
    owner.process.refuse(owner, '[2328:13.7]', neighbor.address, 'Link State Acknowledgment in neighbour state', neighbor.state,
      'Exchange or greater');
    return; // [2328:13.7 state]
  }
  while (body.remaining > 0) {
    readLsaHeader(body, header);
    const lsa = neighbor.retransmissionList.findKey(header, findKnown(header.lsType, header.linkStateId, header.advertisingRouter));
    if (lsa === undefined || compareInstances(lsa.header, lsa.ageSeconds(now), header, header.age) !== 0) continue; // [2328:13.7 other instance]
    removeRetransmission(neighbor, lsa); // [2328:13.7 same instance]
    if (lsa.retransmissions === 0) onFullyAcknowledged(owner.process, lsa, now);
  }
}
