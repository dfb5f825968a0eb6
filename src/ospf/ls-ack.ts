/**
 * Link State Acknowledgment: delayed, direct, and received. [2328:13.5] [2328:13.7]
 */
import { SECOND, type Micros } from '../base/micros.js';
import { LSA_HEADER_LENGTH, copyHeader, type LsaHeader } from '../wire/ospf/lsa-header.js';
import { LinkStateAcknowledgment, encodeLinkStateAcknowledgment, linkStateAcknowledgmentLength } from '../wire/ospf/link-state-acknowledgment.js';
import { OSPF_HEADER_LENGTH, PacketType } from '../wire/ospf/packet.js';
import { onFullyAcknowledged } from './ageing.js';
import { removeRetransmission } from './flooding.js';
import type { OspfInterface } from './interface.js';
import { compareInstances } from './lsdb.js';
import type { Neighbor } from './neighbor.js';
import { floodDestination, maximumPacketLength, neighborDestination, sendPacket } from './packet-output.js';

/** Table 19 of the standard: what was not flooded back out is acknowledged with the next delayed acknowledgment. [2328:13.5] */
export function acknowledgeDelayed(neighbor: Neighbor, header: LsaHeader, ageSeconds: number): void {
  const owner = neighbor.interface;
  // The Backup acknowledges only what the DR itself sent.
  if (owner.state === 'Backup' && !owner.isDesignatedRouter(neighbor)) return; // [2328:13.5 Backup]
  const isNeighborTimed = owner.process.behaviour.delayedAckMicros === 'half-retransmit-interval';
  (isNeighborTimed ? neighbor : owner).delayedAcks.push(copyHeader(header, ageSeconds)); // [2328:13.5 delayed]
}

export function acknowledgeDirectly(neighbor: Neighbor, header: LsaHeader, ageSeconds: number): void {
  const owner = neighbor.interface;
  const destination = directDestination(neighbor);
  if (owner.directAcks.length > 0 && owner.directAckDestination !== destination) flushDirectAcks(owner);
  owner.directAckDestination = destination;
  owner.directAcks.push(copyHeader(header, ageSeconds)); // [2328:13.5 direct]
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
  send(owner, owner.directAckDestination, owner.directAcks.splice(0));
}

/** The free-running timer that delayed acknowledgments wait for. */
export function onAckTimer(owner: OspfInterface, now: Micros): void {
  const { delayedAckMicros } = owner.process.behaviour;
  if (delayedAckMicros !== 'half-retransmit-interval') owner.ackTimer.arm(now + delayedAckMicros);
  if (owner.delayedAcks.length === 0) return;
  const acks = owner.delayedAcks.splice(0);
  if (!owner.traits.isUnicast) return send(owner, floodDestination(owner), acks); // [2328:13.5 together]
  // Over each adjacency on its own.
  for (const neighbor of owner.neighbors) {
    if (!neighbor.isAtLeast('Exchange')) continue;
    send(owner, neighborDestination(neighbor), acks); // [2328:13.5 unicast]
    if (owner.process.behaviour.nonBroadcast.isDelayedAckForFirstAlone) return;
  }
}

/** The same where each neighbour has its own, which runs from ExStart on. */
export function onNeighborAckTimer(neighbor: Neighbor, now: Micros): void {
  startNeighborAckTimer(neighbor, now);
  if (neighbor.delayedAcks.length > 0) send(neighbor.interface, floodDestination(neighbor.interface), neighbor.delayedAcks.splice(0));
}

export function startNeighborAckTimer(neighbor: Neighbor, now: Micros): void {
  neighbor.ackTimer.arm(now + (neighbor.interface.parameters.retransmitIntervalSeconds * SECOND) / 2);
}

function send(owner: OspfInterface, destination: number, headers: readonly LsaHeader[]): void {
  const room = Math.floor((maximumPacketLength(owner) - OSPF_HEADER_LENGTH) / LSA_HEADER_LENGTH);
  for (let start = 0; start < headers.length; start += room) {
    const acknowledgment = new LinkStateAcknowledgment();
    acknowledgment.headers = headers.slice(start, start + room);
    sendPacket(owner, PacketType.linkStateAcknowledgment, destination, linkStateAcknowledgmentLength(acknowledgment),
      (w) => encodeLinkStateAcknowledgment(acknowledgment, w));
  }
}

/** Takes in an acknowledgment. [2328:13.7] */
export function receiveAcknowledgment(neighbor: Neighbor, acknowledgment: LinkStateAcknowledgment, now: Micros): void {
  const owner = neighbor.interface;
  if (!neighbor.isAtLeast('Exchange')) {
    owner.process.refuse(owner, '[2328:13.7]', neighbor.address, 'Link State Acknowledgment in neighbour state', neighbor.state,
      'Exchange or greater'); // [2328:13.7 state]
    return;
  }
  for (const header of acknowledgment.headers) {
    const lsa = neighbor.retransmissionList.findKey(header);
    if (lsa === undefined || compareInstances(lsa.header, lsa.ageSeconds(now), header, header.age) !== 0) continue; // [2328:13.7 other instance]
    removeRetransmission(neighbor, lsa); // [2328:13.7 same instance]
    if (lsa.retransmissions === 0) onFullyAcknowledged(owner.process, lsa, now);
  }
}
