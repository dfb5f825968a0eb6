/**
 * Whether the tests notice: each clause that is done is left out of the code, and the tests that the table names for it run once more without it. Where all of
 * them pass all the same they execute the clause and prove nothing about it.
 *
 * The runner of leave-out.config.ts; `npm run conformance:leave-out` (leave-out.mjs) says what came of it. A test whose work is done in `beforeAll`, or in
 * a process of its own, cannot notice anything here.
 */
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { inject, TestRunner, type RunnerTestCase, type RunnerTestSuite } from 'vitest';
import { isNamed, type Claim } from './proof.js';

declare global {
  // What instrumented code calls at every place: without its end a loop may have none.
  var __clauseStep: (() => void) | undefined;
}

let end = Infinity;
let steps = 0;
globalThis.__clauseStep = () => {
  if (++steps % 64 === 0 && performance.now() > end) throw new Error('it does not end');
};

const modules: { readonly places: readonly string[]; readonly marks: Uint8Array }[] = [];
globalThis.__registerClauses = (_file, places) => {
  const marks = new Uint8Array(2 * places.length);
  modules.push({ places, marks });
  return marks;
};

function set(clause: string, isLeftOut: boolean): void {
  for (const { places, marks } of modules) {
    places.forEach((text, i) => {
      if (text.split('\t').slice(1).includes(clause)) marks[places.length + i] = isLeftOut ? 1 : 0;
    });
  }
}

export default class LeaveOutRunner extends TestRunner {
  /** By clause: whether any test of the file has noticed. */
  private readonly verdicts = new Map<string, boolean>();

  async runTask(test: RunnerTestCase): Promise<void> {
    const work = TestRunner.getTestFn(test);
    const began = performance.now();
    await work();
    const patience = 2000 + 10 * (performance.now() - began);
    const names = [test.name];
    for (let suite: RunnerTestSuite | undefined = test.suite; suite !== undefined; suite = suite.suite) names.unshift(suite.name);
    const name = names.join(' > ');
    for (const claim of this.claims(test)) {
      if (!isNamed(claim, name) || this.verdicts.get(claim.clause) === true) continue;
      this.verdicts.set(claim.clause, false);
      set(claim.clause, true);
      end = performance.now() + patience;
      try {
        await work();
      } catch {
        this.verdicts.set(claim.clause, true);
      } finally {
        end = Infinity;
        set(claim.clause, false);
      }
    }
  }

  private claims(test: RunnerTestCase): readonly Claim[] {
    return inject('clauseClaims')[relative(`${inject('clauseRoot')}/test`, test.file.filepath)] ?? [];
  }

  override onAfterRunFiles(): void {
    const file = process.env['FAILOVER_LEFT_OUT'];
    if (file !== undefined) appendFileSync(file, [...this.verdicts].map(([clause, isNoticed]) => `${clause}\t${isNoticed}\n`).join(''));
    super.onAfterRunFiles();
  }
}
