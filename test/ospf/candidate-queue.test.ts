/**
 * The candidate list against a sorted list: by distance, networks before routers, then by order of discovery; whatever is added or comes
 * nearer while others are being taken, and however the distances lie in the ring. [2328:16.1(3)]
 */
import { expect, test } from 'vitest';
import { Prng } from '../../src/base/prng.js';
import { addCandidate, moveCandidate, startCandidates, takeCandidate } from '../../src/ospf/candidate-queue.js';

test.each([[1, 3], [2, 3], [3, 20], [4, 1000], [5, 65535], [6, 65535], [7, 0], [8, 1]])('seed %i, links that cost up to %i', (seed, largestCost) => {
  const prng = new Prng(seed, 'queue', 'candidates');
  for (let run = 0; run < 20; run++) {
    const size = prng.integer(1, 300);
    startCandidates(size);
    const waiting: { candidate: number; distance: number; isNetwork: number }[] = [];
    const taken: number[] = [];
    const want: number[] = [];
    let now = 0;
    let discovered = 0;
    do {
      for (let i = prng.integer(0, 6); i > 0; i--) {
        const distance = now + prng.integer(0, largestCost);
        const known = waiting[prng.integer(0, 2 * waiting.length)];
        if (known !== undefined && distance < known.distance) {
          known.distance = distance;
          moveCandidate(known.candidate, distance);
        } else if (discovered < size) {
          const candidate = { candidate: discovered++, distance, isNetwork: prng.integer(0, 2) === 0 ? 1 : 0 };
          waiting.push(candidate);
          addCandidate(candidate.candidate, distance, candidate.isNetwork);
        }
      }
      waiting.sort((a, b) => a.distance - b.distance || b.isNetwork - a.isNetwork || a.candidate - b.candidate);
      const first = waiting.shift();
      taken.push(takeCandidate());
      want.push(first?.candidate ?? -1);
      now = first?.distance ?? now;
    } while (waiting.length > 0 || discovered < size);
    expect(taken).toEqual(want);
    expect(takeCandidate()).toBe(-1);
  }
});
