/** Addresses as an operator types them. */
import type { Ipv4 } from '../../base/address.js';

export function parseDottedQuad(text: string): Ipv4 | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((value, part) => value * 256 + Number(part), 0);
}

/** Of words that the command table has found to be an address. */
export function dottedQuad(text: string): Ipv4 {
  return parseDottedQuad(text) ?? 0;
}
