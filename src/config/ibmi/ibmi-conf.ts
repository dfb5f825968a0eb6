/**
 * The TCP/IP configuration of an IBM i, out of the CL commands that make it: line descriptions, interfaces, routes.
 *
 * A file is what an operator has run before TCP/IP is started: interfaces with AUTOSTART(*YES) come up with it, others when STRTCPIFC names them. The
 * same commands typed into a running system (`do: configure`) act at once; an interface that is added then waits for its STRTCPIFC.
 */
import { formatIpv4, networkOf, prefixLengthOf, type Ipv4 } from '../../base/address.js';
import { parseIpv4 } from '../address-text.js';
import { readClCommands, type ClCommand, type ClLine } from './cl-command.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { checkParameters, IBMI_COMMANDS, KNOWN_COMMANDS, WITHOUT_BEARING_COMMANDS, type CommandParameters } from './ibmi-commands.js';
import { quote, suggestion } from '../spelling.js';
import { listAlternatives } from '../frr/vty.js';

export const VIRTUAL_LINE = '*VIRTUALIP';
export const LOOPBACK_LINE = '*LOOPBACK';

export interface IbmiLine {
  readonly name: string;
  readonly mac?: Uint8Array;
  readonly isVariedOn: boolean;
  readonly place: SourcePlace;
}

export interface IbmiInterface {
  readonly address: Ipv4;
  readonly prefixLength: number;
  readonly line: string;
  readonly linePlace: SourcePlace;
  readonly isStarted: boolean;
  readonly aliasName?: string;
  readonly localInterface?: Ipv4;
  /** In order; empty: the system chooses. */
  readonly preferred: readonly Ipv4[];
  readonly preferredPlaces: readonly SourcePlace[];
  readonly mtu?: number;
  readonly place: SourcePlace;
}

export interface IbmiRoute {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly nextHop: Ipv4;
  readonly bindInterface?: Ipv4;
  /** 1 to 10; the greater comes first. */
  readonly priority: number;
  readonly place: SourcePlace;
}

const DEFAULT_PRIORITY = 5;

export class IbmiConfiguration {
  readonly lines = new Map<string, IbmiLine>();
  interfaces: readonly IbmiInterface[] = [];
  routes: readonly IbmiRoute[] = [];
  /** Datagrams that are not for the system are passed on (IPDTGFWD). */
  isForwarding = false;
  /** Of ADDTCPIFC commands that were wrong, which has been said: what names them is not wrong as well. */
  private readonly misread = new Set<Ipv4>();
  /** ARPTIMO. */
  arpTimeoutMinutes: number | undefined;

  /** The address of a command that could not be read. */
  pass(command: ClCommand): void {
    for (const { keyword, values } of command.parameters) {
      const address = keyword === undefined || keyword === 'INTNETADR' ? parseIpv4(values.at(0)?.text ?? '') : undefined;
      if (address !== undefined) this.misread.add(address);
    }
  }

  copy(): IbmiConfiguration {
    const copy = new IbmiConfiguration();
    for (const [name, line] of this.lines) copy.lines.set(name, line);
    copy.interfaces = this.interfaces;
    copy.routes = this.routes;
    copy.isForwarding = this.isForwarding;
    copy.arpTimeoutMinutes = this.arpTimeoutMinutes;
    return copy;
  }

  /** Runs the commands, in order. `isRunning`: TCP/IP is up. */
  run(lines: readonly ClLine[], isRunning: boolean, findings: Findings): void {
    for (const command of readClCommands(lines, findings)) new CommandRun(this, isRunning, findings).run(command);
    this.check(findings);
  }

