/** Reads a capture file of either format; its first four bytes say which. */
import type { DecodeError } from '../wire/decode-error.js';
import { readWhole } from './capture-reader.js';
import type { Capture } from './captured-frame.js';

/** An error when the file is no capture at all; a file that breaks off later is a Capture with a `break`. */
export function readCapture(file: Uint8Array): Capture | DecodeError {
  return readWhole(file);
}
