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
  ...['bfd', 'ip ospf bfd 1 300 300', 'ip ospf bfd 3 300', 'peer 10.0.0', 'detect-multiplier 3'].map((each): [string, string] => [each, 'BFD is not emulated yet']),
  ['frr defaults modern', 'the grammar takes any word, and FRR knows two'],
  ['ip ospf authentication md5', 'the grammar takes any word, and ospfd says "You shouldn\'t get here!"'],
  ['ip prefix-list P permit', 'known by its first words'],
  ['max-metric router-lsa on-startup 4', 'known by its first words'],
  ['router-info area 0', 'known by its first words'],
]);

function isTaken({ context, statement }: Judged): boolean {
  const { errors } = parseFrrConf(context === 'top' ? statement : `${context}\n ${statement}`, 'frr.conf');
  const line = context === 'top' ? 1 : 2;
  return !errors.some((error) => error.line === line && UNKNOWN.test(error.message));
}

describe.each([...new Set(statements.map((each) => each.context))])('%s', (context) => {
  it('every statement is taken, or refused, as FRR does', () => {
    const ours = statements.filter((each) => each.context === context && !APART.has(each.statement));
    const differences = ours.filter((each) => isTaken(each) !== each.isTaken).map((each) => `${each.isTaken ? 'FRR takes' : 'FRR refuses'}: ${each.statement}`);
    expect(differences).toEqual([]);
  });
});
