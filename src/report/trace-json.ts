/**
 * trace.jsonl: one JSON object a line, `{t, node, kind, ...}`, in time order.
 *
 * `t` is in microseconds since the start; `node` is a name, null where the harness itself acted; addresses and router ids are
 * dotted text; sequence numbers unsigned. Changes of forwarding tables are lines of kind `route`. Probe packets are not in
 * it: they are in the capture, and what became of them in result.json.
 */
import { formatIpv4, type Ipv4 } from '../base/address.js';
import type { Micros } from '../base/micros.js';
import type { RouteChange } from '../engine/engine.js';
import type { TraceEvent } from '../engine/trace.js';

/** Fields that hold an address or an identifier, wherever they occur. */
const ADDRESS_FIELDS: ReadonlySet<string> = new Set([
  'neighborId', 'neighborAddress', 'designatedRouter', 'backupDesignatedRouter', 'linkStateId', 'advertisingRouter', 'area', 'source',
  'address', 'network', 'gateway', 'agent', 'formerAgent', 'cluster', 'server',
]);

/** Undefined for events that the file leaves out. */
export function traceLine(time: Micros, nodeName: string | undefined, event: TraceEvent): string | undefined {
  if (event.kind === 'probe-sent' || event.kind === 'probe-received') return undefined;
  return line(time, nodeName, event);
}

export function routeLine(time: Micros, nodeName: string | undefined, change: RouteChange): string {
  return line(time, nodeName, { kind: 'route', ...change });
}

function line(time: Micros, nodeName: string | undefined, fields: object): string {
  return `${JSON.stringify({ t: time, node: nodeName ?? null, ...fields }, replaceNumbers)}\n`;
}

function replaceNumbers(key: string, value: unknown): unknown {
  if (key === 'addresses' && Array.isArray(value)) return value.map((each: Ipv4) => formatIpv4(each));
  if (typeof value !== 'number') return value;
  if (ADDRESS_FIELDS.has(key)) return formatIpv4(value as Ipv4);
  return key === 'sequence' ? value >>> 0 : value;
}
