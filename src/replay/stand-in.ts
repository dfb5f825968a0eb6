/**
 * One node of a topology in the place of a real one: what the others sent in the capture reaches it at its time, and what it sends is kept.
 *
 * Read sim/bound-plan.ts, own-capture.ts and inferred-choices.ts first. The run's clock begins when the node starts. ARP is not replayed: the node's requests are
 * answered at once with what the capture tells, because when a kernel asks is no matter of the router's.
 */
import { equalMac, type Ipv4, type Mac } from '../base/address.js';
import { NEVER, SECOND, type Micros } from '../base/micros.js';
import type { EventAction, Plan } from '../config/plan.js';
import { SystemNode } from '../node/node.js';
import { bindPlan } from '../sim/bound-plan.js';
import { OutsidePort } from '../sim/outside-port.js';
import { Simulation } from '../sim/simulation.js';
import { Arp, ArpOperation, decodeArp, encodeArp, ARP_LENGTH } from '../wire/arp.js';
import { ByteReader, ByteWriter } from '../wire/bytes.js';
import { DecodeError } from '../wire/decode-error.js';
import { EthernetHeader, EtherType, encodeEthernetHeader } from '../wire/ethernet.js';
import type { InferredChoices } from './inferred-choices.js';
import type { OwnCapture, OwnSegment } from './own-capture.js';
import type { OwnHistory } from './own-history.js';
import { isOspf, readSending, type Sending } from './sending.js';

/** Frames of so long before may have waited when a router goes on. */
const LONGEST_BACKLOG: Micros = 0.9 * SECOND;

/** What was done to the node, on the run's clock. */
export interface StandInEvent {
  readonly at: Micros;
  readonly action: EventAction;
  readonly text: string;
}

export interface StandInRun {
  readonly sent: readonly Sending[];
  /** Frames of ours that are no OSPF. */
  readonly otherFrames: number;
}

/** `until`: not to its end. A text is what is wrong. */
export function runStandIn(plan: Plan, nodeName: string, own: OwnCapture, { startsAt, events }: Pick<OwnHistory, 'startsAt' | 'events'>, choices: InferredChoices, until: Micros = NEVER): StandInRun | string {
  const nodeIndex = plan.nodes.findIndex(({ name }) => name === nodeName);
  const node = plan.nodes[nodeIndex];
  const macs = new Map(own.segments.map(({ interfaceName, mac }) => [interfaceName, mac]));
  const interfaces = node.interfaces.map((each) => ({ ...each, mac: macs.get(each.name) ?? each.mac }));
  const nodes = plan.nodes.map((each, i) => (i === nodeIndex ? { ...each, interfaces } : each));
  const bindings = interfaces.filter(({ port }) => port >= 0).map(({ name }) => ({ node: nodeName, interfaceName: name, device: name }));
  const bound = bindPlan({ ...plan, nodes, startSpreadMicros: 0, events: [], probes: [], targets: [] }, bindings, false);
  if (typeof bound === 'string') return bound;
  const standIn = bound.plan.nodes.findIndex(({ name }) => name === nodeName);
  // A point-to-point device that does no ARP in the capture is one here, too.
  const isDevice = (name: string): boolean => own.segments.some((each) => each.interfaceName === name && !each.frames.some(({ bytes }) => bytes[12] === 0x08 && bytes[13] === 0x06));
  const emulated = { ...bound.plan.nodes[standIn], interfaces: bound.plan.nodes[standIn].interfaces.map((each, i) => (node.interfaces[i].medium === 'ctc' && isDevice(each.name) ? { ...each, medium: 'ctc' as const } : each)) };
  const sent: Sending[] = [];
  let otherFrames = 0;
  const engines = new Map(bound.outside.map(({ node: port }, i) => {
    const { interfaceName } = bindings[i];
    const segment = own.segments.find((each) => each.interfaceName === interfaceName);
    return [port, new OutsidePort((time, frame) => {
      if (isOspf(frame)) {
        const sending = readSending(frame.slice(), { time, interfaceName });
        sent.push(sending);
        choices.noteSent(sending);
      } else if (!answerArp(segment, frame, (reply) => simulation.inject(port, 0, reply))) otherFrames++;
    })];
  }));
  const system = new SystemNode(emulated, plan.seed, undefined, choices);
  const simulation = new Simulation({ ...bound.plan, events: events.map(({ at, action, text }) => ({ at, spreadMicros: 0, node: standIn, action, text })) }, {},
    { engineOf: (index) => (index === standIn ? system : engines.get(index)) });
  const inputs = own.segments.flatMap((segment) => {
    const port = bound.outside[bindings.findIndex(({ interfaceName }) => interfaceName === segment.interfaceName)].node;
    return segment.frames.filter((frame) => isForNode(frame.bytes, segment.mac) && !frame.isOwn).map(({ time, bytes }) => ({ time: time - startsAt, port, bytes }));
  }).sort((a, b) => a.time - b.time);
  for (const { at, action } of events) if (action.kind === 'thaw') deliverBacklog(inputs, at, choices);
  const run = (until: Micros): void => {
    for (let next = simulation.nextEventTime(); next <= until; next = simulation.nextEventTime()) {
      choices.now = next;
      simulation.runUntil(next);
    }
    choices.now = until;
    simulation.runUntil(until);
  };
  for (const { time, port, bytes } of inputs) {
    if (time < 0) continue;
    if (time > until) break;
    run(time);
    simulation.inject(port, 0, bytes);
  }
  const end = Math.max(...own.segments.map(({ frames }) => frames[frames.length - 1].time - startsAt));
  run(Math.max(Math.min(end, until), simulation.now));
  return { sent, otherFrames };
}

