/**
 * PROFILE TCPIP of a z/VM TCP/IP stack: its devices and links, its addresses, its static routes.
 *
 * Read "z/VM TCP/IP Planning and Customization", the chapter on the TCPIP virtual machine, first; the Redpaper's example 5 is one. Keywords may
 * stand in capitals or not and may be shortened as IBM's capitals say. What follows an END keyword, or the next statement, ends a list.
 * Every name has to have been defined above: that is also where the paper's own listing is wrong (the gateway of its second network names the
 * first adapter's link), and it is said so.
 */
import { formatIpv4, networkOf, prefixLengthOf, type Ipv4 } from '../../base/address.js';
import { parseIpv4 } from '../address-text.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { freeWords, WordReader, type FreeWord } from './free-form.js';
import { quote, suggestion } from '../spelling.js';
import { listAlternatives } from '../frr/vty.js';

export type ProfileMedium = 'osd' | 'hipersockets' | 'ctc' | 'iucv' | 'virtual';

export interface ProfileDevice {
  readonly name: string;
  readonly medium: ProfileMedium;
  /** Hexadecimal, as written; of IUCV the partner's user id. */
  readonly unit: string;
  readonly portName?: string;
  /** Which unknown destinations the adapter hands to this stack. */
  readonly router?: 'primary' | 'secondary';
  readonly isRestarted: boolean;
  readonly place: SourcePlace;
}

export interface ProfileLink {
  readonly name: string;
  readonly device: ProfileDevice;
  readonly place: SourcePlace;
}

export interface HomeAddress {
  readonly address: Ipv4;
  /** Only where it is written. */
  readonly prefixLength?: number;
  readonly link: ProfileLink;
  readonly place: SourcePlace;
}

export interface ProfileRoute {
  readonly network: Ipv4;
  readonly prefixLength: number;
  /** 0: directly on the link. */
  readonly gateway: Ipv4;
  readonly link: ProfileLink;
  /** 0: the link's own. */
  readonly packetSize: number;
  readonly place: SourcePlace;
}

export interface TcpipProfile {
  readonly devices: readonly ProfileDevice[];
  readonly links: readonly ProfileLink[];
  /** In the order of the HOME list; SOURCEVIPA goes by it. */
  readonly home: readonly HomeAddress[];
  readonly routes: readonly ProfileRoute[];
  /** Names of devices. */
  readonly started: ReadonlySet<string>;
  /** Servers that start with the stack. */
  readonly autolog: readonly string[];
  readonly isSourceVipa: boolean;
  readonly hasVariableSubnetting: boolean;
  readonly ignoresRedirects: boolean;
}

/** Recognised, without bearing on the emulation; each takes words up to the next statement. */
const WITHOUT_BEARING = ['ACBPOOLSIZE', 'ADDRESSTRANSLATIONPOOLSIZE', 'BLOCK', 'CCBPOOLSIZE', 'DATABUFFERLIMITS', 'DATABUFFERPOOLSIZE', 'ENVELOPEPOOLSIZE',
  'EQUALCOSTMULTIPATH', 'FILE', 'FIXEDPAGESTORAGEPOOL', 'FOREIGNIPCONLIMIT', 'INFORM', 'INTERNALCLIENTPARMS', 'IPROUTEPOOLSIZE', 'KEEPALIVEOPTIONS',
  'LARGEENVELOPEPOOLSIZE', 'LESSTRACE', 'MONITORRECORDS', 'MORETRACE', 'NCBPOOLSIZE', 'NOSCREEN', 'NOTRACE', 'OBEY', 'PACKETTRACESIZE', 'PENDINGCONNECTIONLIMIT',
  'PERMIT', 'PERSISTCONNECTIONLIMIT', 'PORT', 'RCBPOOLSIZE', 'RESTRICT', 'SCBPOOLSIZE', 'SCREEN', 'SKCBPOOLSIZE', 'SMALLDATABUFFERPOOLSIZE', 'SOMAXCONN',
  'SSLLIMITS', 'SSLSERVERID', 'STAYACTIVE', 'SYSCONTACT', 'SYSLOCATION', 'TCBPOOLSIZE', 'TIMESTAMP', 'TINYDATABUFFERPOOLSIZE', 'TN3270E', 'TRACE', 'TRACEONLY',
  'UCBPOOLSIZE', 'VSWITCH'] as const;

/** The stack takes them; this emulator would have to act on them and cannot. */
const REFUSED = ['ARPAGE', 'BSDROUTINGPARMS', 'PATHMTUAGE', 'PRIMARYINTERFACE', 'STOP', 'TRANSLATE'] as const;

