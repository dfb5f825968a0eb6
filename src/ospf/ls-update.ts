/**
 * Link State Update: the outgoing queue, and section 13's procedure for what comes in. [2328:13]
 *
 * Read section 13 beside `receiveUpdate`: its steps are marked. LSAs that are sent out of one interface to one destination
 * during one input are put into as few packets as hold them.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { DecodeError } from '../wire/decode-error.js';
import { isLsaChecksumValid } from '../wire/ospf/fletcher-checksum.js';
import { LinkStateUpdate, encodeLinkStateUpdate, linkStateUpdateLength } from '../wire/ospf/link-state-update.js';
import { LsType, MAX_AGE_SECONDS, MAX_SEQUENCE_NUMBER } from '../wire/ospf/lsa-header.js';
import { OSPF_HEADER_LENGTH, PacketType } from '../wire/ospf/packet.js';
import { flushReceivedNetworkLsa } from './ageing.js';
import { flood } from './flooding.js';
import type { OspfInterface } from './interface.js';
import { acknowledgeDelayed, acknowledgeDirectly } from './ls-ack.js';
import { LsaInstance, compareInstances, decodeLsaBody } from './lsdb.js';
import { STATE_RANK, type Neighbor } from './neighbor.js';
import { raiseNeighborEvent } from './neighbor-machine.js';
import { install } from './installation.js';
import { removeRetransmission } from './flooding.js';
import { originateAgain } from './origination.js';
import { maximumPacketLength, neighborDestination, sendPacket } from './packet-output.js';

/** Puts an LSA into the next update that leaves this interface for this destination. */
export function queueUpdate(owner: OspfInterface, destination: Ipv4, lsa: LsaInstance): void {
  let entry = owner.updateQueue.find((e) => e.destination === destination);
  if (entry === undefined) owner.updateQueue.push(entry = { destination, lsas: [] });
  entry.lsas.push(lsa);
  if (owner.isUpdateFlushDue) return;
  owner.isUpdateFlushDue = true;
  owner.process.defer((now) => flushUpdates(owner, now));
}

function flushUpdates(owner: OspfInterface, now: Micros): void {
  owner.isUpdateFlushDue = false;
  // In the order of destinations, not of arrival: unicasts before groups.
  const queue = owner.updateQueue.splice(0).sort((a, b) => a.destination - b.destination);
  for (const { destination, lsas } of queue) sendUpdates(owner, destination, lsas, now);
}

/** Sends LSAs in as few packets as hold them; one that is larger than a packet goes alone and is fragmented by IP. */
function sendUpdates(owner: OspfInterface, destination: Ipv4, lsas: readonly LsaInstance[], now: Micros): void {
  const room = maximumPacketLength(owner) - OSPF_HEADER_LENGTH - 4;
  let update = new LinkStateUpdate();
  let used = 0;
  const send = (): void => {
    const body = update;
    sendPacket(owner, PacketType.linkStateUpdate, destination, linkStateUpdateLength(body), (w) => encodeLinkStateUpdate(body, w));
    update = new LinkStateUpdate();
    used = 0;
  };
  for (const lsa of lsas) {
    if (update.lsas.length > 0 && used + lsa.bytes.length > room) send();
    const bytes = lsa.bytes.slice();
    // [2328:13.3] The age goes up by InfTransDelay as the LSA is copied, up to MaxAge.
    const age = Math.min(MAX_AGE_SECONDS, lsa.ageSeconds(now) + owner.parameters.transmitDelaySeconds);
    bytes[0] = age >>> 8;
    bytes[1] = age & 0xff;
    update.lsas.push(bytes);
    used += bytes.length;
  }
  if (update.lsas.length > 0) send();
}

/** Takes in a Link State Update. [2328:13] */
export function receiveUpdate(neighbor: Neighbor, update: LinkStateUpdate, now: Micros): void {
  const owner = neighbor.interface;
  const { process, area } = owner;
  if (!neighbor.isAtLeast('Exchange')) {
    process.refuse(owner, '[2328:13]', neighbor.address, 'Link State Update in neighbour state', neighbor.state, 'Exchange or greater');
    return;
  }
  for (const bytes of update.lsas) {
    const lsType = bytes[3];
    // (1) The checksum. [2328:13(1)]
    if (!isLsaChecksumValid(bytes, 0, bytes.length)) {
      process.malformed(owner, new DecodeError('checksum', 16, '[2328:13(1)]', (bytes[16] << 8) | bytes[17], 'a valid LS checksum'));
      continue;
    }
    // (2) The type. [2328:13(2)] Opaque LSAs are not taken: this process never agrees on the O bit.
    if (lsType < LsType.router || lsType > LsType.asExternal) {
      process.refuse(owner, '[2328:13(2)]', neighbor.address, 'LS type', lsType, '1-5');
      continue;
    }
    const body = decodeLsaBody(bytes);
    if (body instanceof DecodeError) {
      process.malformed(owner, body);
      continue;
    }
    const copy = bytes.slice();
    const advertisingRouter = ((copy[8] << 24) | (copy[9] << 16) | (copy[10] << 8) | copy[11]) >>> 0;
    const linkStateId = ((copy[4] << 24) | (copy[5] << 16) | (copy[6] << 8) | copy[7]) >>> 0;
    // A router-LSA names its router twice; one that contradicts itself is an attack, not a router.
    if (lsType === LsType.router && linkStateId !== advertisingRouter) {
      process.refuse(owner, '[2328:12.4.1]', neighbor.address, 'router-LSA with link state id', linkStateId, advertisingRouter);
      continue;
    }
    const lsa = new LsaInstance(copy, body, lsType === LsType.asExternal ? undefined : area, now,
      process.isSelfOriginated(lsType, linkStateId, advertisingRouter), true);
    if (lsa.header.age > MAX_AGE_SECONDS) lsa.setMaxAge(now);
    if (!receiveLsa(neighbor, lsa, now)) return;
  }
}

