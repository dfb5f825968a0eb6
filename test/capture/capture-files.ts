/** Capture files made by hand, of every kind: what tests read. */

export type Bytes = readonly number[];

/** A builder for one byte order. */
export function inOrder(isLittleEndian: boolean) {
  const turn = (bytes: Bytes): Bytes => (isLittleEndian ? [...bytes].reverse() : bytes);
  const u16 = (value: number): Bytes => turn([value >>> 8, value & 255]);
  const u32 = (value: number): Bytes => turn([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
  const padded = (bytes: Bytes, fill = 0): Bytes => [...bytes, ...new Array<number>((4 - (bytes.length & 3)) & 3).fill(fill)];
  const option = (code: number, value: Bytes, fill = 0): Bytes => [...u16(code), ...u16(value.length), ...padded(value, fill)];
  const end: Bytes = [0, 0, 0, 0];
  const block = (type: number, ...body: Bytes[]): Bytes => {
    const length = body.reduce((sum, part) => sum + part.length, 12);
    return [...u32(type), ...u32(length), ...body.flat(), ...u32(length)];
  };
  const section = (...options: Bytes[]): Bytes =>
    block(0x0a0d0d0a, u32(0x1a2b3c4d), u16(1), u16(2), u32(0xffffffff), u32(0xffffffff), ...options);
  const link = (linkType: number, snapLength: number, ...options: Bytes[]): Bytes => block(1, u16(linkType), u16(0), u32(snapLength), ...options);
  const packet = (id: number, high: number, low: number, data: Bytes, ...options: Bytes[]): Bytes =>
    block(6, u32(id), u32(high), u32(low), u32(data.length), u32(data.length + 5), padded(data), ...options);
  return { u16, u32, padded, option, end, block, section, link, packet };
}

export const text = (value: string): Bytes => [...new TextEncoder().encode(value)];

/** Every block and most options, two sections; the second in the other byte order. */
export function everyBlock(isLittleEndian: boolean): Uint8Array {
  const one = inOrder(isLittleEndian);
  const other = inOrder(!isLittleEndian);
  return Uint8Array.from([
    ...one.section(one.option(1, text('a comment')), one.option(4, text('by hand')), one.end),
    ...one.link(1, 96, one.option(2, text('eth0')), one.option(9, [9]), one.end),
    ...one.link(101, 0, one.option(9, [0x80 | 20]), one.option(14, [...one.u32(isLittleEndian ? 7 : 0), ...one.u32(isLittleEndian ? 0 : 7)]), one.end),
    ...one.packet(0, 0x10, 0x20, [1, 2, 3], one.option(2, one.u32(1)), one.option(1, text('first')), one.option(1, text('second')), one.end),
    ...one.packet(1, 0, 1 << 21, [0x45], one.end, [9, 9, 9, 9]), // bytes behind the end of the options
    ...one.block(3, one.u32(5), [1, 2, 3, 4, 5, 0xee, 0, 0]), // padding that is not zero
    ...one.block(2, one.u16(0), one.u16(3), one.u32(0), one.u32(9_999), one.u32(2), one.u32(2), [7, 8, 0xaa, 0xbb]),
    ...one.block(4, one.u16(1), one.u16(10), one.padded([10, 1, 1, 1, ...text('vipa'), 0, 0]), one.u16(1), one.u16(7), one.padded([10, 0, 0, 1, 97, 98, 0], 0xcc), one.end, one.option(1, text('names')), one.end),
    ...one.block(5, one.u32(0), one.u32(1), one.u32(2), one.option(4, [...one.u32(5), ...one.u32(0)]), one.end),
    ...one.block(10, one.u32(0x544c534b), one.u32(6), one.padded(text('secret')), one.option(1, text('k')), one.end),
    ...one.block(0xbad, one.u32(32473), [1, 2, 3, 4, 0, 1, 0, 1]),
    ...one.block(0x40000bad, one.u32(32473), [0xff, 0xff, 0xff, 0xff]),
    ...one.block(0x0b0b, [1, 2, 3, 4]),
    ...other.section(),
    ...other.link(0, 0),
    ...other.packet(0, 0, 1_000_001, [2, 0, 0, 0, 0x45]),
  ]);
}

/** Classic pcap with three records, of which the second was cut. */
export function pcapFile(isLittleEndian: boolean, hasNanos: boolean, linkType = 1): Uint8Array {
  const { u16, u32 } = inOrder(isLittleEndian);
  const record = (seconds: number, fraction: number, original: number, data: Bytes): Bytes =>
    [...u32(seconds), ...u32(fraction), ...u32(data.length), ...u32(original), ...data];
  return Uint8Array.from([
    ...u32(hasNanos ? 0xa1b23c4d : 0xa1b2c3d4), ...u16(2), ...u16(4), ...u32(0xfffffff0), ...u32(3), ...u32(65535), ...u32(linkType),
    ...record(5, 123, 3, [1, 2, 3]), ...record(6, 999_999, 1500, [4, 5, 6, 7, 8]), ...record(7, 0, 0, []),
  ]);
}
