/**
 * From frames to a timeline: what failed, what noticed it, how long; from the wire alone, without any configuration.
 *
 * Frames go in one by one in the order of time, `add`; nothing of a frame is kept. What is kept is a state for each router's interface,
 * LSA, address, virtual router, cluster node and flow, and the findings (finding.ts). `finish` unites what several places saw
 * (agreement.ts) and works out the chains from the first symptom to recovery (incident.ts).
 *
 * What no capture can tell: whether a frame that is on the wire was read. So "dropped it after the dead interval" is concluded from what
 * the dropping router says next, and whether a silent system stood still, was cut off or had no power is open unless something of
 * it was heard elsewhere or before it was heard again.
 */
import type { Micros } from '../../base/micros.js';
import type { CaptureDirection } from '../../capture/captured-frame.js';
import { DecodeError } from '../../wire/decode-error.js';
import { decodeEmbeddedPacket } from '../../wire/icmp-embedded.js';
import { IcmpType } from '../../wire/icmp.js';
import { AddressWatch } from './address-watch.js';
import { agree } from './agreement.js';
import { tellBlindPlaces } from './blind-place.js';
import { BfdWatch } from './bfd-watch.js';
import { ExchangeWatch } from './exchange-watch.js';
import type { Finding, FindingBody, FindingOf } from './finding.js';
import { FlowWatch } from './flow-watch.js';
import { HeartbeatWatch } from './heartbeat-watch.js';
import { HelloWatch } from './hello-watch.js';
import { findIncidents, type Incident } from './incident.js';
import { LsaWatch } from './lsa-watch.js';
import { Sighting } from './sighting.js';
import { VrrpWatch } from './vrrp-watch.js';

export interface TimelineTotals {
  readonly frames: number;
  /** Not decoded as a whole: cut off by the capture, or damaged. */
  readonly unreadable: number;
  /** Earlier than the frame before; taken at that one's time. */
  readonly outOfOrder: number;
  readonly refreshes: number;
  readonly forgottenFlows: number;
}

export interface Timeline {
  readonly startsAt: Micros;
  readonly endsAt: Micros;
  readonly places: readonly { readonly name: string; readonly frames: number }[];
  readonly findings: readonly Finding[];
  readonly incidents: readonly Incident[];
  readonly totals: TimelineTotals;
}

interface Place {
  readonly name: string;
  frames: number;
}

/** A repeated ICMP error is one finding as long as no more time than this lies between. */
const ERROR_GAP_MICROS = 5_000_000;

export class CaptureTimeline {
  private readonly places: Place[] = [];
  private readonly told: { readonly time: Micros; readonly place: number; readonly body: FindingBody }[] = [];
  private readonly seen = new Sighting();
  private readonly hellos: HelloWatch;
  private readonly exchanges: ExchangeWatch;
  private readonly lsas: LsaWatch;
  private readonly addresses: AddressWatch;
  private readonly vrrp: VrrpWatch;
  private readonly heartbeat: HeartbeatWatch;
  private readonly bfd: BfdWatch;
  private readonly flows: FlowWatch;
  private readonly errors = new Map<string, { -readonly [K in 'count' | 'until']: number }>();
  private startsAt: Micros | undefined = undefined;
  private now: Micros = 0;
  private frames = 0;
  private unreadable = 0;
  private outOfOrder = 0;

  constructor() {
    const tell = (time: Micros, place: number, body: FindingBody): void => {
      this.told.push({ time, place, body });
    };
    this.hellos = new HelloWatch(tell);
    this.exchanges = new ExchangeWatch(tell, this.hellos);
    this.lsas = new LsaWatch(tell);
    this.addresses = new AddressWatch(tell);
    this.vrrp = new VrrpWatch(tell);
    this.heartbeat = new HeartbeatWatch(tell);
    this.bfd = new BfdWatch(tell, this.hellos);
    this.flows = new FlowWatch(tell);
  }

  /** Gives the number of the place. */
  addPlace(name: string): number {
    return this.places.push({ name, frames: 0 }) - 1;
  }

