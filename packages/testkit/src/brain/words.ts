const STOP_WORDS = new Set(
  (
    'a about above again all also am an and any are as at be because been before being below between both but by can ' +
    'could did do does doing done down each else ever few for from further get gets give given go had has have having he ' +
    'her here hers him his how i if in into is it its just let like make me more most my need needs no nor not now of off ' +
    'on once one only or other our out over own please say same she should show so some such tell than that the their ' +
    'them then there these they this those through to too under until up us use uses using very want was we were what ' +
    'when where which while who whom why will with would you your hello hi hey thanks thank ok okay word words sentence ' +
    'sentences answer reply respond current returns return tool function call user after next'
  ).split(' '),
);

/** Words of a text in order, lower case, with camelCase and snake_case names taken apart. Keeps letters of any script. */
export function words(text: string): string[] {
  const spaced = text.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').replaceAll('_', ' ');
  return spaced.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Words that carry meaning: no stop words, no repetitions, in order of appearance. */
export function keyWords(text: string): string[] {
  return [...new Set(words(text))].filter((word) => !STOP_WORDS.has(word) && word.length > 1);
}

/** A crude stem, so that `orders`, `ordered` and `ordering` meet in one word. English only, which is enough here. */
export function stem(word: string): string {
  if (word.length > 5 && word.endsWith('ing')) return word.slice(0, -3);
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.length > 4 && word.endsWith('ed')) return word.slice(0, -2);
  if (word.length > 3 && word.endsWith('s') && !word.endsWith('ss')) return word.slice(0, -1);
  return word;
}

/** Stems of the key words. */
export function stems(text: string): Set<string> {
  return new Set(keyWords(text).map(stem));
}

/** How many members two sets share. */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let count = 0;
  for (const member of a) if (b.has(member)) count += 1;
  return count;
}