/** Steps 4 to 8 for one LSA; false: the rest of the packet is not to be looked at. */
function receiveLsa(neighbor: Neighbor, lsa: LsaInstance, now: Micros): boolean {
  const owner = neighbor.interface;
  const { process, area } = owner;
  const { header } = lsa;
  const current = process.lookUp(area, header.lsType, header.linkStateId, header.advertisingRouter);

  // (4) MaxAge, nothing in the database, and nobody in Exchange or Loading. [2328:13(4)]
  if (lsa.isMaxAge(now) && current === undefined && !process.isExchanging()) {
    acknowledgeDirectly(neighbor, lsa, now);
    return true;
  }
  // [2328:13.4] A network-LSA for one of our addresses under a router id we no longer have.
  if (header.lsType === LsType.network && header.advertisingRouter !== process.routerId && flushReceivedNetworkLsa(process, area, lsa, now)) {
    return true;
  }
  const order = current === undefined ? -1 : compareInstances(current.header, current.ageSeconds(now), header, lsa.ageSeconds(now));

  // (5) Nothing in the database, or the received one is more recent. [2328:13(5)]
  if (order < 0) {
    // (5a) MinLSArrival; an initial instance of our own may be replaced at once, to resynchronise quickly.
    if (current !== undefined && current.isReceived && now - current.arrivedAt < process.behaviour.minLsArrivalMicros) {
      return true;
    }
    const isBackOut = flood(process, neighbor, lsa, now); // (5b)
    const replaced = install(process, lsa, now); // (5c), (5d)
    const isChanged = replaced === undefined || replaced.isContentChanged;
    process.environment.trace({
      kind: 'lsa-install', clause: '[2328:13(5d)]', lsa: process.identity(lsa), sequence: header.sequence,
      interfaceName: owner.name, neighborId: neighbor.routerId, isMaxAge: lsa.isMaxAge(now), isChanged,
    });
    if (!isBackOut) acknowledgeDelayed(neighbor, lsa, now); // (5e)
    if (lsa.isSelfOriginated) originateAgain(process, lsa, now); // (5f)
    return true;
  }

  // (6) On the request list, though not more recent: the exchange has gone wrong. [2328:13(6)]
  if (neighbor.requestList.findKey(header) !== undefined) {
    raiseNeighborEvent(neighbor, 'BadLSReq');
    return false;
  }

  // (7) The same instance. [2328:13(7)]
  if (order === 0) {
    const waiting = neighbor.retransmissionList.findKey(header);
    if (waiting !== undefined) {
      removeRetransmission(neighbor, waiting); // (7a) an implied acknowledgment
      if (owner.state === 'Backup' && owner.isDesignatedRouter(neighbor)) acknowledgeDelayed(neighbor, lsa, now);
    } else {
      acknowledgeDirectly(neighbor, lsa, now); // (7b)
    }
    return true;
  }

  // (8) The database copy is more recent. [2328:13(8)]
  if (current !== undefined) {
    if (current.isMaxAge(now) && current.header.sequence === MAX_SEQUENCE_NUMBER) return true;
    if (now - current.arrivedAt >= process.behaviour.minLsArrivalMicros) {
      queueUpdate(owner, neighborDestination(neighbor), current);
    }
  }
  return true;
}

/** Sends again what a neighbour has not acknowledged. [2328:13.6] */
export function onRetransmissionTimer(neighbor: Neighbor, now: Micros): void {
  const owner = neighbor.interface;
  const interval = owner.parameters.retransmitIntervalSeconds * 1_000_000;
  neighbor.retransmissionTimer.arm(now + interval);
  if (STATE_RANK[neighbor.state] < STATE_RANK.Exchange) return;
  const patience = interval - owner.process.behaviour.retransmitWindowMicros;
  const destination = neighborDestination(neighbor);
  for (const lsa of neighbor.retransmissionList.all()) {
    // What has only just come may still be on its way to being acknowledged.
    if (now - lsa.arrivedAt >= patience) queueUpdate(owner, destination, lsa);
  }
}
