/**
 * authkeys: with which key heartbeat signs what it sends, and which keys it takes. `auth NUMBER`, then `NUMBER METHOD [SECRET]` for each key.
 */
import type { HeartbeatKey } from '../../wire/heartbeat-authentication.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { numberOf, wordLines } from '../line-reader.js';
import { quote, suggestion } from '../spelling.js';
import { listAlternatives } from '../frr/vty.js';

export interface Authkeys {
  readonly keyNumber: number;
  readonly keys: ReadonlyMap<number, HeartbeatKey>;
}

const METHODS = ['crc', 'md5', 'sha1'] as const;
const HIGHEST_KEY = 15;
/** What the Redpaper's example ends with. */
const ELLIPSIS = /^\.+$/;

export function parseAuthkeys(text: string, file: string, findings: Findings): Authkeys {
  const keys = new Map<number, HeartbeatKey>();
  /** Also those whose line is wrong. */
  const named = new Set<number>();
  let keyNumber: number | undefined;
  let authPlace: SourcePlace | undefined;
  for (const words of wordLines(text, file)) {
    const [first, second, third] = words;
    if (ELLIPSIS.test(first.text)) continue;
    if (first.text === 'auth') {
      if (authPlace !== undefined) findings.error(first.place, `"auth" is said already, in line ${authPlace.line}`, { found: 'auth' });
      authPlace = second?.place ?? first.place;
      if (second === undefined) findings.error(first.place, 'the form is: auth NUMBER');
      else keyNumber = numberOf(second, 'the key', 0, HIGHEST_KEY, findings);
      continue;
    }
    const number = numberOf(first, 'a line of authkeys is "auth NUMBER" or "NUMBER METHOD [SECRET]": the number', 0, HIGHEST_KEY, findings);
    if (number === undefined) continue;
    named.add(number);
    const method = METHODS.find((each) => each === second?.text);
    if (method === undefined) {
      findings.error(second?.place ?? first.place, `the method must be ${listAlternatives(METHODS)}, not ${quote(second?.text ?? '')}${suggestion(second?.text ?? '', METHODS)}`, { found: second?.text ?? '', allowed: METHODS });
    } else if (keys.has(number)) findings.error(first.place, `there is a key ${number} already`, { found: first.text });
    else if (method === 'crc') keys.set(number, { method });
    else if (third === undefined) findings.error(second.place, `${method} needs a secret: ${number} ${method} SECRET`, { found: second.text });
    else keys.set(number, { method, secret: new TextEncoder().encode(third.text) });
  }
  if (authPlace === undefined) findings.error({ file, line: 1, column: 1 }, 'there is no "auth NUMBER": it says which key is used');
  else if (keyNumber !== undefined && !named.has(keyNumber)) findings.error(authPlace, `there is no key ${keyNumber}; the file has ${listAlternatives([...keys.keys()].map(String), 'and') || 'none'}`, { found: String(keyNumber) });
  return { keyNumber: keyNumber ?? 0, keys };
}
