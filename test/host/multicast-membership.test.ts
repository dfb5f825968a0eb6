/**
 * A host reports its groups as Linux was seen to: two IGMPv3 reports, the second within a second.
 */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../src/base/micros.js';
import { decoded } from '../sim/recorder.js';
import { HostByHand } from './host-by-hand.js';

const GROUP = 0xe0000005;

/** Frame 5 of a recording of a real router, with its source and hardware addresses set to those of the test's host. */
const REAL = '01005e000016020000000001080046c00028000040000102' + '0000' + '0a000001e00000169404000022' + '00f9f800000001' + '04000000e0000005';

describe('joining a group', () => {
  it('is reported twice with the bytes of a real host, and then it is taken in', () => {
    for (let seed = 0; seed < 20; seed++) {
      const h = new HostByHand(undefined, seed);
      const membership = h.host.interfaces[1].membership;
      expect(membership?.has(GROUP)).toBe(false);
      membership?.join(0, GROUP);
      h.until(10 * SECOND);
      expect(h.sent).toHaveLength(2);
      const [first, second] = h.sent;
      expect(first.time).toBeGreaterThanOrEqual(4 * MILLISECOND);
      expect(first.time).toBeLessThan(8 * MILLISECOND);
      expect(second.time - first.time).toBeLessThan(SECOND + 8 * MILLISECOND);
      expect(second.bytes).toEqual(first.bytes);
      // The IP checksum follows from the address.
      const hex = Buffer.from(first.bytes).toString('hex');
      expect(hex.slice(0, 48) + '0000' + hex.slice(52)).toBe(REAL);
      expect(decoded(first.bytes).payload.kind).toBe('ipv4');
      expect(membership?.has(GROUP)).toBe(true);
    }
  });

  it('is counted: the last one to leave makes the report', () => {
    const h = new HostByHand();
    const membership = h.host.interfaces[1].membership;
    membership?.join(0, GROUP);
    membership?.join(0, GROUP);
    h.until(10 * SECOND);
    membership?.leave(h.now, GROUP);
    h.until(20 * SECOND);
    expect(h.sent).toHaveLength(2);
    membership?.leave(h.now, GROUP);
    h.until(30 * SECOND);
    expect(h.sent).toHaveLength(4);
    expect(membership?.groups()).toEqual([]);
    const { payload } = decoded(h.sent[3].bytes);
    if (payload.kind !== 'ipv4' || payload.packet.payload.kind !== 'igmp' || payload.packet.payload.igmp.kind !== 'version3-report') throw new Error('no report');
    expect(payload.packet.payload.igmp.records.map((r) => r.type)).toEqual([3]);
  });

  it('is one report for two groups that are joined together', () => {
    const h = new HostByHand();
    h.host.interfaces[1].membership?.join(0, GROUP);
    h.host.interfaces[1].membership?.join(0, GROUP + 1);
    h.until(10 * SECOND);
    expect(h.sent.map((s) => s.bytes.length)).toEqual([62, 62]);
  });
});
