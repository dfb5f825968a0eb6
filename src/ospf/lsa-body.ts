/**
 * The decoded contents of LSAs. [2328:A.4]
 *
 * An LSA is flooded to every router of its area, and where one program is all of those routers, each of them would check and
 * decode the same bytes, and keep them. So what was found good is remembered for a while, here, for all processes together:
 * neither bytes nor body are ever changed, and whether they are good does not depend on who looks at them. Nothing observable
 * depends on what is remembered.
 */
import { ByteReader } from '../wire/bytes.js';
import type { DecodeError } from '../wire/decode-error.js';
import { type AsExternalLsa, decodeAsExternalLsa } from '../wire/ospf/as-external-lsa.js';
import { LSA_HEADER_LENGTH, LsType } from '../wire/ospf/lsa-header.js';
import { type NetworkLsa, decodeNetworkLsa } from '../wire/ospf/network-lsa.js';
import { type RouterLsa, decodeRouterLsa } from '../wire/ospf/router-lsa.js';
import { type SummaryLsa, decodeSummaryLsa } from '../wire/ospf/summary-lsa.js';
import { lsaContents, type LsaContents } from './lsdb.js';

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
export function isSameButForAge(lsa: Uint8Array, packet: Uint8Array, at: number, length: number): boolean {
  if (lsa.length !== length) return false;
  // From the end: two instances of one LSA begin alike.
  for (let i = length - 1, j = at + length - 1; i >= 2; i--, j--) if (lsa[i] !== packet[j]) return false;
  return true;
}

const KNOWN_SLOTS = 1 << 14;
const known: (LsaContents | undefined)[] = new Array<undefined>(KNOWN_SLOTS).fill(undefined);

/** An LSA that has lately been found good, whatever its age; undefined: it has not. */
export function recallLsa(packet: Uint8Array, at: number, length: number): LsaContents | undefined {
  const entry = known[slotOf(packet, at)];
  return entry !== undefined && isSameButForAge(entry.bytes, packet, at, length) ? entry : undefined;
}

/** Keeps the bytes, and the body that was decoded from them: they are the caller's own copy, for a body may be a view of them. */
export function rememberLsa(bytes: Uint8Array, body: LsaBody): LsaContents {
  return known[slotOf(bytes, 0)] = lsaContents(bytes, body);
}

/** Out of the link state id, the low end of the sequence number, and the checksum. */
function slotOf(bytes: Uint8Array, at: number): number {
  const identity = (bytes[at + 4] << 24) ^ (bytes[at + 5] << 16) ^ (bytes[at + 6] << 8) ^ bytes[at + 7];
  const instance = (bytes[at + 15] << 16) ^ (bytes[at + 16] << 8) ^ bytes[at + 17];
  return (Math.imul(identity, 0x9e3779b1) ^ Math.imul(instance, 0x85ebca6b)) >>> 18;
}
