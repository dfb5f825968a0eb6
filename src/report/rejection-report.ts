/**
 * What was not accepted, as a table and as JSON. Read measure/rejections.ts first.
 */
import type { Rejection } from '../measure/rejections.js';
import type { Names } from './names.js';
import { renderTable } from './terminal.js';

export interface RejectionJson {
  readonly node: string | null;
  readonly interface: string;
  readonly kind: Rejection['kind'];
  readonly reason: string;
  readonly clause?: string;
  readonly count: number;
}

/** Empty: everything was accepted. */
export function rejectionsText(rows: readonly Rejection[], names: Names): string {
  if (rows.length === 0) return '';
  return `${renderTable(['node', 'interface', '', 'reason', 'clause', 'count'], rows.map(({ node, interfaceName, kind, reason, clause, count }) =>
    [names.node(node), interfaceName, kind, reason, clause, String(count)]), [5])}\n`;
}

export function rejectionsJson(rows: readonly Rejection[], names: Names): RejectionJson[] {
  return rows.map(({ node, interfaceName, kind, reason, clause, count }) =>
    ({ node: names.node(node), interface: interfaceName, kind, reason, ...(clause === '' ? {} : { clause }), count }));
}
