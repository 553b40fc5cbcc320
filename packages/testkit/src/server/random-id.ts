import { randomBytes } from 'node:crypto';

const ALPHABETS = {
  base62: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  base58: '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz',
  hex: '0123456789abcdef',
};

/** A random name of the given length: volatile on purpose, as the ids of real providers are. */
export function randomId(alphabet: keyof typeof ALPHABETS, length: number): string {
  const signs = ALPHABETS[alphabet];
  let id = '';
  for (const byte of randomBytes(length)) id += signs[byte % signs.length];
  return id;
}

/** Random letters and digits of random length; OpenAI pads stream events with such a field against size analysis. */
export function obfuscation(longest = 16): string {
  return randomId('base62', 1 + (randomBytes(1)[0]! % longest));
}
