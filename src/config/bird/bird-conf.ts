/**
 * bird.conf of BIRD 2.0.12: text -> `BirdConfiguration`. BIRD's user guide, chapter 3.
 *
 * Here: what stands at the top, and the protocols device, direct, static and kernel; OSPF is in `bird-ospf`, filters in `bird-filter`. What BIRD
 * knows and what lies outside (bgp, rip, babel, IPv6 ...) is passed over and said once; what BIRD does not know is an error.
 */
import { BIRD_KEYWORDS } from './bird-keywords.js';
import { evaluateConstant } from './bird-constant.js';
import { readExpression, readFilterDefinition, readFunctionDefinition } from './bird-filter.js';
import { tokenizeBird, type IncludeFile } from './bird-lexer.js';
import { readBfdProtocol } from './bird-bfd.js';
import { readOspfProtocol } from './bird-ospf.js';
import { ProtocolHead, readChannel, readDebugMask, readInterfacePatterns, readProtocolItem } from './bird-protocol.js';
import { BirdReader, BirdStatementFailure } from './bird-reader.js';
import { readStaticRoute } from './bird-static.js';
import type { BirdChannel, BirdConfiguration, BirdFilter, BirdProtocol, BirdStaticRoute, InterfacePattern } from './bird-tree.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { quote } from '../spelling.js';

const TOP = ['protocol', 'template', 'router id', 'filter', 'function', 'define', 'include', 'ipv4 table', 'log', 'debug', 'timeformat', 'watchdog', 'hostname',
  'graceful restart wait', 'mrtdump', 'attribute', 'eval'];

/** Protocols that are read, and those that BIRD has besides. */
const OWN_PROTOCOLS = ['device', 'direct', 'static', 'kernel', 'ospf', 'bfd'] as const;
const OTHER_PROTOCOLS = ['bgp', 'rip', 'babel', 'pipe', 'radv', 'rpki', 'mrt', 'perf', 'bmp', 'stats', 'snmp', 'aggregator', 'l3vpn'] as const;

const ALL: BirdFilter = { kind: 'all' };
const NONE: BirdFilter = { kind: 'none' };

class Draft {
  routerId: number | undefined;
  routerIdFrom: readonly InterfacePattern[] | undefined;
  readonly protocols: BirdProtocol[] = [];
  /** Also one that is not acted on. */
  hasProtocol = false;
  /** How many protocols of a kind have got a name of their own making. */
  readonly counts = new Map<string, number>();
  /** Templates, by name: where their body stands. */
  readonly templates = new Map<string, { readonly type: string; readonly position: number }>();
}

/** Errors and notes go to `findings`; what is returned is whole only where there are no errors. */
export function parseBirdConf(text: string, file: string, findings: Findings, include: IncludeFile = () => 'no files are at hand'): BirdConfiguration {
  const tokens = tokenizeBird(text, file, include, findings);
  const reader = new BirdReader(tokens, BIRD_KEYWORDS, findings);
  reader.evaluateTerm = () => {
    const { place } = reader;
    return evaluateConstant(reader, readExpression(reader), place);
  };
  for (const table of ['master4', 'master6']) reader.symbols.set(table, { kind: 'table' });
  const draft = new Draft();
  while (reader.token.kind !== 'end') {
    const start = reader.position;
    try {
      readTop(reader, draft);
    } catch (failure) {
      if (!(failure instanceof BirdStatementFailure)) throw failure;
      // On with what follows the statement that was wrong.
      reader.position = start;
      reader.skipBlock();
      if (reader.position === start) reader.next();
    }
  }
  if (!draft.hasProtocol && findings.errors.length === 0) {
    findings.error({ file, line: 1, column: 1 }, 'no protocol is configured: BIRD does not start without one');
  }
  const { routerId, routerIdFrom, protocols } = draft;
  return { protocols, symbols: reader.symbols, ...(routerId === undefined ? {} : { routerId }), ...(routerIdFrom === undefined ? {} : { routerIdFrom }) };
}

