/**
 * Holds the statements of test/conformance/language/statements.txt against the real FRR: which of them `vtysh -C` takes in the integrated
 * file, and which daemon in a file of its own (`ospfd -C` and so on).
 *
 *   npm run record:language
 *
 * Each statement stands behind its context (`top`, or the lines that open its block, with ` / ` between them) and is tried by itself. What vtysh says becomes
 * test/conformance/language/frr.json. Nothing keeps running; a statement is "taken" when the grammar has it. Root, because zebra asks for it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../language', import.meta.url));
const DAEMONS = ['zebra', 'ospfd', 'staticd', 'bfdd'];
const home = mkdtempSync(join(tmpdir(), 'language-'));
chmodSync(home, 0o777);

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
  const takenBy = new Map();
  for (const daemon of DAEMONS) {
    const dry = spawnSync(`/usr/lib/frr/${daemon}`, ['-C', '-f', file, '-i', join(home, `${daemon}.pid`), '-z', join(home, 'zserv.api'), '--vty_socket', home, '-P', '0',
      ...(daemon === 'bfdd' ? ['--bfdctl', join(home, 'bfdd.sock')] : [])], { encoding: 'utf8', timeout: 60_000, maxBuffer: 1 << 26 });
    if (dry.error !== undefined) throw dry.error;
    const unknown = new Set([...`${dry.stdout}${dry.stderr}`.matchAll(/(?:No such command|Ambiguous command|incomplete).*? on config line (\d+)/g)].map((match) => Number(match[1])));
    if (unknown.size === 0) throw new Error(`${daemon} knows everything: its answer was not understood`);
    takenBy.set(daemon, unknown);
  }
  const said = all.map(({ context, statement }, index) => ({
    context, statement, isTaken: !refused.has(places[index]), takenBy: DAEMONS.filter((daemon) => !takenBy.get(daemon).has(places[index])),
  }));
  const version = /version (\S+)/.exec(execFileSync('/usr/lib/frr/ospfd', ['--version'], { encoding: 'utf8' }))?.[1];
  const rows = said.map((each) => `  ${JSON.stringify(each)}`).join(',\n');
  writeFileSync(join(FOLDER, 'frr.json'), `{ "software": "FRR ${version}", "statements": [\n${rows}\n] }\n`);
  console.log(`${said.length} statements, ${said.filter((each) => each.isTaken).length} of them taken`);
} finally {
  rmSync(home, { recursive: true, force: true });
}
