import type { Interaction, RecordedRequest } from '../model/interaction.ts';

/** Statuses that the official SDKs retry by themselves. */
function isRetried(status: number | undefined): boolean {
  return status === undefined || status === 408 || status === 409 || status === 429 || status >= 500;
}

/** Without the failures that an equal request made good later. A failure nothing followed stays: it is what happened. */
export function dropRetried(
  interactions: readonly Interaction[],
  keyOf: (request: RecordedRequest) => string,
): Interaction[] {
  const keys = interactions.map(({ request }) => keyOf(request));
  const lastSuccess = new Map<string, number>();
  for (const [index, { response }] of interactions.entries()) {
    if (!isRetried(response?.status)) lastSuccess.set(keys[index]!, index);
  }
  return interactions.filter(
    ({ response }, index) => !isRetried(response?.status) || index > (lastSuccess.get(keys[index]!) ?? -1),
  );
}