const STATEMENTS: readonly string[] = [...WITHOUT_BEARING, ...REFUSED, 'ASSORTEDPARMS', 'AUTOLOG', 'DEVICE', 'GATEWAY', 'HOME', 'LINK', 'START'];

/** Of OSPF's interest none; the stack's own. */
const OTHER_PARAMETERS = ['ALWAYSWTO', 'CHECKSUM', 'EQUALCOSTMULTIPATH', 'FORWARDPACKETS', 'FWD', 'IGNOREIPV6REDIRECT', 'LIMITEDBROADCAST', 'MULTICAST', 'NOCHECKSUM',
  'NORFC1323', 'NOSOURCEVIPA', 'NOSUBNETBROADCAST', 'NOTRACE', 'NOUDPQUEUELIMIT', 'PATHMTU', 'PERMITTEDUSERSONLY', 'PROXYARP', 'RESTRICTLOWPORTS', 'SECURELOCAL',
  'STOPONCLAWERROR', 'TCPSERVERSONLY', 'TRACEONLY', 'UDPQUEUELIMIT'] as const;
const PARAMETERS = [...OTHER_PARAMETERS, 'SOURCEVIPA', 'VARSUBNETTING', 'IGNOREREDIRECT'];

/** Word of DEVICE; how it is called in LINK. */
const DEVICE_TYPES: Readonly<Record<string, { readonly medium: ProfileMedium; readonly linkTypes: readonly string[] }>> = {
  OSD: { medium: 'osd', linkTypes: ['QDIOETHERNET'] },
  HIPERS: { medium: 'hipersockets', linkTypes: ['QDIOIP'] },
  CTC: { medium: 'ctc', linkTypes: ['CTC'] },
  IUCV: { medium: 'iucv', linkTypes: ['IUCV'] },
  VIRTUAL: { medium: 'virtual', linkTypes: ['VIRTUAL'] },
};
const OTHER_DEVICE_TYPES = ['CLAW', 'CLIPS', 'CDLC', 'ELANS', 'FDDI', 'HCH', 'ILANS', 'LCS', 'PVMIUCV', 'X25NPSI', 'SNAIUCV'] as const;

export function parseTcpipProfile(text: string, file: string, findings: Findings): TcpipProfile {
  return new ProfileReader(text, file, findings).read();
}

class ProfileReader {
  private readonly words: WordReader;
  private readonly findings: Findings;
  private readonly devices: ProfileDevice[] = [];
  private readonly links: ProfileLink[] = [];
  private readonly home: HomeAddress[] = [];
  private readonly routes: ProfileRoute[] = [];
  private readonly started = new Set<string>();
  private readonly autolog: string[] = [];
  private isSourceVipa = false;
  private hasVariableSubnetting = false;
  private ignoresRedirects = false;

  constructor(text: string, file: string, findings: Findings) {
    this.words = new WordReader(freeWords(text, file), file);
    this.findings = findings;
  }

  read(): TcpipProfile {
    for (let word = this.words.next(); word !== undefined; word = this.words.next()) this.statement(word);
    return {
      devices: this.devices, links: this.links, home: this.home, routes: this.routes, started: this.started, autolog: this.autolog,
      isSourceVipa: this.isSourceVipa, hasVariableSubnetting: this.hasVariableSubnetting, ignoresRedirects: this.ignoresRedirects,
    };
  }

  private statement(word: FreeWord): void {
    const name = word.text.toUpperCase();
    switch (name) {
      case 'DEVICE': this.device(word); return;
      case 'LINK': this.link(word); return;
      case 'HOME': this.list(name, () => this.homeEntry()); return;
      case 'GATEWAY': this.list(name, () => this.gatewayEntry()); return;
      case 'START': this.start(); return;
      case 'ASSORTEDPARMS': this.list(name, () => this.parameter()); return;
      case 'AUTOLOG': this.list(name, () => this.autologEntry()); return;
    }
    if ((REFUSED as readonly string[]).includes(name)) {
      this.findings.error(word.place, `the statement ${name} is not emulated`, { found: word.text });
      this.skip(name);
    } else if ((WITHOUT_BEARING as readonly string[]).includes(name)) {
      this.findings.note(word.place, 'without-bearing', `${name} has no bearing on the emulation`);
      this.skip(name);
    } else {
      this.findings.error(word.place, `unknown statement ${quote(word.text)}${suggestion(word.text, STATEMENTS)}`, { found: word.text, allowed: STATEMENTS });
      while (!this.isAtStatement()) this.words.next();
    }
  }

