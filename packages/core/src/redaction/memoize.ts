const longestRemembered = 4096;
/** Stands for `undefined`, which would be looked for twice. */
const nothing = Symbol('nothing');

/**
 * Remembers the answers of a pure function, up to `limit` of them; then it starts anew, so that hostile input cannot fill the
 * memory. Long texts are not remembered.
 */
export function memoize<T>(limit: number, answer: (text: string) => T): (text: string) => T {
  const known = new Map<string, T | typeof nothing>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before === nothing ? (undefined as T) : before;
    const fresh = answer(text);
    if (text.length > longestRemembered) return fresh;
    if (known.size >= limit) known.clear();
    known.set(text, fresh === undefined ? nothing : fresh);
    return fresh;
  };
}
