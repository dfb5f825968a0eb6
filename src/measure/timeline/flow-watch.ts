/**
 * Traffic that should go on and does not: echo requests without replies, TCP segments that must be repeated, periodic datagrams that miss
 * their period. The same packet may be seen at several places; a flow is one, wherever it is seen.
 *
 * - ICMP echo: a request is lost when no place sees its reply within 2 s. An outage goes from the sending of the first lost one to the sending of
 *   the next that was answered.
 * - TCP: from the first sending of a segment that had to be repeated to the acknowledgment that covers it.
 * - UDP: only flows that keep a period. A datagram counts where it arrives: on a frame to an adapter that is known to have the
 *   destination; where none is known, wherever it is seen. A gap in which nothing was sent either is the sender's own.
 *   When a datagram arrives stands for when it was sent.
 */
import type { Ipv4 } from '../../base/address.js';
import { isMulticast } from '../../base/address.js';
import { MILLISECOND, SECOND, type Micros } from '../../base/micros.js';
import { IcmpType, type IcmpEcho } from '../../wire/icmp.js';
import { TcpFlag, type TcpSegment } from '../../wire/tcp.js';
import type { UdpDatagram } from '../../wire/udp.js';
import type { Flow, Tell } from './finding.js';
import { Period } from './period.js';
import type { Sighting } from './sighting.js';

/** A reply later than this is none. */
const REPLY_PATIENCE_MICROS = 2 * SECOND;
/** Of a flow; the longest silent ones make room. */
const FLOWS_MOST = 20_000;
/** A TCP outage shorter than this is ordinary loss. */
const TCP_OUTAGE_MICROS = 0.5 * SECOND;
const GAP_LEAST_MICROS = 30 * MILLISECOND;
const GAP_PERIODS = 3.5;

interface EchoRequest {
  readonly sequence: number;
  readonly sentAt: Micros;
  isAnswered: boolean;
}

class EchoFlow {
  readonly flow: Flow;
  readonly place: number;
  /** Unsettled, in the order of sending; from `head` on. */
  requests: EchoRequest[] = [];
  latest: EchoRequest | undefined = undefined;
  hasAnswer = false;
  lostFrom: Micros | undefined = undefined;
  lost = 0;

  constructor(flow: Flow, place: number) {
    this.flow = flow;
    this.place = place;
  }
}

class TcpDirection {
  readonly flow: Flow;
  readonly place: number;
  /** The oldest segment without acknowledgment. */
  start = 0;
  end = 0;
  firstSentAt: Micros = 0;
  isOutstanding = false;
  repetitions = 0;
  lastSentAt: Micros = 0;
  isSyn = false;

  constructor(flow: Flow, place: number) {
    this.flow = flow;
    this.place = place;
  }
}

class DatagramFlow {
  readonly flow: Flow;
  readonly place: number;
  readonly period = new Period();
  lastArrivedAt: Micros = 0;
  lastSeenAt: Micros = 0;
  isArrivalKnown = false;
  /** Sent since the last arrival: by place, for each sees them all. */
  readonly sent = new Map<number, number>();
  firstLostAt: Micros | undefined = undefined;

  constructor(flow: Flow, place: number) {
    this.flow = flow;
    this.place = place;
  }
}

export class FlowWatch {
  /** Flows that were given up because there were too many. */
  forgotten = 0;
  private readonly tell: Tell;
  private readonly echoes = new Map<string, EchoFlow>();
  private readonly connections = new Map<string, TcpDirection>();
  private readonly datagrams = new Map<string, DatagramFlow>();
  /** The adapters that have an address, as ARP and OSPF say. */
  private readonly adapters = new Map<Ipv4, Set<number>>();

  constructor(tell: Tell) {
    this.tell = tell;
  }

  learn(address: Ipv4, mac: number): void {
    if (mac === 0 || address === 0) return;
    const known = this.adapters.get(address);
    if (known === undefined) this.adapters.set(address, new Set([mac]));
    else known.add(mac);
  }

