/**
 * The conformance table and the tags in src say the same, and CONFORMANCE.md says what they say. That the tests named in it execute the tags is
 * checked in their own files, by record.ts.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { conformanceDocument } from './document.js';
import { findPlaces } from './instrument.js';
import { readTables } from './table.js';
import { findTags } from './tags.js';

const tables = readTables('test/conformance/clauses');
const rows = tables.flatMap((table) => table.rows);
const known = new Set(rows.map((row) => row.clause));
const rfcs = new Set(tables.map((table) => table.rfc));

const sources = (readdirSync('src', { recursive: true }) as string[]).filter((name) => name.endsWith('.ts')).sort()
  .map((name) => ({ file: `src/${name}`, text: readFileSync(`src/${name}`, 'utf8') }));
const tags = sources.flatMap(({ file, text }) => findTags(text).map((tag) => ({ file, ...tag })));
const marked = new Map<string, string[]>();
for (const { file, text } of sources) {
  for (const clause of new Set(findPlaces(text).flatMap((place) => place.clauses))) marked.set(clause, [...marked.get(clause) ?? [], file]);
}

test('every tag in src is a clause of the table', () => {
  // A new one: a row in test/conformance/clauses/rfcNNNN.yaml, then `npm run conformance`.
  const unknown = tags.filter((tag) => rfcs.has(tag.clause.slice(0, 4)) && !known.has(tag.clause)).map((tag) => `${tag.file}:${tag.line} [${tag.clause}]`);
  expect(unknown).toEqual([]);
});

test('every clause that is done stands in src beside the code that does it', () => {
  expect(rows.filter((row) => row.status === 'done' && !marked.has(row.clause)).map((row) => row.clause)).toEqual([]);
});

test('every clause that is done names tests, and the files of all tests are there', () => {
  expect(rows.filter((row) => row.status === 'done' && row.tests.length === 0).map((row) => row.clause)).toEqual([]);
  expect([...new Set(rows.flatMap((row) => row.tests.map((named) => named.file)))].filter((file) => !existsSync(`test/${file}`))).toEqual([]);
});

test('no clause stands in the table twice', () => {
  expect(known.size).toBe(rows.length);
});

test('CONFORMANCE.md is what the table says: npm run conformance', async () => {
  await expect(conformanceDocument(tables, marked)).toMatchFileSnapshot('../../../src/ospf/CONFORMANCE.md');
});
