/**
 * `protocol ospf v2 { ... }` of bird.conf. BIRD 2.0.12's user guide, section 6.8.
 *
 * What is right in BIRD and not emulated is refused with its place (a graceful restart of its own), what BIRD
 * does not know is an error. Ranges of numbers are BIRD's.
 */
import type {
  BirdAlgorithm, BirdArea, BirdChannel, BirdFilter, BirdInterface, BirdNeighbor, BirdOspfProtocol, BirdPassword, BirdRange, BirdStubNetwork, BirdVirtualLink, InterfacePattern,
} from './bird-tree.js';
import { readChannel, readInterfacePatterns, readProtocolItem, type ProtocolHead } from './bird-protocol.js';
import type { BirdReader } from './bird-reader.js';
import { CIVIL_TIME_FORM, parseCivilTime } from '../civil-time.js';
import type { SourcePlace } from '../config-error.js';
import type { Micros } from '../../base/micros.js';
import { BACKBONE } from '../../ospf/area.js';

const DEFAULT_ECMP_LIMIT = 16;
const DEFAULT_STUB_COST = 1000;
const DEFAULT_STABILITY_SECONDS = 40;
const HIGHEST_DEFAULT_COST = 0xfffffe;
const DEFAULT_COST = 10;
const NONE: BirdFilter = { kind: 'none' };
const ALL: BirdFilter = { kind: 'all' };

const ITEMS = ['area', 'ipv4', 'rfc1583compat', 'stub router', 'ecmp', 'merge external', 'tick', 'instance id', 'graceful restart', 'router id', 'debug', 'disabled',
  'description', 'vpn pe', 'vrf', 'mrtdump'];

/** Behind the name and the opening brace, up to and with the closing one. */
export function readOspfProtocol(reader: BirdReader, head: ProtocolHead): BirdOspfProtocol {
  let channel: BirdChannel = { table: 'master4', importFilter: ALL, exportFilter: NONE, preference: 150 };
  let isRfc1583Compatible = false;
  let isStubRouter = false;
  let tickSeconds = 1;
  let ecmpLimit = DEFAULT_ECMP_LIMIT;
  let isExternalMerged = false;
  let isGraceHelper = true;
  const areas: BirdArea[] = [];
  while (!reader.takeSign('}')) {
    const { place } = reader;
    if (readProtocolItem(reader, head)) { /* read */ }
    else if (reader.isWord('ipv4')) channel = readChannel(reader, channel);
    else if (reader.isWord('ipv6')) reader.fail('"protocol ospf v2" carries IPv4: an ipv6 channel needs OSPF v3');
    else if (reader.takeWord('rfc1583compat')) isRfc1583Compatible = reader.switch();
    else if (reader.takeWord('rfc5838')) reader.fail('"rfc5838" belongs to OSPF v3', place);
    else if (reader.takePhrase('vpn', 'pe')) {
      if (reader.switch()) reader.refuse('"vpn pe" is not emulated: there are no VPNs here', place);
    } else if (reader.takePhrase('stub', 'router')) isStubRouter = reader.switch();
    else if (reader.takePhrase('graceful', 'restart')) isGraceHelper = readGracefulRestart(reader, place, isGraceHelper);
    else if (reader.takeWord('ecmp')) {
      const isOn = reader.switch();
      const limit = reader.takeWord('limit') ? reader.number('the limit of ways') : DEFAULT_ECMP_LIMIT;
      ecmpLimit = isOn ? limit & 0xff : 0; // BIRD keeps eight bits
    } else if (reader.takePhrase('merge', 'external')) isExternalMerged = reader.switch();
    else if (reader.takeWord('tick')) tickSeconds = reader.number('the tick in seconds', 1);
    else if (reader.takePhrase('instance', 'id')) {
      if (reader.number('the instance id', 0, 255) !== 0) reader.refuse('an instance id other than 0 [RFC 6549] is not emulated', place);
    } else if (reader.takeWord('area')) areas.push(readArea(reader));
    else reader.unexpected(ITEMS);
    reader.sign(';');
  }
  if (areas.length === 0) reader.fail('an OSPF protocol needs an area', head.place);
  if (areas.length === 1 && areas[0].isStub && channel.exportFilter.kind !== 'none') {
    reader.fail('a router with nothing but a stub area cannot export routes: "export none", or another area', head.place);
  }
  if (areas.length === 1 && areas[0].virtualLinks.length > 0) reader.fail('a virtual link needs a router with several areas', areas[0].virtualLinks[0].place);
  return { kind: 'ospf', ...head.base(), channel, isRfc1583Compatible, isStubRouter, tickSeconds, ecmpLimit, isExternalMerged, isGraceHelper, areas };
}

