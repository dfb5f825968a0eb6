/**
 * Link State Update: the outgoing queue, and section 13's procedure for what comes in. [2328:13]
 *
 * Read section 13 beside `receiveUpdate`: its steps are marked. LSAs that are sent out of one interface to one destination
 * during one input are put into as few packets as hold them.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { ByteReader } from '../wire/bytes.js';
import { DecodeError } from '../wire/decode-error.js';
import { isLsaChecksumValid } from '../wire/ospf/fletcher-checksum.js';
import { lengthOfNextLsa } from '../wire/ospf/link-state-update.js';
import { INITIAL_SEQUENCE_NUMBER, LsType, MAX_AGE_SECONDS, MAX_SEQUENCE_NUMBER, type LsaHeader } from '../wire/ospf/lsa-header.js';
import { isOpaque } from '../wire/ospf/opaque/opaque-lsa.js';
import { OSPF_HEADER_LENGTH, PacketType } from '../wire/ospf/packet.js';
import { flushReceivedNetworkLsa } from './ageing.js';
import { flood } from './flooding.js';
import { isGraceLsa } from './grace.js';
import { checkConsistency } from './graceful-restart.js';
import { receiveGraceLsa } from './graceful-restart-helper.js';
import type { OspfInterface } from './interface.js';
import { decodeLsaBody, findKnown, isSameButForAge, rememberLsa } from './lsa-body.js';
import { acknowledgeDelayed, acknowledgeDirectly } from './ls-ack.js';
import { LsaInstance, compareInstances, type LsaContents } from './lsdb.js';
import { STATE_RANK, type Neighbor } from './neighbor.js';
import { raiseNeighborEvent } from './neighbor-machine.js';
import { isAsScope, opaqueRefusal, receiveOwnOpaque } from './opaque.js';
import { install } from './installation.js';
import { keepOutOfDatabase, removeRetransmission } from './flooding.js';
import { originateAgain } from './origination.js';
import type { OspfProcess } from './process.js';
import { goPast } from './tick.js';
import { maximumPacketLength, neighborDestination, sendPacket } from './packet-output.js';

/** LSAs that leave one interface for one destination when the step ends. Made once and used again, whichever interface's it is. */
export class UpdateBatch {
  destination: Ipv4 = 0;
  /** The first so many places are in use. */
  count = 0;
  private readonly places: (LsaInstance | undefined)[] = [];

  get lsas(): readonly LsaInstance[] {
    return this.places as readonly LsaInstance[];
  }

  add(lsa: LsaInstance): void {
    this.places[this.count++] = lsa;
  }

  clear(): void {
    this.places.fill(undefined, 0, this.count);
    this.count = 0;
  }
}

const freeBatches: UpdateBatch[] = [];

/** Puts an LSA into the next update that leaves this interface for this destination. */
export function queueUpdate(owner: OspfInterface, destination: Ipv4, lsa: LsaInstance): void {
  const queue = owner.updateQueue;
  let at = 0;
  while (at < queue.length && queue[at].destination !== destination) at++;
  if (at === queue.length) queue.push(freeBatches.pop() ?? new UpdateBatch());
  queue[at].destination = destination;
  queue[at].add(lsa);
  if (owner.isUpdateFlushDue) return;
  owner.isUpdateFlushDue = true;
  owner.process.defer(owner.flushUpdates ??= (now) => flushUpdates(owner, now));
}

function flushUpdates(owner: OspfInterface, now: Micros): void {
  owner.isUpdateFlushDue = false;
  const queue = owner.updateQueue;
  // In the order of destinations, not of arrival: unicasts before groups.
  if (queue.length > 1) queue.sort((a, b) => a.destination - b.destination);
  for (const batch of queue) {
    sendUpdates(owner, batch.destination, batch.lsas, batch.count, now);
    batch.clear();
    freeBatches.push(batch);
  }
  queue.length = 0;
}