function readTop(reader: BirdReader, draft: Draft): void {
  if (reader.takeSign(';')) return;
  const { place, token } = reader;
  if (token.kind !== 'word') reader.unexpected(TOP);
  switch (token.text) {
    case 'protocol':
    case 'template':
      reader.next();
      readProtocol(reader, draft, token.text === 'template', place);
      return;
    case 'filter':
      reader.next();
      readFilterDefinition(reader);
      return;
    case 'function':
      reader.next();
      readFunctionDefinition(reader);
      return;
    case 'router':
      readRouterId(reader, draft);
      return;
    case 'define': {
      reader.next();
      const at = reader.place;
      const name = reader.newName('a constant');
      reader.sign('=');
      const where = reader.place;
      const value = evaluateConstant(reader, readExpression(reader), where);
      reader.sign(';');
      reader.define(name, { kind: 'constant', value }, at);
      return;
    }
    default:
  }
  if (readTable(reader)) return;
  readSession(reader);
}

function readRouterId(reader: BirdReader, draft: Draft): void {
  reader.word('router');
  reader.word('id');
  if (reader.takeWord('from')) draft.routerIdFrom = readInterfacePatterns(reader);
  else {
    draft.routerId = reader.id('the router id');
  }
  reader.sign(';');
}

function readTable(reader: BirdReader): boolean {
  const { place } = reader;
  const words = ['ipv4', 'ipv6', 'vpn4', 'vpn6', 'roa4', 'roa6', 'flow4', 'flow6', 'mpls'];
  if (!reader.isWord(...words)) return false;
  const type = reader.next().text;
  if (type === 'ipv6') reader.takeWord('sadr');
  reader.word('table');
  const at = reader.place;
  const { text } = reader.token;
  // Each table that exists from the beginning may be configured.
  if (text === 'master4' || text === 'master6') reader.next();
  else reader.define(reader.newName('a table'), { kind: 'table' }, at);
  reader.takeWord('sorted');
  if (reader.isSign('{')) reader.skipBlock();
  if (text !== 'master4') reader.passOver('table', 'tables other than master4 hold nothing here', place, 'without-bearing');
  return true;
}

/** What has to do with the running of the program: it is read, and changes nothing. */
function readSession(reader: BirdReader): void {
  const { place, token } = reader;
  switch (token.text) {
    case 'log': readLog(reader); break;
    case 'debug':
      reader.next();
      if (reader.takeWord('protocols') || reader.takeWord('channels')) readDebugMask(reader);
      else if (reader.takeWord('commands')) reader.number('the level');
      else if (reader.takePhrase('latency', 'limit')) readDuration(reader);
      else if (reader.takeWord('latency')) reader.switch();
      else reader.unexpected(['protocols', 'channels', 'commands', 'latency', 'latency limit']);
      break;
    case 'mrtdump':
      reader.next();
      if (reader.takeWord('protocols')) readDebugMask(reader);
      else reader.text('a file');
      break;
    case 'timeformat': readTimeFormat(reader); break;
    case 'watchdog':
      reader.next();
      if (!reader.takeWord('warning') && !reader.takeWord('timeout')) reader.unexpected(['warning', 'timeout']);
      readDuration(reader);
      break;
    case 'hostname':
      reader.next();
      reader.text('the name of the host');
      break;
    case 'graceful':
      reader.next();
      reader.word('restart');
      reader.word('wait');
      reader.number('the time to wait in seconds');
      break;
    case 'eval':
      reader.next();
      evaluateConstant(reader, readExpression(reader), place);
      break;
    case 'attribute':
      reader.fail('attributes of one\'s own are not emulated');
      break;
    default:
      reader.unexpected(TOP);
  }
  // BIRD takes `debug ...`, `watchdog ...` and `eval ...` also without a semicolon behind them.
  if (['debug', 'watchdog', 'eval'].includes(token.text) || (token.text === 'mrtdump' && !reader.isSign(';'))) reader.takeSign(';');
  else reader.sign(';');
}

