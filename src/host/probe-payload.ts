/**
 * What every probe carries: 20 bytes, a magic word, the index of the probe, its sequence number, and when it was sent, in microseconds as
 * two words. An answer over TCP has the name of the system behind it, its length before it.
 */
import type { Micros } from '../base/micros.js';
import type { ByteWriter } from '../wire/bytes.js';

const MAGIC = 0x70726f62;
export const PROBE_LENGTH = 20;

export function writeProbe(w: ByteWriter, probe: number, sequence: number, now: Micros): void {
  w.u32(MAGIC);
  w.u32(probe);
  w.u32(sequence);
  w.u32(Math.floor(now / 0x100000000));
  w.u32(now % 0x100000000);
}

export function isProbeAt(bytes: Uint8Array, offset: number, length: number): boolean {
  return length >= PROBE_LENGTH && u32At(bytes, offset) === MAGIC;
}

export function probeIndexAt(bytes: Uint8Array, offset: number): number {
  return u32At(bytes, offset + 4);
}

export function probeSequenceAt(bytes: Uint8Array, offset: number): number {
  return u32At(bytes, offset + 8);
}

export function probeSentAt(bytes: Uint8Array, offset: number): Micros {
  return u32At(bytes, offset + 12) * 0x100000000 + u32At(bytes, offset + 16);
}

function u32At(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] << 24) | (bytes[offset + 1] << 16) | (bytes[offset + 2] << 8) | bytes[offset + 3]) >>> 0;
}
