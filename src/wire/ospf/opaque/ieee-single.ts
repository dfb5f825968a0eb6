/**
 * Bandwidths: IEEE 754 single precision, bytes per second. [3630:2.5.6]
 *
 * PDUs keep the 32 bits, so that a NaN and its payload, or a negative zero, encode as they came; these two give numbers.
 */
const view = new DataView(new ArrayBuffer(4));

/** The number that 32 bits stand for. */
export function numberOfSingle(bits: number): number {
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

/** The 32 bits of the nearest single precision number. */
export function singleOfNumber(value: number): number {
  view.setFloat32(0, value);
  return view.getUint32(0);
}
