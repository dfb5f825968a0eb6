/**
 * Sending and receiving Hello. [2328:9.5] [2328:10.5]
 */
import type { Ipv4 } from '../base/address.js';
import { maskOf } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { Hello, encodeHello, helloLength } from '../wire/ospf/hello.js';
import { OptionBit } from '../wire/ospf/options.js';
import { PacketType } from '../wire/ospf/packet.js';
import { configuredNeighborAt } from './configured-neighbor.js';
import { raiseInterfaceEvent } from './interface-machine.js';
import type { OspfInterface } from './interface.js';
import { helloPeriodMicros } from './interface-parameters.js';
import { Neighbor } from './neighbor.js';
import { raiseNeighborEvent } from './neighbor-machine.js';
import { allRouters, sendPacket } from './packet-output.js';

export function onHelloTimer(owner: OspfInterface, now: Micros): void {
  sendHello(owner, now);
  owner.helloTimer.arm(now + helloPeriodMicros(owner.parameters)); // [2328:9.5 interval]
}

/** The Hello that is due: one to the group, or one to each neighbour that is to have it. [2328:9.5] */
export function sendHello(owner: OspfInterface, now: Micros, names = true): void {
  if (!owner.traits.isUnicast) return sendHelloTo(owner, allRouters(owner), now, names); // [2328:8.1 Hello]
  if (owner.virtualLink !== undefined) return sendHelloTo(owner, owner.virtualLink.peerAddress, now, names); // [2328:9.5 virtual link]
  for (const neighbor of owner.neighbors) if (isHelloDue(owner, neighbor)) sendHelloTo(owner, neighbor.address, now, names); // [2328:9.5 point-to-multipoint]
}

/** Who is sent Hellos on a network that cannot broadcast. */
function isHelloDue(owner: OspfInterface, neighbor: Neighbor): boolean {
  if (neighbor.state === 'Down') return false; // it is polled
  if (!owner.traits.isElecting) return true;
  if (owner.parameters.priority === 0) return owner.isDesignatedRouter(neighbor) || owner.isBackupDesignatedRouter(neighbor); // [2328:9.5.1 ineligible]
  if (neighbor.priority > 0) return true; // [2328:9.5.1 eligible]
  return owner.state !== 'DROther'; // [2328:9.5.1 DR]
}

export function onHelloReplyTimer(neighbor: Neighbor, now: Micros): void {
  sendHelloTo(neighbor.interface, neighbor.address, now);
}

/** `names`: the neighbours are named; a daemon that goes may leave them out. */
export function sendHelloTo(owner: OspfInterface, destination: Ipv4, now: Micros, names = true): void {
  if (owner.parameters.isPassive) return;
  const { parameters } = owner; // [2328:9.5]
  const hello = new Hello();
  hello.networkMask = helloMask(owner); // [2328:9.5 mask]
  hello.helloIntervalSeconds = parameters.hellosPerSecond === undefined ? parameters.helloIntervalSeconds : 0; // [2328:9.5 HelloInterval]
  hello.options = owner.area.options; // [2328:9.5 options]
  hello.priority = parameters.priority; // [2328:9.5 priority]
  hello.deadIntervalSeconds = parameters.deadIntervalSeconds; // [2328:9.5 RouterDeadInterval]
  hello.designatedRouter = owner.designatedRouter; // [2328:9.5 DR]
  hello.backupDesignatedRouter = isTakenForBoth(owner) ? 0 : owner.backupDesignatedRouter; // [2328:9.5 DR]
  for (const neighbor of owner.neighbors) {
    if (names && neighbor.isAtLeast('Init')) hello.neighbors.push(neighbor.routerId); // [2328:9.5 neighbors]
  }
  owner.lastHelloSentAt = now;
  sendPacket(owner, PacketType.hello, destination, helloLength(hello), (w) => encodeHello(hello, w));
}

/** Some neighbour's first election came to this router as Designated Router and as Backup. */
function isTakenForBoth(owner: OspfInterface): boolean {
  return owner.process.behaviour.isBackupHiddenFromDoubleRole && owner.neighbors.some((n) => n.isAtLeast('Init') &&
    n.designatedRouter !== 0 && n.designatedRouter === owner.address && n.backupDesignatedRouter === owner.address);
}

function helloMask(owner: OspfInterface): Ipv4 {
  if (owner.virtualLink !== undefined) return 0; // [2328:9.5 virtual]
  const { networkType, hasHelloMask } = owner.parameters;
  if (networkType === 'point-to-point' && hasHelloMask !== undefined) return hasHelloMask ? maskOf(owner.prefixLength) : 0;
  if (networkType === 'point-to-point' &&
    (owner.isUnnumbered || owner.process.behaviour.pointToPointHelloMask === 'zero')) return 0;
  return maskOf(owner.prefixLength);
}

