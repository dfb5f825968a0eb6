/**
 * Link State Request: sending and answering. [2328:10.7] [2328:10.9]
 */
import { SECOND, type Micros } from '../base/micros.js';
import { LinkStateRequest, LinkStateRequestEntry, encodeLinkStateRequest, linkStateRequestLength } from '../wire/ospf/link-state-request.js';
import { OSPF_HEADER_LENGTH, PacketType } from '../wire/ospf/packet.js';
import { queueUpdate } from './ls-update.js';
import type { LsaInstance } from './lsdb.js';
import type { Neighbor } from './neighbor.js';
import { raiseNeighborEvent } from './neighbor-machine.js';
import { floodDestination, maximumPacketLength, neighborDestination, sendPacket } from './packet-output.js';

const ENTRY_LENGTH = 12;

/** Asks for as much of the request list as one packet holds. [2328:10.9] */
export function sendRequest(neighbor: Neighbor, now: Micros): void {
  const owner = neighbor.interface;
  if (neighbor.requestList.size === 0) return;
  const room = Math.floor((maximumPacketLength(owner) - OSPF_HEADER_LENGTH) / ENTRY_LENGTH);
  const request = new LinkStateRequest();
  for (const wanted of neighbor.requestList.all().slice(0, room)) {
    const entry = new LinkStateRequestEntry();
    entry.lsType = wanted.header.lsType;
    entry.linkStateId = wanted.header.linkStateId;
    entry.advertisingRouter = wanted.header.advertisingRouter;
    request.entries.push(entry);
    neighbor.lastRequested = wanted;
  }
  sendPacket(owner, PacketType.linkStateRequest, neighborDestination(neighbor), linkStateRequestLength(request),
    (w) => encodeLinkStateRequest(request, w));
  neighbor.hasRequested = true;
  neighbor.requestTimer.armIfIdle(now + owner.parameters.retransmitIntervalSeconds * SECOND); // [2328:10.9 one outstanding]
}

export function onRequestTimer(neighbor: Neighbor, now: Micros): void {
  sendRequest(neighbor, now); // [2328:10.9 again]
  neighbor.requestTimer.arm(now + neighbor.interface.parameters.retransmitIntervalSeconds * SECOND);
}

/** An LSA that was asked for has come, or is no longer wanted. */
export function removeRequested(neighbor: Neighbor, wanted: { readonly header: LsaInstance['header'] }): void {
  const removed = neighbor.requestList.delete(wanted.header);
  if (removed !== undefined && removed === neighbor.lastRequested) neighbor.lastRequested = undefined;
}

/** After the request list has changed: on to the next request, or done. [2328:10.9] */
export function continueLoading(neighbor: Neighbor, now: Micros): void {
  if (neighbor.state !== 'Loading') return; // in Exchange the timer asks again, as in FRR
  if (neighbor.requestList.size === 0) {
    raiseNeighborEvent(neighbor, 'LoadingDone'); // [2328:10.9 done] [2328:10.2 LoadingDone]
  } else if (neighbor.lastRequested === undefined) {
    neighbor.requestTimer.cancel();
    sendRequest(neighbor, now); // [2328:10.9 next]
  }
}

/** Takes in a Link State Request. [2328:10.7] */
export function receiveRequest(neighbor: Neighbor, request: LinkStateRequest): void {
  const owner = neighbor.interface;
  const { process, area } = owner;
  if (!neighbor.isAtLeast('Exchange')) {
    process.refuse(owner, '[2328:10.7]', neighbor.address, 'Link State Request in neighbour state', neighbor.state, 'Exchange or greater');
    return; // [2328:10.7 state]
  }
  const found: LsaInstance[] = [];
  for (const entry of request.entries) {
    const lsa = process.lookUp(area, entry.lsType, entry.linkStateId, entry.advertisingRouter);
    if (lsa === undefined) {
      process.refuse(owner, '[2328:10.7]', neighbor.address, 'requested LSA of type', entry.lsType, 'one that is in the database');
      raiseNeighborEvent(neighbor, 'BadLSReq'); // [2328:10.7 unknown LSA] [2328:10.2 BadLSReq]
      return;
    }
    found.push(lsa);
  }
  const destination = process.behaviour.requestAnswer === 'interface' && !owner.traits.isUnicast ? floodDestination(owner) : neighborDestination(neighbor);
  for (const lsa of found) queueUpdate(owner, destination, lsa); // [2328:10.7 answer]
}
