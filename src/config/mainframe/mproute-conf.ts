/**
 * MPROUTE CONFIG (z/VM) and OMPROUTE's configuration file (z/OS), as far as it is about OSPF for IPv4.
 *
 * Read "IP Configuration Reference", the OMPROUTE configuration statements, first: names, defaults and ranges are from there. A statement is a
 * name and parameters, `Key=value`, in any order and over any number of lines, and ends with a semicolon; capitals do not matter. Interfaces
 * may be named by an address with asterisks; an exact one comes first, then the one with the fewest asterisks.
 *
 * Where Dead_Router_Interval or DB_Exchange_Interval is not greater than Hello_Interval all three fall back to their defaults, and EZZ7868I is said.
 */
import { formatIpv4, prefixLengthOf, type Ipv4 } from '../../base/address.js';
import { parseIpv4 } from '../address-text.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { freeWords, WordReader, type FreeWord } from './free-form.js';
import type { MprouteAuthentication, MprouteAuthenticationType } from './mproute-authentication.js';
import { quote, suggestion } from '../spelling.js';
import { listAlternatives } from '../frr/vty.js';

export interface MprouteArea {
  readonly area: Ipv4;
  readonly isStub: boolean;
  readonly stubDefaultCost: number;
  readonly importsSummaries: boolean;
  readonly authenticationType: MprouteAuthenticationType;
  readonly place: SourcePlace;
}

export interface MprouteInterface {
  /** Bytes, or undefined for an asterisk. */
  readonly pattern: readonly (number | undefined)[];
  readonly name: string;
  readonly namePlace: SourcePlace;
  readonly prefixLength: number | undefined;
  readonly destination: Ipv4 | undefined;
  readonly area: Ipv4;
  readonly mtu: number;
  readonly retransmissionIntervalSeconds: number;
  readonly transmissionDelaySeconds: number;
  readonly routerPriority: number;
  readonly helloIntervalSeconds: number;
  readonly deadRouterIntervalSeconds: number;
  readonly databaseExchangeIntervalSeconds: number;
  readonly cost: number;
  readonly virtualAddressRoutes: 'host-and-subnet' | 'host-only' | 'subnet-only';
  readonly isParallelPrimary: boolean;
  readonly isNonBroadcast: boolean;
  /** Of a network that cannot tell: who is there, and whether it may become Designated Router. */
  readonly neighbors: readonly { readonly address: Ipv4; readonly mayBeDesignated: boolean }[];
  readonly pollIntervalSeconds: number;
  /** Subnet=YES: of a point-to-point link the subnet is advertised, and not the other end's address. */
  readonly isSubnetAdvertised: boolean;
  readonly authentication: MprouteAuthentication;
  readonly place: SourcePlace;
}

export interface MprouteVirtualLink {
  readonly routerId: Ipv4;
  readonly transitArea: Ipv4;
  readonly helloIntervalSeconds: number;
  readonly deadRouterIntervalSeconds: number;
  readonly retransmissionIntervalSeconds: number;
  readonly transmissionDelaySeconds: number;
  readonly authentication: MprouteAuthentication;
  readonly transitPlace: SourcePlace;
  readonly place: SourcePlace;
}

export interface MprouteRange {
  readonly network: Ipv4;
  readonly prefixLength: number;
  readonly area: Ipv4;
  readonly isAdvertised: boolean;
  readonly place: SourcePlace;
}

export interface MprouteBoundaryRouting {
  readonly importsStatic: boolean;
  readonly importsDirect: boolean;
  readonly importsSubnets: boolean;
  readonly originatesDefault: boolean;
  readonly defaultType: 1 | 2;
  readonly defaultCost: number;
  readonly defaultForwardingAddress: Ipv4;
  readonly place: SourcePlace;
}

export interface MprouteConfiguration {
  readonly areas: readonly MprouteArea[];
  readonly interfaces: readonly MprouteInterface[];
  readonly virtualLinks: readonly MprouteVirtualLink[];
  readonly ranges: readonly MprouteRange[];
  readonly boundaryRouting: MprouteBoundaryRouting | undefined;
  readonly routerId: { readonly id: Ipv4; readonly place: SourcePlace } | undefined;
  readonly comparison: 1 | 2;
}

/** What a parameter takes; `default` as it would be written. */
type ParameterKind =
  | { readonly kind: 'address' | 'pattern' | 'mask' | 'text' }
  | { readonly kind: 'number'; readonly low: number; readonly high: number }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  /** Recognised, and nothing here depends on it. */
  | { readonly kind: 'ignored' };

