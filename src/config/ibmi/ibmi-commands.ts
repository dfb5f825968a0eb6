/**
 * The TCP/IP commands of IBM i that are acted on: their parameters, which of them matter here, and what may stand in each.
 *
 * Read the CL reference of IBM i 7.4 first (ADDTCPIFC and its kin): keywords, positions, defaults and ranges are from there. PREFIFC came after V5R4, whose
 * preferred interface list is set with iSeries Navigator or the API QTOCC4IF.
 */
import { isContiguousMask, type Ipv4 } from '../../base/address.js';
import { parseIpv4 } from '../address-text.js';
import type { ClCommand, ClParameter, ClValue } from './cl-command.js';
import type { Findings, SourcePlace } from '../config-error.js';
import { quote, suggestion } from '../spelling.js';
import { listAlternatives } from '../frr/vty.js';

export interface ParameterForm {
  readonly kind: 'address' | 'mask' | 'name' | 'number' | 'special' | 'hexadecimal' | 'ignored';
  /** Special values, with their asterisk. */
  readonly specials?: readonly string[];
  readonly range?: readonly [number, number];
  readonly isRequired?: boolean;
  /** How many values there may be; undefined: one. */
  readonly most?: number;
}

export interface CommandForm {
  /** In the order of their positions. */
  readonly parameters: Readonly<Record<string, ParameterForm>>;
  /** How many of them may be given by position. */
  readonly positions: number;
}

const IGNORED: ParameterForm = { kind: 'ignored', most: 300 };
const YES_NO: ParameterForm = { kind: 'special', specials: ['*YES', '*NO'] };

const INTERFACE: Readonly<Record<string, ParameterForm>> = {
  INTNETADR: { kind: 'address', isRequired: true },
  // The name of a line description, and a virtual LAN.
  LIND: { kind: 'name', specials: ['*LOOPBACK', '*VIRTUALIP'], most: 2 },
  SUBNETMASK: { kind: 'mask', specials: ['*HOST'] },
  ALIASNAME: { kind: 'name', specials: ['*NONE'] },
  LCLIFC: { kind: 'address', specials: ['*NONE'] },
  MTU: { kind: 'number', range: [576, 16388], specials: ['*LIND'] },
  AUTOSTART: YES_NO,
  PREFIFC: { kind: 'address', specials: ['*NONE'], most: 10 },
  ADRPFXLEN: IGNORED, TOS: IGNORED, PVCLGLCHLI: IGNORED, IDLVCTTIMO: IGNORED, MAXSVC: IGNORED, LANBITSEQ: IGNORED, SRCRTE: IGNORED, TEXT: IGNORED, DUPADRDETM: IGNORED,
  PVTADRLIFE: IGNORED,
};

const ROUTE: Readonly<Record<string, ParameterForm>> = {
  RTEDEST: { kind: 'address', specials: ['*DFTROUTE'], isRequired: true },
  SUBNETMASK: { kind: 'mask', specials: ['*HOST', '*NONE'] },
  NEXTHOP: { kind: 'address', isRequired: true },
  BINDIFC: { kind: 'address', specials: ['*NONE'] },
  DUPRTEPTY: { kind: 'number', range: [1, 10] },
  MTU: IGNORED, TOS: IGNORED, ADRPFXLEN: IGNORED, RDSRTG: IGNORED, TEXT: IGNORED, METRIC: IGNORED,
};

/** CHGxxx: what is not said stays. */
function changed(parameters: Readonly<Record<string, ParameterForm>>): Readonly<Record<string, ParameterForm>> {
  return Object.fromEntries(Object.entries(parameters).map(([keyword, form]) => [keyword, form.isRequired === true ? form : { ...form, specials: [...(form.specials ?? []), '*SAME'] }]));
}

const WHICH_INTERFACE: CommandForm = { positions: 1, parameters: {
  INTNETADR: { kind: 'address' }, ALIASNAME: { kind: 'name' }, ENDCLS: IGNORED } };

