/**
 * Runs every recorder, a few at a time. `node pcaps/record/all.mjs` as root; with names, only those: `all.mjs ospf-areas linux-arp`.
 * The long one, ospf-lsa-refresh (33 minutes), runs only when named.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const OTHERS = ['lab.mjs', 'all.mjs'];
const AT_ONCE = 2;

const wanted = process.argv.slice(2).map((name) => `${name.replace(/\.mjs$/, '')}.mjs`);
const queue = wanted.length > 0 ? wanted : readdirSync(HERE).filter((name) => name.endsWith('.mjs') && !OTHERS.includes(name) && name !== 'ospf-lsa-refresh.mjs');
const failed = [];

async function worker() {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const code = await new Promise((resolve) => {
      spawn(process.execPath, [HERE + name], { stdio: 'inherit' }).on('exit', resolve);
    });
    if (code !== 0) failed.push(name);
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, worker));
if (failed.length > 0) {
  console.error(`failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
