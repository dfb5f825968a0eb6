/**
 * The router information LSA: what this router can do. [7770]
 *
 * As FRR originates it: one TLV of informational capabilities that says traffic engineering, in every area or once for the AS; when the
 * first neighbour that takes opaque LSAs has become Full, and a slot of MinLSInterval later for each kind of opaque LSA that has its turn
 * before: type 9, then type 10. It sets the E bit even in stub areas. (The real one installs its first instance once more with
 * every such neighbour; the neighbours see nothing new in it, and here it is left out.)
 */
import type { Micros } from '../base/micros.js';
import type { Timer } from '../engine/timer.js';
import { LsType } from '../wire/ospf/lsa-header.js';
import { OpaqueType, opaqueLinkStateId } from '../wire/ospf/opaque/opaque-lsa.js';
import {
  InformationalCapability, RouterInformationLsa, RouterInformationTlvType, encodeRouterInformationLsa, routerInformationLsaLength,
} from '../wire/ospf/opaque/router-information-lsa.js';
import { Tlv } from '../wire/ospf/opaque/tlv.js';
import { OptionBit } from '../wire/ospf/options.js';
import { flushLsa } from './ageing.js';
import type { Area } from './area.js';
import type { LsaInstance } from './lsdb.js';
import type { Neighbor } from './neighbor.js';
import { originate } from './origination.js';
import { findOpaque, isOpaqueCapable } from './opaque.js';
import { OPAQUE_SLOT_MICROS } from './opaque-slots.js';
import type { OspfProcess } from './process.js';

/** Opaque id 0: the first instance. */
export const ROUTER_INFORMATION_ID = opaqueLinkStateId(OpaqueType.routerInformation, 0);

export class RouterInformation {
  private readonly process: OspfProcess;
  /** Type 10 has its turn in an area, whether or not there is anything to be said. */
  private readonly areaTimers = new Map<Area, Timer>();
  private readonly asTimer: Timer;
  private readonly refreshTimers = new Map<Area | undefined, Timer>();

  /** The first scope that was ever asked for: FRR keeps it, whatever is asked for later, and explains such LSAs from then on. */
  registeredScope: 'area' | 'as' | undefined;

  constructor(process: OspfProcess) {
    this.process = process;
    this.registeredScope = this.wantedScope;
    this.asTimer = process.timer((now) => this.originate(undefined, now));
  }

  /** Segment routing asks for it in every area. */
  private get wantedScope(): 'area' | 'as' | undefined {
    const { routerInformation, segmentRouting } = this.process.configuration;
    return routerInformation ?? (segmentRouting === undefined ? undefined : 'area');
  }

  private get scope(): 'area' | 'as' | undefined {
    return this.wantedScope === undefined ? undefined : this.registeredScope;
  }

  /** A neighbour has become Full. */
  onNeighborFull(neighbor: Neighbor, now: Micros): void {
    const { process } = this;
    const { scope } = this;
    if (!isOpaqueCapable(neighbor)) return;
    process.isOpaqueOperational = true;
    if (scope === undefined || process.isStopping) return;
    const { area } = neighbor.interface;
    let at = now + OPAQUE_SLOT_MICROS; // type 9 goes first
    let timer = this.areaTimers.get(area);
    if (timer === undefined) this.areaTimers.set(area, timer = process.timer((due) => this.originate(area, due)));
    if (!timer.isArmed && !this.isOriginated(area)) {
      timer.arm(at);
      at += OPAQUE_SLOT_MICROS;
    }
    if (scope === 'as' && !this.isOriginated(undefined)) this.asTimer.armIfIdle(at);
  }

  /** Another scope, or none: what it is no longer is flushed, what it is from now on is originated as after a first neighbour. */
  reconfigure(now: Micros): void {
    const { process } = this;
    this.registeredScope ??= this.wantedScope;
    for (const area of [undefined, ...process.areas]) {
      const lsa = this.current(area);
      if (lsa !== undefined && lsa.isSelfOriginated && !lsa.isFlushing && !this.isWanted(lsa)) flushLsa(process, lsa, now);
    }
    for (const owner of process.interfaces) {
      for (const neighbor of owner.neighbors) if (neighbor.state === 'Full') this.onNeighborFull(neighbor, now);
    }
  }

  /** Whether this router has such an LSA to originate. */
  isWanted({ header, area }: LsaInstance): boolean {
    const { scope } = this;
    return header.linkStateId === ROUTER_INFORMATION_ID && scope === (area === undefined ? 'as' : 'area') &&
      header.lsType === (area === undefined ? LsType.opaqueAs : LsType.opaqueArea);
  }

  /** The next instance, as soon as MinLSInterval lets it. */
  refreshSoon(lsa: LsaInstance, now: Micros): void {
    if (!this.isWanted(lsa)) return;
    const { area } = lsa;
    let timer = this.refreshTimers.get(area);
    if (timer === undefined) this.refreshTimers.set(area, timer = this.process.timer((due) => this.refresh(area, due)));
    timer.armIfIdle(Math.max(now, lsa.arrivedAt + OPAQUE_SLOT_MICROS));
  }

  private refresh(area: Area | undefined, now: Micros): void {
    if (this.current(area) !== undefined) this.originate(area, now);
  }

  /** Something else is to be said. */
  refreshAll(now: Micros): void {
    for (const area of [undefined, ...this.process.areas]) {
      const lsa = this.current(area);
      if (lsa !== undefined && !lsa.isFlushing) this.refreshSoon(lsa, now);
    }
  }

  private isOriginated(area: Area | undefined): boolean {
    const lsa = this.current(area);
    return lsa !== undefined && !lsa.isFlushing && !lsa.isReceived;
  }

  private current(area: Area | undefined): LsaInstance | undefined {
    return findOpaque(this.process, area === undefined ? LsType.opaqueAs : LsType.opaqueArea, ROUTER_INFORMATION_ID, area);
  }

  private originate(area: Area | undefined, now: Micros): void {
    const { process } = this;
    if (process.isStopping || this.scope !== (area === undefined ? 'as' : 'area')) return;
    const body = new RouterInformationLsa();
    // [7770:2.4] [7770:2.5]
    body.tlvs.push(new Tlv(RouterInformationTlvType.informationalCapabilities,
      { kind: 'informational-capabilities', words: [InformationalCapability.trafficEngineering] }), ...process.segmentRouting.informationTlvs());
    // [7770:2] [7770:2.1] [7770:2.7]
    originate(process, {
      lsType: area === undefined ? LsType.opaqueAs : LsType.opaqueArea, linkStateId: ROUTER_INFORMATION_ID, area, body: undefined,
      options: OptionBit.external | OptionBit.opaque, bodyLength: routerInformationLsaLength(body), encodeBody: (w) => encodeRouterInformationLsa(body, w),
    }, this.current(area)?.header.sequence, now, 'change');
  }
}