/** Whether others are helped then. */
function readGracefulRestart(reader: BirdReader, place: SourcePlace, isGraceHelper: boolean): boolean {
  if (reader.takeWord('aware')) return true;
  if (reader.takeWord('time')) {
    reader.number('the grace period in seconds', 1, 1800);
    return isGraceHelper;
  }
  if (!reader.switch()) return false;
  reader.refuse('a BIRD that restarts gracefully itself is not emulated; helping others ("aware") is BIRD\'s default', place);
  return true;
}

// --- areas

const AREA_ITEMS = ['interface', 'stub', 'nssa', 'summary', 'default nssa', 'default cost', 'default cost2', 'translator', 'networks', 'external', 'stubnet', 'virtual link'];

class AreaDraft {
  isStub = false;
  isNssa = false;
  hasSummaries = false;
  hasNssaDefault = false;
  isDefaultType2 = false;
  isTranslator = false;
  stabilitySeconds = DEFAULT_STABILITY_SECONDS;
  defaultCost = DEFAULT_STUB_COST;
  readonly ranges: BirdRange[] = [];
  readonly externalRanges: BirdRange[] = [];
  readonly virtualLinks: BirdVirtualLink[] = [];
  readonly stubNetworks: BirdStubNetwork[] = [];
  readonly interfaces: BirdInterface[] = [];
}

function readArea(reader: BirdReader): BirdArea {
  const { place } = reader;
  const id = reader.id('the area');
  const draft = new AreaDraft();
  reader.sign('{');
  while (!reader.takeSign('}')) {
    readAreaItem(reader, id, draft);
    reader.sign(';');
  }
  if (id === BACKBONE && draft.isStub) reader.fail('the backbone cannot be a stub area', place);
  const { isNssa, hasNssaDefault, isDefaultType2, isTranslator, stabilitySeconds, externalRanges, ...area } = draft;
  if (id === BACKBONE && isNssa) reader.fail('the backbone cannot be an NSSA', place);
  if (area.hasSummaries && !area.isStub && !isNssa) reader.fail('"summary" belongs to stub areas and NSSAs', place);
  if (hasNssaDefault && !(isNssa && area.hasSummaries)) reader.fail('"default nssa" belongs to NSSAs with "summary"', place);
  if (isDefaultType2 && !hasNssaDefault) reader.fail('only the default route of an NSSA can have a metric of type 2', place);
  if (externalRanges.length > 0 && !isNssa) reader.attention('"external" belongs to NSSAs', place);
  const nssa = { isTranslator, stabilitySeconds, externalRanges, ...(hasNssaDefault ? { defaultMetricType: isDefaultType2 ? 2 as const : 1 as const } : {}) };
  return { id, ...area, isStub: area.isStub && !isNssa, ...(isNssa ? { nssa } : {}) };
}

