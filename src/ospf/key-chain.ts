/**
 * Several keys on one interface, each with the time in which it is sent and accepted: how keys are changed without losing an adjacency.
 * [2328:D.3] Read that first.
 *
 * Of the keys that may be sent now the one that came last into its time is used, and of those the last of the list; when the time of the last
 * one is over it stays in use, because an adjacency with an old key is better than one with none. [2328:D.3] A packet is judged by the key that
 * its header names, if that may be accepted now. Times are microseconds of the run. The change is made by a timer, so that nothing that sends
 * needs to look at a clock.
 *
 * FRR 8.4.4 has none of this: of several keys it sends, and accepts, the one that was configured last.
 */
import { NEVER, type Micros } from '../base/micros.js';
import { cryptographicKeyId } from '../wire/ospf/authentication.js';
import { AuthType, type OspfHeader } from '../wire/ospf/packet.js';
import type { LifetimeKey, OspfAuthentication } from './configuration.js';
import type { InterfaceParameters, OspfInterface } from './interface.js';

/** The key to send with. Undefined: none was ever to be sent by now. */
export function sendingKey(keys: readonly LifetimeKey[], now: Micros): LifetimeKey | undefined {
  let best: LifetimeKey | undefined;
  let last: LifetimeKey | undefined;
  for (const key of keys) {
    const from = key.sendFrom ?? 0;
    if (from > now) continue;
    if (last === undefined || (key.sendUntil ?? NEVER) >= (last.sendUntil ?? NEVER)) last = key;
    if ((key.sendUntil ?? NEVER) > now && (best === undefined || from >= (best.sendFrom ?? 0))) best = key;
  }
  return best ?? last;
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
export function receivingAuthentication(parameters: InterfaceParameters, header: OspfHeader, now: Micros): OspfAuthentication {
  const { keys, authentication } = parameters;
  if (keys === undefined || (header.authType !== AuthType.cryptographic && header.authType !== AuthType.cryptographicExtended)) return authentication;
  const keyId = cryptographicKeyId(header);
  const isLast = keys.every((key) => (key.acceptUntil ?? NEVER) <= now);
  for (const key of keys) {
    if (!('keyId' in key.authentication) || key.authentication.keyId !== keyId) continue;
    const isAccepted = (key.acceptFrom ?? 0) <= now && (key.acceptUntil ?? NEVER) > now;
    if (isAccepted || (isLast && key.authentication === authentication)) return key.authentication;
  }
  return authentication; // which has another id, and says so
}

/** Takes the key of this moment for all that is sent, and returns when to look again. */
export function useKey(owner: OspfInterface, now: Micros): Micros {
  const { keys } = owner.parameters;
  if (keys === undefined) return NEVER;
  const key = sendingKey(keys, now);
  if (key !== undefined && key.authentication !== owner.parameters.authentication) owner.parameters = { ...owner.parameters, authentication: key.authentication };
  return nextKeyChange(keys, now);
}
