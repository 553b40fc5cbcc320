/**
 * Whether to color a stream: `NO_COLOR` (any value but the empty one, no-color.org) turns it off, `FORCE_COLOR` (but `0`) on, and
 * otherwise a terminal has color, unless it is a dumb one.
 */
export function usesColor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (env['NO_COLOR']) return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
