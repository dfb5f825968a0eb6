/**
 * The conformance table: what each clause demands, what became of it here, and which tests prove it. One file an RFC, `rfc2328.yaml`:
 *
 *     13(5a):
 *       says: An instance that follows the last one within MinLSArrival is dropped without acknowledgment.
 *       done: ospf/flooding.test.ts > (5a) within MinLSArrival of the last one it is dropped
 *
 * Instead of `done` (one test or a list; each must execute the clause's tag in src): `deviation`, `not applicable` or `not yet`, with the reason. A
 * deviation may name the tests that show it under `test`. `unnoticed` says why the tests of a clause that is done pass without it, too (leave-out.ts).
 */
import { readFileSync, readdirSync } from 'node:fs';
import { parseDocument } from 'yaml';

export type Status = 'done' | 'deviation' | 'not applicable' | 'not yet';

const STATUSES: readonly Status[] = ['done', 'deviation', 'not applicable', 'not yet'];

export interface Row {
  /** `2328:13(5a)`, as in the tag. */
  readonly clause: string;
  readonly says: string;
  readonly status: Status;
  /** For everything but done. */
  readonly reason: string;
  readonly tests: readonly TestReference[];
  /** Why the code may do without it as far as its tests can tell. */
  readonly unnoticed?: string;
}

export interface TestReference {
  /** From the folder test. */
  readonly file: string;
  /** The test's own name, or with those of the groups around it, `group > test`; with `*` at the end, any of those that begin so. */
  readonly name: string;
}

export interface RfcTable {
  readonly rfc: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

export function readTable(text: string, file: string): RfcTable {
  const parsed = parseDocument(text);
  if (parsed.errors.length > 0) throw new Error(`${file}: ${parsed.errors[0].message}`);
  const document = parsed.toJS() as { rfc: number; title: string };
  // As a map: an object would put clauses that are plain numbers first.
  const clauses = (parsed.toJS({ mapAsMap: true }) as Map<string, Map<string, Map<string, unknown>>>).get('clauses') ?? new Map<string, Map<string, unknown>>();
  const rows = [...clauses].map(([clause, fields]): Row => {
    const entry = Object.fromEntries(fields);
    const where = `${file}: ${clause}`;
    const unknown = Object.keys(entry).filter((key) => key !== 'says' && key !== 'test' && key !== 'unnoticed' && !STATUSES.includes(key as Status));
    const statuses = STATUSES.filter((status) => status in entry);
    if (unknown.length > 0) throw new Error(`${where}: ${unknown.join(', ')}: a clause has says, test, unnoticed and one of ${STATUSES.join(', ')}`);
    if (statuses.length !== 1) throw new Error(`${where}: ${statuses.length === 0 ? 'no status' : statuses.join(' and ')}: one of ${STATUSES.join(', ')}`);
    if (typeof entry['says'] !== 'string') throw new Error(`${where}: says what it demands`);
    const [status] = statuses;
    const said = entry[status];
    if (status !== 'done' && typeof said !== 'string') throw new Error(`${where}: ${status} says why`);
    const references = status === 'done' ? said : entry['test'] ?? [];
    return {
      clause: `${document.rfc}:${clause}`, says: entry['says'], status, reason: status === 'done' ? '' : said as string,
      tests: (Array.isArray(references) ? references : [references]).map((text_) => reference(String(text_), where)),
      ...(entry['unnoticed'] === undefined ? {} : { unnoticed: String(entry['unnoticed']) }),
    };
  });
  return { rfc: String(document.rfc), title: document.title, rows };
}

function reference(text: string, where: string): TestReference {
  const at = text.indexOf(' > ');
  if (at < 0) throw new Error(`${where}: "${text}" is not a test: FILE > NAME`);
  return { file: text.slice(0, at), name: text.slice(at + 3) };
}

/** All of them, by number of the RFC, RFC 2328 first. */
export function readTables(folder: string): RfcTable[] {
  const tables = readdirSync(folder).filter((name) => /^rfc\d+\.yaml$/.test(name)).sort().map((name) => readTable(readFileSync(`${folder}/${name}`, 'utf8'), name));
  return tables.sort((a, b) => Number(b.rfc === '2328') - Number(a.rfc === '2328') || Number(a.rfc) - Number(b.rfc));
}
