/**
 * Take-overs and what two nodes had at once, for people and for result.json. Read measure/takeover-phases.ts and measure/data-at-risk.ts first.
 */
import { SECOND } from '../base/micros.js';
import type { SharedWindow } from '../measure/data-at-risk.js';
import type { Takeover } from '../measure/takeover-phases.js';
import type { Names } from './names.js';
import { formatClock, formatSpan, indent, renderTable } from './terminal.js';

export interface TakeoverJson {
  readonly node: string;
  readonly owner: string;
  readonly group: string;
  readonly reason: string;
  readonly phases: readonly { readonly phase: string; readonly at: number; readonly seconds: number }[];
}

export interface DataAtRiskJson {
  readonly what: string;
  readonly name: string;
  readonly nodes: readonly string[];
  /** Since when both had it, one perhaps asleep. */
  readonly heldSince: number;
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
  readonly open: boolean;
}

export function takeoverJson({ node, owner, group, reason, phases }: Takeover, names: Names): TakeoverJson {
  return { node: names.node(node), owner, group, reason, phases: phases.map(({ phase, time, durationMicros }) => ({ phase, at: time / SECOND, seconds: durationMicros / SECOND })) };
}

export function sharedWindowJson(window: SharedWindow, names: Names): DataAtRiskJson {
  return { what: window.what, name: window.name, nodes: window.nodes.map((node) => names.node(node)), heldSince: window.heldSince / SECOND, from: window.start / SECOND,
    to: window.end / SECOND, seconds: (window.end - window.start) / SECOND, open: window.isOpen };
}

/** Empty: there was none of either. */
export function takeoversText(takeovers: readonly Takeover[], windows: readonly SharedWindow[], names: Names): string {
  let text = '';
  for (const { node, owner, group, reason, phases } of takeovers) {
    text += `${text === '' ? '' : '\n'}  ${names.node(node)} acquired ${owner}'s group ${group} (${reason}):\n`;
    text += `${indent(renderTable(['phase', 'took', 'at'], phases.map(({ phase, time, durationMicros }, i) => [phase, i === 0 ? '' : formatSpan(durationMicros), formatClock(time)]), [1]), 2)}\n`;
  }
  for (const window of windows) {
    const nodes = window.nodes.map((node) => names.node(node)).join(' and ');
    const until = window.isOpen ? 'to the end of the run' : `to ${formatClock(window.end)}`;
    const before = window.heldSince < window.start ? ` (both had it since ${formatClock(window.heldSince)}, one asleep)` : '';
    const risk = window.what === 'file system' ? 'mounted: data at risk' : 'at once';
    text += `${text === '' ? '' : '\n'}  ${nodes} had the ${window.what} ${window.name} ${risk} from ${formatClock(window.start)} ${until}, ${((window.end - window.start) / SECOND).toFixed(3)} s${before}\n`;
  }
  return text;
}
