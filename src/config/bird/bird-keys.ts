/**
 * The passwords of an interface in bird.conf -> what OSPF authenticates with, and when. BIRD 2.0.12's user guide, 6.1 ("password").
 *
 * Measured on the real one. With "authentication cryptographic" it sends with the key whose `generate from` is the latest of those that may be
 * generated now (one without is the oldest; of equal ones the first), and takes the first key with the id of the packet that may be accepted now.
 * With "authentication simple" it sends, and takes, the first password that may be generated now: `accept` has no bearing. Where no password may
 * be generated it says so in its log and sends the packet without: type of authentication, but no key id, digest, password or checksum.
 */
import { NEVER, type Micros } from '../../base/micros.js';
import type { LifetimeKey, OspfAuthentication, OspfInterfaceConfiguration } from '../../ospf/configuration.js';
import { keyInTime } from '../../ospf/key-chain.js';
import type { HmacAlgorithm } from '../../wire/ospf/message-digest.js';
import type { BirdInterface, BirdPassword } from './bird-tree.js';
import { DEFAULT_CLOCK_TEXT } from '../civil-time.js';
import type { Findings } from '../config-error.js';

const HMAC: Readonly<Record<string, HmacAlgorithm>> = {
  'hmac sha1': 'hmac-sha-1', 'hmac sha256': 'hmac-sha-256', 'hmac sha384': 'hmac-sha-384', 'hmac sha512': 'hmac-sha-512',
};

/** `clock`: when the run starts, in microseconds since 1970. */
export function birdAuthentication(statement: Pick<BirdInterface, 'authentication' | 'passwords'>, clock: Micros, findings: Findings): Pick<OspfInterfaceConfiguration, 'authentication' | 'keys'> {
  const { authentication: type, passwords } = statement;
  if (type === 'none') return { authentication: { type: 'none' } };
  const keys = passwords.map((password) => lifetimeKey(type, password, clock));
  const now = keyInTime(keys, 0, type)?.authentication;
  if (now === undefined && passwords.length > 0) {
    findings.note(passwords[0].place, 'attention', `no password may be sent when the run starts: its clock is the topology's "clock" (${DEFAULT_CLOCK_TEXT} UTC if it has none)`);
  }
  const authentication: OspfAuthentication = now ?? { type: 'keyless', of: type };
  return passwords.length === 1 && !hasLifetime(passwords[0]) ? { authentication } : { authentication, keys };
}

function hasLifetime({ generateFrom, generateTo, acceptFrom, acceptTo }: BirdPassword): boolean {
  return [generateFrom, generateTo, acceptFrom, acceptTo].some((time) => time !== undefined);
}

function lifetimeKey(type: 'simple' | 'cryptographic', password: BirdPassword, clock: Micros): LifetimeKey {
  const { generateFrom = 0, generateTo = NEVER, acceptFrom = 0, acceptTo = NEVER } = password;
  return {
    authentication: keyOf(type, password),
    sendFrom: generateFrom - clock, sendUntil: generateTo - clock, acceptFrom: acceptFrom - clock, acceptUntil: acceptTo - clock,
  };
}

function keyOf(type: 'simple' | 'cryptographic', { id: keyId, key, algorithm = 'keyed md5' }: BirdPassword): OspfAuthentication {
  if (type === 'simple') return { type: 'simple', password: key.slice(0, 8) };
  if (algorithm === 'keyed md5') return { type: 'md5', keyId, key: key.slice(0, 16) };
  return { type: 'hmac', algorithm: HMAC[algorithm] ?? 'hmac-sha-256', keyId, key, longKey: 'block' };
}
