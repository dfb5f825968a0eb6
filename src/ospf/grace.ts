/**
 * Grace-LSAs: what a restarting router tells its neighbours, made and read. [3623:A]
 *
 * Type 9, opaque type 3, opaque id 0; with its address on every network where there may be several neighbours. One that has a TLV that is not
 * known, or a period or reason out of range, counts for nothing, as in FRR.
 */
import type { Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import { LsType, MAX_AGE_SECONDS } from '../wire/ospf/lsa-header.js';
import { GraceLsa, GraceTlvType, encodeGraceLsa, graceLsaLength } from '../wire/ospf/opaque/grace-lsa.js';
import { OpaqueType, opaqueLinkStateId, opaqueType } from '../wire/ospf/opaque/opaque-lsa.js';
import { Tlv } from '../wire/ospf/opaque/tlv.js';
import { OptionBit } from '../wire/ospf/options.js';
import type { OspfInterface } from './interface.js';
import type { LsaInstance } from './lsdb.js';
import { opaqueBodyOf } from './opaque.js';
import { originate } from './origination.js';

const GRACE_ID = opaqueLinkStateId(OpaqueType.grace, 0);
/** FRR's bounds of a period. */
const LONGEST_PERIOD_SECONDS = 1800;

export interface Grace {
  readonly periodSeconds: number;
  /** [3623:A] 0 unknown, 1 software restart, 2 reload or upgrade, 3 switch to a redundant control processor. */
  readonly reason: number;
  /** 0: not said. */
  readonly address: Ipv4;
}

export function isGraceLsa(lsa: LsaInstance): boolean {
  return lsa.header.lsType === LsType.opaqueLink && opaqueType(lsa.header.linkStateId) === OpaqueType.grace;
}

/** Undefined: it counts for nothing. */
export function readGrace(lsa: LsaInstance): Grace | undefined {
  const body = opaqueBodyOf(lsa);
  if (body.kind !== 'grace') return undefined;
  let [periodSeconds, reason, address] = [0, 0, 0];
  for (const { value } of body.grace.tlvs) {
    switch (value.kind) {
      case 'grace-period':
        if (value.seconds < 1 || value.seconds > LONGEST_PERIOD_SECONDS) return undefined;
        periodSeconds = value.seconds;
        break;
      case 'restart-reason':
        if (value.reason > 3) return undefined;
        reason = value.reason;
        break;
      case 'interface-address': address = value.address; break;
      default: return undefined;
    }
  }
  return { periodSeconds, reason, address };
}

/**
 * Tells the neighbours of an interface, or takes it back (`isFlush`): an instance past whatever instance of the area's is known.
 * Nothing where there is nobody.
 */
export function originateGraceLsa(owner: OspfInterface, periodSeconds: number, reason: number, isFlush: boolean, now: Micros): void {
  const { process, area } = owner;
  if (owner.neighbors.length === 0) return; // nobody is there to help
  const body = new GraceLsa();
  body.tlvs.push(new Tlv(GraceTlvType.gracePeriod, { kind: 'grace-period', seconds: periodSeconds })); // [3623:A period]
  body.tlvs.push(new Tlv(GraceTlvType.restartReason, { kind: 'restart-reason', reason })); // [3623:A reason]
  if (!owner.traits.isNeighborKnownById) {
    body.tlvs.push(new Tlv(GraceTlvType.interfaceAddress, { kind: 'interface-address', address: owner.address })); // [3623:A address]
  }
  const previous = area.lsdb.find(LsType.opaqueLink, GRACE_ID, process.routerId);
  originate(process, {
    lsType: LsType.opaqueLink, linkStateId: GRACE_ID, area, interface: owner, body: undefined, options: area.options | OptionBit.opaque,
    ...(isFlush ? { ageSeconds: MAX_AGE_SECONDS } : {}), bodyLength: graceLsaLength(body), encodeBody: (w) => encodeGraceLsa(body, w),
  }, previous?.header.sequence, now, 'change');
}
