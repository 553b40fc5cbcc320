/** How far a walk through a document has come, for all rules at once. */
export interface Place {
  /** The first rule whose path ends here. */
  readonly rule: number | undefined;
  /** For each rule that may still match, how many of its segments are used up: `[rule, segments, rule, segments...]`. */
  readonly progress: readonly number[];
  readonly next: Map<string, Place>;
}

/**
 * Paths into JSON, prepared to be followed all at once. Every place is worked out when it is first reached and then
 * remembered, so that a long stream of like events costs one look-up per key, however many rules there are.
 */
export interface JsonPaths {
  readonly root: Place;
  /** Whether some rule names an index: then the elements of an array differ. */
  readonly isIndexed: boolean;
  step(from: Place, key: string): Place;
}

/** Stands for every key that no rule names: they all lead to one place. No rule can name it, being no valid segment. */
const unnamed = '\u0000';

/** Prepares paths given as their segments, so that a key may contain a dot; `*` and `**` as in {@link compilePaths}. */
export function compileJsonPaths(rules: readonly (readonly string[])[]): JsonPaths {
  const names = new Set(rules.flat());
  const places = new Map<string, Place>();

  /** The one place of a set of progresses, completed by letting each `**` stand for nothing. */
  const placeOf = (progress: number[]): Place => {
    const seen = new Set<string>();
    const complete: number[] = [];
    let rule: number | undefined;
    for (let i = 0; i < progress.length; i += 2) {
      const [at, used] = [progress[i]!, progress[i + 1]!];
      if (seen.has(`${at}:${used}`)) continue;
      seen.add(`${at}:${used}`);
      complete.push(at, used);
      if (rules[at]![used] === '**') progress.push(at, used + 1);
      if (used === rules[at]!.length) rule = Math.min(rule ?? at, at);
    }
    const key = [...seen].toSorted().join(' ');
    const place = places.get(key) ?? { rule, progress: complete, next: new Map<string, Place>() };
    places.set(key, place);
    return place;
  };

  return {
    root: placeOf(rules.flatMap((_, rule) => [rule, 0])),
    isIndexed: [...names].some((name) => /^\d+$/.test(name)),
    step(from, key) {
      const name = names.has(key) ? key : unnamed;
      let place = from.next.get(name);
      if (place === undefined) {
        const progress: number[] = [];
        for (let i = 0; i < from.progress.length; i += 2) {
          const [rule, used] = [from.progress[i]!, from.progress[i + 1]!];
          const segment = rules[rule]![used];
          if (segment === '**') progress.push(rule, used);
          else if (segment === '*' || segment === name) progress.push(rule, used + 1);
        }
        place = placeOf(progress);
        from.next.set(name, place);
      }
      return place;
    },
  };
}
