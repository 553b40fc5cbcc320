/** Of long texts only this much of what differs is compared word by word: enough to tell near from far. */
const sampled = 2_000;

/**
 * How alike two texts are, from 0 to 1; 1 only when equal. What they share at both ends counts by its length, what lies
 * between by the words it shares. Linear in the length, because it is asked for every candidate of a miss.
 */
export function textSimilarity(a: string, b: string): number {
  if (a === b) return 1;
  const longer = Math.max(a.length, b.length);
  const prefix = commonPrefix(a, b);
  const suffix = commonSuffix(a, b, prefix);
  const shared = prefix + suffix;
  const between = sharedWords(
    a.slice(prefix, Math.min(a.length - suffix, prefix + sampled)),
    b.slice(prefix, Math.min(b.length - suffix, prefix + sampled)),
  );
  return Math.min(0.999, (shared + between * (longer - shared)) / longer);
}

export function commonPrefix(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let length = 0;
  while (length < shorter && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

/** Length of the common end, not counting what `prefix` already took. */
export function commonSuffix(a: string, b: string, prefix = 0): number {
  const most = Math.min(a.length, b.length) - prefix;
  let length = 0;
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length))
    length++;
  return length;
}

/** Dice coefficient over the words. */
function sharedWords(a: string, b: string): number {
  const left = a.match(/[\p{L}\p{N}]+/gu) ?? [];
  const right = b.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (left.length + right.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of right) {
    const count = counts.get(word) ?? 0;
    if (count === 0) continue;
    counts.set(word, count - 1);
    shared++;
  }
  return (2 * shared) / (left.length + right.length);
}