  /** The first word of a line that is a statement ends whatever was going on. */
  private isAtStatement(): boolean {
    const word = this.words.peek();
    return word === undefined || (word.isFirst && STATEMENTS.includes(word.text.toUpperCase()));
  }

  private isAtEndOf(name: string): boolean {
    return this.words.peek()?.text.toUpperCase() === `END${name}`;
  }

  /** To the END of it; where there is none to the next word that stands where statements do, so that a misspelt one is not taken for a part of this. */
  private skip(name: string): void {
    const hasEnd = this.words.isAhead(`END${name}`, (word) => word.isFirst && STATEMENTS.includes(word.text.toUpperCase()));
    const isNext = (): boolean => this.isAtStatement() || (!hasEnd && this.words.peek()?.isFirst === true && this.words.place.column === 1 && !/^\d/.test(this.words.peek()?.text ?? ''));
    while (!isNext() && !this.isAtEndOf(name)) this.words.next();
    if (this.isAtEndOf(name)) this.words.next();
  }

  private list(name: string, entry: () => void): void {
    while (!this.isAtStatement() && !this.isAtEndOf(name)) entry();
    if (this.isAtEndOf(name)) this.words.next();
  }

  /** A word of this statement; undefined: it is not there, and that is said. */
  private word(what: string): FreeWord | undefined {
    if (!this.isAtStatement()) return this.words.next();
    this.findings.error(this.words.place, `${what} is missing before ${quote(this.words.peek()?.text ?? 'the end of the file')}`);
    return undefined;
  }

  private restOfLine(): FreeWord[] {
    const rest: FreeWord[] = [];
    for (let word = this.words.peek(); word !== undefined && !word.isFirst; word = this.words.peek()) {
      rest.push(word);
      this.words.next();
    }
    return rest;
  }

  private device(statement: FreeWord): void {
    const name = this.word('the name of the device');
    const type = this.word('the type of the device');
    if (name === undefined || type === undefined) return;
    const known = DEVICE_TYPES[type.text.toUpperCase()];
    const rest = this.restOfLine();
    if (known === undefined) {
      const types = Object.keys(DEVICE_TYPES);
      const why = (OTHER_DEVICE_TYPES as readonly string[]).includes(type.text.toUpperCase()) ? 'devices of the type ' + type.text.toUpperCase() + ' are not emulated'
        : `unknown type of device ${quote(type.text)}${suggestion(type.text, types)}`;
      this.findings.error(type.place, `${why}; allowed: ${listAlternatives(types)}`, { found: type.text, allowed: types });
      return;
    }
    if (this.devices.some((each) => each.name === name.text)) this.findings.error(name.place, `the device ${name.text} is defined already`);
    const unit = rest.shift();
    if (unit === undefined) {
      this.findings.error(type.place, `the device number is missing: DEVICE ${name.text} ${type.text} NUMBER`);
      return;
    }
    if (known.medium !== 'iucv' && !/^[0-9a-fA-F]{1,4}$/.test(unit.text)) {
      this.findings.error(unit.place, `the device number must be up to four hexadecimal digits, not ${quote(unit.text)}`);
    }
    this.devices.push({ name: name.text, medium: known.medium, unit: unit.text, place: statement.place, ...this.deviceOptions(known.medium, rest) });
  }

