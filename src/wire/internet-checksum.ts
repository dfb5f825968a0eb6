/**
 * The Internet checksum: IPv4 header, ICMP, IGMP, UDP, TCP, VRRP and the OSPF packet. [1071]
 */
import type { Ipv4 } from '../base/address.js';

/** The ones' complement sum of 16-bit words, not yet folded or complemented; odd lengths are padded with zero. */
export function onesSum(bytes: Uint8Array, start: number, end: number, initial = 0): number {
  let sum = initial;
  let i = start;
  for (; i + 1 < end; i += 2) sum += (bytes[i] << 8) | bytes[i + 1];
  if (i < end) sum += bytes[i] << 8;
  return sum;
}

/** Folds and complements a sum into the value of a checksum field. Sums up to 2^48 are exact. */
export function foldChecksum(sum: number): number {
  let folded = (sum & 0xffff) + Math.floor(sum / 0x10000);
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return ~folded & 0xffff;
}

export function internetChecksum(bytes: Uint8Array, start: number, end: number): number {
  return foldChecksum(onesSum(bytes, start, end));
}

/** The checksum after one 16-bit word changed, without reading the rest. [1624] */
export function updateChecksum(checksum: number, oldWord: number, newWord: number): number {
  return foldChecksum((~checksum & 0xffff) + (~oldWord & 0xffff) + newWord);
}

/** What a checksum field holds that the adapter was to finish: the folded sum of the IPv4 pseudo header, not complemented. */
export function partialChecksum(source: Ipv4, destination: Ipv4, protocol: number, length: number): number {
  const sum = (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + protocol + length;
  return ~foldChecksum(sum) & 0xffff;
}
