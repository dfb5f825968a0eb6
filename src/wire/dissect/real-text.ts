/** A number as JSON takes it; what JSON has no form for (NaN, infinities, from IEEE 754 fields) is a string. */
export function formatFloat(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}
