/**
 * Holds the statements of test/conformance/language/statements.txt against the real FRR: which of them `vtysh -C` takes.
 *
 *   npm run record:language
 *
 * Each statement stands behind its context (`top`, or the lines that open its block, with ` / ` between them) and is tried by itself. What vtysh says becomes
 * test/conformance/language/frr.json. It needs no daemon and no root; a statement is "taken" when the grammar has it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../language', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'language-'));

/** Statements by context: a line with a colon at its end opens one, `top:` or `router ospf:`. */
function statements() {
  const found = [];
  let context = 'top';
  for (const line of readFileSync(join(FOLDER, 'statements.txt'), 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    if (/^\S.*:$/.test(line)) context = line.slice(0, -1);
    else found.push({ context, statement: line.trim() });
  }
  return found;
}

try {
  const all = statements();
  // One file for all: vtysh goes on behind an error and names its line. "line vty" and "exit" end whatever block was open.
  const lines = [];
  const places = all.map(({ context, statement }) => lines.push('line vty', 'exit', ...(context === 'top' ? [] : context.split(' / ')), statement));
  const file = join(home, 'frr.conf');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const { stdout, stderr, error } = spawnSync('vtysh', ['-C', '-f', file], { encoding: 'utf8', timeout: 60_000 });
  if (error !== undefined) throw error;
  const output = `${stdout}${stderr}`;
  const refused = new Set([...output.matchAll(/^line (\d+): % (?:Unknown|Ambiguous|Command incomplete|There is no)/gm)].map((match) => Number(match[1])));
  const said = all.map(({ context, statement }, index) => ({ context, statement, isTaken: !refused.has(places[index]) }));
  const version = /version (\S+)/.exec(execFileSync('/usr/lib/frr/ospfd', ['--version'], { encoding: 'utf8' }))?.[1];
  const rows = said.map((each) => `  ${JSON.stringify(each)}`).join(',\n');
  writeFileSync(join(FOLDER, 'frr.json'), `{ "software": "FRR ${version}", "statements": [\n${rows}\n] }\n`);
  console.log(`${said.length} statements, ${said.filter((each) => each.isTaken).length} of them taken`);
} finally {
  rmSync(home, { recursive: true, force: true });
}