  /** What names something that is not there, once everything is. */
  private check(findings: Findings): void {
    const addresses = this.interfaces.filter(({ line }) => line !== VIRTUAL_LINE && line !== LOOPBACK_LINE).map(({ address }) => address);
    addresses.push(...this.misread);
    const names = addresses.map(formatIpv4);
    const have = `; interfaces on lines: ${listAlternatives(names, 'and') || 'none'}`;
    for (const each of this.interfaces) {
      const { address, prefixLength } = each;
      each.preferred.forEach((preferred, i) => {
        const place = each.preferredPlaces[i];
        if (!addresses.includes(preferred)) findings.error(place, `the preferred interface ${formatIpv4(preferred)} of ${formatIpv4(address)} is no interface on a line${suggestion(formatIpv4(preferred), names) || have}`);
        else if (each.preferred.indexOf(preferred) !== i) findings.error(place, `${formatIpv4(preferred)} stands in the list twice`);
      });
      const { localInterface } = each;
      if (localInterface !== undefined && !addresses.includes(localInterface)) {
        findings.error(each.place, `the associated local interface ${formatIpv4(localInterface)} of ${formatIpv4(address)} is no interface on a line${suggestion(formatIpv4(localInterface), names) || have}`);
      }
      if (each.line !== VIRTUAL_LINE || prefixLength === 32) continue;
      findings.error(each.place, `a virtual IP address that proxy ARP answers for has SUBNETMASK(*HOST); ${formatIpv4(address)} has a network of its own, which only RIP could tell others`);
    }
    for (const { bindInterface, place } of this.routes) {
      if (bindInterface !== undefined && !addresses.includes(bindInterface) && !this.interfaces.some(({ address }) => address === bindInterface)) {
        findings.error(place, `BINDIFC names ${formatIpv4(bindInterface)}, which is no interface${suggestion(formatIpv4(bindInterface), names) || have}`);
      }
    }
  }
}

class CommandRun {
  private readonly configuration: IbmiConfiguration;
  private readonly isRunning: boolean;
  private readonly findings: Findings;

  constructor(configuration: IbmiConfiguration, isRunning: boolean, findings: Findings) {
    this.configuration = configuration;
    this.isRunning = isRunning;
    this.findings = findings;
  }

  run(command: ClCommand): void {
    const { name, place } = command;
    if ((WITHOUT_BEARING_COMMANDS as readonly string[]).includes(name)) {
      this.findings.note(place, 'without-bearing', `${name} has no bearing on the emulation`);
      return;
    }
    if (!Object.hasOwn(IBMI_COMMANDS, name)) {
      this.findings.error(place, `unknown command ${quote(name)}${suggestion(name, KNOWN_COMMANDS) || ';'} known are ${listAlternatives(Object.keys(IBMI_COMMANDS), 'and')}`, { found: name, allowed: KNOWN_COMMANDS });
      return;
    }
    const parameters = checkParameters(command, IBMI_COMMANDS[name], this.findings);
    if (parameters === undefined) {
      if (name === 'ADDTCPIFC') this.configuration.pass(command);
      return;
    }
    switch (name) {
      case 'ADDTCPIFC': this.addInterface(parameters); break;
      case 'CHGTCPIFC': this.changeInterface(parameters); break;
      case 'RMVTCPIFC': this.removeInterface(parameters); break;
      case 'STRTCPIFC': this.startInterface(parameters, true); break;
      case 'ENDTCPIFC': this.startInterface(parameters, false); break;
      case 'ADDTCPRTE': this.addRoute(parameters); break;
      case 'CHGTCPRTE': this.changeRoute(parameters); break;
      case 'RMVTCPRTE': this.removeRoute(parameters); break;
      case 'CHGTCPA': this.changeAttributes(parameters); break;
      case 'CRTLINETH': this.createLine(parameters); break;
      case 'VRYCFG': this.varyLine(parameters); break;
    }
  }

  // Interfaces.

