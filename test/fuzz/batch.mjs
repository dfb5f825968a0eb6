/**
 * A batch of mutants under the laws. What batch 17 of seed 4 is depends on these two numbers only, so a finding is repeated by them.
 */
import { Dice, Mutator, mutantFile } from './mutation.mjs';

export const BATCH = 5000;
/** One file for so many frames. */
const FRAMES_PER_FILE = 250;

/**
 * `take` gets {problem, bytes, linkType, index} for each breach; linkType -1: a capture file. `before(bytes, linkType)` is called with
 * every mutant before it is looked at. Returns {slowestMillis, slowest}.
 */
export function runBatch(corpus, judge, seed, batch, count, take, before = () => {}) {
  const dice = new Dice(seed, batch);
  const mutator = new Mutator(corpus.map(({ frames }) => frames), dice);
  let slowestMillis = 0;
  let slowest;
  for (let index = 0; index < count; index++) {
    const isFile = index % FRAMES_PER_FILE === FRAMES_PER_FILE - 1;
    const bytes = isFile ? mutantFile(dice.of(corpus).file, dice) : mutator.next();
    const linkType = isFile ? -1 : mutator.linkType;
    before(bytes, linkType);
    const start = performance.now();
    let problem;
    try {
      problem = isFile ? judge.file(bytes, dice) : judge.frame(bytes, linkType);
    } catch (thrown) {
      problem = `thrown: ${thrown?.stack ?? thrown}`;
    }
    const millis = performance.now() - start;
    if (millis > slowestMillis) {
      slowestMillis = millis;
      slowest = { length: bytes.length, linkType };
    }
    if (problem !== undefined) take({ problem, bytes: bytes.slice(), linkType, index });
  }
  return { slowestMillis, slowest };
}
