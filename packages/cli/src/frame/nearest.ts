import { distance } from 'fastest-levenshtein';

/** The name somebody may have meant; `undefined` when none is close. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of names) {
    const steps = distance(candidate, name.toLowerCase());
    // Two letters that changed places are two steps; in a name of three, two steps make another name.
    if (steps < bestDistance && steps <= (candidate.length > 3 ? 2 : 1)) {
      best = candidate;
      bestDistance = steps;
    }
  }
  return best;
}