function readAreaItem(reader: BirdReader, id: number, draft: AreaDraft): void {
  const { place } = reader;
  if (reader.takeWord('interface')) draft.interfaces.push(readInterface(reader));
  else if (reader.takePhrase('stub', 'cost')) draft.defaultCost = reader.number('the cost of the default route', 1, HIGHEST_DEFAULT_COST);
  else if (reader.takeWord('stub')) draft.isStub = reader.switch();
  else if (reader.takeWord('nssa')) draft.isNssa = reader.switch();
  else if (reader.takeWord('summary')) draft.hasSummaries = reader.switch();
  else if (reader.takePhrase('default', 'nssa')) {
    draft.hasNssaDefault = reader.switch();
  } else if (reader.takePhrase('default', 'cost')) draft.defaultCost = reader.number('the cost of the default route', 1, HIGHEST_DEFAULT_COST);
  else if (reader.takePhrase('default', 'cost2')) {
    draft.defaultCost = reader.number('the cost of the default route', 1, HIGHEST_DEFAULT_COST);
    draft.isDefaultType2 = true;
  } else if (reader.takePhrase('translator', 'stability')) draft.stabilitySeconds = reader.number('the stability interval in seconds');
  else if (reader.takeWord('translator')) draft.isTranslator = reader.switch();
  else if (reader.takeWord('networks')) draft.ranges.push(...readRanges(reader));
  else if (reader.takeWord('external')) draft.externalRanges.push(...readRanges(reader));
  else if (reader.takeWord('stubnet')) draft.stubNetworks.push(readStubNetwork(reader));
  else if (reader.takePhrase('virtual', 'link')) {
    if (id === BACKBONE) reader.fail('a virtual link runs through another area than the backbone', place);
    draft.virtualLinks.push(readVirtualLink(reader, place));
  } else reader.unexpected(AREA_ITEMS);
}

/** Behind `virtual link`. */
function readVirtualLink(reader: BirdReader, place: SourcePlace): BirdVirtualLink {
  const peerRouterId = reader.id('the other end of the virtual link');
  if (reader.takeWord('instance')) {
    const at = reader.place;
    if (reader.number('the instance id', 0, 255) !== 0) reader.refuse('an instance id other than 0 [RFC 6549] is not emulated', at);
  }
  const draft = new InterfaceDraft();
  if (reader.takeSign('{')) {
    while (!reader.takeSign('}')) {
      if (readTiming(reader, draft)) { /* read */ }
      else if (reader.takeWord('authentication')) readAuthentication(reader, draft);
      else if (reader.isWord('password', 'passwords', 'key')) readPasswords(reader, draft.passwords);
      else reader.unexpected(['hello', 'retransmit', 'transmit delay', 'wait', 'dead', 'dead count', 'authentication', 'password']);
      reader.sign(';');
    }
  }
  const { helloSeconds, retransmitSeconds, transmitDelaySeconds, authentication, passwords } = draft;
  const counted = draft.deadCount * helloSeconds;
  return { place, peerRouterId, helloSeconds, waitSeconds: draft.wait ?? counted, deadSeconds: draft.dead ?? counted, retransmitSeconds, transmitDelaySeconds, authentication, passwords };
}

function readRanges(reader: BirdReader): BirdRange[] {
  const ranges: { network: number; prefixLength: number; isHidden: boolean; tag: number }[] = [];
  reader.sign('{');
  while (!reader.takeSign('}')) {
    const { network, prefixLength } = reader.prefix('a range');
    const isHidden = reader.takeWord('hidden');
    const tag = !isHidden && reader.takeWord('tag') ? reader.number('the tag') : 0;
    reader.sign(';');
    const same = ranges.find((each) => each.network === network && each.prefixLength === prefixLength);
    if (same === undefined) ranges.push({ network, prefixLength, isHidden, tag });
    else Object.assign(same, { isHidden, tag }); // the later one counts
  }
  return ranges;
}

function readStubNetwork(reader: BirdReader): BirdStubNetwork {
  const { network, prefixLength } = reader.prefix('a stub network');
  let [cost, isHidden, isSummary] = [DEFAULT_COST, false, false];
  if (reader.takeSign('{')) {
    while (!reader.takeSign('}')) {
      if (reader.takeWord('hidden')) isHidden = reader.switch();
      else if (reader.takeWord('summary')) isSummary = reader.switch();
      else if (reader.takeWord('cost')) cost = reader.number('the cost') & 0xffff; // BIRD keeps what the wire has room for
      else reader.unexpected(['hidden', 'summary', 'cost']);
      reader.sign(';');
    }
  }
  return { network, prefixLength, cost, isHidden, isSummary };
}

