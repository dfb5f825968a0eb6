/**
 * The shortest list that still fails.
 */

/**
 * Leaves out as much of `list` as it can while `fails` says that what is left still does: halves first, then smaller pieces, at last single entries,
 * until no entry can go. `fails(list)` is taken for granted. At most `limit` tries.
 */
export function shrink<T>(list: readonly T[], fails: (shorter: readonly T[]) => boolean, limit = 200): T[] {
  let shortest = [...list];
  let tries = 0;
  for (let size = Math.ceil(shortest.length / 2); size >= 1 && shortest.length > 0;) {
    let hasShrunk = false;
    for (let start = 0; start < shortest.length && tries < limit;) {
      const shorter = [...shortest.slice(0, start), ...shortest.slice(start + size)];
      tries++;
      if (fails(shorter)) {
        shortest = shorter;
        hasShrunk = true;
      } else {
        start += size;
      }
    }
    if (tries >= limit) break;
    // Single entries once more as long as that helps: one may have been needed only by another that is gone now.
    if (size > 1) size = Math.ceil(size / 2);
    else if (!hasShrunk) break;
  }
  return shortest;
}
