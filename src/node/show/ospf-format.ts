/**
 * The small formats that FRR 8.4.4's OSPF displays share: durations, option bits, and the layouts of its JSON.
 *
 * Written from recordings of a real ospfd (test/fixtures/frr-def). FRR prints through json-c, whose layouts differ from
 * `JSON.stringify`: a pretty one without a space behind the colon, a spaced one on a single line, and a plain one.
 */
import { formatIpv4 } from '../../base/address.js';
import { MILLISECOND, SECOND, type Micros } from '../../base/micros.js';
import type { Area } from '../../ospf/area.js';

/** `15.206s`, `2m18s`, `1h02m03s`, `2d03h04m`, `1w2d03h`; under a millisecond `250 usecs`; NEVER: `inactive`. */
export function formatDuration(micros: Micros): string {
  if (!Number.isFinite(micros)) return 'inactive';
  const wholeSeconds = Math.floor(micros / SECOND);
  const seconds = wholeSeconds % 60;
  const minutes = Math.floor(wholeSeconds / 60) % 60;
  const hours = Math.floor(wholeSeconds / 3600) % 24;
  const days = Math.floor(wholeSeconds / 86400) % 7;
  const weeks = Math.floor(wholeSeconds / 604800);
  if (weeks > 99) return `${weeks}w${days}d`;
  if (weeks > 0) return `${weeks}w${days}d${two(hours)}h`;
  if (days > 0) return `${days}d${two(hours)}h${two(minutes)}m`;
  if (hours > 0) return `${hours}h${two(minutes)}m${two(seconds)}s`;
  if (minutes > 0) return `${minutes}m${two(seconds)}s`;
  if (micros >= MILLISECOND) return `${seconds}.${String(Math.floor((micros % SECOND) / MILLISECOND)).padStart(3, '0')}s`;
  return `${Math.floor(micros)} usecs`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `0.0.0.1 [Stub]`: where a display names an area in passing. */
export function areaText(area: Area): string {
  return `${formatIpv4(area.id)}${area.nssa !== undefined ? ' [NSSA]' : area.isStub ? ' [Stub]' : ''}`;
}

const OPTION_LETTERS: readonly (readonly [number, string])[] = [
  [0x40, 'O'], [0x20, 'DC'], [0x10, 'EA'], [0x08, 'N/P'], [0x04, 'MC'], [0x02, 'E'], [0x01, 'M/T'],
];

/** `*|-|-|-|-|-|E|-`: from the bit with value 64 down; the highest is not interpreted. */
export function formatOptions(options: number): string {
  return `*|${OPTION_LETTERS.map(([bit, letter]) => ((options & bit) !== 0 ? letter : '-')).join('|')}`;
}

export type JsonValue = string | number | boolean | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Plain and pretty: no space behind colons. Spaced: one line with spaces all over. The plain ones leave slashes alone. */
export type JsonLayout = 'plain' | 'spaced' | 'pretty' | 'pretty-plain';

export function formatJson(value: JsonValue, layout: JsonLayout, indent = ''): string {
  if (typeof value === 'string') {
    const text = JSON.stringify(value);
    return layout === 'plain' || layout === 'pretty-plain' ? text : text.replaceAll('/', '\\/');
  }
  if (typeof value !== 'object') return String(value);
  const isArray = Array.isArray(value);
  const [open, close] = isArray ? '[]' : '{}';
  const inner = `${indent}  `;
  const colon = layout === 'spaced' ? ': ' : ':';
  const members = isArray
    ? (value as readonly JsonValue[]).map((member) => formatJson(member, layout, inner))
    : Object.entries(value).map(([key, member]) => `${formatJson(key, layout)}${colon}${formatJson(member, layout, inner)}`);
  if (members.length === 0) return layout === 'plain' ? open + close : layout === 'spaced' ? `${open} ${close}` : `${open}\n${indent}${close}`;
  switch (layout) {
    case 'plain': return open + members.join(',') + close;
    case 'spaced': return `${open} ${members.join(', ')} ${close}`;
    case 'pretty':
    case 'pretty-plain': return `${open}\n${members.map((member) => inner + member).join(',\n')}\n${indent}${close}`;
  }
}
