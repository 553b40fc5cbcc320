const longestRemembered = 4096;

/**
 * Remembers the answers of a pure function, up to `limit` of them; then it starts anew, so that hostile input cannot fill the
 * memory. Long texts are not remembered.
 */
export function memoize<T>(limit: number, answer: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined || (known.size > 0 && known.has(text))) return before as T;
    const fresh = answer(text);
    if (text.length > longestRemembered) return fresh;
    if (known.size >= limit) known.clear();
    known.set(text, fresh);
    return fresh;
  };
}
