const units: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
};

/** `30d`, `12h`, `2w`, `1y` as milliseconds; `undefined` for anything else. A bare number has no unit and is refused. */
export function parseDuration(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([smhdwy])\s*$/i.exec(text);
  return match === null ? undefined : Number(match[1]) * units[match[2]!.toLowerCase()]!;
}

/** How long ago, in the largest unit that leaves at least two: `45s`, `90m`, `30h`, `41d`, `14mo`, `3y`. */
export function formatAge(milliseconds: number): string {
  const age = Math.max(0, milliseconds);
  const steps: readonly (readonly [number, string])[] = [
    [3 * 365 * 86_400_000, 'y'],
    [120 * 86_400_000, 'mo'],
    [48 * 3_600_000, 'd'],
    [120 * 60_000, 'h'],
    [120_000, 'm'],
  ];
  const unit = steps.find(([least]) => age >= least)?.[1] ?? 's';
  const length = unit === 'mo' ? (365 / 12) * 86_400_000 : units[unit]!;
  return `${Math.floor(age / length)}${unit}`;
}
