import { isRunCharacter, shortestRun } from './runs.ts';

/** What has to stand in a text for a part of the scan to find something there. Bits of a number. */
export const trait = {
  /** A run of {@link shortestRun} token characters. */
  run: 1,
  /** `:`, `=`: the name of a value may stand before it. */
  separator: 2,
  /** `[`: a list, a pair. */
  bracket: 4,
  /** `\`, `%`: an escape. */
  escape: 8,
  /** `-`: the armor of a key. */
  hyphen: 16,
} as const;

/** Everything: what is assumed of a text that is too long to ask. */
export const allTraits = 31;

/** Longer texts have most of them, and are searched by faster means. */
const longestAsked = 128;

const tokenCharacter = 32;
const bitsOf = new Uint8Array(256);
for (let code = 0; code < 256; code += 1) bitsOf[code] = isRunCharacter[code] === 1 ? tokenCharacter : 0;
for (const [characters, bit] of [
  [':=', trait.separator],
  ['[', trait.bracket],
  ['\\%', trait.escape],
  ['-', trait.hyphen],
] as const) {
  for (const character of characters) bitsOf[character.charCodeAt(0)]! |= bit;
}

/**
 * Which traits a text has: nothing is wrongly left out. For header values, ids and words, of which nearly all have none, so that
 * only known values have to be looked for.
 */
export function traitsOf(text: string): number {
  const { length } = text;
  if (length > longestAsked) return allTraits;
  let all = 0;
  let run = 0;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    const bits = code > 0xff ? 0 : bitsOf[code]!;
    all |= bits;
    run = bits >= tokenCharacter ? run + 1 : 0;
    if (run === shortestRun) all |= trait.run;
  }
  return all & allTraits;
}