const LOG_CLASSES = ['debug', 'trace', 'info', 'remote', 'warning', 'error', 'auth', 'fatal', 'bug'];

function readLog(reader: BirdReader): void {
  reader.next();
  if (reader.takeWord('syslog')) {
    if (reader.takeWord('name')) reader.text('the name in the log');
  } else if (!reader.takeWord('stderr')) {
    reader.text('a file');
    if (reader.isNumberHere()) {
      reader.number('the limit of the file');
      reader.text('the file that the old one becomes');
    }
  }
  if (reader.takeWord('all')) return;
  reader.sign('{');
  do {
    if (!reader.isWord(...LOG_CLASSES)) reader.unexpected(LOG_CLASSES);
    reader.next();
  } while (reader.takeSign(','));
  reader.sign('}');
}

function readTimeFormat(reader: BirdReader): void {
  reader.next();
  if (!reader.isWord('route', 'protocol', 'base', 'log')) reader.unexpected(['route', 'protocol', 'base', 'log']);
  reader.next();
  if (reader.takeWord('iso')) {
    if (!reader.takeWord('short') && !reader.takeWord('long')) reader.unexpected(['short', 'long']);
    if (!reader.takeWord('ms')) reader.takeWord('us');
    return;
  }
  if (reader.token.kind !== 'text') reader.unexpected(['iso short', 'iso long', 'a text between quotation marks']);
  reader.next();
  if (!reader.isNumberHere()) return;
  reader.number('the age in seconds');
  reader.text('the form of older times');
}

function readDuration(reader: BirdReader): void {
  reader.number('the time');
  if (!reader.isWord('s', 'ms', 'us')) reader.unexpected(['s', 'ms', 'us']);
  reader.next();
}

// --- protocols

function readProtocol(reader: BirdReader, draft: Draft, isTemplate: boolean, place: SourcePlace): void {
  const { token } = reader;
  const type = token.kind === 'word' ? token.text : '';
  const own = OWN_PROTOCOLS.find((each) => each === type);
  if (own === undefined && !(OTHER_PROTOCOLS as readonly string[]).includes(type)) reader.unexpected([...OWN_PROTOCOLS, ...OTHER_PROTOCOLS]);
  reader.next();
  draft.hasProtocol ||= !isTemplate;
  const isOspfV3 = type === 'ospf' && reader.takeWord('v3');
  if (type === 'ospf' && !isOspfV3) reader.takeWord('v2');
  const { name, template } = readProtocolName(reader, draft, isOspfV3 ? 'ospf' : type, isTemplate);
  if (own === undefined || isOspfV3) {
    const what = isOspfV3 ? 'ospf v3' : type;
    if (!reader.isSign('{')) reader.unexpected(['"{"']);
    reader.skipBlock();
    reader.passOver(what, `"protocol ${what}" is not acted on: OSPFv2 is emulated, with bfd, device, direct, static and kernel`, place);
    return;
  }
  reader.sign('{');
  if (isTemplate) {
    draft.templates.set(name, { type, position: reader.position });
    readTemplateBody(reader, own, new ProtocolHead(name, place));
    return;
  }
  const head = new ProtocolHead(name, place);
  if (template !== undefined) reader.refuse(`a protocol made from a template is not emulated yet: write out what ${quote(template)} says`, place);
  const isThereAlready = draft.protocols.some((each) => each.kind === own);
  if (own === 'device' && isThereAlready) reader.fail('there is a device protocol already', place);
  if (own === 'bfd' && isThereAlready) reader.attention('there is a BFD protocol already: that one takes all sessions', place);
  if (own === 'ospf' && isThereAlready) reader.refuse('one OSPF process a node is emulated', place);
  const protocol = readProtocolBody(reader, own, head);
  if (protocol === undefined) return;
  if (own === 'kernel' && isThereAlready) reader.fail('the table master4 has a kernel protocol already', place);
  draft.protocols.push(protocol);
}

