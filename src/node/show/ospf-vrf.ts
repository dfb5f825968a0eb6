/**
 * `show ip ospf vrf <NAME|all> ...` and `show ip ospf (1-65535) ...`: FRR's displays once more, asked of one VRF by name, of all, or of an instance.
 *
 * There is one VRF here, `default`, and no instance. What the real one prints differs from command to command in where the name of the VRF
 * stands, and in what it says of a VRF that is not there.
 */
import type { CommandWords, ShowCommand } from './command-table.js';
import { formatJson, type JsonLayout, type JsonValue } from './ospf-format.js';

const DEFAULT_VRF = 'default';
/** Of the name in the line: show ip ospf vrf NAME. */
const VRF_PLACE = 4;
const VRF_LINE = `VRF Name: ${DEFAULT_VRF}\n`;

/** What vtysh says where no daemon runs as the instance. */
const NO_INSTANCE = '% [ospfd]: command ignored as it targets an instance that is not running\n';

/** Of a VRF that is not there. */
const ABSENT = {
  refused: (name: string, isJson: boolean) => (isJson ? '{\n}\n' : `% OSPF is not enabled in vrf ${name}\n`),
  'refused as text': (name: string) => `% OSPF is not enabled in vrf ${name}\n`,
  silent: () => '',
  'no instance': () => '% OSPF instance not found\n',
} as const;

interface VrfManner {
  readonly absent: keyof typeof ABSENT;
  /** How many lines stand before the name of the VRF; undefined: it is not said. */
  readonly linesBefore?: number;
  /** What `all` ends with, though there was one. */
  readonly afterAll?: string;
  /** JSON of `all` leaves slashes alone and is laid out, whatever that of one is. */
  readonly isAllPlain?: boolean;
  /** It does not look at the name of the VRF. */
  readonly isNameIgnored?: boolean;
  /** By its name the VRF `default` is not found. */
  readonly isDefaultUnknown?: boolean;
}

/** By what stands behind `show ip ospf`. */
const MANNERS: readonly (readonly [RegExp, VrfManner])[] = [
  [/^neighbor IFNAME/, { absent: 'refused', isNameIgnored: true }],
  [/^neighbor (all|detail)/, { absent: 'silent', linesBefore: 0, isAllPlain: true }],
  [/^neighbor/, { absent: 'refused', linesBefore: 0, isAllPlain: true, afterAll: 'OSPF is not enabled\n' }],
  [/^route/, { absent: 'refused', linesBefore: 0, isAllPlain: true }],
  [/^interface traffic/, { absent: 'silent', linesBefore: 4 }],
  [/^interface/, { absent: 'refused', linesBefore: 0, afterAll: '% OSPF is not enabled\n' }],
  [/^database/, { absent: 'refused as text', linesBefore: 0 }],
  [/^summary-address/, { absent: 'refused', linesBefore: 2 }],
  [/^graceful-restart/, { absent: 'refused', linesBefore: 0, isDefaultUnknown: true }],
  [/^reachable-routers/, { absent: 'no instance', linesBefore: 0 }],
  [/^mpls-te/, { absent: 'silent' }],
  [/^/, { absent: 'refused', linesBefore: 0 }],
];

/** Of these no VRF can be asked. */
const WITHOUT_VRF = /^(neighbor (A\.B\.C\.D|IFNAME detail)|database segment-routing|mpls ldp-sync|mpls-te (router|database)|router-info|vrfs)/;
/** Nor an instance of these. */
const WITH_INSTANCE = /^(\[json\]|border-routers|database (?!segment)|interface \[INTERFACE\]|neighbor|reachable-routers|route)/;

function headOf(pattern: string): string {
  return pattern.slice('show ip ospf '.length);
}

/** The commands with a VRF, and with an instance, that follow from those without. */
export function withVrfs<Context>(commands: readonly ShowCommand<Context>[]): ShowCommand<Context>[] {
  const found: ShowCommand<Context>[] = [];
  for (const { pattern, show } of commands) {
    const tail = headOf(pattern);
    if (WITH_INSTANCE.test(tail)) found.push({ pattern: `show ip ospf (1-65535) ${tail}`, show: () => NO_INSTANCE });
    if (WITHOUT_VRF.test(tail) || show === undefined) continue;
    const manner = (MANNERS.find(([matching]) => matching.test(tail)) as readonly [RegExp, VrfManner])[1];
    found.push({
      pattern: `show ip ospf vrf <NAME|all> ${tail}`,
      show: (context, words) => {
        const name = words.words[VRF_PLACE];
        const isAll = 'all'.startsWith(name);
        const inner: CommandWords = { ...words, values: isAll ? words.values : words.values.slice(1) };
        const isJson = words.keywords.has('json');
        if (manner.isNameIgnored === true) return show(context, inner);
        if (!isAll && (name !== DEFAULT_VRF || manner.isDefaultUnknown === true)) return absent(manner, name, isJson);
        const text = show(context, inner);
        if (isJson) return wrap(text, isAll && manner.isAllPlain === true ? 'pretty-plain' : undefined);
        return `${manner.linesBefore === undefined ? text : named(text, manner.linesBefore)}${isAll ? manner.afterAll ?? '' : ''}`;
      },
    });
  }
  return found;
}

function absent({ absent: kind, isDefaultUnknown }: VrfManner, name: string, isJson: boolean): string {
  if (isDefaultUnknown === true && name === DEFAULT_VRF) return isJson ? '{\n}\n' : '';
  return ABSENT[kind](name, isJson);
}

function named(text: string, linesBefore: number): string {
  const lines = text.split('\n');
  return [...lines.slice(0, linesBefore), VRF_LINE.trimEnd(), ...lines.slice(linesBefore)].join('\n');
}

/** The object becomes the VRF's, in the layout that it has. */
function wrap(text: string, wanted?: JsonLayout): string {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
  const layout: JsonLayout = wanted ?? (text.startsWith('{ ') ? 'spaced' : text.includes('\\/') ? 'pretty' : text.startsWith('{\n') ? 'pretty-plain' : 'plain');
  const trailing = /\n*$/.exec(text)?.[0] ?? '';
  return `${formatJson({ [DEFAULT_VRF]: { vrfName: DEFAULT_VRF, vrfId: 0, ...(value as Record<string, JsonValue>) } }, layout)}${trailing}`;
}