/** No network has so many routers; a forger who says Hello with ever new router ids must not fill the memory. A limit of ours: the standard has none. */
const MOST_NEIGHBORS = 1000;

/** Takes in a Hello that passed the checks common to all packets. [2328:10.5] */
export function receiveHello(owner: OspfInterface, source: Ipv4, routerId: Ipv4, hello: Hello, now: Micros): void {
  const { process, parameters } = owner;
  const refuse = (what: string, got: number, want: number | string): void => process.refuse(owner, '[2328:10.5]', source, what, got, want);
  if (!isAnyNetwork(owner) && hello.networkMask !== maskOf(owner.prefixLength)) {
    return refuse('network mask', hello.networkMask, maskOf(owner.prefixLength)); // [2328:10.5 mask]
  }
  if (hello.deadIntervalSeconds !== parameters.deadIntervalSeconds) {
    return refuse('router dead interval', hello.deadIntervalSeconds, parameters.deadIntervalSeconds); // [2328:10.5 intervals]
  }
  // Who sends several a second does not look at the others' interval.
  if (parameters.hellosPerSecond === undefined && hello.helloIntervalSeconds !== parameters.helloIntervalSeconds) {
    return refuse('hello interval', hello.helloIntervalSeconds, parameters.helloIntervalSeconds); // [2328:10.5 intervals]
  }
  // The E bit; in an NSSA the N bit, too.
  const capability = hello.options & (owner.area.nssa === undefined ? OptionBit.external : OptionBit.external | OptionBit.nssa); // [2328:A.2]
  if (capability !== owner.area.options) return refuse('external routing capability', capability, owner.area.options); // [2328:10.5 E-bit] [3101:2.1]

  if (owner.traits.hasConfiguredNeighbors && isUnwelcome(owner, source, routerId, hello)) return;

  if (owner.neighbors.length >= MOST_NEIGHBORS && lookUpNeighbor(owner, source, routerId) === undefined) {
    return refuse('a new neighbour', routerId, `at most ${MOST_NEIGHBORS} on an interface`);
  }
  const neighbor = findOrAdd(owner, source, routerId, now);
  neighbor.routerId = routerId;
  if (owner.virtualLink === undefined || process.behaviour.virtualLink.isNeighborAddressKept !== true) neighbor.address = source;
  const isFirst = neighbor.state === 'Down' || neighbor.state === 'Attempt';
  raiseNeighborEvent(neighbor, 'HelloReceived'); // [2328:10.2 HelloReceived]
  if (owner.traits.hasConfiguredNeighbors) answerOnNonBroadcast(neighbor, hello, now);
  const isOneWay = isFirst && parameters.networkType === 'non-broadcast' && process.behaviour.nonBroadcast.isFirstHelloOneWay;
  if (isOneWay || !hello.neighbors.includes(process.routerId)) {
    if (neighbor.help !== undefined && !process.behaviour.graceHelper.isStateFollowed) {
      keepDeclarations(neighbor, hello);
      return; // [3623:3 one-way] it has only just come back
    }
    raiseNeighborEvent(neighbor, '1-WayReceived'); // [2328:10.2 1-WayReceived]
    keepDeclarations(neighbor, hello);
    return; // [2328:10.5 1-Way] nothing further for a one-way Hello
  }
  if (neighbor.state === '2-Way' && process.behaviour.isAdjacencyPutOffWhileWaiting === true) raiseNeighborEvent(neighbor, 'AdjOK?');
  raiseNeighborEvent(neighbor, '2-WayReceived'); // [2328:10.2 2-WayReceived]
  neighbor.options |= hello.options & ~OptionBit.opaque; // [5250:3.1 Hellos] said in Database Descriptions only
  // The Designated Router stays who it is while its neighbours help it.
  if (owner.traits.isElecting && (neighbor.help === undefined || process.behaviour.graceHelper.isStateFollowed)) raiseElectionEvents(owner, neighbor, hello); // [3623:3.1 DR]
  keepDeclarations(neighbor, hello);
  // It was the Designated Router, and is so again.
  if (process.isRestarting && owner.state === 'Waiting' && hello.designatedRouter === owner.address) owner.designatedRouter = owner.address; // [3623:2(3)]
}

/** The mask means nothing on point-to-point and virtual links; nor, as in FRR, between host addresses on point-to-multipoint. */
export function isAnyNetwork(owner: OspfInterface): boolean {
  if (owner.traits.isNeighborKnownById) return true; // [2328:8.2 point-to-point] [2328:10.5 any mask]
  return owner.traits.isPointToMultipoint && owner.prefixLength === 32;
}

