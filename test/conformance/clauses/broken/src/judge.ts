/** Two answers, a tag for each. */
export function judge(order: number): string {
  if (order < 0) return 'received'; // [9999:1]
  return 'database'; // [9999:2]
}