export const IBMI_COMMANDS: Readonly<Record<string, CommandForm>> = {
  ADDTCPIFC: { positions: 3, parameters: { ...INTERFACE, LIND: { ...INTERFACE.LIND, isRequired: true } } },
  CHGTCPIFC: { positions: 3, parameters: changed(INTERFACE) },
  RMVTCPIFC: WHICH_INTERFACE,
  STRTCPIFC: WHICH_INTERFACE,
  ENDTCPIFC: WHICH_INTERFACE,
  ADDTCPRTE: { positions: 3, parameters: ROUTE },
  CHGTCPRTE: { positions: 3, parameters: changed(ROUTE) },
  RMVTCPRTE: { positions: 3, parameters: { ...ROUTE, NEXTHOP: { kind: 'address' } } },
  CHGTCPA: { positions: 0, parameters: {
    IPDTGFWD: { kind: 'special', specials: ['*SAME', '*YES', '*NO'] }, ARPTIMO: { kind: 'number', range: [1, 1440], specials: ['*SAME', '*DFT'] },
    TCPKEEPALV: IGNORED, TCPURGPTR: IGNORED, TCPRCVBUF: IGNORED, TCPSNDBUF: IGNORED, TCPR1CNT: IGNORED, TCPR2CNT: IGNORED, TCPMINRTM: IGNORED, TCPCLOTIMO: IGNORED,
    TCPCNNMSG: IGNORED, UDPCKS: IGNORED, PATHMTU: IGNORED, IPRSBTIMO: IGNORED, IPTTL: IGNORED, IPQOSENB: IGNORED, IPSRCRTG: IGNORED, DEADGATEDTN: IGNORED, ECN: IGNORED,
    LOGPCLERR: IGNORED, IP6TMPAXP: IGNORED, NFC: IGNORED, RSTRMTPRT: IGNORED, EXPLCNNCTL: IGNORED } },
  CRTLINETH: { positions: 2, parameters: {
    LIND: { kind: 'name', isRequired: true }, RSRCNAME: IGNORED, ADPTADR: { kind: 'hexadecimal', specials: ['*ADPT'] }, ONLINE: YES_NO,
    VRYWAIT: IGNORED, MAXCTL: IGNORED, LINESPEED: IGNORED, DUPLEX: IGNORED, MAXFRAME: IGNORED, EXCHID: IGNORED, ETHSTD: IGNORED, SSAP: IGNORED, TEXT: IGNORED,
    THRESHOLD: IGNORED, GENTSTFRM: IGNORED, LINKSPEED: IGNORED, COSTCNN: IGNORED, COSTBYTE: IGNORED, SECURITY: IGNORED, PRPDLY: IGNORED, USRDFN1: IGNORED, USRDFN2: IGNORED,
    USRDFN3: IGNORED, AUTOCRTCTL: IGNORED, AUTODLTCTL: IGNORED, CMNRCYLMT: IGNORED, MSGQ: IGNORED, AUT: IGNORED, NETWORK: IGNORED, NWI: IGNORED, ASSOCPORT: IGNORED,
    GRPADR: IGNORED, USEALTADR: IGNORED } },
  VRYCFG: { positions: 3, parameters: {
    CFGOBJ: { kind: 'name', isRequired: true }, CFGTYPE: { kind: 'special', specials: ['*LIN'], isRequired: true }, STATUS: { kind: 'special', specials: ['*ON', '*OFF'], isRequired: true },
    RANGE: IGNORED, VRYWAIT: IGNORED, RESET: IGNORED, ASCVRYOFF: IGNORED, FRCVRYOFF: IGNORED, SBMMLTJOB: IGNORED, JOBD: IGNORED, RESETCFGF: IGNORED } },
};

/** Recognised, without bearing: names, servers, what a program around the commands needs. */
export const WITHOUT_BEARING_COMMANDS = ['ADDTCPHTE', 'ADDTCPPORT', 'ADDTCPRSI', 'CHGFTPA', 'CHGHTTPA', 'CHGSMTPA', 'CHGTCPDMN', 'CHGTCPHTE', 'CHGTCPSVR', 'CHGTELNA', 'CFGTCP',
  'DCL', 'DLYJOB', 'ENDPGM', 'ENDTCPSVR', 'MONMSG', 'PGM', 'RMVTCPHTE', 'SNDPGMMSG', 'STRHOSTSVR', 'STRTCP', 'STRTCPSVR'] as const;

export const KNOWN_COMMANDS: readonly string[] = [...Object.keys(IBMI_COMMANDS), ...WITHOUT_BEARING_COMMANDS];

/** The parameters of one command that was read against its form. */
export class CommandParameters {
  readonly place: SourcePlace;
  private readonly given: ReadonlyMap<string, ClParameter>;

  constructor(place: SourcePlace, given: ReadonlyMap<string, ClParameter>) {
    this.place = place;
    this.given = given;
  }

  /** Undefined: not given, or *SAME. */
  value(keyword: string): ClValue | undefined {
    const value = this.given.get(keyword)?.values.at(0);
    return value?.text === '*SAME' ? undefined : value;
  }

  values(keyword: string): readonly ClValue[] | undefined {
    return this.value(keyword) === undefined ? undefined : this.given.get(keyword)?.values;
  }

  /** Undefined: not given, or a special value. */
  address(keyword: string): Ipv4 | undefined {
    return parseIpv4(this.value(keyword)?.text ?? '');
  }