interface StatementForm {
  readonly parameters: Readonly<Record<string, ParameterKind>>;
  readonly required: readonly string[];
  /** The value may follow the name of the statement itself: `RouterID=1.2.3.4;` */
  readonly isBare?: boolean;
}

const NUMBER = (low: number, high: number): ParameterKind => ({ kind: 'number', low, high });
const YES_NO: ParameterKind = { kind: 'word', words: ['YES', 'NO'] };
const ADDRESS: ParameterKind = { kind: 'address' };
const IGNORED: ParameterKind = { kind: 'ignored' };
const AUTHENTICATION_TYPES = ['NONE', 'PASSWORD', 'MD5'] as const satisfies readonly MprouteAuthenticationType[];
const AUTHENTICATION: ParameterKind = { kind: 'word', words: AUTHENTICATION_TYPES };

const TIMERS = {
  Retransmission_Interval: NUMBER(1, 65535), Transmission_Delay: NUMBER(1, 65535), Hello_Interval: NUMBER(1, 255), Dead_Router_Interval: NUMBER(2, 65535),
  DB_Exchange_Interval: NUMBER(2, 65535), Authentication_Type: AUTHENTICATION, Authentication_Key: { kind: 'text' }, Authentication_Key_ID: NUMBER(0, 255),
} as const satisfies Readonly<Record<string, ParameterKind>>;

const FORMS: Readonly<Record<string, StatementForm>> = {
  Area: { required: [], parameters: {
    Area_Number: ADDRESS, Authentication_Type: AUTHENTICATION, Security_Type: AUTHENTICATION, Stub_Area: YES_NO, Stub_Default_Cost: NUMBER(1, 0xffffff),
    Import_Summaries: YES_NO, Import_Prefixes: YES_NO } },
  OSPF_Interface: { required: ['IP_Address', 'Name'], parameters: {
    IP_Address: { kind: 'pattern' }, Name: { kind: 'text' }, Subnet_Mask: { kind: 'mask' }, Destination_Addr: ADDRESS, Attaches_To_Area: ADDRESS, MTU: NUMBER(0, 65535),
    ...TIMERS, Router_Priority: NUMBER(0, 255), Cost0: NUMBER(1, 65535), Subnet: YES_NO,
    Advertise_VIPA_Routes: { kind: 'word', words: ['HOST_AND_SUBNET', 'HOST_ONLY', 'SUBNET_ONLY'] }, Parallel_OSPF: { kind: 'word', words: ['BACKUP', 'PRIMARY'] },
    Non_Broadcast: YES_NO, NB_Poll_Interval: NUMBER(1, 65535), DR_Neighbor: ADDRESS, No_DR_Neighbor: ADDRESS, Demand_Circuit: IGNORED, Hello_Suppression: IGNORED,
    PP_Poll_Interval: IGNORED, Max_Xmit_Time: IGNORED, Min_Xmit_Time: IGNORED, RT_Gain: IGNORED, Variance_Gain: IGNORED, Variance_Mult: IGNORED, Delay_Acks: IGNORED } },
  Virtual_Link: { required: ['Virtual_Endpoint_RouterID', 'Links_Transit_Area'], parameters: { Virtual_Endpoint_RouterID: ADDRESS, Links_Transit_Area: ADDRESS, ...TIMERS } },
  Range: { required: ['IP_Address', 'Subnet_Mask'], parameters: { IP_Address: ADDRESS, Subnet_Mask: { kind: 'mask' }, Area_Number: ADDRESS, Advertise: YES_NO } },
  AS_Boundary_Routing: { required: [], parameters: {
    Import_RIP_Routes: YES_NO, Import_Static_Routes: YES_NO, Import_Direct_Routes: YES_NO, Import_Subnet_Routes: YES_NO, Originate_Default_Route: YES_NO,
    Originate_as_Type: NUMBER(1, 2), Default_Route_Cost: NUMBER(0, 0xffffff), Default_Forwarding_Address: ADDRESS, Learn_Default_Route: YES_NO } },
  OSPF: { required: [], parameters: { RouterID: ADDRESS, Comparison: { kind: 'word', words: ['TYPE1', 'TYPE2'] }, Demand_Circuit: IGNORED, DR_Max_Adj_Attempt: IGNORED } },
  RouterID: { required: ['RouterID'], isBare: true, parameters: { RouterID: ADDRESS } },
  Comparison: { required: ['Comparison'], isBare: true, parameters: { Comparison: { kind: 'word', words: ['TYPE1', 'TYPE2'] } } },
};

