/**
 * Set up with every test file: notes for each test which tags it executes, and fails the file where the table says otherwise.
 *
 * FAILOVER_CLAUSES=FOLDER writes down there what each test of each file executed: how to find the test for a clause.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { relative } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest';
import { complaints, type Claim, type MarkedPlace, type TestRun } from './proof.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** By file, from the folder test. */
    clauseClaims: Record<string, Claim[]>;
    clauseRoot: string;
  }
}

interface Task { readonly type: string; readonly name: string; readonly mode: string; readonly result?: { readonly state?: string }; readonly tasks?: readonly Task[] }

declare global {
  // What instrumented code calls when it is loaded; gets an array to mark its places in.
  var __registerClauses: ((file: string, places: readonly string[]) => Uint8Array) | undefined;
}

const modules: { readonly places: readonly MarkedPlace[]; readonly marks: Uint8Array }[] = [];
globalThis.__registerClauses = (file, places) => {
  const marks = new Uint8Array(places.length);
  modules.push({
    marks,
    places: places.map((text) => {
      const [line, ...clauses] = text.split('\t');
      return { file, line: Number(line), clauses };
    }),
  });
  return marks;
};

const folder = process.env['FAILOVER_CLAUSES'];
const executed = new Map<string, Set<MarkedPlace>>();
/** While the file was read. */
const around = new Set<MarkedPlace>();
/** In `beforeAll` of an outermost group, by its name: it counts for the tests in it. */
const aroundGroup = new Map<string, Set<MarkedPlace>>();

/** Moves the marks into `into`. */
function collect(into: Set<MarkedPlace>): void {
  for (const { places, marks } of modules) {
    for (let mark = marks.indexOf(1); mark >= 0; mark = marks.indexOf(1, mark + 1)) {
      into.add(places[mark]);
      marks[mark] = 0;
    }
  }
}

function namesOf(task: { readonly name: string; readonly suite?: { readonly name: string; readonly suite?: unknown } }): string[] {
  const names = [task.name];
  for (let suite = task.suite; suite !== undefined; suite = suite.suite as typeof suite) names.unshift(suite.name);
  return names;
}

function testsBelow(task: Task, before: string): { name: string; isRun: boolean }[] {
  if (task.type === 'test') return [{ name: before + task.name, isRun: task.mode === 'run' && task.result?.state !== 'skip' }];
  return (task.tasks ?? []).flatMap((child) => testsBelow(child, task.type === 'suite' && (task as { filepath?: string }).filepath === undefined ? `${before}${task.name} > ` : before));
}

beforeAll(() => collect(around));

beforeEach(({ task }) => {
  const [group] = namesOf(task);
  let own = aroundGroup.get(group);
  if (own === undefined) aroundGroup.set(group, own = new Set());
  collect(own);
});

afterEach(({ task }) => {
  const name = namesOf(task).join(' > ');
  let own = executed.get(name);
  if (own === undefined) executed.set(name, own = new Set());
  collect(own);
});

// A hook of a setup file: it runs around the whole file, after everything else in it.
afterAll(({}, suite) => {
  const path = (suite as unknown as { filepath?: string; file?: { filepath: string } }).filepath ?? '';
  const file = relative(`${inject('clauseRoot')}/test`, path);
  const runs = testsBelow(suite as unknown as Task, '').map((test): TestRun => ({
    ...test, executed: new Set([...executed.get(test.name) ?? [], ...aroundGroup.get(test.name.split(' > ')[0]) ?? []]),
  }));
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    for (const run of [...runs, { name: '', executed: around }]) {
      const lines = [...run.executed].flatMap((place) => place.clauses.map((clause) => `${clause}\t${place.file}:${place.line}\t${file} > ${run.name}\n`));
      if (lines.length > 0) appendFileSync(`${folder}/${file.replaceAll('/', '_')}.txt`, lines.join(''));
    }
  }
  const wrong = complaints(inject('clauseClaims')[file] ?? [], modules.flatMap((module) => module.places), runs, around);
  if (wrong.length > 0) throw new Error(`The conformance table (test/conformance/clauses) says what is not so:\n${wrong.join('\n')}`);
});
