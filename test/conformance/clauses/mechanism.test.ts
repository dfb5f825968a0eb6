/**
 * The mechanism behind the conformance table: that a tag counts as executed when its statement is, and only then, and that a claim that does
 * not hold fails the run.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { findPlaces, instrument } from './instrument.js';
import { complaints, isNamed, type MarkedPlace, type TestRun } from './proof.js';
import { readTable } from './table.js';

/** Which clauses are executed by `run`, an expression that uses what `code` defines. */
function executedBy(code: string, run: string): string[] {
  const marked = instrument(code, 'x.ts') ?? code;
  let places: string[] = [];
  let marks = new Uint8Array();
  const registered = globalThis.__registerClauses;
  globalThis.__registerClauses = (_file, texts) => {
    places = [...texts];
    return marks = new Uint8Array(texts.length);
  };
  try {
    new Function(`${marked}\n${run}`)();
  } finally {
    globalThis.__registerClauses = registered;
  }
  return places.filter((_, i) => marks[i] === 1).flatMap((text) => text.split('\t').slice(1));
}

describe('a tag belongs to', () => {
  const cases: [what: string, code: string, run: string, not: string][] = [
    ['the last statement that starts on its line', 'function f(a) {\n  if (a) return 1; // [9998:1]\n  return 2;\n}', 'f(1)', 'f(0)'],
    ['the statement after it, when it has a line of its own', 'function f(a) {\n  if (a) {\n    // Why. [9998:1]\n    g();\n  }\n}\nfunction g() {}', 'f(1)', 'f(0)'],
    ['the block that opens on its line', 'function f(a) {\n  if (a) { // [9998:1]\n    return 1;\n  } else {\n    return 2;\n  }\n}', 'f(1)', 'f(0)'],
    ['the other block', 'function f(a) {\n  if (a) {\n    return 1;\n  } else { // [9998:1]\n    return 2;\n  }\n}', 'f(0)', 'f(1)'],
    ['a case', "function f(a) {\n  switch (a) {\n    case 1: // [9998:1]\n      return 1;\n    case 2:\n      return 2;\n  }\n}", 'f(1)', 'f(2)'],
    ['the case after it', "function f(a) {\n  switch (a) {\n    // [9998:1]\n    case 1: return 1;\n    case 2: return 2;\n  }\n}", 'f(1)', 'f(2)'],
    ['a loop’s body without a block', 'function f(n) {\n  for (let i = 0; i < n; i++) g(); // [9998:1]\n}\nfunction g() {}', 'f(1)', 'f(0)'],
    ['the first statement of the function that it stands before', '/** Does. [9998:1] */\nfunction f() {\n  g();\n}\nfunction g() {}', 'f()', 'g()'],
    ['the body of an arrow function', 'const f = (a) => ({ a }); // [9998:1]', 'f(1)', ''],
    ['a method', 'class A {\n  /** [9998:1] */\n  f() {\n    return 1;\n  }\n}', 'new A().f()', 'new A()'],
    ['the statement of several lines around it', 'function f(a) {\n  if (a) {\n    return a === 1 ||\n      a === 2; // [9998:1]\n  }\n}', 'f(1)', 'f(0)'],
    ['the statement with the text in it', "function f(a) {\n  if (a) g('[9998:1]');\n}\nfunction g() {}", 'f(1)', 'f(0)'],
    ['what is caught', 'function f(a) {\n  try {\n    g(a);\n  } catch { // [9998:1]\n    return 1;\n  }\n}\nfunction g(a) { if (a) throw new Error(); }', 'f(1)', 'f(0)'],
  ];
  for (const [what, code, run, not] of cases) {
    test(what, () => {
      expect(executedBy(code, run)).toEqual(['9998:1']);
      expect(executedBy(code, not)).toEqual([]);
    });
  }

  test('no code, where there is none: types, fields, tables, heads of files, ends of blocks', () => {
    expect(findPlaces('/** Of it all. [9998:1] */\nimport { a } from "./a.js";\n/** [9998:2] */\ninterface X {\n  /** [9998:3] */\n  b: number;\n}\nconst T = {\n  a: 1, // [9998:4]\n};\n' +
      'function f() {\n  if (a) {\n    a();\n    // [9998:5]\n  }\n  f();\n}\n')).toEqual([]);
  });

  test('marked code says what it said before: else branches stay where they belong, several marks on one line do not meet', () => {
    const code = 'function f(a) {\n  if (a > 1) if (a > 2) return "c"; // [9998:1] [9998:2]\n  else return "b"; // [9998:3]\n  return "a";\n}';
    const marked = instrument(code, 'x.ts') as string;
    expect(marked.split('\n').length).toBe(code.split('\n').length);
    for (const [a, said] of [[1, 'a'], [2, 'b'], [3, 'c']]) expect(new Function(`${marked}\nreturn f(${a})`)()).toBe(said);
  });
});