/** Checked, and nothing here depends on them: there is no RIP, no IPv6, and a default route that is offered is learned. */
const NOT_ACTED_ON: readonly string[] = ['Import_RIP_Routes', 'Learn_Default_Route', 'Import_Prefixes'];

/** Recognised, without bearing: other protocols, other interfaces, the daemon's own affairs. */
const WITHOUT_BEARING = ['Accept_RIP_Route', 'Default_Route', 'Demand_Circuit', 'Filter', 'Global_Options', 'Ignore_RIP_Neighbor', 'Include', 'Interface', 'IPv6_Area',
  'IPv6_AS_Boundary_Routing', 'IPv6_Interface', 'IPv6_OSPF', 'IPv6_OSPF_Interface', 'IPv6_Range', 'IPv6_RIP_Interface', 'IPv6_Virtual_Link', 'Originate_RIP_Default', 'RIP_Interface',
  'ROUTESA_CONFIG', 'Send_Only'] as const;

const STATEMENTS: readonly string[] = [...Object.keys(FORMS), ...WITHOUT_BEARING];

const DEFAULT_HELLO = 10;
const DEFAULT_DEAD = 40;

interface Value { readonly text: string; readonly place: SourcePlace }

/** The parameters of one statement, checked against its form. */
class Parameters {
  readonly place: SourcePlace;
  private readonly values = new Map<string, Value>();
  private readonly lists = new Map<string, Value[]>();

  constructor(place: SourcePlace) {
    this.place = place;
  }

  set(name: string, value: Value): Value | undefined {
    const earlier = this.values.get(name);
    this.values.set(name, value);
    this.lists.set(name, [...(this.lists.get(name) ?? []), value]);
    return earlier;
  }

  get(name: string): Value | undefined {
    return this.values.get(name);
  }

  /** Of a parameter that may stand several times. */
  all(name: string): readonly Value[] {
    return this.lists.get(name) ?? [];
  }

  address(name: string, missing: Ipv4): Ipv4 {
    return parseIpv4(this.values.get(name)?.text ?? '') ?? missing;
  }

  number(name: string, missing: number): number {
    const text = this.values.get(name)?.text;
    return text === undefined ? missing : Number(text);
  }

  word(name: string, missing: string): string {
    return this.values.get(name)?.text.toUpperCase() ?? missing;
  }

  isYes(name: string, missing: 'YES' | 'NO'): boolean {
    return this.word(name, missing) === 'YES';
  }

  prefixLength(name: string): number | undefined {
    const mask = parseIpv4(this.values.get(name)?.text ?? '');
    return mask === undefined ? undefined : prefixLengthOf(mask);
  }
}

export function parseMprouteConfig(text: string, file: string, findings: Findings): MprouteConfiguration {
  return new MprouteReader(text, file, findings).read();
}

class MprouteReader {
  private readonly words: WordReader;
  private readonly findings: Findings;
  private readonly areas: MprouteArea[] = [];
  private readonly interfaces: MprouteInterface[] = [];
  private readonly virtualLinks: MprouteVirtualLink[] = [];
  private readonly ranges: MprouteRange[] = [];
  private boundaryRouting: MprouteBoundaryRouting | undefined;
  private routerId: MprouteConfiguration['routerId'];
  private comparison: 1 | 2 = 2;

  constructor(text: string, file: string, findings: Findings) {
    this.words = new WordReader(freeWords(text, file, '=;'), file);
    this.findings = findings;
  }

  read(): MprouteConfiguration {
    for (let word = this.words.next(); word !== undefined; word = this.words.next()) {
      if (word.text !== ';') this.statement(word); // a line of comment
    }
    const { areas, interfaces, virtualLinks, ranges, boundaryRouting, routerId, comparison } = this;
    return { areas, interfaces, virtualLinks, ranges, boundaryRouting, routerId, comparison };
  }