/**
 * A daemon that stands still while its link works finds in its socket what came meanwhile. How long the link had been working when it went on is not to be seen: how
 * many of the last frames waited is a doubtful choice.
 */
function deliverBacklog(inputs: { time: Micros; readonly bytes: Uint8Array }[], at: Micros, choices: InferredChoices): void {
  const waiting = inputs.filter(({ time, bytes }) => time < at && time >= at - LONGEST_BACKLOG && isOspf(bytes));
  const count = choices.backlog(at, waiting.length);
  for (const each of waiting.slice(waiting.length - count)) each.time = at;
  inputs.sort((a, b) => a.time - b.time);
}

/** To the node, or to a group; ARP goes another way. */
export function isForNode(bytes: Uint8Array, mac: Mac): boolean {
  if (bytes.length < 14 || (bytes[12] === 0x08 && bytes[13] === 0x06)) return false;
  return (bytes[0] & 1) === 1 || equalMac(bytes, mac);
}

/** Whether it was an ARP request. */
function answerArp(segment: OwnSegment | undefined, frame: Uint8Array, answer: (reply: Uint8Array) => void): boolean {
  const r = new ByteReader(frame, 14);
  const arp = frame[12] === 0x08 && frame[13] === 0x06 ? decodeArp(r) : undefined;
  if (arp === undefined || arp instanceof DecodeError || arp.operation !== ArpOperation.request) return false;
  const mac = segment?.others.get(arp.targetProtocolAddress);
  if (mac !== undefined) answer(arpReply(mac, arp.targetProtocolAddress, arp));
  return true;
}

function arpReply(mac: Mac, address: Ipv4, request: Arp): Uint8Array {
  const bytes = new Uint8Array(14 + ARP_LENGTH);
  const w = new ByteWriter(bytes);
  const header = new EthernetHeader();
  header.destination = request.senderHardwareAddress;
  header.source = mac;
  header.etherType = EtherType.arp;
  encodeEthernetHeader(header, w);
  const reply = new Arp();
  reply.operation = ArpOperation.reply;
  reply.senderHardwareAddress = mac;
  reply.senderProtocolAddress = address;
  reply.targetHardwareAddress = request.senderHardwareAddress;
  reply.targetProtocolAddress = request.senderProtocolAddress;
  encodeArp(reply, w);
  return bytes;
}
