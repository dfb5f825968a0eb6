/**
 * Whether the tests of one file execute the clauses that the table says they prove.
 *
 * A tag may stand at several places. A clause is executed where its tests, those that the table names in one file of tests, together execute all
 * places that its tag has in one file of src: the question and the refusal that follows from it, type 1 and type 2.
 */
import type { TestReference } from './table.js';

/** A statement with a tag. */
export interface MarkedPlace {
  readonly file: string;
  readonly line: number;
  readonly clauses: readonly string[];
}

/** What one test of the file did. */
export interface TestRun {
  /** Groups and test, `group > test`. */
  readonly name: string;
  readonly isRun: boolean;
  readonly executed: ReadonlySet<MarkedPlace>;
}

export interface Claim extends TestReference {
  readonly clause: string;
}

export function isNamed(claim: TestReference, testName: string): boolean {
  if (!claim.name.endsWith('*')) return testName === claim.name || testName.endsWith(` > ${claim.name}`);
  const beginning = claim.name.slice(0, -1);
  return testName.startsWith(beginning) || testName.includes(` > ${beginning}`);
}

/**
 * One line a claim that does not hold. `places`: all in the modules that the file has loaded. `around`: what was executed while the
 * file was read; it counts for each of its tests. A claim is not judged as long as a test that it names was left out, as with
 * `-t`.
 */
export function complaints(claims: readonly Claim[], places: readonly MarkedPlace[], runs: readonly TestRun[], around: ReadonlySet<MarkedPlace>): string[] {
  const found: string[] = [];
  for (const clause of new Set(claims.map((claim) => claim.clause))) {
    const own = claims.filter((claim) => claim.clause === clause);
    for (const claim of own) {
      if (!runs.some((run) => isNamed(claim, run.name))) found.push(`[${clause}] is marked done by "${claim.name}", and ${claim.file} has no such test`);
    }
    const named = runs.filter((run) => own.some((claim) => isNamed(claim, run.name)));
    if (named.length === 0 || !named.every((run) => run.isRun)) continue;
    const open = (place: MarkedPlace): boolean => !around.has(place) && !named.some((run) => run.executed.has(place));
    const marked = places.filter((place) => place.clauses.includes(clause));
    const files = [...new Set(marked.map((place) => place.file))].map((file) => marked.filter((place) => place.file === file));
    if (files.some((ofFile) => !ofFile.some(open))) continue;
    const missing = marked.filter(open).map((place) => `${place.file}:${place.line}`);
    found.push(`[${clause}] is marked done, and ${own.map((claim) => `"${claim.name}"`).join(', ')} ${own.length === 1 ? 'does' : 'do'} not execute its tag` +
      (missing.length > 0 ? ` at ${missing.join(', ')}` : ': no module with it is loaded'));
  }
  return found;
}
