/** The word that somebody may have meant. */

/** Undefined: none is near enough, a third of the letters at most may be wrong. */
export function nearest(got: string, words: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.floor(got.length / 3) + 1;
  for (const word of words) {
    const distance = editDistance(got, word, bestDistance);
    if (distance < bestDistance) {
      best = word;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's, two neighbouring letters the wrong way round counting as one; gives up with `limit` where it would be that or more. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  let before: readonly number[] = row;
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1), isSwapped ? before[j - 2] + 1 : Infinity));
    }
    before = row;
    row = next;
  }
  return row[b.length];
}
