/**
 * The options of an IPv4 header, one by one. [791:3.1] The header codec keeps them as bytes (`Ipv4Header.options`); this
 * walks those bytes and puts them together again exactly.
 */
import type { Ipv4 } from '../base/address.js';
import { ByteReader, ByteWriter } from './bytes.js';
import { DecodeError } from './decode-error.js';

/** The type byte: copied flag, class and number. */
export const Ipv4OptionType = {
  endOfList: 0,
  noOperation: 1,
  recordRoute: 7,
  timestamp: 68,
  looseSourceRoute: 131,
  strictSourceRoute: 137,
  /** [2113] */
  routerAlert: 148,
} as const;

export class Ipv4Option {
  type: number = Ipv4OptionType.noOperation;
  /** Behind type and length; empty for no operation, which has no length byte. Decoded: a view. */
  data: Uint8Array = new Uint8Array(0);
}

export class Ipv4Options {
  list: Ipv4Option[] = [];
  /** From the end of the list on: its zero byte and whatever follows. Decoded: a view. */
  padding: Uint8Array = new Uint8Array(0);
}

/** `options` as the header has them; offsets of errors count from their start. */
export function decodeIpv4Options(options: Uint8Array): Ipv4Options | DecodeError {
  const r = new ByteReader(options);
  const result = new Ipv4Options();
  while (r.remaining > 0 && r.bytes[r.offset] !== Ipv4OptionType.endOfList) {
    const option = new Ipv4Option();
    option.type = r.u8();
    if (option.type !== Ipv4OptionType.noOperation) {
      const left = r.remaining + 1;
      if (left < 2) return new DecodeError('truncated', r.offset, '[791:3.1]', left, 2);
      const length = r.u8();
      if (length < 2 || length > left) return new DecodeError('length', r.offset - 1, '[791:3.1]', length, `2-${left}`);
      option.data = r.view(length - 2);
    }
    result.list.push(option);
  }
  result.padding = r.view(r.remaining);
  return result;
}

/** What goes into `Ipv4Header.options`: padded with zero bytes to a multiple of 4 when `padding` does not see to it. */
export function encodeIpv4Options(options: Ipv4Options): Uint8Array {
  let length = options.padding.length;
  for (const option of options.list) length += option.type === Ipv4OptionType.noOperation ? 1 : 2 + option.data.length;
  const w = new ByteWriter(new Uint8Array((length + 3) & ~3));
  for (const option of options.list) {
    w.u8(option.type);
    if (option.type === Ipv4OptionType.noOperation) continue;
    w.u8(option.data.length + 2);
    w.raw(option.data);
  }
  w.raw(options.padding);
  return w.bytes;
}

/** Of a record route or source route option: the pointer, counted from 1 at the type byte, and the addresses. */
export function routeOf(option: Ipv4Option): { pointer: number; addresses: Ipv4[] } | DecodeError {
  const { data } = option;
  if (data.length % 4 !== 1) return new DecodeError('length', 1, '[791:3.1]', data.length + 2, 'a multiple of 4, and 3');
  const r = new ByteReader(data);
  const pointer = r.u8();
  const addresses: Ipv4[] = [];
  while (r.remaining > 0) addresses.push(r.u32());
  return { pointer, addresses };
}
