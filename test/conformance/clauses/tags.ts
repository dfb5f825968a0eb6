/**
 * Tags: `[2328:13(5a)]` in a comment says that the code beside it implements that clause; in a string, as of a refusal, that the code speaks
 * for it. They are found by their text alone.
 */

export interface Tag {
  /** `2328:13(5a)` */
  readonly clause: string;
  readonly offset: number;
  /** From 1. */
  readonly line: number;
}

const TAG = /\[(\d{4}:[^\]\n]+)\]/g;

export function findTags(text: string): Tag[] {
  const tags: Tag[] = [];
  let line = 1;
  let counted = 0;
  for (const match of text.matchAll(TAG)) {
    for (; counted < match.index; counted++) if (text.charCodeAt(counted) === 10) line++;
    tags.push({ clause: match[1], offset: match.index, line });
  }
  return tags;
}