/** Sends LSAs in as few packets as hold them; one that is larger than a packet goes alone and is fragmented by IP. */
function sendUpdates(owner: OspfInterface, destination: Ipv4, lsas: readonly LsaInstance[], count: number, now: Micros): void {
  const room = maximumPacketLength(owner) - OSPF_HEADER_LENGTH - 4;
  for (let start = 0; start < count; ) {
    let end = start;
    let used = 0;
    do used += lsas[end++].bytes.length;
    while (end < count && used + lsas[end].bytes.length <= room);
    sendUpdate(owner, destination, lsas, start, end, used, now);
    start = end;
  }
}

/** One packet: the LSAs from `start` up to `end`, which have `length` bytes. Copied once, from the database into the packet. */
function sendUpdate(owner: OspfInterface, destination: Ipv4, lsas: readonly LsaInstance[], start: number, end: number, length: number,
  now: Micros): void {
  sendPacket(owner, PacketType.linkStateUpdate, destination, 4 + length, (w) => {
    w.u32(end - start);
    for (let i = start; i < end; i++) {
      const lsa = lsas[i];
      const at = w.offset;
      w.raw(lsa.bytes);
      // [2328:13.3 age] [2328:13.6 age] The age goes up by InfTransDelay as the LSA is copied, up to MaxAge.
      w.patchU16(at, Math.min(MAX_AGE_SECONDS, lsa.ageSeconds(now) + owner.parameters.transmitDelaySeconds));
    }
  });
}

/** Takes in a Link State Update, which holds whole LSAs, as the codec has found. They are read where they are. */
export function receiveUpdate(neighbor: Neighbor, body: ByteReader, now: Micros): void {
  const owner = neighbor.interface;
  const { process, area } = owner;
  if (!neighbor.isAtLeast('Exchange')) {
    process.refuse(owner, '[2328:13]', neighbor.address, 'Link State Update in neighbour state', neighbor.state, 'Exchange or greater');
    return; // [2328:13 state]
  }
  const { bytes: packet } = body;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  for (let left = body.u32(); left > 0; left--) {
    const at = body.offset;
    const length = lengthOfNextLsa(body); // [2328:13]
    const age = Math.min(MAX_AGE_SECONDS, body.u16()); // an impossible one counts as MaxAge [2328:12.1.1 received]
    body.skip(1);
    const lsType = body.u8();
    const linkStateId = body.u32();
    const advertisingRouter = body.u32();
    body.offset = at + length;
    // (3)
    if ((lsType === LsType.asExternal || lsType === LsType.nssa) && !area.accepts(lsType)) {
      process.refuse(neighbor.interface, '[2328:13(3)]', neighbor.address, `LS type in ${area.kind}`, lsType, area.acceptedTypes);
      continue; // [2328:13(3)]
    }
    const refusal = opaqueRefusal(neighbor, lsType);
    if (refusal !== undefined) {
      process.refuse(neighbor.interface, '[5250:3.1]', neighbor.address, refusal, lsType, '1-5');
      continue;
    }
    const known = findKnown(lsType, linkStateId, advertisingRouter);
    const recalled = known?.recall(view, at, length);
    const current = process.lookUp(area, lsType, linkStateId, advertisingRouter, known);
    // Most of what flooding brings is in the database already: it was found good when it came first.
    if (current !== undefined && (current.bytes === recalled?.bytes || isSameButForAge(current.contents, view, at, length)) &&
      isRepetition(current, age, now) && (!current.isSelfOriginated || advertisingRouter === process.routerId)) {
      if (!receiveSameInstance(neighbor, current, current.header, age)) return;
      continue;
    }
    const contents = recalled ?? examine(neighbor, packet.subarray(at, at + length), lsType, linkStateId, advertisingRouter);
    if (contents === undefined) continue;
    const lsa = new LsaInstance(contents, age, isAsScope(lsType) ? undefined : area, now,
      process.isSelfOriginated(lsType, linkStateId, advertisingRouter), true);
    if (lsType === LsType.opaqueLink) lsa.interface = owner;
    if (!receiveLsa(neighbor, lsa, current, now)) return;
  }
  checkConsistency(process, area, now);
}

