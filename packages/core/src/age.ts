import { ReelError } from './errors.ts';
import { formatAge, parseDuration } from './library/duration.ts';

/** How old a recording may be. Durations: `12h`, `30d`, `8w`, `1y`. */
export interface MaxAge {
  /** From this age on, the summary warns. */
  readonly soft?: string;
  /** From this age on, the test fails. Never a reason to ask the provider. */
  readonly hard?: string;
}

/** A cassette whose age is looked at. */
export interface AgedCassette {
  /** From its header: `2026-11-20T10:00:00Z`. */
  readonly recordedAt: string;
  readonly where: string;
  readonly fix: string;
}

/**
 * Compares the age of a cassette with what is allowed.
 * @param now milliseconds since the epoch, of real time
 * @returns a sentence for the summary when it is over the soft limit
 * @throws REEL_CASSETTE_STALE over the hard one
 */
export function checkAge(cassette: AgedCassette, { soft, hard }: MaxAge, now: number): string | undefined {
  const age = now - Date.parse(cassette.recordedAt);
  const isOver = (limit: string | undefined): boolean =>
    limit !== undefined && age > (parseDuration(limit) ?? Number.POSITIVE_INFINITY);
  if (isOver(hard)) {
    throw new ReelError('REEL_CASSETTE_STALE', {
      what: `the recording is ${formatAge(age)} old, and ${hard} is the limit (maxAge.hard)`,
      where: cassette.where,
      fix: cassette.fix,
    });
  }
  return isOver(soft)
    ? `${cassette.where} was recorded ${formatAge(age)} ago (maxAge.soft is ${soft})`
    : undefined;
}