  private addInterface(parameters: CommandParameters): void {
    const { configuration: { interfaces }, findings } = this;
    const address = parameters.address('INTNETADR') ?? 0;
    const earlier = interfaces.find((each) => each.address === address);
    if (earlier !== undefined) {
      findings.error(parameters.placeOf('INTNETADR'), `there is an interface ${formatIpv4(address)} already, in line ${earlier.place.line}`);
      return;
    }
    const line = parameters.value('LIND')?.text ?? '';
    if (parameters.value('SUBNETMASK') === undefined && line !== LOOPBACK_LINE) {
      findings.error(parameters.place, 'ADDTCPIFC needs SUBNETMASK for an IPv4 address', { allowed: ['SUBNETMASK(\'255.255.255.0\')', 'SUBNETMASK(*HOST)'] });
      return;
    }
    const isStarted = !this.isRunning && parameters.value('AUTOSTART')?.text !== '*NO';
    const fresh = { address, prefixLength: 8, line, linePlace: parameters.placeOf('LIND'), isStarted, preferred: [], preferredPlaces: [], place: parameters.place };
    const read = this.interfaceFrom(parameters, fresh);
    if (read !== undefined) this.configuration.interfaces = [...interfaces, read];
  }

  private changeInterface(parameters: CommandParameters): void {
    const before = this.interfaceNamed(parameters);
    if (before === undefined) return;
    const read = this.interfaceFrom(parameters, before);
    if (read !== undefined) this.configuration.interfaces = this.configuration.interfaces.map((each) => (each === before ? read : each));
  }

  private interfaceFrom(parameters: CommandParameters, before: IbmiInterface): IbmiInterface | undefined {
    const { address } = before;
    const line = parameters.value('LIND')?.text ?? before.line;
    const mask = parameters.value('SUBNETMASK');
    const prefixLength = mask === undefined ? before.prefixLength : mask.text === '*HOST' ? 32 : prefixLengthOf(parameters.address('SUBNETMASK') ?? 0);
    const isLoopback = address >>> 24 === 127;
    if (isLoopback !== (line === LOOPBACK_LINE)) {
      this.findings.error(parameters.placeOf('LIND'), isLoopback ? `127.0.0.0/8 goes with LIND(${LOOPBACK_LINE})` : `LIND(${LOOPBACK_LINE}) goes with 127.0.0.0/8, not with ${formatIpv4(address)}`);
      return undefined;
    }
    const hostBits = prefixLength >= 31 ? 1 : (address & (0xffffffff >>> prefixLength)) >>> 0;
    if (hostBits === 0 || (prefixLength < 31 && hostBits === 0xffffffff >>> prefixLength) || address >>> 24 === 0 || address >>> 28 >= 0xe) {
      this.findings.error(parameters.placeOf('INTNETADR'), `${formatIpv4(address)} is no address of a host in a network of ${prefixLength} bits`);
      return undefined;
    }
    const preferred = parameters.values('PREFIFC');
    if (preferred !== undefined && preferred[0].text !== '*NONE' && line !== VIRTUAL_LINE) {
      this.findings.note(preferred[0].place, 'not-acted-on', `a preferred interface list is acted on for LIND(${VIRTUAL_LINE}) alone; virtual Ethernet is not emulated`);
    }
    const local = parameters.value('LCLIFC');
    if (local !== undefined && local.text !== '*NONE' && line !== VIRTUAL_LINE) {
      this.findings.note(local.place, 'not-acted-on', `an associated local interface is acted on for LIND(${VIRTUAL_LINE}) alone; transparent subnetting is not emulated`);
    }
    const localInterface = local === undefined ? before.localInterface : parameters.address('LCLIFC');
    const aliasName = parameters.value('ALIASNAME') === undefined ? before.aliasName : parameters.value('ALIASNAME')?.text === '*NONE' ? undefined : parameters.value('ALIASNAME')?.text;
    const mtu = parameters.value('MTU') === undefined ? before.mtu : parameters.number('MTU');
    const list = preferred === undefined ? undefined : preferred[0].text === '*NONE' ? [] : preferred;
    return {
      address, prefixLength, line, place: before.place, isStarted: before.isStarted,
      linePlace: parameters.value('LIND') === undefined ? before.linePlace : parameters.placeOf('LIND'),
      preferred: list === undefined ? before.preferred : list.map(({ text }) => parseIpv4(text) ?? 0), preferredPlaces: list === undefined ? before.preferredPlaces : list.map(({ place }) => place),
      ...(localInterface === undefined ? {} : { localInterface }), ...(aliasName === undefined ? {} : { aliasName }), ...(mtu === undefined ? {} : { mtu }),
    };
  }