  private statement(word: FreeWord): void {
    const name = STATEMENTS.find((each) => each.toLowerCase() === word.text.toLowerCase());
    if (name === undefined) {
      this.findings.error(word.place, `unknown statement ${quote(word.text)}${suggestion(word.text, STATEMENTS) || ';'} allowed: ${listAlternatives(Object.keys(FORMS))}`,
        { found: word.text, allowed: STATEMENTS });
      this.skip();
      return;
    }
    const form = FORMS[name];
    if (form === undefined) {
      this.findings.note(word.place, 'without-bearing', `${name} has no bearing on the emulation`);
      this.skip();
      return;
    }
    const parameters = this.parameters(name, word, form);
    if (parameters !== undefined) this.apply(name, parameters);
  }

  private skip(): void {
    for (let word = this.words.next(); word !== undefined && word.text !== ';'; word = this.words.next());
  }

  private parameters(statement: string, first: FreeWord, form: StatementForm): Parameters | undefined {
    const parameters = new Parameters(first.place);
    const names = Object.keys(form.parameters);
    let isRight = true;
    const wrong = (place: SourcePlace, message: string, found = ''): void => {
      isRight = false;
      this.findings.error(place, message, { found });
    };
    let key: FreeWord | undefined = form.isBare === true ? first : this.words.next();
    for (; key !== undefined && key.text !== ';'; key = this.words.next()) {
      const written = key.text;
      const name = names.find((each) => each.toLowerCase() === written.toLowerCase());
      if (name === undefined) {
        // A statement's name here means that the semicolon before it is missing.
        const isStatement = STATEMENTS.some((each) => each.toLowerCase() === written.toLowerCase()) && this.words.peek()?.text !== '=';
        wrong(key.place, isStatement ? `${statement} has no ";" before ${quote(written)}`
          : `unknown parameter ${quote(written)} in ${statement}${suggestion(written, names) || ';'} allowed: ${listAlternatives(names)}`, written);
        if (isStatement) {
          this.statement(key);
          return undefined;
        }
        if (this.words.peek()?.text === '=') {
          this.words.next();
          if (this.words.peek()?.text !== ';') this.words.next();
        }
        continue;
      }
      if (this.words.peek()?.text !== '=') {
        wrong(key.place, `${name} needs a value: ${name}=...`);
        continue;
      }
      this.words.next();
      const value = this.words.peek();
      if (value === undefined || value.text === ';' || value.text === '=') {
        wrong(key.place, `${name} needs a value: ${name}=...`);
        continue;
      }
      this.words.next();
      if (form.parameters[name].kind === 'ignored' || NOT_ACTED_ON.includes(name)) this.findings.note(key.place, 'without-bearing', `${name} has no bearing on the emulation`);
      const reason = reasonNot(form.parameters[name], value.text);
      if (reason !== undefined) wrong(value.place, `${name} must be ${reason}, not ${quote(value.text)}`, value.text);
      const earlier = parameters.set(name, value);
      if (earlier !== undefined && !/^(No_)?DR_Neighbor$/.test(name)) wrong(key.place, `${name} stands in this statement already, in line ${earlier.place.line}`);
    }
    if (key === undefined) wrong(this.words.place, `the file ends within ${statement}: a ";" is missing`);
    for (const required of form.required) {
      if (parameters.get(required) === undefined) wrong(first.place, `${statement} needs ${required}`);
    }
    return isRight ? parameters : undefined;
  }

  private apply(statement: string, parameters: Parameters): void {
    const { place } = parameters;
    switch (statement) {
      case 'Area': this.area(parameters); break;
      case 'OSPF_Interface': this.interfaces.push(this.ospfInterface(parameters)); break;
      case 'Virtual_Link':
        this.virtualLinks.push({ routerId: parameters.address('Virtual_Endpoint_RouterID', 0), transitArea: parameters.address('Links_Transit_Area', 0), place,
          transitPlace: parameters.get('Links_Transit_Area')?.place ?? place, authentication: authenticationOf(parameters), ...this.timers('Virtual_Link', parameters) });
        break;
      case 'Range':
        this.ranges.push({ network: parameters.address('IP_Address', 0), prefixLength: parameters.prefixLength('Subnet_Mask') ?? 32, area: parameters.address('Area_Number', 0),
          isAdvertised: parameters.isYes('Advertise', 'YES'), place });
        break;
      case 'AS_Boundary_Routing':
        this.boundaryRouting = {
          importsStatic: parameters.isYes('Import_Static_Routes', 'NO'), importsDirect: parameters.isYes('Import_Direct_Routes', 'NO'),
          importsSubnets: parameters.isYes('Import_Subnet_Routes', 'NO'), originatesDefault: parameters.isYes('Originate_Default_Route', 'NO'),
          defaultType: parameters.number('Originate_as_Type', 2) === 1 ? 1 : 2, defaultCost: parameters.number('Default_Route_Cost', 1),
          defaultForwardingAddress: parameters.address('Default_Forwarding_Address', 0), place };
        break;
      default: {
        // OSPF, and its parameters as statements of their own: the last one counts.
        const id = parameters.get('RouterID');
        if (id !== undefined) this.routerId = { id: parameters.address('RouterID', 0), place: id.place };
        if (parameters.get('Comparison') !== undefined) this.comparison = parameters.word('Comparison', 'TYPE2') === 'TYPE1' ? 1 : 2;
      }
    }
  }

