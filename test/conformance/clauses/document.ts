/**
 * CONFORMANCE.md, out of the table: for each clause what it demands, what became of it, the code that does it and the test that proves it.
 */
import type { RfcTable, Row, Status } from './table.js';

const WORDS: Record<Status, string> = { done: 'done', deviation: 'deviation', 'not applicable': 'not applicable', 'not yet': 'not yet' };

function escape(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

function proof(row: Row): string {
  return row.tests.map(({ file, name }) => `[${file}](../../test/${file}): ${escape(name.endsWith('*') ? `${name.slice(0, -1)}…` : name)}`).join('; ');
}

function counted(rows: readonly Row[]): string {
  return Object.entries(WORDS).map(([status, word]) => [rows.filter((row) => row.status === status).length, word] as const)
    .filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`).join(', ');
}

/** `marks`: in which files of src a clause's tag stands. */
export function conformanceDocument(tables: readonly RfcTable[], marks: ReadonlyMap<string, readonly string[]>): string {
  const out = [
    '# Conformance', '',
    'Clause by clause: what a standard demands, whether this does it, where, and which test proves it. Written by `npm run conformance` from the tables in',
    '`test/conformance/clauses`; a test says when it is out of date. In the code the clauses stand as tags, `[2328:13(5a)]`. For a clause that is done the',
    'tests that are named here execute the code at its tag, or they fail. The sentences are ours; the standard’s own are what counts.', '',
    '| | clauses | |', '|---|---|---|',
    ...tables.map(({ rfc, title, rows }) => `| [RFC ${rfc}](#rfc-${rfc}) | ${title} | ${counted(rows)} |`),
  ];
  for (const { rfc, title, rows } of tables) {
    out.push('', `## RFC ${rfc}`, '', `${title}: ${counted(rows)}.`, '', '| clause | demands | status | where | test |', '|---|---|---|---|---|');
    for (const row of rows) {
      const status = row.reason === '' ? WORDS[row.status] : `${WORDS[row.status]}: ${escape(row.reason)}`;
      const where = (marks.get(row.clause) ?? []).map((file) => file.replace(/^src\//, '').replace(/\.ts$/, '')).join(', ');
      out.push(`| ${escape(row.clause.slice(rfc.length + 1))} | ${escape(row.says)} | ${status} | ${where} | ${proof(row)} |`);
    }
  }
  return `${out.join('\n')}\n`;
}
