/** Proves that IPv4 options come apart and go together byte for byte, and that a bad length is named. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecodeError } from '../../src/wire/decode-error.js';
import { Ipv4Option, Ipv4OptionType, Ipv4Options, decodeIpv4Options, encodeIpv4Options, routeOf } from '../../src/wire/ipv4-options.js';
import { octets } from './codec-laws.js';

describe('IPv4 options', () => {
  test('whatever 0 to 40 bytes decode to encodes as it came', () => {
    let decoded = 0;
    const plausible = fc.array(fc.oneof(
      fc.constant([1]),
      fc.tuple(fc.constantFrom(7, 68, 131, 137, 148, 222), octets(7)).map(([type, data]) => [type, data.length + 2, ...data]),
      fc.constant([0]),
    ), { maxLength: 5 }).map((options) => Uint8Array.from([...options.flat(), 0, 0, 0].slice(0, Math.ceil(options.flat().length / 4) * 4)));
    fc.assert(fc.property(fc.oneof(plausible, fc.integer({ min: 0, max: 10 }).chain((words) => octets(words * 4, words * 4))), (bytes) => {
      const options = decodeIpv4Options(bytes);
      if (options instanceof DecodeError) {
        expect(options.offset).toBeLessThanOrEqual(bytes.length);
        return;
      }
      decoded++;
      expect(encodeIpv4Options(options)).toEqual(bytes);
    }), { numRuns: 2000 });
    expect(decoded).toBeGreaterThan(500);
  });

  test('a list made by hand is padded to whole words', () => {
    const options = new Ipv4Options();
    options.list.push(Object.assign(new Ipv4Option(), { type: Ipv4OptionType.recordRoute, data: new Uint8Array([8, 10, 0, 0, 1]) }));
    expect([...encodeIpv4Options(options)]).toEqual([7, 7, 8, 10, 0, 0, 1, 0]);
    expect(routeOf(options.list[0])).toEqual({ pointer: 8, addresses: [0x0a000001] });
    expect(routeOf(Object.assign(new Ipv4Option(), { type: 7, data: new Uint8Array(4) }))).toBeInstanceOf(DecodeError);
  });

  test('refusals name the byte', () => {
    expect(decodeIpv4Options(new Uint8Array([1, 1, 7, 1]))).toMatchObject({ code: 'length', offset: 3, got: 1 });
    expect(decodeIpv4Options(new Uint8Array([1, 1, 7, 3]))).toMatchObject({ code: 'length', offset: 3, got: 3, want: '2-2' });
    expect(decodeIpv4Options(new Uint8Array([1, 1, 1, 7]))).toMatchObject({ code: 'truncated' });
  });
});
