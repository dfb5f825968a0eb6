/** The IPv4 packets of a fixture, decoded. */
import { readFileSync } from 'node:fs';
import { readCapture } from '../../src/capture/capture.js';
import { DecodeError } from '../../src/wire/decode-error.js';
import type { Ipv4Packet } from '../../src/wire/frame.js';
import { decodeFrame } from '../../src/wire/frame.js';

export function packetsOf(name: string): Ipv4Packet[] {
  const capture = readCapture(readFileSync(new URL(`../fixtures/captures/${name}`, import.meta.url)));
  if (capture instanceof DecodeError) throw new Error(`${name} is no capture`);
  return capture.frames.flatMap(({ bytes }) => {
    const frame = decodeFrame(bytes);
    if (frame instanceof DecodeError) throw new Error('no frame');
    return frame.payload.kind === 'ipv4' ? [frame.payload.packet] : [];
  });
}