// --- interfaces

const INTERFACE_ITEMS = ['cost', 'hello', 'poll', 'retransmit', 'wait', 'dead', 'dead count', 'type', 'real broadcast', 'ptp netmask', 'ptp address', 'transmit delay',
  'priority', 'strict nonbroadcast', 'stub', 'check link', 'ecmp weight', 'neighbors', 'authentication', 'password', 'passwords', 'rx buffer', 'tx length', 'tx class',
  'tx dscp', 'tx priority', 'ttl security', 'bfd'];

/** As BIRD says it, both spellings. */
const TYPES: Readonly<Record<string, NonNullable<BirdInterface['type']>>> = {
  broadcast: 'broadcast', bcast: 'broadcast', nonbroadcast: 'nbma', nbma: 'nbma', pointopoint: 'ptp', ptp: 'ptp', pointomultipoint: 'ptmp', ptmp: 'ptmp',
};

class InterfaceDraft {
  type: BirdInterface['type'];
  cost = DEFAULT_COST;
  isStub = false;
  helloSeconds = 10;
  retransmitSeconds = 5;
  transmitDelaySeconds = 1;
  priority = 1;
  wait: number | undefined;
  dead: number | undefined;
  deadCount = 4;
  isLinkChecked = true;
  ecmpWeight = 1;
  ptpNetmask: boolean | undefined;
  pollSeconds = 20;
  isStrictNonBroadcast = false;
  isRealBroadcast = false;
  hasBfd = false;
  ptpAddress: boolean | undefined;
  ttlSecurity: BirdInterface['ttlSecurity'];
  typeOfService: number | undefined;
  longestPacket: number | undefined;
  readonly neighbors: BirdNeighbor[] = [];
  authentication: BirdInterface['authentication'] = 'none';
  readonly passwords: BirdPassword[] = [];
}

function readInterface(reader: BirdReader): BirdInterface {
  const { place } = reader;
  const patterns: readonly InterfacePattern[] = readInterfacePatterns(reader);
  if (reader.takeWord('instance')) {
    const at = reader.place;
    if (reader.number('the instance id', 0, 255) !== 0) reader.refuse('an instance id other than 0 [RFC 6549] is not emulated', at);
  }
  const draft = new InterfaceDraft();
  if (reader.takeSign('{')) {
    while (!reader.takeSign('}')) {
      readInterfaceItem(reader, draft);
      reader.sign(';');
    }
  }
  for (const password of draft.passwords) {
    if (password.algorithm !== undefined && draft.authentication !== 'cryptographic') {
      reader.fail('the algorithm of a password needs "authentication cryptographic"', password.place);
    }
  }
  if (draft.authentication === 'none' && draft.passwords.length > 0) reader.attention('a password without "authentication" has no effect', draft.passwords[0].place);
  if (draft.authentication !== 'none' && draft.passwords.length === 0) reader.attention('authentication without a password: packets are sent with none, and nobody takes them', place);
  const counted = draft.deadCount * draft.helloSeconds;
  const { wait, dead, deadCount, ptpNetmask, ptpAddress, type, ttlSecurity, typeOfService, longestPacket, ...rest } = draft;
  void deadCount;
  return {
    place, patterns, ...rest, waitSeconds: wait ?? counted, deadSeconds: dead ?? counted,
    ...(type === undefined ? {} : { type }), ...(ptpNetmask === undefined ? {} : { ptpNetmask }), ...(ptpAddress === undefined ? {} : { ptpAddress }),
    ...(ttlSecurity === undefined ? {} : { ttlSecurity }), ...(typeOfService === undefined ? {} : { typeOfService }), ...(longestPacket === undefined ? {} : { longestPacket }),
  };
}

