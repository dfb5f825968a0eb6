/**
 * Probe end points: what measures whether packets get through.
 *
 * UDP probes go one way, to the discard port [863] of whoever has the address; every host counts them there. ICMP probes
 * are echo requests, and count when the reply is back. TCP probes ask for an answer: request-probe.ts. What they carry: probe-payload.ts.
 * An ICMP probe may be confirming, as the ping of the Redpaper's time: each reply then says that the neighbour still takes our packets
 * (MSG_CONFIRM). Linux says so with the next packet; here it counts from the reply.
 * A probe that cannot be sent for want of a route counts as sent, and as lost.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { ProbeRequest } from '../engine/engine.js';
import { Timer } from '../engine/timer.js';
import { ByteWriter } from '../wire/bytes.js';
import { ICMP_HEADER_LENGTH, IcmpType } from '../wire/icmp.js';
import { internetChecksum } from '../wire/internet-checksum.js';
import { IpProtocol, Ipv4Flag } from '../wire/ipv4.js';
import { UDP_HEADER_LENGTH, udpChecksum } from '../wire/udp.js';
import { PAYLOAD_AT, type Host } from './host.js';
import { isProbeAt, probeIndexAt, PROBE_LENGTH, probeSentAt, probeSequenceAt, writeProbe } from './probe-payload.js';
import { RequestSender } from './request-probe.js';
import type { Tcp } from './tcp.js';

export const PROBE_SINK_PORT = 9;
/** Source port of probe 0; those of the others follow. */
const FIRST_SOURCE_PORT = 40000;

export class ProbeEndPoints {
  private readonly host: Host;
  private readonly tcp: Tcp;
  private readonly senders = new Map<number, ProbeSender | RequestSender>();

  constructor(host: Host, tcp: Tcp, systemName: string) {
    this.host = host;
    this.tcp = tcp;
    host.udpReceivers.set(PROBE_SINK_PORT, (_now, frame, offset, length) => { this.receive(frame, offset, length, systemName); });
    host.echoReplyReceiver = (now, frame, offset, length) => {
      const probe = this.receive(frame, offset, length, undefined);
      const request = this.senders.get(probe)?.request;
      if (request?.isConfirming === true) host.confirm(now, request.source, request.destination);
    };
  }

  /** The first one is sent at once. */
  start(now: Micros, request: ProbeRequest): void {
    this.stop(now, request.probe);
    const sender = request.protocol === 'tcp' ? new RequestSender(this.host, this.tcp, request) : new ProbeSender(this.host, request);
    this.senders.set(request.probe, sender);
    sender.send(now);
  }

  stop(now: Micros, probe: number): void {
    this.senders.get(probe)?.stop(now);
    this.senders.delete(probe);
  }

  /** Returns the index of the probe; -1: it is none. */
  private receive(frame: Uint8Array, offset: number, length: number, server: string | undefined): number {
    if (!isProbeAt(frame, offset, length)) return -1;
    const probe = probeIndexAt(frame, offset);
    this.host.trace({ kind: 'probe-received', probe, sequence: probeSequenceAt(frame, offset), sentAt: probeSentAt(frame, offset), server });
    return probe;
  }
}

class ProbeSender {
  private readonly host: Host;
  readonly request: ProbeRequest;
  private readonly timer: Timer;
  private readonly writer: ByteWriter;
  private sequence: number;

  constructor(host: Host, request: ProbeRequest) {
    this.host = host;
    this.request = request;
    this.sequence = request.firstSequence ?? 0;
    this.timer = new Timer(host.timers, (now) => this.send(now));
    this.writer = new ByteWriter(host.buffer);
  }

  stop(): void {
    this.timer.cancel();
  }

  send(now: Micros): void {
    const { host, request } = this;
    this.timer.arm(now + request.everyMicros);
    const sequence = this.sequence++;
    host.trace({ kind: 'probe-sent', probe: request.probe, sequence });
    if (!host.isStarted) return;
    const source = host.findRoute(request.source, request.destination);
    if (source < 0) return;
    if (request.protocol === 'udp') this.sendUdp(now, source, sequence);
    else this.sendEcho(now, sequence);
  }

  private sendUdp(now: Micros, source: Ipv4, sequence: number): void {
    const { request, writer } = this;
    const length = UDP_HEADER_LENGTH + PROBE_LENGTH;
    writer.offset = PAYLOAD_AT;
    writer.u16(FIRST_SOURCE_PORT + (request.probe % 20000));
    writer.u16(PROBE_SINK_PORT);
    writer.u16(length);
    writer.u16(0);
    writeProbe(writer, request.probe, sequence, now);
    writer.patchU16(PAYLOAD_AT + 6, udpChecksum(writer.bytes, PAYLOAD_AT, length, source, request.destination));
    this.host.sendAlongRoute(now, request.destination, IpProtocol.udp, 0, Ipv4Flag.dontFragment, length);
  }

  private sendEcho(now: Micros, sequence: number): void {
    const { request, writer } = this;
    writer.offset = PAYLOAD_AT;
    writer.u8(IcmpType.echoRequest);
    writer.u8(0);
    writer.u16(0);
    writer.u16(request.probe + 1);
    writer.u16(sequence + 1);
    writeProbe(writer, request.probe, sequence, now);
    writer.patchU16(PAYLOAD_AT + 2, internetChecksum(writer.bytes, PAYLOAD_AT, writer.offset));
    this.host.sendAlongRoute(now, request.destination, IpProtocol.icmp, 0, Ipv4Flag.dontFragment, ICMP_HEADER_LENGTH + PROBE_LENGTH);
  }
}
