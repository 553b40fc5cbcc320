import { distance } from 'fastest-levenshtein';

/** The name that somebody meant, for "did you mean". `undefined` when none is close: a wrong guess misleads more than none. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  const wanted = given.toLowerCase();
  const [nearest] = names
    .map((name) => ({ name, far: distance(name.toLowerCase(), wanted) }))
    .toSorted((a, b) => a.far - b.far);
  const mayDiffer = Math.max(1, Math.floor(Math.max(wanted.length, nearest?.name.length ?? 0) / 3));
  if (nearest !== undefined && nearest.far <= mayDiffer) return nearest.name;
  // `cassetteDir` is `dir`, and `rec` is `record`.
  const parts = given.split(/(?=[A-Z])|[-_ ]/).map((part) => part.toLowerCase());
  return (
    names.find((name) => parts.includes(name.toLowerCase())) ??
    (wanted.length >= 3 ? names.find((name) => name.toLowerCase().startsWith(wanted)) : undefined)
  );
}
