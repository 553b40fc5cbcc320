/**
 * Which of the tests of the same full name each test is, from 1, in the order they were collected: a filter that leaves some out
 * shifts nothing. All at once, because to count anew for each test would cost the square of their number.
 */
export function ordinalsOf<T>(
  tests: Iterable<T>,
  titlesOf: (test: T) => readonly string[],
): ReadonlyMap<T, number> {
  const ordinals = new Map<T, number>();
  const counts = new Map<string, number>();
  for (const test of tests) {
    const name = titlesOf(test).join('\0');
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    ordinals.set(test, count);
  }
  return ordinals;
}