  private removeInterface(parameters: CommandParameters): void {
    const found = this.interfaceNamed(parameters);
    if (found !== undefined) this.configuration.interfaces = this.configuration.interfaces.filter((each) => each !== found);
  }

  private startInterface(parameters: CommandParameters, isStarted: boolean): void {
    const found = this.interfaceNamed(parameters);
    if (found !== undefined) this.configuration.interfaces = this.configuration.interfaces.map((each) => (each === found ? { ...each, isStarted } : each));
  }

  /** By INTNETADR, or by ALIASNAME. Undefined: there is none, and that has been said. */
  private interfaceNamed(parameters: CommandParameters): IbmiInterface | undefined {
    const { interfaces } = this.configuration;
    const address = parameters.address('INTNETADR');
    const alias = parameters.value('ALIASNAME');
    if (address === undefined && alias === undefined) {
      this.findings.error(parameters.place, 'INTNETADR or ALIASNAME must say which interface');
      return undefined;
    }
    const found = interfaces.find((each) => (address === undefined ? each.aliasName === alias?.text : each.address === address));
    if (found !== undefined) return found;
    const names = interfaces.map((each) => (address === undefined ? each.aliasName ?? '' : formatIpv4(each.address))).filter((name) => name !== '');
    const text = address === undefined ? alias?.text ?? '' : formatIpv4(address);
    this.findings.error(parameters.placeOf(address === undefined ? 'ALIASNAME' : 'INTNETADR'), `there is no interface ${text}${suggestion(text, names) || ';'} interfaces: ${listAlternatives(names, 'and') || 'none'}`, { found: text, allowed: names });
    return undefined;
  }

  // Routes.

  private target(parameters: CommandParameters): Pick<IbmiRoute, 'network' | 'prefixLength'> | undefined {
    if (parameters.value('RTEDEST')?.text === '*DFTROUTE') return { network: 0, prefixLength: 0 };
    const destination = parameters.address('RTEDEST') ?? 0;
    const mask = parameters.value('SUBNETMASK');
    if (mask === undefined || mask.text === '*NONE') {
      this.findings.error(mask?.place ?? parameters.place, `a route to ${formatIpv4(destination)} needs a SUBNETMASK; *NONE goes with *DFTROUTE`);
      return undefined;
    }
    const prefixLength = mask.text === '*HOST' ? 32 : prefixLengthOf(parameters.address('SUBNETMASK') ?? 0);
    if (networkOf(destination, prefixLength) !== destination) {
      this.findings.error(parameters.placeOf('RTEDEST'), `${formatIpv4(destination)} has bits outside of its mask; the network is ${formatIpv4(networkOf(destination, prefixLength))}`);
      return undefined;
    }
    return { network: destination, prefixLength };
  }

  private addRoute(parameters: CommandParameters): void {
    const target = this.target(parameters);
    if (target === undefined) return;
    const { routes } = this.configuration;
    const nextHop = parameters.address('NEXTHOP') ?? 0;
    if (routes.some((each) => isSameRoute(each, { ...target, nextHop }))) {
      this.findings.error(parameters.place, `there is such a route by ${formatIpv4(nextHop)} already`);
      return;
    }
    this.configuration.routes = [...routes, this.routeFrom(parameters, { ...target, nextHop, priority: DEFAULT_PRIORITY, place: parameters.place })];
  }