  /** `bytes` is borrowed for the call. */
  add(time: Micros, place: number, direction: CaptureDirection, linkType: number, bytes: Uint8Array): void {
    this.startsAt ??= time;
    if (this.frames > 0 && time < this.now) this.outOfOrder++;
    else this.now = time;
    this.frames++;
    const { seen, now } = this;
    this.places[place].frames++;
    seen.read(now, place, direction, linkType, bytes);
    if (seen.isUnreadable) this.unreadable++;
    if (seen.arp !== undefined) {
      this.addresses.onArp(seen, seen.arp);
      this.flows.learn(seen.arp.senderProtocolAddress, seen.sourceMac);
    }
    if (seen.packet !== undefined) this.addPacket(seen);
    this.hellos.onFrame(seen);
    this.heartbeat.onFrame(seen);
  }

  finish(): Timeline {
    // All captures end when the last one does: one that ends sooner saw nothing any more.
    const endsAt = (place: number): Micros => (this.places[place].frames > 0 ? this.now : 0);
    this.exchanges.finish();
    this.hellos.finish(endsAt);
    this.addresses.finish();
    this.vrrp.finish(endsAt);
    this.heartbeat.finish(endsAt);
    this.flows.finish(this.now);
    const findings = agree(tellBlindPlaces(this.told), this.places.map(({ name }) => name));
    return {
      startsAt: this.startsAt ?? 0, endsAt: this.now, places: this.places.map(({ name, frames }) => ({ name, frames })), findings,
      incidents: findIncidents(findings, this.now),
      totals: { frames: this.frames, unreadable: this.unreadable, outOfOrder: this.outOfOrder, refreshes: this.lsas.refreshes, forgottenFlows: this.flows.forgotten },
    };
  }

  private addPacket(seen: Sighting): void {
    const { packet } = seen;
    if (packet === undefined) return;
    const { header: { source, destination }, payload } = packet;
    switch (payload.kind) {
      case 'ospf': {
        const { ospf } = payload;
        if (ospf.body.kind === 'hello') {
          this.flows.learn(source, seen.sourceMac);
          this.hellos.onHello(seen, source, ospf.header, ospf.body.hello);
        }
        this.exchanges.onPacket(seen, destination, ospf);
        this.lsas.onPacket(seen, ospf);
        return;
      }
      case 'vrrp': this.vrrp.onAdvertisement(seen, source, payload.vrrp); return;
      case 'udp':
        if (payload.application?.kind === 'heartbeat') this.heartbeat.onMessage(seen, source, payload.application.heartbeat);
        else if (payload.application?.kind === 'bfd') this.bfd.onControl(seen, source, destination, payload.application.bfd);
        else this.flows.onDatagram(seen, source, destination, payload.udp);
        return;
      case 'tcp': this.flows.onTcp(seen, source, destination, payload.tcp); return;
      case 'icmp':
        if (payload.icmp.kind === 'echo') this.flows.onEcho(seen, source, destination, payload.icmp);
        else if (payload.icmp.kind === 'error' && payload.icmp.type !== IcmpType.sourceQuench) this.addError(seen, source, payload.icmp.type, payload.icmp.code, payload.icmp.original);
        return;
      default:
    }
  }

  /** Errors of one kind about one destination are told once, with a count. */
  private addError(seen: Sighting, reporter: number, type: number, code: number, original: Uint8Array): void {
    const embedded = decodeEmbeddedPacket(original);
    if (embedded instanceof DecodeError) return;
    const { destination } = embedded.header;
    const key = `${seen.place} ${reporter} ${type} ${code} ${destination}`;
    const before = this.errors.get(key);
    if (before !== undefined && seen.time - before.until <= ERROR_GAP_MICROS) {
      before.count++;
      before.until = seen.time;
      return;
    }
    const body: Omit<FindingOf<'icmp-errors'>, 'time' | 'places'> = { kind: 'icmp-errors', reporter, type, code, destination, count: 1, until: seen.time };
    this.errors.set(key, body);
    this.told.push({ time: seen.time, place: seen.place, body });
  }
}