function readProtocolName(reader: BirdReader, draft: Draft, type: string, isTemplate: boolean): { name: string; template?: string } {
  const { place } = reader;
  let name = '';
  if (!reader.isSign('{') && !reader.isWord('from')) {
    name = reader.newName('a protocol');
    reader.define(name, { kind: isTemplate ? 'template' : 'protocol', type }, place);
  } else {
    do {
      const count = (draft.counts.get(type) ?? 0) + 1;
      draft.counts.set(type, count);
      name = `${type}${count}`;
    } while (reader.symbols.has(name));
    reader.symbols.set(name, { kind: isTemplate ? 'template' : 'protocol', type });
  }
  if (!reader.takeWord('from')) return { name };
  const symbol = reader.symbolHere();
  if (symbol?.kind !== 'template' && symbol?.kind !== 'protocol') reader.fail(`${quote(reader.token.text)} is neither a template nor a protocol`);
  return { name, template: reader.next().text };
}

function readTemplateBody(reader: BirdReader, kind: typeof OWN_PROTOCOLS[number], head: ProtocolHead): void {
  readProtocolBody(reader, kind, head);
}

/** Undefined: it has to do with IPv6 alone. */
function readProtocolBody(reader: BirdReader, kind: typeof OWN_PROTOCOLS[number], head: ProtocolHead): BirdProtocol | undefined {
  switch (kind) {
    case 'ospf': return readOspfProtocol(reader, head);
    case 'device': return readDevice(reader, head);
    case 'kernel': return readKernel(reader, head);
    case 'direct': return readDirect(reader, head);
    case 'static': return readStatic(reader, head);
    case 'bfd': return readBfdProtocol(reader, head);
  }
}

function readDevice(reader: BirdReader, head: ProtocolHead): BirdProtocol {
  while (!reader.takeSign('}')) {
    if (readProtocolItem(reader, head)) { /* read */ }
    else if (reader.takePhrase('scan', 'time')) reader.number('the time between scans in seconds');
    else if (reader.takeWord('interface')) {
      readInterfacePatterns(reader);
      if (reader.takeSign('{')) {
        while (!reader.takeSign('}')) {
          reader.word('preferred');
          reader.address('the preferred address');
          reader.sign(';');
        }
      }
    } else reader.unexpected(['scan time', 'interface', 'debug', 'disabled', 'description']);
    reader.sign(';');
  }
  return { kind: 'device', ...head.base() };
}

const KERNEL_METRIC = 32;
const MAIN_TABLE = 254;

