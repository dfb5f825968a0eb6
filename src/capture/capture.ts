/** Reads a capture file of either format; its first four bytes say which. */
import { DecodeError } from '../wire/decode-error.js';
import type { Capture } from './captured-frame.js';
import { isPcap, readPcap } from './pcap.js';
import { isPcapng, readPcapng } from './pcapng.js';

/** An error when the file is no capture at all; a file that breaks off later is a Capture with a `break`. */
export function readCapture(file: Uint8Array): Capture | DecodeError {
  if (isPcapng(file)) return readPcapng(file);
  if (isPcap(file)) return readPcap(file);
  if (file.length < 4) return new DecodeError('truncated', 0, '[pcap:4]', file.length, 4);
  return new DecodeError('value', 0, '[pcap:4]', 'another kind of file', 'pcap or pcapng');
}
