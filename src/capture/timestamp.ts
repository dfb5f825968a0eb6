/**
 * A pcapng timestamp, 64 bits of some unit, into microseconds and what is left over. [pcapng:4.2 if_tsresol, if_tsoffset]
 *
 * Microseconds and finer powers of ten, which is what everybody writes, are exact in double arithmetic and make no
 * garbage. Powers of two and units coarser than a microsecond take the long way. Times outside of what a safe integer
 * of microseconds holds (285 years around 1970) are rounded.
 */
import type { Micros } from '../base/micros.js';
import { SECOND } from '../base/micros.js';

/** if_tsresol when the option is missing: 10^-6 s. */
export const DEFAULT_RESOLUTION = 6;

export class TimestampScale {
  /** Results of the last `convert`. */
  micros: Micros = 0;
  /** 0-999. */
  nanos = 0;
  private readonly unitsPerSecond: bigint;
  private readonly offsetSeconds: bigint;
  private readonly offsetMicros: number;
  /** Units in a microsecond; 0: take the long way. */
  private readonly divisor: number;

  /** `resolution` is the byte of if_tsresol: an exponent of 10, or of 2 when the top bit is set. */
  constructor(resolution: number, offsetSeconds: bigint) {
    const exponent = resolution & 0x7f;
    this.unitsPerSecond = (resolution & 0x80) !== 0 ? 2n ** BigInt(exponent) : 10n ** BigInt(exponent);
    this.offsetSeconds = offsetSeconds;
    this.offsetMicros = Number(offsetSeconds) * SECOND;
    const isEasy = resolution >= 6 && resolution <= 12 && Number.isSafeInteger(this.offsetMicros);
    this.divisor = isEasy ? 10 ** (resolution - 6) : 0;
  }

  convert(high: number, low: number): void {
    const { divisor } = this;
    if (divisor > 0 && high / divisor < 0x1fffff) {
      const upper = Math.floor(high / divisor);
      const rest = (high - upper * divisor) * 0x100000000 + low;
      const lower = Math.floor(rest / divisor);
      this.micros = upper * 0x100000000 + lower + this.offsetMicros;
      this.nanos = Math.floor(((rest - lower * divisor) * 1000) / divisor);
      return;
    }
    const units = (BigInt(high) << 32n) | BigInt(low);
    const nanos = (units * 1_000_000_000n) / this.unitsPerSecond + this.offsetSeconds * 1_000_000_000n;
    const remainder = ((nanos % 1000n) + 1000n) % 1000n;
    this.micros = Number((nanos - remainder) / 1000n);
    this.nanos = Number(remainder);
  }
}