/** Somebody new on a network whose neighbours are configured, who is not among them, or is another than it says there. BIRD. */
function isUnwelcome(owner: OspfInterface, source: Ipv4, routerId: Ipv4, hello: Hello): boolean {
  const known = lookUpNeighbor(owner, source, routerId);
  if (known !== undefined && known.state !== 'Down' && known.state !== 'Attempt') return false;
  const { process } = owner;
  const configured = configuredNeighborAt(owner, source);
  if (configured === undefined) {
    if (owner.parameters.isStrict !== true) return false;
    process.refuse(owner, '[2328:C.5]', source, 'a new neighbour', routerId, 'one of those that are configured');
    return true;
  }
  if (!process.behaviour.nonBroadcast.isEligibilityChecked || !owner.traits.isElecting || (hello.priority > 0) === (configured.priority > 0)) return false;
  process.refuse(owner, '[2328:C.5]', source, 'router priority', hello.priority, configured.priority > 0 ? 'one of an eligible router' : '0: it is configured as not eligible');
  return true;
}

/** A configured neighbour that speaks is polled no more; one that may become Designated Router gets an answer from one that may not. */
function answerOnNonBroadcast(neighbor: Neighbor, hello: Hello, now: Micros): void {
  const owner = neighbor.interface;
  configuredNeighborAt(owner, neighbor.address)?.pollTimer.cancel();
  if (owner.traits.isElecting && owner.parameters.priority === 0 && hello.priority > 0 &&
    !owner.isDesignatedRouter(neighbor) && !owner.isBackupDesignatedRouter(neighbor)) {
    // [2328:10.5 NBMA] [2328:9.5.1 reply]
    neighbor.helloReplyTimer.armIfIdle(now + owner.process.behaviour.nonBroadcast.helloReplyMicros);
  }
}

/** The last four paragraphs of 10.5: who declares itself what, compared with before. */
function raiseElectionEvents(owner: OspfInterface, neighbor: Neighbor, hello: Hello): void {
  const { address } = neighbor;
  const isDesignated = hello.designatedRouter === address;
  const isBackup = hello.backupDesignatedRouter === address;
  if (owner.state === 'Waiting') {
    if (isDesignated && hello.backupDesignatedRouter === 0) raiseInterfaceEvent(owner, 'BackupSeen'); // [2328:10.5 DR Waiting] [2328:9.2 BackupSeen DR]
    if (isBackup) raiseInterfaceEvent(owner, 'BackupSeen'); // [2328:10.5 Backup Waiting] [2328:9.2 BackupSeen]
  }
  const wasDesignated = neighbor.designatedRouter === address;
  const wasBackup = neighbor.backupDesignatedRouter === address;
  if (isDesignated !== wasDesignated) raiseInterfaceEvent(owner, 'NeighborChange'); // [2328:10.5 DR] [2328:9.2 NeighborChange DR]
  if (isBackup !== wasBackup) raiseInterfaceEvent(owner, 'NeighborChange'); // [2328:10.5 Backup] [2328:9.2 NeighborChange Backup]
  if (neighbor.priority !== hello.priority) raiseInterfaceEvent(owner, 'NeighborChange'); // [2328:10.5 priority] [2328:9.2 NeighborChange priority]
}

function keepDeclarations(neighbor: Neighbor, hello: Hello): void {
  neighbor.priority = hello.priority; // [2328:10.5 declarations]
  neighbor.designatedRouter = hello.designatedRouter; // [2328:10.5 declarations]
  neighbor.backupDesignatedRouter = hello.backupDesignatedRouter; // [2328:10.5 declarations]
}

function findOrAdd(owner: OspfInterface, source: Ipv4, routerId: Ipv4, now: Micros): Neighbor {
  const found = lookUpNeighbor(owner, source, routerId);
  if (found !== undefined) return found;
  const neighbor = new Neighbor(owner, routerId, source, now, owner.process.neighborTimers); // [2328:10.5 new neighbor]
  neighbor.stateChanges = configuredNeighborAt(owner, source)?.stateChanges ?? 0; // one that was lost and polled goes on counting
  owner.addNeighbor(neighbor);
  return neighbor;
}

/** On point-to-point and virtual links a neighbour is known by its router id, elsewhere by its address. */
export function lookUpNeighbor(owner: OspfInterface, source: Ipv4, routerId: Ipv4): Neighbor | undefined {
  if (owner.traits.isNeighborKnownById) return owner.neighborById(routerId); // [2328:8.2 router id] [2328:10.5 router id]
  return owner.neighborByAddress(source); // [2328:8.2 address] [2328:10.5 address]
}