  onEcho(seen: Sighting, source: Ipv4, destination: Ipv4, echo: IcmpEcho): void {
    if (isMulticast(destination) || isMulticast(source)) return;
    const isRequest = echo.type === IcmpType.echoRequest;
    const [from, to] = isRequest ? [source, destination] : [destination, source];
    const key = `${from} ${to} ${echo.identifier}`;
    let flow = this.echoes.get(key);
    if (flow === undefined) {
      if (!isRequest) return;
      flow = new EchoFlow({ protocol: 'icmp', source: from, destination: to, sourcePort: echo.identifier, destinationPort: echo.identifier }, seen.place);
      this.remember(this.echoes, key, flow);
    }
    const { time } = seen;
    if (isRequest) {
      const { latest } = flow;
      // The same one at the next place.
      if (latest !== undefined && latest.sequence === echo.sequence && time - latest.sentAt < SECOND) return;
      flow.latest = { sequence: echo.sequence, sentAt: time, isAnswered: false };
      flow.requests.push(flow.latest);
    } else {
      const request = flow.requests.find((each) => each.sequence === echo.sequence && !each.isAnswered);
      if (request !== undefined && time - request.sentAt <= REPLY_PATIENCE_MICROS) request.isAnswered = true;
    }
    this.settleEchoes(flow, time);
  }

  onTcp(seen: Sighting, source: Ipv4, destination: Ipv4, tcp: TcpSegment): void {
    const { time } = seen;
    const key = `${source} ${tcp.sourcePort} ${destination} ${tcp.destinationPort}`;
    const reverse = this.connections.get(`${destination} ${tcp.destinationPort} ${source} ${tcp.sourcePort}`);
    if (reverse !== undefined && reverse.isOutstanding && (tcp.flags & TcpFlag.ack) !== 0 && ((tcp.acknowledgment - reverse.end) | 0) >= 0) {
      this.acknowledged(reverse, time);
    }
    if (reverse !== undefined && (tcp.flags & TcpFlag.rst) !== 0) reverse.isOutstanding = false;
    const length = tcp.payload.length + ((tcp.flags & TcpFlag.syn) !== 0 ? 1 : 0) + ((tcp.flags & TcpFlag.fin) !== 0 ? 1 : 0);
    if (length === 0) return;
    let direction = this.connections.get(key);
    if (direction === undefined) {
      direction = new TcpDirection({ protocol: 'tcp', source, destination, sourcePort: tcp.sourcePort, destinationPort: tcp.destinationPort }, seen.place);
      this.remember(this.connections, key, direction);
    }
    const isSyn = (tcp.flags & TcpFlag.syn) !== 0;
    if (!direction.isOutstanding || isSyn !== direction.isSyn) {
      // Behind what was acknowledged last, or a connection of its own.
      direction.isOutstanding = true;
      direction.isSyn = isSyn;
      direction.start = tcp.sequence;
      direction.end = (tcp.sequence + length) | 0;
      direction.firstSentAt = direction.lastSentAt = time;
      direction.repetitions = 0;
    } else if (tcp.sequence === direction.start && time - direction.lastSentAt > RETRANSMISSION_LEAST_MICROS) {
      direction.repetitions++;
      direction.lastSentAt = time;
    }
  }

  onDatagram(seen: Sighting, source: Ipv4, destination: Ipv4, udp: UdpDatagram): void {
    if (isMulticast(destination) || destination === 0xffffffff || seen.isToGroup) return;
    const key = `${source} ${udp.sourcePort} ${destination} ${udp.destinationPort}`;
    let flow = this.datagrams.get(key);
    if (flow === undefined) {
      flow = new DatagramFlow({ protocol: 'udp', source, destination, sourcePort: udp.sourcePort, destinationPort: udp.destinationPort }, seen.place);
      this.remember(this.datagrams, key, flow);
    }
    const { time } = seen;
    flow.lastSeenAt = time;
    const known = this.adapters.get(destination);
    const isArriving = known === undefined || (known.has(seen.destinationMac) && seen.direction !== 'outbound');
    if (known !== undefined && isArriving && !flow.isArrivalKnown) {
      flow.isArrivalKnown = true;
      flow.lastArrivedAt = 0;
      flow.period.clear();
    }
    if (flow.isArrivalKnown && !isArriving) {
      flow.sent.set(seen.place, (flow.sent.get(seen.place) ?? 0) + 1);
      if (flow.firstLostAt === undefined && time - flow.lastArrivedAt > flow.period.usual / 2) flow.firstLostAt = time;
      return;
    }
    this.arrived(flow, time);
  }

