/** FNV-1a, 32 bit, unsigned: the same text gives the same number on every machine. */
export function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    state ^= text.charCodeAt(i);
    state = Math.imul(state, 0x01000193);
  }
  return state >>> 0;
}

/** One member of a list, chosen by a text. */
export function pick<T>(members: readonly T[], seed: string): T {
  return members[hash(seed) % members.length]!;
}

/** An endless sequence of numbers in [0, 1) that depends on the seed alone (mulberry32). */
export function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Bytes that look random and depend on the seed alone. */
export function seededBytes(seed: number, length: number): Buffer {
  const next = sequence(seed);
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i += 1) bytes[i] = Math.floor(next() * 256);
  return bytes;
}
