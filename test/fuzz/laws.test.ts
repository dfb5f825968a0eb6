/** Proves that 100,000 damaged frames of all captures break none of the laws of laws.mjs; `npm run fuzz` does it with millions. */
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { runBatch } from './batch.mjs';
import { lawsOf } from './laws.mjs';
import { mendChecksums } from './mutation.mjs';
import { corpusOf, subjectsFrom } from './subjects.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BATCHES = 20;
const COUNT = 5000;

let subjects: Awaited<ReturnType<typeof subjectsFrom>>;
let corpus: ReturnType<typeof corpusOf>;
beforeAll(async () => {
  subjects = await subjectsFrom((path: string) => import(/* @vite-ignore */ `../../src/${path.replace(/\.js$/, '.ts')}`));
  corpus = corpusOf(subjects, [`${ROOT}/pcaps`, `${ROOT}/test/fixtures`]);
});

describe('100,000 mutants', () => {
  test('break no law', () => {
    const judge = lawsOf(subjects);
    const problems: string[] = [];
    for (let batch = 0; batch < BATCHES; batch++) {
      runBatch(corpus, judge, 20260, batch, COUNT, ({ problem, bytes, index, linkType }: { problem: string; bytes: Uint8Array; index: number; linkType: number }) => {
        if (problems.length < 5) problems.push(`batch ${batch}, mutant ${index}, link type ${linkType}: ${problem}\n${Buffer.from(bytes).toString('hex')}`);
      });
    }
    expect(problems).toEqual([]);
    // They go deep: half of them are well formed, the others are refused in many ways.
    // Floors, well below what is reached (about 50,000, 46,000 and 70): they show that mutants get deep. What exactly they reach
    // shifts with every capture that is added.
    expect(judge.counts.decoded).toBeGreaterThan(30_000);
    expect(judge.counts.withErrors).toBeGreaterThan(30_000);
    expect(judge.clauses.size).toBeGreaterThan(60);
  });
});

describe('the judge notices', () => {
  const hello = () => corpus.flatMap(({ frames }) => frames).find(({ bytes }) => bytes[23] === 89 && bytes[35] === 1 && bytes[49] === 0)!.bytes;
  const damaged = (changes: object) => lawsOf({ ...subjects, ...changes });

  test('an encoder that leaves a byte out', () => {
    const judge = damaged({ encodeFrame: (frame: never, w: { bytes: Uint8Array; offset: number }) => {
      subjects.encodeFrame(frame, w as never);
      w.bytes[w.offset - 1] = 0xa5;
    } });
    expect(judge.frame(hello(), 1)).toMatch('re-encoding: byte');
  });

  test('an encoder that writes behind the end', () => {
    const judge = damaged({ encodeFrame: (frame: never, w: { bytes: Uint8Array; offset: number }) => {
      subjects.encodeFrame(frame, w as never);
      w.bytes[w.offset] = 0;
    } });
    expect(judge.frame(hello(), 1)).toMatch('wrote behind the end');
  });

  test('a cursor that leaves its bounds', () => {
    const judge = damaged({ decodeLinkFrame: (linkType: number, bytes: Uint8Array) => {
      const r = new subjects.ByteReader(bytes, bytes.length - 3);
      r.u32();
      return subjects.decodeLinkFrame(linkType, bytes);
    } });
    expect(judge.frame(hello(), 1)).toMatch('cursor: u32 of 4');
  });

  test('a result that depends on the byte behind the frame', () => {
    const judge = damaged({ dissectFrame: (tape: never, record: { bytes: Uint8Array; end: number }, ...rest: never[]) => {
      subjects.dissectFrame(tape, { ...record, originalLength: record.bytes[record.end] } as never, ...(rest as unknown as [number, string]));
    } });
    expect(judge.frame(hello(), 1)).toMatch('depends on bytes outside');
  });

  test('a refusal without a clause', () => {
    const judge = damaged({ frameErrors: () => [new subjects.DecodeError('value', 3, 'somewhere', 1, 2)] });
    expect(judge.frame(hello(), 1)).toMatch('a refusal that says nothing');
  });

  test('its own checksums are those of real systems: nothing changes when they are made again', () => {
    let count = 0;
    for (const { frames, name } of corpus) {
      for (const { bytes, linkType } of frames) {
        // Zero: left to the adapter, or none. [768] A frame cut by the snap length has nothing to be made right.
        if (linkType !== 1 || bytes[23] === 17 || bytes[23] === 6) continue;
        const again = bytes.slice();
        mendChecksums(again);
        if (Buffer.compare(again, bytes) !== 0) expect.fail(`${name}: ${Buffer.from(bytes).toString('hex')}\n${Buffer.from(again).toString('hex')}`);
        count++;
      }
    }
    expect(count).toBeGreaterThan(4000);
  });
});
