/**
 * What a capture file holds, whichever format it is in.
 *
 * Both readers give this. They hold the whole file in memory and hand out views into it. A file that breaks off or
 * turns to nonsense is used up to that place, and the place is named: `break`. For files that do not fit into memory
 * see capture-reader.ts; for all that a file holds besides frames, capture-document.ts.
 */
import type { Micros } from '../base/micros.js';
import type { DecodeError } from '../wire/decode-error.js';

export { LinkType } from '../wire/link-layer.js';

/** `unknown`: the file does not say, as in classic pcap. */
export type CaptureDirection = 'inbound' | 'outbound' | 'unknown';

export interface CaptureInterface {
  /** Empty when the file gives none. */
  readonly name: string;
  readonly linkType: number;
  /** Bytes; 0: no limit. */
  readonly snapLength: number;
}

export class CapturedFrame {
  /** Index into `Capture.interfaces`. */
  interfaceId = 0;
  /** Since the epoch of the file: 1970 for a real capture, the start of the run for ours. Whole microseconds, rounded down. */
  timeMicros: Micros = 0;
  /** What the rounding left over, 0-999. */
  remainderNanos = 0;
  /** A view into the file. */
  bytes: Uint8Array = new Uint8Array(0);
  /** On the wire; more than `bytes.length` when the frame was cut. */
  originalLength = 0;
  direction: CaptureDirection = 'unknown';
}

export interface Capture {
  readonly format: 'pcap' | 'pcapng';
  readonly interfaces: readonly CaptureInterface[];
  /** In file order. */
  readonly frames: readonly CapturedFrame[];
  /** Why reading stopped before the end of the file, with the offset in it; undefined: read to the end. */
  readonly break: DecodeError | undefined;
}
