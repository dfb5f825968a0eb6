/**
 * The LS checksum: ISO 8473's Fletcher checksum over the LSA without its age. [2328:12.1.7] [905:Annex B]
 */

/** Sums modulo 255 may be deferred this many bytes before a 31-bit integer could overflow. */
const DEFER = 4096;

/** Computes the checksum of an LSA whose age is at `start`; the two checksum bytes count as zero. */
export function lsaChecksum(bytes: Uint8Array, start: number, length: number): number {
  const from = start + 2;
  const end = start + length;
  const field = start + 16;
  let c0 = 0;
  let c1 = 0;
  for (let i = from; i < end; ) {
    const stop = Math.min(end, i + DEFER);
    for (; i < stop; i++) {
      if (i !== field && i !== field + 1) c0 += bytes[i];
      c1 += c0;
    }
    c0 %= 255;
    c1 %= 255;
  }
  // The two bytes X, Y that make both sums zero.
  const after = end - field - 1;
  let x = (after * c0 - c1) % 255;
  if (x <= 0) x += 255;
  let y = 510 - c0 - x;
  if (y > 255) y -= 255;
  return (x << 8) | y;
}

/** Whether the checksum field of the LSA at `start` is right. Zero is never valid. */
export function isLsaChecksumValid(bytes: Uint8Array, start: number, length: number): boolean {
  const field = (bytes[start + 16] << 8) | bytes[start + 17];
  if (field === 0) return false; // [2328:12.1.7 zero]
  let c0 = 0;
  let c1 = 0;
  for (let i = start + 2, end = start + length; i < end; ) {
    const stop = Math.min(end, i + DEFER);
    for (; i < stop; i++) {
      c0 += bytes[i];
      c1 += c0;
    }
    c0 %= 255;
    c1 %= 255;
  }
  return c0 === 0 && c1 === 0;
}
