/**
 * `protocol bfd { ... }` of bird.conf. BIRD 2.0.12's user guide, section 6.3.
 *
 * Sessions over several hops and authentication are known and not emulated: refused with their place. `strict bind` changes nothing here.
 */
import type { BirdBfdProtocol, BirdBfdSettings, InterfacePattern } from './bird-tree.js';
import { readInterfacePatterns, readProtocolItem, type ProtocolHead } from './bird-protocol.js';
import type { BirdReader } from './bird-reader.js';

const ITEMS = ['accept', 'interface', 'multihop', 'neighbor', 'strict bind', 'debug', 'disabled', 'description', 'vrf'];
const INTERFACE_ITEMS = ['interval', 'min rx interval', 'min tx interval', 'idle tx interval', 'multiplier', 'passive', 'authentication', 'password'];
const AUTHENTICATIONS = ['none', 'simple', 'keyed md5', 'keyed sha1', 'meticulous keyed md5', 'meticulous keyed sha1'];

/** Behind the name and the opening brace, up to and with the closing one. */
export function readBfdProtocol(reader: BirdReader, head: ProtocolHead): BirdBfdProtocol {
  let isForOthers = true;
  const interfaces: { patterns: readonly InterfacePattern[]; settings: BirdBfdSettings }[] = [];
  const neighbors: { address: number; interfaceName?: string }[] = [];
  while (!reader.takeSign('}')) {
    const { place } = reader;
    if (readProtocolItem(reader, head)) { /* read */ }
    else if (reader.takeWord('accept')) isForOthers = readAccept(reader);
    else if (reader.takeWord('interface')) {
      const patterns = readInterfacePatterns(reader);
      if (patterns.some((each) => each.prefix !== undefined)) reader.fail('BFD chooses interfaces by their names alone', place);
      interfaces.push({ patterns, settings: readSettings(reader) });
    } else if (reader.takeWord('multihop')) readSettings(reader); // of sessions that there are none of
    else if (reader.takeWord('neighbor')) {
      const neighbor = readNeighbor(reader);
      if (neighbor !== undefined) neighbors.push(neighbor);
    } else if (reader.takePhrase('strict', 'bind')) reader.switch();
    else reader.unexpected(ITEMS);
    reader.sign(';');
  }
  return { kind: 'bfd', ...head.base(), isForOthers, interfaces, neighbors };
}

/** The words of one `accept`; nothing said means everything. */
function readAccept(reader: BirdReader): boolean {
  let [isIpv4, isDirect] = [true, true];
  while (reader.isWord('ipv4', 'ipv6', 'direct', 'multihop')) {
    const { text } = reader.next();
    if (text === 'ipv4' || text === 'ipv6') isIpv4 = text === 'ipv4';
    else isDirect = text === 'direct';
  }
  return isIpv4 && isDirect;
}

function readSettings(reader: BirdReader): BirdBfdSettings {
  const settings: BirdBfdSettings = {};
  if (!reader.takeSign('{')) return settings;
  while (!reader.takeSign('}')) {
    const { place } = reader;
    if (reader.takeWord('interval')) settings.receiveIntervalMs = settings.transmitIntervalMs = readMilliseconds(reader);
    else if (reader.takePhrase('min', 'rx', 'interval')) settings.receiveIntervalMs = readMilliseconds(reader);
    else if (reader.takePhrase('min', 'tx', 'interval')) settings.transmitIntervalMs = readMilliseconds(reader);
    else if (reader.takePhrase('idle', 'tx', 'interval')) settings.idleTransmitIntervalMs = readMilliseconds(reader);
    else if (reader.takeWord('multiplier')) settings.detectMultiplier = reader.number('the multiplier') & 0xff; // BIRD keeps what the wire has room for
    else if (reader.takeWord('passive')) settings.isPassive = reader.switch();
    else if (reader.takeWord('authentication')) {
      const which = AUTHENTICATIONS.find((each) => reader.takePhrase(...each.split(' ')));
      if (which === undefined) reader.unexpected(AUTHENTICATIONS);
      if (which !== 'none') reader.refuse('authentication of BFD is not emulated', place);
    } else if (reader.takeWord('password')) {
      reader.text('the password');
      reader.refuse('authentication of BFD is not emulated', place);
    } else reader.unexpected(INTERFACE_ITEMS);
    reader.sign(';');
  }
  return settings;
}

function readMilliseconds(reader: BirdReader): number {
  const value = reader.number('the interval');
  if (reader.takeWord('s')) return value * 1000;
  if (reader.takeWord('ms')) return value;
  if (reader.takeWord('us')) return value / 1000;
  return reader.unexpected(['s', 'ms', 'us']);
}

function readNeighbor(reader: BirdReader): { address: number; interfaceName?: string } | undefined {
  const { place } = reader;
  const address = reader.address('the neighbour');
  let interfaceName: string | undefined;
  if (reader.takeWord('dev')) interfaceName = reader.text('the interface');
  else if (reader.takeSign('%')) interfaceName = reader.next().text;
  const hasLocal = reader.takeWord('local');
  if (hasLocal) reader.address('the local address');
  if (!reader.takeWord('multihop') || !reader.switch()) return { address, ...(interfaceName === undefined ? {} : { interfaceName }) };
  if (interfaceName !== undefined) reader.fail('a neighbour has an interface, or is several hops away, not both', place);
  if (!hasLocal) reader.fail('a neighbour that is several hops away needs a local address', place);
  reader.refuse('BFD over several hops is not emulated', place);
  return undefined;
}