function readKernel(reader: BirdReader, head: ProtocolHead): BirdProtocol | undefined {
  let channel: BirdChannel | undefined;
  let isIpv6 = false;
  let metric = KERNEL_METRIC;
  let isPersistent = false;
  while (!reader.takeSign('}')) {
    const { place } = reader;
    if (readProtocolItem(reader, head)) { /* read */ }
    else if (reader.isWord('ipv4')) channel = readChannel(reader, { table: 'master4', importFilter: ALL, exportFilter: NONE, preference: 10 }, channel);
    else if (reader.takeWord('ipv6')) {
      isIpv6 = true;
      if (reader.isSign('{')) reader.skipBlock();
      reader.passOver('ipv6', 'channels for IPv6 are not acted on', place);
    } else if (reader.takeWord('persist')) isPersistent = reader.switch();
    else if (reader.takePhrase('scan', 'time')) reader.number('the time between scans in seconds');
    else if (reader.takeWord('learn')) {
      if (reader.switch()) reader.refuse('"learn" is not emulated yet', place);
    } else if (reader.takePhrase('graceful', 'restart')) reader.switch();
    else if (reader.takePhrase('merge', 'paths')) {
      if (reader.switch()) reader.refuse('"merge paths" is not emulated: ways of one protocol are one route already', place);
      if (reader.takeWord('limit')) reader.number('the limit of ways', 1, 255);
    } else if (reader.takePhrase('kernel', 'table')) {
      if (reader.number('the kernel\'s table') !== MAIN_TABLE) reader.refuse('of the kernel\'s tables only main, 254, is emulated', place);
    } else if (reader.takeWord('metric')) metric = reader.number('the metric');
    else if (reader.takePhrase('netlink', 'rx', 'buffer')) reader.number('the size of the buffer');
    else reader.unexpected(['ipv4', 'ipv6', 'persist', 'scan time', 'learn', 'kernel table', 'metric', 'merge paths', 'graceful restart', 'netlink rx buffer']);
    reader.sign(';');
  }
  if (channel !== undefined && isIpv6) reader.fail('a kernel protocol has one channel: IPv6 needs another one', head.place);
  if (channel === undefined) return isIpv6 ? undefined : reader.fail('a kernel protocol needs a channel: "ipv4;"', head.place);
  return { kind: 'kernel', ...head.base(), channel, metric, isPersistent };
}

function readDirect(reader: BirdReader, head: ProtocolHead): BirdProtocol {
  let channel: BirdChannel | undefined;
  const patterns: InterfacePattern[][] = [];
  let isLinkChecked = false;
  while (!reader.takeSign('}')) {
    const { place } = reader;
    if (readProtocolItem(reader, head)) { /* read */ }
    else if (reader.isWord('ipv4')) channel = readChannel(reader, { table: 'master4', importFilter: ALL, exportFilter: NONE, preference: 240 }, channel);
    else if (reader.takeWord('ipv6')) {
      reader.takeWord('sadr');
      if (reader.isSign('{')) reader.skipBlock();
      reader.passOver('ipv6', 'channels for IPv6 are not acted on', place);
    } else if (reader.takeWord('interface')) patterns.push(readInterfacePatterns(reader));
    else if (reader.takePhrase('check', 'link')) isLinkChecked = reader.switch();
    else reader.unexpected(['ipv4', 'ipv6', 'interface', 'check link', 'debug', 'disabled', 'description']);
    reader.sign(';');
  }
  return { kind: 'direct', ...head.base(), patterns, isLinkChecked, ...(channel === undefined ? {} : { channel }) };
}

function readStatic(reader: BirdReader, head: ProtocolHead): BirdProtocol {
  let channel: BirdChannel | undefined;
  const routes: BirdStaticRoute[] = [];
  let isLinkChecked = false;
  while (!reader.takeSign('}')) {
    const { place } = reader;
    if (readProtocolItem(reader, head)) { /* read */ }
    else if (reader.isWord('ipv4')) channel = readChannel(reader, { table: 'master4', importFilter: ALL, exportFilter: NONE, preference: 200 }, channel);
    else if (reader.isWord('ipv6', 'vpn4', 'vpn6', 'roa4', 'roa6', 'flow4', 'flow6', 'mpls')) reader.fail('static routes are emulated for IPv4 alone', place);
    else if (reader.takePhrase('check', 'link')) isLinkChecked = reader.switch();
    else if (reader.takePhrase('igp', 'table')) {
      reader.next();
      reader.refuse('recursive routes, and with them "igp table", are not emulated', place);
    } else if (reader.takeWord('route')) routes.push(readStaticRoute(reader));
    else reader.unexpected(['ipv4', 'route', 'check link', 'igp table', 'debug', 'disabled', 'description']);
    reader.sign(';');
  }
  if (channel === undefined) reader.fail('a static protocol needs a channel: "ipv4;"', head.place);
  return { kind: 'static', ...head.base(), routes, isLinkChecked, channel };
}