  private routeFrom(parameters: CommandParameters, before: IbmiRoute): IbmiRoute {
    const bindInterface = parameters.value('BINDIFC') === undefined ? before.bindInterface : parameters.address('BINDIFC');
    return { network: before.network, prefixLength: before.prefixLength, nextHop: before.nextHop, priority: parameters.number('DUPRTEPTY') ?? before.priority, place: parameters.place,
      ...(bindInterface === undefined ? {} : { bindInterface }) };
  }

  private changeRoute(parameters: CommandParameters): void {
    const found = this.routeNamed(parameters);
    if (found !== undefined) this.configuration.routes = this.configuration.routes.map((each) => (each === found ? this.routeFrom(parameters, each) : each));
  }

  private removeRoute(parameters: CommandParameters): void {
    const found = this.routeNamed(parameters);
    if (found !== undefined) this.configuration.routes = this.configuration.routes.filter((each) => each !== found);
  }

  private routeNamed(parameters: CommandParameters): IbmiRoute | undefined {
    const target = this.target(parameters);
    if (target === undefined) return undefined;
    const nextHop = parameters.address('NEXTHOP');
    const found = this.configuration.routes.find((each) => each.network === target.network && each.prefixLength === target.prefixLength && (nextHop === undefined || each.nextHop === nextHop));
    if (found === undefined) this.findings.error(parameters.place, `there is no such route${nextHop === undefined ? '' : ` by ${formatIpv4(nextHop)}`}`);
    return found;
  }

  // The system.

  private changeAttributes(parameters: CommandParameters): void {
    const forwarding = parameters.value('IPDTGFWD')?.text;
    if (forwarding !== undefined) this.configuration.isForwarding = forwarding === '*YES';
    const timeout = parameters.value('ARPTIMO');
    if (timeout === undefined) return;
    if (this.isRunning) this.findings.error(timeout.place, 'ARPTIMO of a running system is not emulated: it goes into the system\'s file');
    else this.configuration.arpTimeoutMinutes = parameters.number('ARPTIMO');
  }

  private createLine(parameters: CommandParameters): void {
    const { lines } = this.configuration;
    const name = parameters.value('LIND')?.text ?? '';
    if (this.isRunning) this.findings.error(parameters.place, 'a line that is created while the system runs is not emulated');
    const earlier = lines.get(name);
    if (earlier !== undefined) this.findings.error(parameters.placeOf('LIND'), `there is a line description ${name} already, in line ${earlier.place.line}`);
    const adapter = parameters.value('ADPTADR');
    const mac = adapter === undefined || adapter.text === '*ADPT' ? undefined : Uint8Array.from(adapter.text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    lines.set(name, { name, isVariedOn: parameters.value('ONLINE')?.text !== '*NO', place: parameters.placeOf('LIND'), ...(mac === undefined ? {} : { mac }) });
  }

  private varyLine(parameters: CommandParameters): void {
    const { lines, interfaces } = this.configuration;
    const name = parameters.value('CFGOBJ')?.text ?? '';
    const names = [...new Set([...lines.keys(), ...interfaces.map(({ line }) => line).filter((line) => !line.startsWith('*'))])];
    if (!names.includes(name)) {
      this.findings.error(parameters.placeOf('CFGOBJ'), `there is no line description ${quote(name)}${suggestion(name, names) || ';'} lines: ${listAlternatives(names, 'and') || 'none'}`, { found: name, allowed: names });
      return;
    }
    lines.set(name, { ...(lines.get(name) ?? { name, place: parameters.placeOf('CFGOBJ') }), isVariedOn: parameters.value('STATUS')?.text === '*ON' });
  }
}

function isSameRoute(a: Pick<IbmiRoute, 'network' | 'prefixLength' | 'nextHop'>, b: Pick<IbmiRoute, 'network' | 'prefixLength' | 'nextHop'>): boolean {
  return a.network === b.network && a.prefixLength === b.prefixLength && a.nextHop === b.nextHop;
}
