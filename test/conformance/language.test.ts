/**
 * What the real FRR 8.4.4 takes as a statement and what not, and here alike. language/frr.json was said by `vtysh -C` (record/language.mjs).
 *
 * A statement that is known and not emulated yet is refused with another message than one that FRR does not know; only the latter counts.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseFrrConf } from '../../src/config/system-file.js';

interface Judged {
  readonly context: string;
  readonly statement: string;
  readonly isTaken: boolean;
}

const { statements } = JSON.parse(readFileSync('test/conformance/language/frr.json', 'utf8')) as { readonly statements: readonly Judged[] };

const UNKNOWN = /unknown statement|is not allowed after|the statement is incomplete|is too much: nothing|is only allowed inside|does not take it|does not know it/;

/** Where we stay apart from the real one, and why. */
const APART: ReadonlyMap<string, string> = new Map([
  ['frr defaults modern', 'the grammar takes any word, and FRR knows two'],
  ['ip ospf authentication md5', 'the grammar takes any word, and ospfd says "You shouldn\'t get here!"'],
  ['max-metric router-lsa on-startup 4', 'known by its first words'],
  ['router-info area 0', 'known by its first words'],
]);

function isTaken({ context, statement }: Judged): boolean {
  const lines = [...(context === 'top' ? [] : context.split(' / ')), statement];
  const { errors } = parseFrrConf(lines.join('\n'), 'frr.conf');
  const line = lines.length;
  return !errors.some((error) => error.line === line && UNKNOWN.test(error.message));
}

describe.each([...new Set(statements.map((each) => each.context))])('%s', (context) => {
  it('every statement is taken, or refused, as FRR does', () => {
    const ours = statements.filter((each) => each.context === context && !APART.has(each.statement));
    const differences = ours.filter((each) => isTaken(each) !== each.isTaken).map((each) => `${each.isTaken ? 'FRR takes' : 'FRR refuses'}: ${each.statement}`);
    expect(differences).toEqual([]);
  });
});
