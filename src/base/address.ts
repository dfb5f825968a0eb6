/**
 * IPv4 addresses, router ids, area ids and link state ids: unsigned 32-bit numbers.
 *
 * Inside the emulator an address is always a number from 0 to 2^32-1 (never a negative int32, hence
 * the `>>> 0`). Text exists only at the edges; parsing text is the business of `config` and `cli`.
 */
export type Ipv4 = number;

/** The mask of a prefix length (0..32): 24 -> 0xffffff00. */
export function maskOf(prefixLength: number): Ipv4 {
  return prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
}

/** The prefix length of a contiguous mask; of a mask with holes, the number of leading ones. */
export function prefixLengthOf(mask: Ipv4): number {
  return Math.clz32(~mask);
}

export function isContiguousMask(mask: Ipv4): boolean {
  return maskOf(prefixLengthOf(mask)) === mask;
}

/** The network part of an address. */
export function networkOf(address: Ipv4, prefixLength: number): Ipv4 {
  return (address & maskOf(prefixLength)) >>> 0;
}

export function prefixContains(network: Ipv4, prefixLength: number, address: Ipv4): boolean {
  return ((network ^ address) & maskOf(prefixLength)) === 0;
}

export function isMulticast(address: Ipv4): boolean {
  return address >>> 28 === 0xe;
}

/** Dotted decimal text. */
export function formatIpv4(address: Ipv4): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

export function formatPrefix(network: Ipv4, prefixLength: number): string {
  return `${formatIpv4(network)}/${prefixLength}`;
}

/** A hardware address: six bytes. Text form `02:00:00:00:01:03`. */
export type Mac = Uint8Array;

export function formatMac(mac: Uint8Array, offset = 0): string {
  let text = '';
  for (let i = 0; i < 6; i++) text += (i ? ':' : '') + mac[offset + i].toString(16).padStart(2, '0');
  return text;
}

export function equalMac(a: Uint8Array, b: Uint8Array, aOffset = 0, bOffset = 0): boolean {
  for (let i = 0; i < 6; i++) if (a[aOffset + i] !== b[bOffset + i]) return false;
  return true;
}
