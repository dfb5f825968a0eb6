/**
 * Hello. [2328:A.3.2] The body behind the 24-byte header.
 */
import type { Ipv4 } from '../../base/address.js';
import type { ByteReader, ByteWriter } from '../bytes.js';
import { DecodeError } from '../decode-error.js';

const FIXED_LENGTH = 20;

export class Hello {
  networkMask: Ipv4 = 0;
  helloIntervalSeconds = 0;
  options = 0;
  priority = 0;
  deadIntervalSeconds = 0;
  designatedRouter: Ipv4 = 0;
  backupDesignatedRouter: Ipv4 = 0;
  /** Router ids heard from within the dead interval. */
  neighbors: Ipv4[] = [];
}

export function decodeHello(r: ByteReader): Hello | DecodeError {
  if (r.remaining < FIXED_LENGTH) {
    return new DecodeError('truncated', r.offset, '[2328:A.3.2]', r.remaining, FIXED_LENGTH);
  }
  if ((r.remaining - FIXED_LENGTH) % 4 !== 0) {
    return new DecodeError('length', r.offset, '[2328:A.3.2]', r.remaining, `${FIXED_LENGTH} + a multiple of 4`);
  }
  const h = new Hello();
  h.networkMask = r.u32();
  h.helloIntervalSeconds = r.u16();
  h.options = r.u8();
  h.priority = r.u8();
  h.deadIntervalSeconds = r.u32();
  h.designatedRouter = r.u32();
  h.backupDesignatedRouter = r.u32();
  while (r.remaining > 0) h.neighbors.push(r.u32());
  return h;
}

export function helloLength(h: Hello): number {
  return FIXED_LENGTH + 4 * h.neighbors.length;
}

export function encodeHello(h: Hello, w: ByteWriter): void {
  w.u32(h.networkMask);
  w.u16(h.helloIntervalSeconds);
  w.u8(h.options);
  w.u8(h.priority);
  w.u32(h.deadIntervalSeconds);
  w.u32(h.designatedRouter);
  w.u32(h.backupDesignatedRouter);
  for (const neighbor of h.neighbors) w.u32(neighbor);
}