  finish(endsAt: Micros): void {
    for (const flow of this.echoes.values()) {
      this.settleEchoes(flow, endsAt);
      if (flow.lostFrom !== undefined) this.tellEchoes(flow, undefined);
    }
    for (const direction of this.connections.values()) {
      if (direction.isOutstanding && direction.repetitions >= 2) this.tellTcp(direction, undefined);
    }
    for (const flow of this.datagrams.values()) {
      const gap = endsAt - flow.lastArrivedAt;
      // Still sent, and nothing arrives any more. A flow that nobody sends has ended.
      const lost = Math.max(0, ...flow.sent.values());
      if (flow.isArrivalKnown && flow.period.isSteady && isGap(flow, gap) && lost > GAP_PERIODS && endsAt - flow.lastSeenAt < gap / 2) {
        this.tell(flow.firstLostAt ?? flow.lastArrivedAt, flow.place, { kind: 'outage', flow: flow.flow, lost, until: undefined, isNeverAnswered: false, how: 'gap against its period' });
      }
    }
  }

  private arrived(flow: DatagramFlow, time: Micros): void {
    const gap = time - flow.lastArrivedAt;
    // At the next place of the same way, where it is not known where it arrives.
    if (!flow.isArrivalKnown && flow.period.isSteady && gap < flow.period.usual / 4) return;
    if (flow.lastArrivedAt !== 0) {
      if (flow.period.isSteady && isGap(flow, gap)) {
        const lost = Math.max(0, ...flow.sent.values());
        // Where the sending was seen and there was none, the sender paused.
        if (!flow.isArrivalKnown || lost > 1) {
          this.tell(flow.firstLostAt ?? flow.lastArrivedAt + flow.period.usual, flow.place, { kind: 'outage', flow: flow.flow,
            lost: flow.isArrivalKnown ? lost : Math.round(gap / flow.period.usual) - 1, until: time, isNeverAnswered: false, how: 'gap against its period' });
        }
      } else flow.period.add(gap);
    }
    flow.lastArrivedAt = time;
    flow.sent.clear();
    flow.firstLostAt = undefined;
  }

  private settleEchoes(flow: EchoFlow, now: Micros): void {
    const { requests } = flow;
    let settled = 0;
    for (const request of requests) {
      if (request.isAnswered) {
        flow.hasAnswer = true;
        if (flow.lostFrom !== undefined) this.tellEchoes(flow, request.sentAt);
        flow.lostFrom = undefined;
        flow.lost = 0;
      } else if (now - request.sentAt > REPLY_PATIENCE_MICROS) {
        flow.lostFrom ??= request.sentAt;
        flow.lost++;
      } else break;
      settled++;
    }
    if (settled > 0) requests.splice(0, settled);
  }

  private tellEchoes(flow: EchoFlow, until: Micros | undefined): void {
    this.tell(flow.lostFrom ?? 0, flow.place, { kind: 'outage', flow: flow.flow, lost: flow.lost, until, isNeverAnswered: !flow.hasAnswer && until === undefined, how: 'requests without reply' });
  }

  private acknowledged(direction: TcpDirection, time: Micros): void {
    direction.isOutstanding = false;
    if (direction.repetitions > 0 && time - direction.firstSentAt >= TCP_OUTAGE_MICROS) this.tellTcp(direction, time);
  }

  private tellTcp({ flow, place, firstSentAt, repetitions, isSyn }: TcpDirection, until: Micros | undefined): void {
    this.tell(firstSentAt, place, { kind: 'outage', flow, lost: repetitions, until, isNeverAnswered: false, how: isSyn ? 'connection attempts' : 'retransmissions' });
  }

  private remember<T>(map: Map<string, T>, key: string, flow: T): void {
    if (map.size >= FLOWS_MOST) {
      for (const oldest of map.keys()) {
        map.delete(oldest);
        break;
      }
      this.forgotten++;
    }
    map.set(key, flow);
  }
}

/** The same segment at the next place comes sooner. */
const RETRANSMISSION_LEAST_MICROS = 150 * MILLISECOND;

function isGap(flow: DatagramFlow, gap: Micros): boolean {
  return gap > GAP_LEAST_MICROS && gap > GAP_PERIODS * flow.period.usual;
}
