/**
 * The decoded contents of LSAs. [2328:A.4]
 *
 * An LSA is flooded to every router of its area, and where one program is all of those routers, each of them would check and
 * decode the same bytes, and keep them. So what was found good is remembered, here, for all processes together: of each LSA the last two
 * instances. Neither bytes nor body are ever changed, and whether they are good does not depend on who looks at them. Nothing observable
 * depends on what is remembered.
 */
import type { Ipv4 } from '../base/address.js';
import { ByteReader } from '../wire/bytes.js';
import type { DecodeError } from '../wire/decode-error.js';
import { type AsExternalLsa, decodeAsExternalLsa } from '../wire/ospf/as-external-lsa.js';
import { LSA_HEADER_LENGTH, LsType } from '../wire/ospf/lsa-header.js';
import { type NetworkLsa, decodeNetworkLsa } from '../wire/ospf/network-lsa.js';
import { type RouterLsa, decodeRouterLsa } from '../wire/ospf/router-lsa.js';
import { type SummaryLsa, decodeSummaryLsa } from '../wire/ospf/summary-lsa.js';
import { lsaContents, type LsaContents, type PlaceHint } from './lsdb.js';

/** The decoded body; undefined for types that this implementation does not interpret. */
export type LsaBody = RouterLsa | NetworkLsa | SummaryLsa | AsExternalLsa | undefined;

/** Decodes the body of a whole LSA; unknown types have none. */
export function decodeLsaBody(bytes: Uint8Array): LsaBody | DecodeError {
  const r = new ByteReader(bytes, LSA_HEADER_LENGTH);
  switch (bytes[3]) {
    case LsType.router: return decodeRouterLsa(r);
    case LsType.network: return decodeNetworkLsa(r);
    case LsType.summaryNetwork:
    case LsType.summaryAsbr: return decodeSummaryLsa(r);
    case LsType.asExternal:
    case LsType.nssa: return decodeAsExternalLsa(r); // [3101:C]
    default: return undefined;
  }
}

/** Whether an LSA, and the one at a place in a packet, are the same byte for byte, but for their age. */
export function isSameButForAge({ view }: LsaContents, packet: DataView, at: number, length: number): boolean {
  if (view.byteLength !== length) return false;
  // From the end: two instances of one LSA begin alike. By words, then what is left behind the age.
  let i = length - 4;
  for (; i >= 4; i -= 4) if (view.getInt32(i) !== packet.getInt32(at + i)) return false;
  for (i += 3; i >= 2; i--) if (view.getUint8(i) !== packet.getUint8(at + i)) return false;
  return true;
}

/** What is remembered of an LSA, whoever has it: by its identity. */
export class KnownLsa implements PlaceHint {
  private readonly lsType: number;
  // Signed, which needs no box.
  private readonly id: number;
  private readonly router: number;
  place = 0;
  /** The instances that were last found good, the latest first: while one drives out the other both are about. */
  private latest: LsaContents | undefined;
  private previous: LsaContents | undefined;

  constructor(lsType: number, linkStateId: Ipv4, advertisingRouter: Ipv4) {
    this.lsType = lsType;
    this.id = linkStateId | 0;
    this.router = advertisingRouter | 0;
  }

  is(lsType: number, id: number, router: number): boolean {
    return this.id === id && this.router === router && this.lsType === lsType;
  }

  /** What the bytes at a place in a packet say, whatever their age; undefined: they have not lately been found good. */
  recall(packet: DataView, at: number, length: number): LsaContents | undefined {
    const { latest, previous } = this;
    if (latest !== undefined && isSameButForAge(latest, packet, at, length)) return latest;
    return previous !== undefined && isSameButForAge(previous, packet, at, length) ? previous : undefined;
  }

  remember(contents: LsaContents): LsaContents {
    this.previous = this.latest;
    this.latest = contents;
    return contents;
  }

  get slot(): number {
    return slotOf(this.lsType, this.id, this.router);
  }
}

/** Of so many LSAs all is forgotten, and learned anew: they are more than any network has. */
const MOST = 1 << 18;
/** With linear probing; twice as long as needed at least. */
let known: (KnownLsa | undefined)[] = [];
let knownCount = 0;
forgetKnownLsas();

/** Another network begins. */
export function forgetKnownLsas(): void {
  known = new Array<undefined>(1024).fill(undefined);
  knownCount = 0;
}

export function findKnown(lsType: number, linkStateId: Ipv4, advertisingRouter: Ipv4): KnownLsa | undefined {
  const id = linkStateId | 0;
  const router = advertisingRouter | 0;
  const mask = known.length - 1;
  let slot = slotOf(lsType, id, router) & mask;
  let entry = known[slot];
  while (entry !== undefined && !entry.is(lsType, id, router)) entry = known[slot = (slot + 1) & mask];
  return entry;
}

/** Keeps the bytes, and the body that was decoded from them: they are the caller's own copy, for a body may be a view of them. */
export function rememberLsa(bytes: Uint8Array, body: LsaBody): LsaContents {
  const contents = lsaContents(bytes, body);
  const { lsType, linkStateId, advertisingRouter } = contents.header;
  let entry = findKnown(lsType, linkStateId, advertisingRouter);
  if (entry === undefined) {
    if (knownCount === MOST) forgetKnownLsas();
    enter(entry = new KnownLsa(lsType, linkStateId, advertisingRouter));
  }
  return entry.remember(contents);
}

function enter(entry: KnownLsa): void {
  if (++knownCount * 2 > known.length) {
    const entries = known;
    known = new Array<undefined>(entries.length * 2).fill(undefined);
    for (const each of entries) if (each !== undefined) place(each);
  }
  place(entry);
}

function place(entry: KnownLsa): void {
  const mask = known.length - 1;
  let slot = entry.slot & mask;
  while (known[slot] !== undefined) slot = (slot + 1) & mask;
  known[slot] = entry;
}

function slotOf(lsType: number, id: number, router: number): number {
  const mixed = Math.imul(id ^ (id >>> 15), 0x9e3779b1) ^ Math.imul(router ^ (router >>> 13), 0x85ebca6b) ^ Math.imul(lsType, 0xc2b2ae35);
  return mixed ^ (mixed >>> 15);
}
