/**
 * The house rules, as a test: who may import whom, what a file looks like, and which words have no place in here.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = join(ROOT, 'src');

/** Rooms from the ground up. A room may import itself and any room on a lower line; never a sibling, never a higher one. */
const LEVELS: readonly (readonly string[])[] = [
  ['base'],
  ['wire'],
  ['capture', 'engine'],
  ['ospf', 'host', 'takeover'],
  ['persona', 'config'],
  ['node'],
  ['measure'],
  ['sim'],
  ['live', 'replay'],
  ['report'],
  ['cli', 'matcher'],
];

/** Packages and Node modules that a room may use; a room that is not listed uses none. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  wire: ['node:crypto'], // digests
  config: ['yaml', 'ip-address', 'node:path'],
  report: ['cli-table3', 'picocolors'],
  cli: ['commander', 'cli-progress', 'tinypool', 'cli-table3', 'picocolors', 'ip-address', 'node:fs', 'node:path', 'node:url', 'node:process', 'node:v8', 'node:perf_hooks',
    'node:module', 'node:os', 'node:child_process'],
  live: ['node:fs', 'node:perf_hooks', 'node:v8', 'node:vm', 'node:worker_threads'], // and koffi, when it attaches
  matcher: ['node:fs', 'vitest'],
};

function filesBelow(folder: string): string[] {
  return readdirSync(folder).sort().flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

const files = filesBelow(SOURCE).filter((path) => path.endsWith('.ts'));
const roomOf = (path: string): string => relative(SOURCE, path).split('/')[0];
const levelOf = (room: string): number => LEVELS.findIndex((level) => level.includes(room));

function importsOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g)]
    .map((m) => m[1] ?? m[2] ?? m[3]);
}

describe('rooms', () => {
  test('every folder of src is a room that the plan of the house knows', () => {
    const unknown = readdirSync(SOURCE).filter((name) => levelOf(name) < 0);
    expect(unknown).toEqual([]);
  });

  test.each(files.map((path) => [relative(ROOT, path), path]))('%s imports only what lies below', (_name, path) => {
    const room = roomOf(path);
    const wrong: string[] = [];
    for (const target of importsOf(path)) {
      if (!target.startsWith('.')) {
        if (!(OUTSIDE[room] ?? []).includes(target)) wrong.push(`${target}: not a package that ${room} may use`);
        continue;
      }
      if (!target.endsWith('.js') && !target.endsWith('.json')) wrong.push(`${target}: no extension`);
      const other = roomOf(resolve(dirname(path), target));
      if (other !== room && levelOf(other) >= levelOf(room)) wrong.push(`${target}: ${room} may not import ${other}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('determinism', () => {
  // Outside live, cli and matcher nothing may read a clock, draw its own randomness, wait, or depend on a locale.
  const BANNED = /\bDate\b|\bperformance\s*\.|Math\.random|\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b|\bPromise\b|\bawait\b|\basync\b|\bIntl\b|toLocale|localeCompare|process\.hrtime|\bprocess\.env\b/;
  const ruled = files.filter((path) => !['live', 'cli', 'matcher'].includes(roomOf(path)));

  test.each(ruled.map((path) => [relative(ROOT, path), path]))('%s has no clock, chance, wait or locale of its own', (_name, path) => {
    const code = withoutComments(readFileSync(path, 'utf8'));
    const found = code.split('\n').map((line, i) => `${i + 1}: ${line.trim()}`).filter((line) => BANNED.test(line));
    expect(found).toEqual([]);
  });
});

describe('files', () => {
  test.each(files.map((path) => [relative(ROOT, path), path]))('%s opens with what it is, and is not too long', (name, path) => {
    const text = readFileSync(path, 'utf8');
    expect(text.replace(/^#!.*\n/, '').startsWith('/**'), 'opens with a comment').toBe(true);
    expect(text.split('\n').length, 'lines').toBeLessThanOrEqual(570);
    expect(name).toMatch(/^src\/[a-z/-]+[a-z0-9-]*\.ts$/);
  });

  test('no barrels, no drawers for what has no name', () => {
    const drawers = files.map((path) => relative(SOURCE, path)).filter((name) => /(^|\/)(index|utils?|common|helpers?|types|misc)(\.ts|\/)/.test(name));
    expect(drawers).toEqual([]);
  });

  test('no any, no silenced compiler', () => {
    const found = files.flatMap((path) => withoutComments(readFileSync(path, 'utf8')).split('\n')
      .map((line, i) => `${relative(ROOT, path)}:${i + 1}: ${line.trim()}`)
      .filter((line) => /:\s*any\b|\bas any\b|<any>|any\[\]/.test(line)));
    const silenced = files.filter((path) => /@ts-(ignore|expect-error|nocheck)|eslint-disable/.test(readFileSync(path, 'utf8')));
    expect([...found, ...silenced]).toEqual([]);
  });
});

describe('the repository', () => {
  test('top level holds what it should and nothing else', () => {
    const known = ['src', 'pcaps', 'topologies', 'bench', 'test', 'package.json', 'package-lock.json', 'tsconfig.json', 'README.md', 'ARCHITECTURE.md',
      'CONTRIBUTING.md', 'CHANGELOG.md', 'LICENSE', 'node_modules', 'dist', 'results'];
    const stray = readdirSync(ROOT).filter((name) => !name.startsWith('.') && !known.includes(name) && !name.endsWith('.tgz'));
    expect(stray).toEqual([]);
  });

  test('nothing committed reaches outside or speaks of where it was made', () => {
    const self = fileURLToPath(import.meta.url);
    const texts = ['src', 'test', 'topologies', 'bench', 'pcaps', '.ci'].map((name) => join(ROOT, name)).filter(exists).flatMap(filesBelow)
      .concat(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'package.json', 'package-lock.json'].map((name) => join(ROOT, name)).filter(exists))
      .filter((path) => path !== self && /\.(ts|js|json|yaml|conf|md|txt|sh|py)$|\/run$/.test(path));
    // Assembled so that this file does not contain what it looks for.
    const banned = new RegExp(['/wo' + 'rk/', '/ro' + 'ot/', '\\.\\./sha' + 'red', 'registry\\.n' + 'pmjs', '\\bclau' + 'de\\b', '\\bsub' + 'agents?\\b'].join('|'), 'i');
    const found = texts.filter((path) => banned.test(readFileSync(path, 'utf8'))).map((path) => relative(ROOT, path));
    expect(found).toEqual([]);
  });
});

function exists(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Good enough for our own style: no comment marks inside strings. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, '')).replace(/(^|\s)\/\/.*$/gm, '$1');
}