function readInterfaceItem(reader: BirdReader, draft: InterfaceDraft): void {
  if (readTiming(reader, draft) || readTransport(reader, draft)) return;
  const { place } = reader;
  if (reader.takeWord('cost')) draft.cost = reader.number('the cost', 1, 65535);
  else if (reader.takeWord('type')) {
    const type = reader.token.kind === 'word' && Object.hasOwn(TYPES, reader.token.text) ? TYPES[reader.token.text] : undefined;
    if (type === undefined) reader.unexpected(Object.keys(TYPES));
    reader.next();
    draft.type = type;
  } else if (reader.takePhrase('real', 'broadcast')) draft.isRealBroadcast = reader.switch();
  else if (reader.takePhrase('ptp', 'netmask')) draft.ptpNetmask = reader.switch();
  else if (reader.takePhrase('ptp', 'address')) draft.ptpAddress = reader.switch();
  else if (reader.takeWord('priority')) draft.priority = reader.number('the priority', 0, 255);
  else if (reader.takePhrase('strict', 'nonbroadcast')) draft.isStrictNonBroadcast = reader.switch();
  else if (reader.takeWord('stub')) draft.isStub = reader.switch();
  else if (reader.takePhrase('check', 'link')) draft.isLinkChecked = reader.switch();
  else if (reader.takePhrase('ecmp', 'weight')) draft.ecmpWeight = reader.number('the weight', 1, 256);
  else if (reader.takePhrase('link', 'lsa', 'suppression')) reader.fail('"link lsa suppression" belongs to OSPF v3', place);
  else if (reader.takeWord('neighbors')) draft.neighbors.push(...readNeighbors(reader));
  else if (reader.takeWord('authentication')) readAuthentication(reader, draft);
  else if (reader.isWord('password', 'passwords', 'key')) readPasswords(reader, draft.passwords);
  else if (reader.takeWord('bfd')) draft.hasBfd = reader.switch();
  else reader.unexpected(INTERFACE_ITEMS);
}

function readAuthentication(reader: BirdReader, draft: InterfaceDraft): void {
  if (reader.isWord('none', 'simple', 'cryptographic')) draft.authentication = reader.next().text as BirdInterface['authentication'];
  else reader.unexpected(['none', 'simple', 'cryptographic']);
}

function readTiming(reader: BirdReader, draft: InterfaceDraft): boolean {
  if (reader.takeWord('hello')) draft.helloSeconds = reader.number('the hello interval', 1, 65535);
  else if (reader.takeWord('poll')) draft.pollSeconds = reader.number('the poll interval', 1);
  else if (reader.takeWord('retransmit')) draft.retransmitSeconds = reader.number('the retransmit interval', 2);
  else if (reader.takePhrase('transmit', 'delay')) draft.transmitDelaySeconds = reader.number('the transmit delay', 1, 65535);
  else if (reader.takeWord('wait')) draft.wait = reader.number('the wait interval', 2);
  else if (reader.takePhrase('dead', 'count')) draft.deadCount = reader.number('the dead count', 2);
  else if (reader.takeWord('dead')) draft.dead = reader.number('the dead interval', 2);
  else return false;
  return true;
}

/** What has to do with sockets. */
function readTransport(reader: BirdReader, draft: InterfaceDraft): boolean {
  const { place } = reader;
  if (reader.takePhrase('rx', 'buffer')) {
    if (!reader.takeWord('normal') && !reader.takeWord('large')) reader.number('the size of the buffer', 256, 65535);
    reader.passOver('rx buffer', '"rx buffer" changes nothing here: packets of any size are taken in', place, 'without-bearing');
  } else if (reader.takePhrase('tx', 'length')) {
    draft.longestPacket = reader.number('the length', 256, 65535);
  } else if (reader.takePhrase('tx', 'class')) draft.typeOfService = reader.number('the class', 0, 255);
  else if (reader.takePhrase('tx', 'dscp')) draft.typeOfService = reader.number('the DSCP', 0, 63) << 2;
  else if (reader.takePhrase('tx', 'priority')) reader.number('the priority');
  else if (reader.takePhrase('ttl', 'security')) {
    if (reader.takePhrase('tx', 'only')) draft.ttlSecurity = 'transmit';
    else draft.ttlSecurity = reader.switch() ? 'both' : undefined;
  } else return false;
  return true;
}