  private area(parameters: Parameters): void {
    const area = parameters.address('Area_Number', 0);
    const earlier = this.areas.find((each) => each.area === area);
    if (earlier !== undefined) this.findings.error(parameters.place, `the area ${formatIpv4(area)} is defined in line ${earlier.place.line} already`);
    const isStub = parameters.isYes('Stub_Area', 'NO');
    if (isStub && area === 0) this.findings.error(parameters.get('Stub_Area')?.place ?? parameters.place, 'the backbone cannot be a stub area');
    this.areas.push({ area, isStub, stubDefaultCost: parameters.number('Stub_Default_Cost', 1), importsSummaries: parameters.isYes('Import_Summaries', 'YES'),
      authenticationType: authenticationOf(parameters).type ?? 'NONE', place: parameters.place });
  }

  private ospfInterface(parameters: Parameters): MprouteInterface {
    return {
      ...this.timers('OSPF_Interface', parameters),
      pattern: (parameters.get('IP_Address')?.text ?? '').split('.').map((part) => (part === '*' ? undefined : Number(part))),
      name: parameters.get('Name')?.text ?? '', namePlace: parameters.get('Name')?.place ?? parameters.place,
      prefixLength: parameters.prefixLength('Subnet_Mask'),
      destination: parameters.get('Destination_Addr') === undefined ? undefined : parameters.address('Destination_Addr', 0),
      area: parameters.address('Attaches_To_Area', 0), mtu: parameters.number('MTU', 576), routerPriority: parameters.number('Router_Priority', 1),
      cost: parameters.number('Cost0', 1),
      virtualAddressRoutes: VIRTUAL_ADDRESS_ROUTES[parameters.word('Advertise_VIPA_Routes', 'HOST_AND_SUBNET')],
      isParallelPrimary: parameters.word('Parallel_OSPF', 'BACKUP') === 'PRIMARY', isNonBroadcast: parameters.isYes('Non_Broadcast', 'NO'),
      neighbors: this.neighbors(parameters), pollIntervalSeconds: parameters.number('NB_Poll_Interval', 120), isSubnetAdvertised: parameters.isYes('Subnet', 'NO'),
      authentication: authenticationOf(parameters), place: parameters.place,
    };
  }

  private neighbors(parameters: Parameters): MprouteInterface['neighbors'] {
    const neighbors = (['DR_Neighbor', 'No_DR_Neighbor'] as const).flatMap((name) => parameters.all(name).map(({ text, place }) => ({ address: parseIpv4(text) ?? 0, place, mayBeDesignated: name === 'DR_Neighbor' })));
    const isNonBroadcast = parameters.isYes('Non_Broadcast', 'NO');
    if (isNonBroadcast && neighbors.length === 0) {
      this.findings.error(parameters.place, `EZZ7894I neighbors must be coded for non-broadcast capable OSPF_Interface ${parameters.get('Name')?.text ?? ''}: DR_Neighbor or No_DR_Neighbor`);
    } else if (!isNonBroadcast && neighbors.length > 0) {
      this.findings.note(neighbors[0].place, 'attention', 'neighbours are configured for Non_Broadcast=YES alone: without it they have no effect');
    }
    return neighbors.map(({ address, mayBeDesignated }) => ({ address, mayBeDesignated }));
  }