  private deviceOptions(medium: ProfileMedium, rest: FreeWord[]): Pick<ProfileDevice, 'portName' | 'router' | 'isRestarted'> {
    let portName: string | undefined;
    let router: ProfileDevice['router'];
    let isRestarted = false;
    const allowed = ['PORTNAME', 'NONROUTER', 'PRIROUTER', 'SECROUTER', 'AUTORESTART', 'NOAUTORESTART'];
    for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
      const option = word.text.toUpperCase();
      if (option === 'AUTORESTART' || option === 'NOAUTORESTART') isRestarted = option === 'AUTORESTART';
      else if (medium === 'iucv' || medium === 'ctc' || medium === 'virtual') {
        // Adapter numbers, partners and the side of an IUCV path.
        if (medium !== 'iucv') this.findings.error(word.place, `${quote(word.text)} is not allowed here; allowed: AUTORESTART or NOAUTORESTART`);
      } else if (option === 'PORTNAME') {
        const value = rest.shift();
        if (value === undefined || value.text.length > 8) this.findings.error(value?.place ?? word.place, 'the port name must have 1 to 8 characters');
        portName = value?.text;
      } else if (/^PRIR(O(U(T(ER?)?)?)?)?$/.test(option)) router = 'primary';
      else if (/^SECR(O(U(T(ER?)?)?)?)?$/.test(option)) router = 'secondary';
      else if (!/^NONR(O(U(T(ER?)?)?)?)?$/.test(option)) {
        this.findings.error(word.place, `${quote(word.text)} is not allowed here${suggestion(word.text, allowed) || ';'} allowed: ${listAlternatives(allowed)}`, { found: word.text, allowed });
      }
    }
    return { isRestarted, ...(portName === undefined ? {} : { portName }), ...(router === undefined ? {} : { router }) };
  }

  private link(statement: FreeWord): void {
    const name = this.word('the name of the link');
    const type = this.word('the type of the link');
    if (name === undefined || type === undefined) return;
    const rest = this.restOfLine();
    // Some types have an adapter number before the device.
    if (rest.length > 1 && /^\d+$/.test(rest[0].text)) rest.shift();
    const [deviceName, surplus] = rest;
    if (deviceName === undefined) {
      this.findings.error(type.place, `the device is missing: LINK ${name.text} ${type.text} [NUMBER] DEVICE`);
      return;
    }
    const device = this.devices.find((each) => each.name === deviceName.text);
    if (device === undefined) {
      const names = this.devices.map((each) => each.name);
      this.findings.error(deviceName.place, `no DEVICE statement above defines ${quote(deviceName.text)}${suggestion(deviceName.text, names) || ';'} devices: ${listAlternatives(names, 'and') || 'none'}`);
      return;
    }
    const allowed = Object.values(DEVICE_TYPES).find(({ medium }) => medium === device.medium)?.linkTypes ?? [];
    if (!allowed.includes(type.text.toUpperCase())) {
      this.findings.error(type.place, `a link of the device ${device.name} must be of the type ${listAlternatives(allowed)}, not ${quote(type.text)}`, { found: type.text, allowed });
    }
    if (surplus !== undefined) this.findings.error(surplus.place, `${quote(surplus.text)} is too much: nothing may follow the device`);
    if (name.text.length > 16) this.findings.error(name.place, 'the name of a link has at most 16 characters');
    if (this.links.some((each) => each.name === name.text)) this.findings.error(name.place, `the link ${name.text} is defined already`);
    this.links.push({ name: name.text, device, place: statement.place });
  }

  private linkNamed(word: FreeWord): ProfileLink | undefined {
    const found = this.links.find((each) => each.name === word.text);
    const names = this.links.map((each) => each.name);
    if (found === undefined) {
      this.findings.error(word.place, `no LINK statement above defines ${quote(word.text)}${suggestion(word.text, names) || ';'} links: ${listAlternatives(names, 'and') || 'none'}`,
        { found: word.text, allowed: names });
    }
    return found;
  }

  private homeEntry(): void {
    const first = this.words.next();
    if (first === undefined) return;
    const address = parseIpv4(first.text);
    if (address === undefined) {
      this.findings.error(first.place, `a HOME entry is an address and a link, not ${quote(first.text)}`, { found: first.text, allowed: ['A.B.C.D LINK'] });
      this.restOfLine();
      return;
    }
    let word = this.word('the link');
    const mask = word === undefined ? undefined : parseIpv4(word.text);
    if (word !== undefined && mask !== undefined) {
      if (!isMask(mask)) this.findings.error(word.place, `${word.text} is no subnet mask`);
      word = this.word('the link');
    }
    const link = word === undefined ? undefined : this.linkNamed(word);
    if (link === undefined) return;
    const earlier = this.home.find((each) => each.address === address && each.link.device.medium !== 'ctc' && each.link.device.medium !== 'iucv');
    if (earlier !== undefined) this.findings.error(first.place, `${first.text} is the address of ${earlier.link.name} already`);
    this.home.push({ address, link, place: first.place, ...(mask === undefined ? {} : { prefixLength: prefixLengthOf(mask) }) });
  }

  /** network first-hop link packet-size subnet-mask [subnet-value] */
  private gatewayEntry(): void {
    const [network, hop, linkName, size, mask] = [this.words.next(), this.word('the first hop'), this.word('the link'), this.word('the packet size'), this.word('the subnet mask')];
    if (network === undefined || hop === undefined || linkName === undefined || size === undefined || mask === undefined) return;
    const address = network.text.toUpperCase() === 'DEFAULTNET' ? 0 : parseIpv4(network.text);
    if (address === undefined) this.findings.error(network.place, `the network must be an address or DEFAULTNET, not ${quote(network.text)}`);
    const gateway = hop.text === '=' ? 0 : parseIpv4(hop.text);
    if (gateway === undefined) this.findings.error(hop.place, `the first hop must be an address, or = for the link itself, not ${quote(hop.text)}`);
    const packetSize = /^\d{1,5}$/.test(size.text) ? Number(size.text) : /^DEFAULTSIZE$/i.test(size.text) ? 0 : undefined;
    if (packetSize === undefined) this.findings.error(size.place, `the packet size must be a number or DEFAULTSIZE, not ${quote(size.text)}`);
    const link = this.linkNamed(linkName);
    const target = address === undefined ? undefined : this.gatewayTarget(address, mask);
    if (address === undefined || gateway === undefined || packetSize === undefined || link === undefined || target === undefined) return;
    this.checkGateway(target, gateway, link, linkName);
    this.routes.push({ ...target, gateway, link, packetSize, place: network.place });
  }

  /** 0: the network of the address's class. HOST: the address alone. Else a mask within the class, and the value of its bits. */
  private gatewayTarget(address: Ipv4, mask: FreeWord): Pick<ProfileRoute, 'network' | 'prefixLength'> | undefined {
    if (address === 0) return { network: 0, prefixLength: 0 };
    if (/^HOST$/i.test(mask.text)) return { network: address, prefixLength: 32 };
    const classLength = address >>> 31 === 0 ? 8 : address >>> 30 === 2 ? 16 : 24;
    if (mask.text === '0') return { network: networkOf(address, classLength), prefixLength: classLength };
    const bits = parseIpv4(mask.text);
    const full = bits === undefined ? 0 : (bits | (0xffffffff << (32 - classLength))) >>> 0;
    if (bits === undefined || !isMask(full)) {
      this.findings.error(mask.place, `the subnet mask must be 0, HOST, or a mask within the class as 0.255.255.0, not ${quote(mask.text)}`);
      return undefined;
    }
    const value = this.word('the subnet value');
    const subnet = value === undefined ? undefined : parseIpv4(value.text);
    if (value !== undefined && (subnet === undefined || (subnet & ~bits) !== 0)) {
      this.findings.error(value.place, `the subnet value must lie within the mask ${mask.text}, not ${quote(value.text)}`);
    }
    return subnet === undefined ? undefined : { network: (networkOf(address, classLength) | subnet) >>> 0, prefixLength: prefixLengthOf(full) };
  }

  /** A network that is said to be on a link is the one that the link's address is in. */
  private checkGateway({ network, prefixLength }: Pick<ProfileRoute, 'network' | 'prefixLength'>, gateway: Ipv4, link: ProfileLink, place: FreeWord): void {
    if (gateway !== 0 || prefixLength === 32 || prefixLength === 0) return;
    const isOn = (each: HomeAddress): boolean => networkOf(each.address, prefixLength) === network;
    const own = this.home.filter((each) => each.link === link);
    if (own.length === 0 || own.some(isOn)) return;
    const better = this.home.find((each) => isOn(each));
    this.findings.error(place.place, `${formatIpv4(network)}/${prefixLength} is not the network of ${link.name}, whose address is ${formatIpv4(own[0].address)}` +
      `${better === undefined ? '' : `; ${formatIpv4(better.address)} on ${better.link.name} is in it`}`, { found: place.text });
  }

  private start(): void {
    const name = this.word('the device');
    if (name === undefined) return;
    const names = this.devices.map((each) => each.name);
    if (!names.includes(name.text)) {
      this.findings.error(name.place, `no DEVICE statement above defines ${quote(name.text)}${suggestion(name.text, names) || ';'} devices: ${listAlternatives(names, 'and') || 'none'}`);
    } else this.started.add(name.text);
  }

  private parameter(): void {
    const word = this.words.next();
    if (word === undefined) return;
    const name = word.text.toUpperCase();
    if (name === 'SOURCEVIPA') this.isSourceVipa = true;
    else if (name === 'VARSUBNETTING') this.hasVariableSubnetting = true;
    else if (name === 'IGNOREREDIRECT') this.ignoresRedirects = true;
    else if ((OTHER_PARAMETERS as readonly string[]).includes(name)) {
      this.findings.note(word.place, 'without-bearing', `${name} has no bearing on the emulation`);
      this.restOfLine();
    } else this.findings.error(word.place, `unknown parameter ${quote(word.text)} in ASSORTEDPARMS${suggestion(word.text, PARAMETERS)}`, { found: word.text, allowed: PARAMETERS });
  }

  /** A server and its password. */
  private autologEntry(): void {
    const word = this.words.next();
    if (word === undefined) return;
    this.autolog.push(word.text.toUpperCase());
    this.restOfLine();
  }
}

function isMask(mask: Ipv4): boolean {
  const inverted = ~mask >>> 0;
  return ((inverted + 1) & inverted) === 0;
}
