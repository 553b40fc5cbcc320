/**
 * The explanation of a miss speaks of what is on tape and what is sent now. Between two cassettes there is a before and an after.
 */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/ \(not on tape\)$/, ' (new)'],
  [/ \(not sent now\)$/, ' (gone)'],
  [/ is in another place than on tape: /, ' moved: '],
];

const END_OF_COLOR = '\u001B[39m';

export function inTime(lines: readonly string[]): string[] {
  return lines.map((line) => {
    // The end of a line may be followed by the code that ends its color.
    const color = line.endsWith(END_OF_COLOR) ? END_OF_COLOR : '';
    let plain = line.slice(0, line.length - color.length);
    for (const [phrase, instead] of phrases) plain = plain.replace(phrase, instead);
    return plain.replace(/^(~ .*?): (.*) on tape, (.*) now$/s, '$1: $2 → $3') + color;
  });
}