  number(keyword: string): number | undefined {
    const text = this.value(keyword)?.text;
    return text === undefined || text.startsWith('*') ? undefined : Number(text);
  }

  placeOf(keyword: string): SourcePlace {
    return this.given.get(keyword)?.values.at(0)?.place ?? this.place;
  }
}

/** Undefined: something is wrong, and that has been said. */
export function checkParameters(command: ClCommand, form: CommandForm, findings: Findings): CommandParameters | undefined {
  const keywords = Object.keys(form.parameters);
  const given = new Map<string, ClParameter>();
  let isRight = true;
  const wrong = (place: SourcePlace, message: string, found = '', allowed: readonly string[] = []): void => {
    isRight = false;
    findings.error(place, message, { found, allowed });
  };
  let position = 0;
  for (const parameter of command.parameters) {
    if (parameter.keyword === undefined && position >= form.positions) {
      const what = quote(parameter.values.at(0)?.text ?? '');
      wrong(parameter.place, form.positions === 0 ? `${command.name} takes no parameter by position: ${what} needs a keyword` : `${command.name} takes ${form.positions} parameters by position: ${what} needs a keyword`);
      continue;
    }
    const keyword = parameter.keyword ?? keywords[position++];
    const { place } = parameter;
    if (!Object.hasOwn(form.parameters, keyword)) {
      wrong(place, `unknown parameter ${quote(keyword)} of ${command.name}${suggestion(keyword, keywords) || ';'} parameters: ${listAlternatives(keywords.filter((each) => form.parameters[each] !== IGNORED), 'and')}`, keyword, keywords);
      continue;
    }
    if (given.has(keyword)) wrong(place, `${keyword} is given twice`);
    given.set(keyword, parameter);
    const { values } = parameter;
    if (form.parameters[keyword] === IGNORED) {
      findings.note(place, 'without-bearing', `${keyword} has no bearing on the emulation`);
      continue;
    }
    const { most = 1, ...rest } = form.parameters[keyword];
    if (values.length === 0) wrong(place, `${keyword} needs a value`);
    if (values.length > most) wrong(values[most].place, `${keyword} takes ${most === 1 ? 'one value' : `at most ${most} values`}`);
    for (const [i, value] of values.slice(0, most).entries()) {
      // The virtual LAN of a line description; nothing here has any.
      if (keyword === 'LIND' && i === 1) {
        if (value.text !== '*NONE') wrong(value.place, `virtual LANs are not emulated: ${quote(value.text)}; allowed: *NONE`);
        continue;
      }
      const reason = reasonNot(rest, value);
      if (reason !== undefined) wrong(value.place, `${keyword} must be ${reason}, not ${quote(value.text)}`, value.text);
      else if (values.length > 1 && value.text.startsWith('*')) wrong(value.place, `${value.text} stands alone`);
    }
  }
  for (const [keyword, { isRequired }] of Object.entries(form.parameters)) {
    if (isRequired === true && !given.has(keyword)) wrong(command.place, `${command.name} needs ${keyword}`);
  }
  return isRight ? new CommandParameters(command.place, given) : undefined;
}

/** What it should be; undefined: it is that. */
function reasonNot({ kind, specials = [], range }: Omit<ParameterForm, 'most'>, { text, elements }: ClValue): string | undefined {
  if (kind === 'ignored') return undefined;
  const or = specials.length === 0 ? '' : ` or ${listAlternatives(specials)}`;
  if (elements !== undefined) return `one value${or}`;
  if (specials.includes(text)) return undefined;
  switch (kind) {
    case 'address': return parseIpv4(text) === undefined ? `an address 'A.B.C.D'${or}` : undefined;
    case 'mask': {
      const mask = parseIpv4(text);
      return mask === undefined || !isContiguousMask(mask) ? `a subnet mask such as '255.255.255.0'${or}` : undefined;
    }
    case 'name': return /^[A-Z$#@][A-Z0-9$#@_.]{0,9}$/.test(text) ? undefined : `a name of at most 10 characters${or}`;
    case 'number': return range !== undefined && /^\d{1,6}$/.test(text) && Number(text) >= range[0] && Number(text) <= range[1] ? undefined : `a number from ${range?.[0]} to ${range?.[1]}${or}`;
    case 'hexadecimal': return /^[0-9A-F]{12}$/.test(text) && (Number.parseInt(text.slice(0, 2), 16) & 1) === 0 && !/^0+$/.test(text) ? undefined : `an adapter address of 12 hexadecimal digits, not of a group,${or}`;
    case 'special': return listAlternatives(specials);
  }
}
