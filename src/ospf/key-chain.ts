/**
 * Several keys on one interface, each with the time in which it is sent and accepted: how keys are changed without losing an adjacency.
 * [2328:D.3] Read that first.
 *
 * Of the keys that may be sent now the one that came last into its time is used, and of those the last of the list; when the time of the last
 * one is over it stays in use, because an adjacency with an old key is better than one with none. [2328:D.3] A packet is judged by the key that
 * its header names, if that may be accepted now. Times are microseconds of the run. The change is made by a timer, so that nothing that sends
 * needs to look at a clock.
 *
 * BIRD (`isKeyLifetimeStrict`, measured) takes the first of the list where two have begun together, and no key at all when no time fits:
 * its packets then have no digest, and none is taken by a key whose time is over.
 * FRR 8.4.4 has none of this: of several keys it sends, and accepts, the one that was configured last.
 */
import { NEVER, type Micros } from '../base/micros.js';
import { authTypeOf, cryptographicKeyId } from '../wire/ospf/authentication.js';
import { AuthType, type OspfHeader } from '../wire/ospf/packet.js';
import type { LifetimeKey, OspfAuthentication } from './configuration.js';
import type { OspfInterface } from './interface.js';

const KEYLESS = { simple: { type: 'keyless', of: 'simple' }, cryptographic: { type: 'keyless', of: 'cryptographic' } } as const;

/** The key to send with. Undefined: none was ever to be sent by now. */
export function sendingKey(keys: readonly LifetimeKey[], now: Micros): LifetimeKey | undefined {
  let best: LifetimeKey | undefined;
  let last: LifetimeKey | undefined;
  for (const key of keys) {
    const from = key.sendFrom ?? 0;
    if (from > now) continue;
    if (last === undefined || (key.sendUntil ?? NEVER) >= (last.sendUntil ?? NEVER)) last = key;
    if ((key.sendUntil ?? NEVER) > now && (best === undefined || from >= (best.sendFrom ?? 0))) best = key; // [2328:D.4.3 key]
  }
  return best ?? last; // [2328:D.3 last key]
}

/** As BIRD: only keys that may be sent now count, the first with simple passwords, else the one that came last into its time. */
export function keyInTime(keys: readonly LifetimeKey[], now: Micros, type: 'simple' | 'cryptographic'): LifetimeKey | undefined {
  let best: LifetimeKey | undefined;
  for (const key of keys) {
    if ((key.sendFrom ?? -Infinity) > now || (key.sendUntil ?? NEVER) <= now) continue;
    if (type === 'simple') return key;
    if (best === undefined || (key.sendFrom ?? -Infinity) > (best.sendFrom ?? -Infinity)) best = key;
  }
  return best;
}

/** When another key may be due; NEVER: no more. */
export function nextKeyChange(keys: readonly LifetimeKey[], now: Micros): Micros {
  let next = NEVER;
  for (const { sendFrom, sendUntil } of keys) {
    for (const time of [sendFrom, sendUntil]) if (time !== undefined && time > now && time < next) next = time;
  }
  return next;
}

/** What a packet with this header is to be judged by. */
export function receivingAuthentication({ parameters: { keys, authentication }, process }: OspfInterface, header: OspfHeader, now: Micros): OspfAuthentication {
  if (keys === undefined || (header.authType !== AuthType.cryptographic && header.authType !== AuthType.cryptographicExtended)) return authentication;
  const keyId = cryptographicKeyId(header);
  const isStrict = process.behaviour.isKeyLifetimeStrict === true;
  const isLast = !isStrict && keys.every((key) => (key.acceptUntil ?? NEVER) <= now);
  for (const key of keys) {
    if (!('keyId' in key.authentication) || key.authentication.keyId !== keyId) continue;
    const isAccepted = (key.acceptFrom ?? 0) <= now && (key.acceptUntil ?? NEVER) > now;
    if (isAccepted || (isLast && key.authentication === authentication)) return key.authentication; // [2328:D.3 life]
  }
  if (isStrict && header.authType === authTypeOf(authentication)) return KEYLESS.cryptographic;
  return authentication; // which has another id, and says so
}

/** Takes the key of this moment for all that is sent, and returns when to look again. */
export function useKey(owner: OspfInterface, now: Micros): Micros {
  const { keys } = owner.parameters;
  if (keys === undefined) return NEVER;
  const { authentication } = owner.parameters;
  const type = authTypeOf(authentication) === AuthType.simple ? 'simple' : 'cryptographic';
  const next = owner.process.behaviour.isKeyLifetimeStrict === true ? (keyInTime(keys, now, type)?.authentication ?? KEYLESS[type])
    : (sendingKey(keys, now)?.authentication ?? authentication);
  if (next !== authentication) owner.parameters = { ...owner.parameters, authentication: next };
  return nextKeyChange(keys, now);
}
