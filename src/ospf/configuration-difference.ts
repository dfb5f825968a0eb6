/**
 * Which parts of two configurations differ. Configurations are plain data: objects, arrays, Maps, Sets, byte arrays, numbers and texts.
 */

export function isSameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || a.constructor !== b.constructor) return false;
  if (a instanceof Map && b instanceof Map) return a.size === b.size && isSameData([...a], [...b]);
  if (a instanceof Set && b instanceof Set) return a.size === b.size && isSameData([...a], [...b]);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return a.length === b.length && a.every((byte, index) => byte === b[index]);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => isSameData(item, b[index]));
  return differences(a, b).length === 0;
}

/** Names of the fields that differ, sorted. A field that is missing is the same as one that is undefined. */
export function differences(a: object | undefined, b: object | undefined): string[] {
  const [left, right] = [new Map<string, unknown>(Object.entries(a ?? {})), new Map<string, unknown>(Object.entries(b ?? {}))];
  return [...new Set([...left.keys(), ...right.keys()])].filter((key) => !isSameData(left.get(key), right.get(key))).sort();
}
