/**
 * Colour only on a terminal that wants it. [no-color.org]
 */
export function isColoured(): boolean {
  const { NO_COLOR, TERM } = process.env;
  return process.stdout.isTTY === true && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
}
