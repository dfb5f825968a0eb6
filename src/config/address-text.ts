/**
 * Addresses, prefixes, areas and hardware addresses out of text: the edge where they become numbers.
 *
 * Every function returns undefined for text that is not exactly the form; the caller knows the place and says so.
 */
import { Address4 } from 'ip-address';
import type { Ipv4 } from '../base/address.js';

const DOTTED_QUAD = /^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/;

/** `192.168.1.3`: four decimal numbers, no leading zeros. */
export function parseIpv4(text: string): Ipv4 | undefined {
  if (!DOTTED_QUAD.test(text)) return undefined;
  try {
    return Number(new Address4(text).bigInt());
  } catch {
    // The library's way to say no; the caller makes the message.
    return undefined;
  }
}

export interface Prefix {
  readonly address: Ipv4;
  readonly prefixLength: number;
}

/** `192.168.1.3/24`; host bits are kept. */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseIpv4(text.slice(0, slash));
  const lengthText = text.slice(slash + 1);
  if (address === undefined || !/^[0-9]{1,2}$/.test(lengthText)) return undefined;
  const prefixLength = Number(lengthText);
  return prefixLength <= 32 ? { address, prefixLength } : undefined;
}

/** An area: `0`, `1`, `0.0.0.1`. [2328:C.2] */
export function parseArea(text: string): Ipv4 | undefined {
  if (/^[0-9]{1,10}$/.test(text)) {
    const number = Number(text);
    return number <= 0xffffffff ? number : undefined;
  }
  return parseIpv4(text);
}

/** `02:00:00:00:01:03`: a unicast hardware address that is not zero. */
export function parseMac(text: string): Uint8Array | undefined {
  if (!/^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}$/.test(text)) return undefined;
  const mac = Uint8Array.from(text.split(':'), (byte) => Number.parseInt(byte, 16));
  return (mac[0] & 1) === 1 || mac.every((byte) => byte === 0) ? undefined : mac;
}

/** Why an interface cannot have this address; undefined: it can. */
export function reasonNotHostAddress(address: Ipv4, prefixLength: number, isLoopback: boolean): string | undefined {
  const first = address >>> 24;
  if (first === 0) return 'it is in 0.0.0.0/8, "this network"';
  if (first >= 224) return first < 240 ? 'it is a multicast address' : 'it is in the reserved range 240.0.0.0/4';
  if (first === 127 && !isLoopback) return 'it is a loopback address';
  if (prefixLength === 0) return 'its prefix length is 0';
  if (prefixLength <= 30) {
    const hostBits = (address & (0xffffffff >>> prefixLength)) >>> 0;
    if (hostBits === 0) return 'it is the address of the network itself';
    if (hostBits === 0xffffffff >>> prefixLength) return 'it is the broadcast address of its network';
  }
  return undefined;
}
