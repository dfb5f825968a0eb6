/**
 * Passwords and keys of OSPF's authentication, as they stand in ospfd.conf. [2328:D]
 */
import type { StatementReader } from './statement-reader.js';
import type { Captures } from './vty.js';

/** A key as bytes; only printable ASCII can be typed into these files. */
export function keyBytes(captures: Captures, reader: StatementReader, longest: number, name = 'key'): Uint8Array | undefined {
  const text = captures.text(name);
  if (text.length > longest || !/^[\x21-\x7e]+$/.test(text)) {
    reader.error(`the key must have 1 to ${longest} printable ASCII characters`, captures.column(name));
    return undefined;
  }
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
