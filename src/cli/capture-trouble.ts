/** What is wrong with a capture file, in one line. */
import type { DecodeError } from '../wire/decode-error.js';

export interface CaptureTrouble {
  /** It is none. */
  readonly error: DecodeError | undefined;
  /** It was one up to here. */
  readonly break: DecodeError | undefined;
}

/** Undefined: nothing. */
export function captureTrouble(path: string, { error, break: broken }: CaptureTrouble): string | undefined {
  const name = path === '-' ? 'standard input' : path;
  if (error !== undefined) {
    if (error.code === 'truncated' && error.got === 0) return `${name}: is empty; a capture (pcap or pcapng) is wanted`;
    if (error.code === 'truncated') return `${name}: ends after ${error.got} bytes, inside the file header ${error.clause}; a capture (pcap or pcapng) is wanted`;
    return `${name}: is no capture: got ${error.got}, want ${error.want} ${error.clause}`;
  }
  if (broken === undefined) return undefined;
  const { code, offset, clause, got, want } = broken;
  if (code === 'truncated') return `${name}: breaks off at byte ${offset}: ${got} bytes are left of ${want} ${clause}; the frames before it were used`;
  return `${name}: breaks at byte ${offset}: ${code} ${got}, want ${want} ${clause}; the frames before it were used`;
}
