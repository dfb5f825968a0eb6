/**
 * Authentication in MPROUTE CONFIG: what Authentication_Type and Authentication_Key come to.
 *
 * Documented (IP Configuration Reference; "How can we implement OSPF MD5 authentication on z/OS?"): the type is the interface's, else the area's, else none; a
 * password has up to 8 characters, or stands there in hexadecimal; an MD5 key is 0x and 32 hexadecimal digits, else EZZ7819I. Our reading: characters
 * are ASCII on the wire, with or without quotation marks; a password that is not given is empty.
 */
import type { OspfAuthentication } from '../../ospf/configuration.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { quote } from '../spelling.js';

export type MprouteAuthenticationType = 'NONE' | 'PASSWORD' | 'MD5';

/** What one statement says; undefined: nothing about it. */
export interface MprouteAuthentication {
  readonly type?: MprouteAuthenticationType;
  readonly key?: { readonly text: string; readonly place: SourcePlace };
  readonly keyId: number;
}

export function mprouteAuthentication(own: MprouteAuthentication, ofArea: MprouteAuthenticationType, place: SourcePlace, statement: string, findings: Findings): OspfAuthentication {
  const type = own.type ?? ofArea;
  if (type === 'NONE') return { type: 'none' };
  const bytes = own.key === undefined ? undefined : keyBytes(own.key.text);
  const wrong = (message: string): OspfAuthentication => {
    findings.error(own.key?.place ?? place, message, own.key === undefined ? {} : { found: own.key.text });
    return { type: 'none' };
  };
  if (type === 'MD5') {
    if (bytes?.isHexadecimal === true && bytes.value.length === 16) return { type: 'md5', keyId: own.keyId, key: bytes.value };
    return wrong(`EZZ7819I invalid value for Authentication_Key on ${statement}: MD5 wants 0x and 32 hexadecimal digits${own.key === undefined ? ', and there is none' : `, not ${quote(own.key.text)}`}`);
  }
  const password = new Uint8Array(8);
  if (bytes !== undefined) {
    if (bytes.value.length === 0 || bytes.value.length > 8) return wrong(`EZZ7819I invalid value for Authentication_Key on ${statement}: a password has 1 to 8 characters, or 0x and up to 16 hexadecimal digits, not ${quote(own.key?.text ?? '')}`);
    password.set(bytes.value);
  }
  return { type: 'simple', password };
}

function keyBytes(text: string): { readonly value: Uint8Array; readonly isHexadecimal: boolean } {
  const hexadecimal = /^0x((?:[0-9a-f]{2})+)$/i.exec(text);
  if (hexadecimal !== null) return { value: Uint8Array.from(hexadecimal[1].match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)), isHexadecimal: true };
  const characters = text.replace(/^A?(["'])(.*)\1$/i, '$2');
  return { value: Uint8Array.from(characters, (character) => character.charCodeAt(0) & 0x7f), isHexadecimal: false };
}
