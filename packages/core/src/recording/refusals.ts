import type { Interaction, RecordedRequest } from '../model/interaction.ts';
import { dropRetried } from './retries.ts';

/**
 * Sentences about answers that are about to be kept and that nobody may have wanted on tape: a key that was refused, a quota, a provider
 * in trouble. An application that catches them lets its test pass, and every later run would replay them. Failures that a retry made good
 * are part of what happened.
 */
export function refusalsIn(
  interactions: readonly Interaction[],
  where: string,
  keyOf: (request: RecordedRequest) => string,
): string[] {
  const said = dropRetried(interactions, keyOf).flatMap(({ request, response, ending }) => {
    // An application that gives up has got what it wanted.
    if (response === undefined && ending.kind === 'aborted' && ending.by === 'client') return [];
    const reason = reasonOf(response?.status);
    return reason === undefined ? [] : [`${URL.parse(request.url)?.host ?? request.url} ${reason}`];
  });
  return [...new Set(said)].map(
    (what) => `${what}, and that is what ${where} replays from now on: record again, unless it is meant`,
  );
}

function reasonOf(status: number | undefined): string | undefined {
  if (status === undefined) return 'could not be reached or hung up';
  if (status === 401 || status === 403) return `answered ${status} (it refused the key)`;
  if (status === 429) return 'answered 429 (a rate limit or quota)';
  return status >= 500 ? `answered ${status} (trouble on its side)` : undefined;
}