/** Steps 1 to 3: what depends on nothing but the bytes. Undefined: refused. [2328:13] */
function examine(neighbor: Neighbor, bytes: Uint8Array, lsType: number, linkStateId: Ipv4, advertisingRouter: Ipv4): LsaContents | undefined {
  const owner = neighbor.interface;
  const { process } = owner;
  // (1) The checksum.
  if (!isLsaChecksumValid(bytes, 0, bytes.length)) {
    process.malformed(owner, new DecodeError('checksum', 16, '[2328:13(1)]', (bytes[16] << 8) | bytes[17], 'a valid LS checksum'));
    return undefined; // [2328:13(1)] [2328:12.1.7 received]
  }
  // (2) The type. Whether the neighbour may send opaque ones has been looked at.
  if ((lsType < LsType.router || lsType > LsType.asExternal) && lsType !== LsType.nssa && !isOpaque(lsType)) {
    process.refuse(owner, '[2328:13(2)]', neighbor.address, 'LS type', lsType, '1-5, 7, 9-11');
    return undefined; // [2328:13(2)]
  }
  const copy = bytes.slice(); // the packet is only lent
  const body = decodeLsaBody(copy);
  if (body instanceof DecodeError) {
    process.malformed(owner, body);
    return undefined;
  }
  // A router-LSA names its router twice; one that contradicts itself is an attack, not a router.
  if (lsType === LsType.router && linkStateId !== advertisingRouter) {
    process.refuse(owner, '[2328:12.4.1]', neighbor.address, 'router-LSA with link state id', linkStateId, advertisingRouter);
    return undefined;
  }
  return rememberLsa(copy, body);
}

/** The bytes are those of the instance in the database: whether it is the same instance by its age, too. [2328:13.1] */
function isRepetition(current: LsaInstance, age: number, now: Micros): boolean {
  return compareInstances(current.header, current.ageSeconds(now), current.header, age) === 0;
}

/** Steps 4 to 8 for one LSA; false: the rest of the packet is not to be looked at. */
function receiveLsa(neighbor: Neighbor, lsa: LsaInstance, current: LsaInstance | undefined, now: Micros): boolean {
  const owner = neighbor.interface;
  const { process, area } = owner;
  const { header } = lsa;

  // (4) MaxAge, nothing in the database, and nobody in Exchange or Loading.
  if (lsa.isMaxAge(now) && current === undefined && !process.isExchanging()) {
    acknowledgeDirectly(neighbor, header, lsa.ageSeconds(now)); // [2328:13(4)] [2328:13.5 MaxAge]
    return true; // [2328:13(4) dropped]
  }
  if (receiveOwnOpaque(neighbor, lsa, current, now)) return true;
  // 13.4: a network-LSA for one of our addresses under a router id we no longer have.
  if (header.lsType === LsType.network && header.advertisingRouter !== process.routerId && flushReceivedNetworkLsa(process, area, lsa, now)) {
    return true;
  }
  const order = current === undefined ? -1 : compareInstances(current.header, current.ageSeconds(now), header, lsa.ageSeconds(now));

  if (order < 0 && process.tick !== undefined && lsa.isSelfOriginated) {
    if (current === undefined || now - current.arrivedAt >= process.behaviour.minLsArrivalMicros) goPast(process, lsa, current, now);
    return true;
  }
  // (5) Nothing in the database, or the received one is more recent.
  if (order < 0) {
    // (5a) MinLSArrival.
    if (current !== undefined && isHeld(process, current) && now - current.arrivedAt < process.minLsArrivalMicros) {
      return true; // [2328:13(5a)]
    }
    const isBackOut = flood(process, neighbor, lsa, now, current); // [2328:13(5b)]
    if (isGraceLsa(lsa) && !lsa.isSelfOriginated && !receiveGraceLsa(neighbor, lsa, current, now)) {
      keepOutOfDatabase(process, lsa);
      return true;
    }
    const replaced = install(process, lsa, now, isGraceLsa(lsa) ? undefined : current); // [2328:13(5)] [2328:13(5d)]
    const isChanged = replaced === undefined || replaced.isContentChanged;
    process.environment.trace({
      kind: 'lsa-install', clause: '[2328:13(5d)]', lsa: process.identity(lsa), sequence: header.sequence,
      interfaceName: owner.name, neighborId: neighbor.routerId, isMaxAge: lsa.isMaxAge(now), isChanged,
    });
    if (!isBackOut) acknowledgeDelayed(neighbor, header, lsa.ageSeconds(now), lsa); // [2328:13(5e)] [2328:13.5 not flooded back]
    if (lsa.isSelfOriginated) originateAgain(process, lsa, now); // [2328:13(5f)]
    return true;
  }

  if (order === 0) return receiveSameInstance(neighbor, current, header, lsa.ageSeconds(now));
  if (isBadRequest(neighbor, header)) return false;

  // (8) The database copy is more recent.
  if (current !== undefined) {
    if (current.isMaxAge(now) && current.header.sequence === MAX_SEQUENCE_NUMBER) return true; // [2328:13(8) wrap]
    if (now - current.arrivedAt >= process.minLsArrivalMicros) {
      queueUpdate(owner, neighborDestination(neighbor), current); // [2328:13(8)]
    }
  }
  return true;
}

