/**
 * What the real FRR 8.4.4 takes as a statement and what not, and here alike. language/frr.json was said by `vtysh -C` (record/language.mjs).
 *
 * A statement that is known and not emulated yet is refused with another message than one that FRR does not know; only the latter counts.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Findings } from '../../src/config/config-error.js';
import type { Daemon } from '../../src/config/frr/statement-reader.js';
import { SystemConfiguration } from '../../src/config/system-configuration.js';
import { readSystemFile } from '../../src/config/topology/system-file.js';

interface Judged {
  readonly context: string;
  readonly statement: string;
  /** In the integrated file. */
  readonly isTaken: boolean;
  /** In whose own file. Nobody's: none of these daemons', or it failed for another reason than the grammar. */
  readonly takenBy: readonly string[];
}

const { statements } = JSON.parse(readFileSync('test/conformance/language/frr.json', 'utf8')) as { readonly statements: readonly Judged[] };

const UNKNOWN = /unknown statement|is not allowed after|the statement is incomplete|is too much: nothing|is only allowed inside|does not take it|does not know it/;

/** Where we stay apart from the real one, and why. */
const APART: ReadonlyMap<string, string> = new Map([
  ['banner motd default', 'the daemons take it, and vtysh does not'],
  ['frr defaults modern', 'the grammar takes any word, and FRR knows two'],
  ['ip ospf authentication md5', 'the grammar takes any word, and ospfd says "You shouldn\'t get here!"'],
  ['max-metric router-lsa on-startup 4', 'known by its first words'],
  ['no ip router-id', 'the daemons take it, and vtysh calls it ambiguous'],
  ['no router-id', 'the daemons take it, and vtysh calls it ambiguous'],
  ['router-info area 0', 'known by its first words'],
]);

const DAEMONS = ['zebra', 'ospfd', 'staticd', 'bfdd'] as const;

/** Of single daemons: filters that bfdd has of a library and never uses; conditions of zebra's that are refused by their first words. */
const APART_IN_FILES = /^bfdd .*: (no )?(access-list|ip prefix-list|ipv6 prefix-list|ipv6 access-list|mac access-list) |^ospfd .*: (no )?(match ip (address|next-hop) prefix-len|match source-(protocol|instance)|set src) /;

/** Undefined: the daemon does not even know the block. */
function isTaken({ context, statement }: Judged, daemon: Daemon): boolean | undefined {
  const lines = [...(context === 'top' ? [] : context.split(' / ')), statement];
  const findings = new Findings();
  readSystemFile(lines.join('\n'), 'a.conf', daemon, 'frr', new SystemConfiguration(), findings);
  const lineErrors = findings.errors.filter((error) => UNKNOWN.test(error.message)).map((error) => error.line);
  return lineErrors.some((line) => line < lines.length) ? undefined : lineErrors.length === 0;
}

describe.each([...new Set(statements.map((each) => each.context))])('%s', (context) => {
  const ours = statements.filter((each) => each.context === context && !APART.has(each.statement));

  it('in the integrated file every statement is taken, or refused, as FRR does', () => {
    const differences = ours.filter((each) => isTaken(each, 'integrated') !== each.isTaken).map((each) => `${each.isTaken ? 'FRR takes' : 'FRR refuses'}: ${each.statement}`);
    expect(differences).toEqual([]);
  });
  it('in the files of its daemons', () => {
    const differences = ours.filter((each) => each.takenBy.length > 0).flatMap((each) => DAEMONS.filter((daemon) => (isTaken(each, daemon) ?? each.takenBy.includes(daemon)) !== each.takenBy.includes(daemon))
      .map((daemon) => `${daemon} ${each.takenBy.includes(daemon) ? 'takes' : 'refuses'}: ${each.statement}`)).filter((each) => !APART_IN_FILES.test(`${each} `));
    expect(differences).toEqual([]);
  });
});