function readNeighbors(reader: BirdReader): BirdNeighbor[] {
  const neighbors: BirdNeighbor[] = [];
  reader.sign('{');
  while (!reader.takeSign('}')) {
    const address = reader.address('a neighbour');
    neighbors.push({ address, isEligible: reader.takeWord('eligible') });
    reader.sign(';');
  }
  return neighbors;
}

// --- passwords

const ALGORITHMS: readonly string[] = ['md5', 'sha1', 'sha256', 'sha384', 'sha512', 'blake2s128', 'blake2s256', 'blake2b256', 'blake2b512'];

/** `password "..." { ... }`, or a list of them: `passwords { password ...; }`. */
function readPasswords(reader: BirdReader, passwords: BirdPassword[]): void {
  if (!reader.takeWord('passwords')) {
    readPassword(reader, passwords);
    return;
  }
  reader.sign('{');
  while (!reader.takeSign('}')) {
    readPassword(reader, passwords);
    reader.sign(';');
  }
}

function readPassword(reader: BirdReader, passwords: BirdPassword[]): void {
  if (!reader.takeWord('password') && !reader.takeWord('key')) reader.unexpected(['password', 'key']);
  const at = reader.place;
  const text = reader.text('a password');
  let id = passwords.length + 1;
  let algorithm: BirdAlgorithm | undefined;
  const period: Period = {};
  if (reader.takeSign('{')) {
    while (!reader.takeSign('}')) {
      if (reader.takeWord('id')) id = reader.number('the id of the key', 0, 255);
      else if (reader.isWord('generate', 'accept', 'from', 'to')) readPeriod(reader, period);
      else if (reader.takeWord('algorithm')) algorithm = readAlgorithm(reader);
      else reader.unexpected(['id', 'generate from', 'generate to', 'accept from', 'accept to', 'from', 'to', 'algorithm']);
      reader.sign(';');
    }
  }
  passwords.push({ id, key: new TextEncoder().encode(text), place: at, ...period, ...(algorithm === undefined ? {} : { algorithm }) });
}

type Period = { -readonly [Limit in 'generateFrom' | 'generateTo' | 'acceptFrom' | 'acceptTo']?: Micros };

/** `generate from`, `accept to` ..., and `from` and `to` for both. */
function readPeriod(reader: BirdReader, period: Period): void {
  const use = reader.isWord('generate', 'accept') ? reader.next().text : undefined;
  if (!reader.isWord('from', 'to')) reader.unexpected(['from', 'to']);
  const isBeginning = reader.next().text === 'from';
  const { place } = reader;
  const time = parseCivilTime(reader.text('a time'));
  if (time === undefined) reader.fail(`a time is written ${CIVIL_TIME_FORM}, and is later than 1970`, place);
  if (use !== 'accept') period[isBeginning ? 'generateFrom' : 'generateTo'] = time;
  if (use !== 'generate') period[isBeginning ? 'acceptFrom' : 'acceptTo'] = time;
}

function readAlgorithm(reader: BirdReader): BirdAlgorithm | undefined {
  const { place } = reader;
  const form = reader.isWord('keyed', 'hmac') ? `${reader.next().text} ` : '';
  const { text } = reader.token;
  if (!ALGORITHMS.includes(text)) reader.unexpected(form === '' ? ['keyed', 'hmac'] : ALGORITHMS);
  reader.next();
  const isBlake = text.startsWith('blake');
  // BLAKE2 stands alone, the others say how the key is used.
  if (isBlake !== (form === '')) reader.fail(`an algorithm is "keyed md5", "hmac sha256", ..., not "${form}${text}"`, place);
  if (isBlake || (form === 'keyed ' && text !== 'md5') || (form === 'hmac ' && text === 'md5')) {
    reader.refuse(`the algorithm "${form}${text}" is not emulated: keyed md5, hmac sha1, sha256, sha384 and sha512 are`, place);
  }
  return `${form}${text}` as BirdAlgorithm;
}