/** Whether nothing may replace an instance for a while: it was received. One of our own may be replaced at once, to resynchronise quickly; in FRR only the initial one. */
function isHeld(process: OspfProcess, current: LsaInstance): boolean {
  return current.isReceived || (process.behaviour.isOwnInstanceHeld === true && current.header.sequence !== INITIAL_SEQUENCE_NUMBER);
}

/** (6) On the request list, though not more recent: the exchange has gone wrong. */
function isBadRequest(neighbor: Neighbor, header: LsaHeader): boolean {
  if (neighbor.requestList.findKey(header) === undefined) return false;
  raiseNeighborEvent(neighbor, 'BadLSReq'); // [2328:13(6)] [2328:10.2 BadLSReq]
  return true;
}

/** Steps 6 and 7 for an instance that is in the database; `ageSeconds` as it came. */
function receiveSameInstance(neighbor: Neighbor, current: LsaInstance | undefined, header: LsaHeader, ageSeconds: number): boolean {
  if (isBadRequest(neighbor, header)) return false;
  // (7) The same instance.
  const owner = neighbor.interface;
  const waiting = neighbor.retransmissionList.find(header, current);
  if (waiting !== undefined) {
    removeRetransmission(neighbor, waiting); // [2328:13(7a)] an implied acknowledgment
    if (owner.state === 'Backup' && owner.floodsAsDesignated(neighbor)) acknowledgeDelayed(neighbor, header, ageSeconds); // [2328:13.5 implied]
  } else {
    acknowledgeDirectly(neighbor, header, ageSeconds); // [2328:13(7b)] [2328:13.5 duplicate]
  }
  return true;
}

/** Sends again what a neighbour has not acknowledged. [2328:13.6] */
export function onRetransmissionTimer(neighbor: Neighbor, now: Micros): void {
  const owner = neighbor.interface;
  const interval = owner.parameters.retransmitIntervalSeconds * 1_000_000;
  neighbor.retransmissionTimer.arm(now + interval);
  if (neighbor.retransmissionList.size === 0) return neighbor.retransmissionTimer.rest();
  if (STATE_RANK[neighbor.state] < STATE_RANK.Exchange) return;
  const patience = interval - owner.process.behaviour.retransmitWindowMicros;
  const destination = neighborDestination(neighbor);
  for (const lsa of neighbor.retransmissionList.all()) {
    // What has only just come may still be on its way to being acknowledged.
    if (now - lsa.arrivedAt >= patience) queueUpdate(owner, destination, lsa); // [2328:13.6] [2328:8.1 retransmissions]
  }
}
