/**
 * "Did you mean": the nearest word of a list, by edit distance with neighbouring letters swapped counted once.
 * (Damerau 1964, restricted form.)
 */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  let beforePrevious = new Array<number>(width).fill(0);
  let previous = Array.from({ length: width }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = new Array<number>(width).fill(0);
    current[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(previous[j] + 1, current[j - 1] + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, beforePrevious[j - 2] + 1);
      current[j] = best;
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length];
}

/** The nearest of `words`, if it is near enough to be a misspelling: at most a third of the letters. Ties: the first. */
export function nearestWord(found: string, words: Iterable<string>): string | undefined {
  if (found.length > 60) return undefined;
  const lower = found.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(found.length / 3)) + 1;
  for (const word of words) {
    if (Math.abs(word.length - found.length) >= bestDistance || word === found) continue;
    const distance = editDistance(lower, word.toLowerCase());
    if (distance < bestDistance) {
      best = word;
      bestDistance = distance;
    }
  }
  return best;
}

/** `; did you mean "eth0"?` or nothing. */
export function suggestion(found: string, words: Iterable<string>): string {
  const nearest = nearestWord(found, words);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

/** A quotation of what was found, short enough for one line. */
export function quote(text: string): string {
  const clean = text.replace(/[\u0000-\u001f\u007f]/g, ' ');
  return `"${clean.length > 60 ? `${clean.slice(0, 57)}...` : clean}"`;
}
