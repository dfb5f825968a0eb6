/** Proves that a copy is a copy, whatever kind of byte array it is taken from. */
import { expect, test } from 'vitest';
import { ByteReader } from '../../src/wire/bytes.js';

test.each([['Uint8Array', Uint8Array.from([1, 2, 3])], ['Buffer', Buffer.from([1, 2, 3])]])('what was copied from a %s does not change with it', (_, bytes) => {
  const r = new ByteReader(bytes);
  const copy = r.copy(2);
  const view = r.view(1);
  bytes.fill(9);
  expect([...copy]).toEqual([1, 2]);
  expect([...view]).toEqual([9]);
});