describe('left out', () => {
  /** What `run` comes to where the places of the clause are not executed. */
  function without(code: string, run: string): unknown {
    const registered = globalThis.__registerClauses;
    globalThis.__registerClauses = (_file, texts) => new Uint8Array(2 * texts.length).fill(1, texts.length);
    try {
      return new Function(`${instrument(code, 'x.ts', true) ?? ''}\nreturn ${run}`)();
    } finally {
      globalThis.__registerClauses = registered;
    }
  }

  test.each([
    ['a statement is not executed', 'function f(a) {\n  if (a) return 1; // [9998:1]\n  return 2;\n}', 'f(1)', 2],
    ['nor is one that is listed', 'function f(a) {\n  a += 1; // [9998:1]\n  return a;\n}', 'f(1)', 1],
    ['without a declaration the function ends', 'function f(a) {\n  const b = a; // [9998:1]\n  return b;\n}', 'f(1)', undefined],
    ['an arrow function has nothing to say', 'const f = (a) => a; // [9998:1]', 'f(1)', undefined],
  ])('%s', (_what, code, run, said) => {
    expect(without(code, run)).toBe(said);
  });
});

describe('a claim', () => {
  const claim = { clause: '9998:1', file: 'x.test.ts', name: 'b' };
  const place: MarkedPlace = { file: 'src/a.ts', line: 5, clauses: ['9998:1'] };
  const second: MarkedPlace = { file: 'src/a.ts', line: 7, clauses: ['9998:0', '9998:1'] };
  const elsewhere: MarkedPlace = { file: 'src/b.ts', line: 1, clauses: ['9998:1'] };
  const run = (name: string, executed: MarkedPlace[], isRun = true): TestRun => ({ name, executed: new Set(executed), isRun });
  const none = new Set<MarkedPlace>();

  test('holds when the test that it names executes the tag, not when another one does', () => {
    expect(complaints([claim], [place], [run('a > b', [place]), run('c', [])], none)).toEqual([]);
    expect(complaints([claim], [place], [run('a > b', []), run('c', [place])], none)).toEqual(['[9998:1] is marked done, and "b" does not execute its tag at src/a.ts:5']);
  });

  test('holds when all places of one file are executed, by whichever of the tests that it names', () => {
    const places = [place, second, elsewhere];
    expect(complaints([claim], places, [run('b', [place])], none)).toEqual(['[9998:1] is marked done, and "b" does not execute its tag at src/a.ts:7, src/b.ts:1']);
    expect(complaints([claim], places, [run('b', [place, second])], none)).toEqual([]);
    expect(complaints([claim], places, [run('b', [elsewhere])], none)).toEqual([]);
    expect(complaints([claim, { ...claim, name: 'c' }], places, [run('b', [place]), run('c', [second])], none)).toEqual([]);
  });

  test('holds when the work was done for all tests of the file', () => {
    expect(complaints([claim], [place], [run('b', [])], new Set([place]))).toEqual([]);
  });

  test('names a test that exists; one that was left out of this run says nothing', () => {
    expect(complaints([claim], [place], [run('a', [place])], none)).toEqual(['[9998:1] is marked done by "b", and x.test.ts has no such test']);
    expect(complaints([claim], [place], [run('b', [], false)], none)).toEqual([]);
  });

  test('does not hold where no module with the tag is loaded', () => {
    expect(complaints([claim], [], [run('b', [])], none)).toEqual(['[9998:1] is marked done, and "b" does not execute its tag: no module with it is loaded']);
  });

  test('names a test by its own name, with its groups, or many by how they begin', () => {
    const named = (name: string): boolean => isNamed({ file: 'x.test.ts', name }, 'group > inner > what it does');
    expect(['what it does', 'inner > what it does', 'group > inner > what it does', 'group > *', 'what it*', 'inner > what*'].map(named)).toEqual([true, true, true, true, true, true]);
    expect(['what it', 'it does', 'does', 'outer > what it does', 'inner', 'it*'].map(named)).toEqual([false, false, false, false, false, false]);
  });
});

describe('the table', () => {
  const table = (entry: string): string => `rfc: 1\ntitle: One\nclauses:\n  1:\n${entry.split('; ').map((line) => `    ${line}\n`).join('')}`;
  test.each([
    ['says: A', 'no status'],
    ['says: A; done: x.test.ts > y; not yet: later', 'done and not yet'],
    ['says: A; not yet:', 'says why'],
    ['says: A; done: x.test.ts', 'is not a test'],
    ['done: x.test.ts > y', 'says what it demands'],
    ['says: A; done: x.test.ts > y; because: z', 'because'],
  ])('%s is refused', (entry, message) => {
    expect(() => readTable(table(entry), 'rfc1.yaml')).toThrow(message);
  });
});

test('a run in which the table is wrong fails, and says where', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/conformance/clauses/broken/vitest.config.ts'],
    { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, FAILOVER_CLAUSES: undefined } });
  const said = stdout + stderr;
  expect(said).toContain('2 passed');
  expect(said).toContain('[9999:2] is marked done, and "the received one" does not execute its tag at src/judge.ts:4');
  expect(said).toContain('[9999:3] is marked done by "a draw", and judge.case.ts has no such test');
  expect(said).not.toContain('[9999:1]');
  expect(status).not.toBe(0);
});
