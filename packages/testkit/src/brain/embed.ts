import { hash, sequence } from './hash.ts';
import { keyWords, stem } from './words.ts';

/**
 * A unit vector for a text, made of its words, pairs of words and letter triples. Texts that share words have a higher
 * cosine, so a retrieval example finds what it should. Each feature adds a pseudo-random direction of its own: nearly
 * orthogonal to all others, which hashing into single coordinates is not.
 */
export function embed(text: string, dimensions: number): Float32Array {
  const vector = new Float64Array(dimensions);
  for (const [feature, weight] of features(text)) {
    const next = sequence(hash(feature));
    for (let i = 0; i < dimensions; i += 1) vector[i]! += (next() - 0.5) * weight;
  }
  let square = 0;
  for (const value of vector) square += value * value;
  const length = Math.sqrt(square);
  return Float32Array.from(vector, (value) => value / length);
}

function features(text: string): Map<string, number> {
  const weights = new Map<string, number>();
  const add = (feature: string, weight: number): void =>
    void weights.set(feature, (weights.get(feature) ?? 0) + weight);
  const found = keyWords(text).map(stem);
  // A text without key words still needs a direction of its own.
  if (found.length === 0) add(`=${text}`, 1);
  for (const [at, word] of found.entries()) {
    add(word, 1);
    if (at > 0) add(`${found[at - 1]} ${word}`, 0.4);
    const padded = `^${word}$`;
    for (let i = 0; i + 3 <= padded.length; i += 1) add(`~${padded.slice(i, i + 3)}`, 0.2);
  }
  return weights;
}

/** Little-endian 32-bit floats in base64: what `encoding_format: base64` means. */
export function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * 4);
  return bytes.toString('base64');
}
