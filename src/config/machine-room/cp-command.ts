/**
 * CP commands as far as the machine room obeys them, and the users that they name.
 *
 * Abbreviations as in z/VM: CP Commands and Utilities Reference. `CP SLEEP n` without a unit means minutes there. Privilege classes: FORCE needs A,
 * XAUTOLOG A or B, SEND C or G (to a user whose secondary one is), SLEEP and LOGOFF any.
 */
import { MINUTE, SECOND, type Micros } from '../../base/micros.js';
import { quote, suggestion } from '../spelling.js';

export type CpCommand =
  | { readonly kind: 'xautolog' | 'force' | 'reset' | 'logoff'; readonly user: string; readonly verb: string }
  | { readonly kind: 'sleep'; readonly durationMicros: Micros; readonly verb: string }
  /** To a guest's console. */
  | { readonly kind: 'send'; readonly user: string; readonly text: string; readonly verb: string };

const UNITS: Readonly<Record<string, Micros>> = { sec: SECOND, s: SECOND, min: MINUTE, m: MINUTE, hr: 60 * MINUTE, hrs: 60 * MINUTE };
const VERBS = ['xautolog', 'force', 'sleep', 'send', 'cpsend', 'logoff'];

/** `CP` in front may be left out. A text is what is wrong. */
export function parseCpCommand(text: string): CpCommand | string {
  const words = text.trim().split(/\s+/);
  if (words[0].toLowerCase() === 'cp') words.shift();
  const [verb = '', user, ...rest] = words;
  const lower = verb.toLowerCase();
  if (isShortFor(lower, 'xautolog', 5) || isShortFor(lower, 'autolog', 4)) return aboutUser('xautolog', user, rest, 'XAUTOLOG USER');
  if (isShortFor(lower, 'force', 5)) return aboutUser('force', user, rest, 'FORCE USER');
  if (lower === 'reset') return aboutUser('reset', user, rest, 'RESET USER');
  if (isShortFor(lower, 'sleep', 2)) return sleep([user, ...rest]);
  if (isShortFor(lower, 'send', 2) || lower === 'cpsend') {
    if (user === undefined || rest.length === 0) return `the form is: ${verb} USER TEXT`;
    const sent = rest.join(' ');
    return sent.toLowerCase() === 'logoff' && lower !== 'cpsend' ? { kind: 'logoff', user: user.toUpperCase(), verb: 'SEND' } : { kind: 'send', user: user.toUpperCase(), text: sent, verb: 'SEND' };
  }
  return `unknown CP command ${quote(verb)}${suggestion(lower, VERBS) || ';'} known: ${VERBS.join(', ')}`;
}

function isShortFor(word: string, whole: string, least: number): boolean {
  return word.length >= least && whole.startsWith(word);
}

function aboutUser(kind: 'xautolog' | 'force' | 'reset', user: string | undefined, rest: readonly string[], form: string): CpCommand | string {
  if (user === undefined || rest.length > 0) return `the form is: ${form}`;
  if (!isUserId(user)) return `${quote(user)} is not a user id: 1 to 8 letters, digits, "@", "#", "$", "_", "-", ":" and "+"`;
  return { kind, user: user.toUpperCase(), verb: kind.toUpperCase() };
}

export function isUserId(text: string): boolean {
  return /^[A-Za-z0-9@#$_:+-]{1,8}$/.test(text);
}

/** `sleep 9 sec`, `sleep 5min`, `sleep 5` (minutes). */
function sleep(words: readonly (string | undefined)[]): CpCommand | string {
  const match = /^(\d{1,5})\s*([a-z]*)$/i.exec(words.filter((word) => word !== undefined).join(' '));
  const unit = match === null ? undefined : match[2] === '' ? MINUTE : UNITS[match[2].toLowerCase()];
  if (match === null || unit === undefined) return 'the form is: SLEEP N [SEC|MIN|HRS]';
  return { kind: 'sleep', durationMicros: Number(match[1]) * unit, verb: 'SLEEP' };
}