  private timers(statement: string, parameters: Parameters): Pick<MprouteInterface, 'helloIntervalSeconds' | 'deadRouterIntervalSeconds' |
    'databaseExchangeIntervalSeconds' | 'retransmissionIntervalSeconds' | 'transmissionDelaySeconds'> {
    let helloIntervalSeconds = parameters.number('Hello_Interval', statement === 'Virtual_Link' ? 30 : DEFAULT_HELLO);
    let deadRouterIntervalSeconds = parameters.number('Dead_Router_Interval', statement === 'Virtual_Link' ? 180 : DEFAULT_DEAD);
    let databaseExchangeIntervalSeconds = parameters.number('DB_Exchange_Interval', statement === 'Virtual_Link' ? 180 : DEFAULT_DEAD);
    if (deadRouterIntervalSeconds <= helloIntervalSeconds || databaseExchangeIntervalSeconds <= helloIntervalSeconds) {
      const place = (parameters.get('Dead_Router_Interval') ?? parameters.get('Hello_Interval') ?? parameters.get('DB_Exchange_Interval'))?.place ?? parameters.place;
      this.findings.note(place, 'attention', `EZZ7868I Dead Router and DB_Exchange Intervals must be greater than Hello Interval on ${statement}, using defaults`);
      [helloIntervalSeconds, deadRouterIntervalSeconds, databaseExchangeIntervalSeconds] = statement === 'Virtual_Link' ? [30, 180, 180] : [DEFAULT_HELLO, DEFAULT_DEAD, DEFAULT_DEAD];
    }
    return {
      helloIntervalSeconds, deadRouterIntervalSeconds, databaseExchangeIntervalSeconds, retransmissionIntervalSeconds: parameters.number('Retransmission_Interval', statement === 'Virtual_Link' ? 10 : 5),
      transmissionDelaySeconds: parameters.number('Transmission_Delay', statement === 'Virtual_Link' ? 5 : 1),
    };
  }
}

/** Security_Type is the older name of it. */
function authenticationOf(parameters: Parameters): MprouteAuthentication {
  const word = parameters.word('Authentication_Type', parameters.word('Security_Type', ''));
  const type = AUTHENTICATION_TYPES.find((each) => each === word);
  const key = parameters.get('Authentication_Key');
  return { keyId: parameters.number('Authentication_Key_ID', 0), ...(type === undefined ? {} : { type }), ...(key === undefined ? {} : { key }) };
}

const VIRTUAL_ADDRESS_ROUTES: Readonly<Record<string, MprouteInterface['virtualAddressRoutes']>> = {
  HOST_AND_SUBNET: 'host-and-subnet', HOST_ONLY: 'host-only', SUBNET_ONLY: 'subnet-only',
};

/** What it should be; undefined: it is that. */
function reasonNot(parameter: ParameterKind, text: string): string | undefined {
  switch (parameter.kind) {
    case 'address': return parseIpv4(text) === undefined ? 'A.B.C.D' : undefined;
    case 'pattern': return isPattern(text) ? undefined : 'A.B.C.D, or A.B.C.*, A.B.*.*, A.*.*.* or *.*.*.*';
    case 'mask': {
      const mask = parseIpv4(text);
      const host = mask === undefined ? 1 : ~mask >>> 0;
      return mask === undefined || (host & (host + 1)) !== 0 ? 'a subnet mask such as 255.255.255.0' : undefined;
    }
    case 'number': return /^\d{1,10}$/.test(text) && Number(text) >= parameter.low && Number(text) <= parameter.high ? undefined : `a number from ${parameter.low} to ${parameter.high}`;
    case 'word': return parameter.words.includes(text.toUpperCase()) ? undefined : listAlternatives(parameter.words);
    case 'text': return text.length <= 64 ? undefined : 'at most 64 characters';
    case 'ignored': return undefined;
  }
}

/** Asterisks stand at the end. */
function isPattern(text: string): boolean {
  const parts = text.split('.');
  const firstAsterisk = parts.indexOf('*');
  return parts.length === 4 && parts.every((part, i) => (firstAsterisk >= 0 && i >= firstAsterisk ? part === '*' : /^\d{1,3}$/.test(part) && Number(part) <= 255));
}

/** The statement for an address of a link: exact, then with the fewest asterisks; of equals the first. */
export function interfaceFor(configuration: MprouteConfiguration, linkName: string, address: Ipv4): MprouteInterface | undefined {
  let best: MprouteInterface | undefined;
  const asterisks = (each: MprouteInterface): number => each.pattern.filter((part) => part === undefined).length;
  for (const each of configuration.interfaces) {
    const isMatch = each.pattern.every((part, i) => part === undefined || part === ((address >>> (24 - 8 * i)) & 255));
    // A name says which link is meant where one address is on several.
    if (isMatch && (asterisks(each) > 0 || each.name === linkName) && (best === undefined || asterisks(each) < asterisks(best))) best = each;
  }
  return best;
}
