import { joinChunks } from '../../model/chunk.ts';
import type { HeaderList } from '../../model/headers.ts';
import type { Interaction } from '../../model/interaction.ts';

/**
 * What applying rules changed, by interaction and place: never a value, neither the old one, which may be a secret, nor the new one, which
 * says nothing.
 */
export function describeRewrite(before: readonly Interaction[], after: readonly Interaction[]): string[] {
  return before.flatMap((old, index) => {
    const now = after[index]!;
    if (old === now) return [];
    const places = [...requestPlaces(old, now), ...answerPlaces(old, now)];
    return [
      `interaction ${index + 1}: ${places.length === 0 ? 'layout' : places.join(', ')}${placeholders(old, now)}`,
    ];
  });
}

function requestPlaces(old: Interaction, now: Interaction): string[] {
  const places: string[] = [];
  if (old.request.url !== now.request.url) places.push('URL');
  places.push(...headerPlaces('request', old.request.headers, now.request.headers));
  if (Buffer.compare(old.request.body, now.request.body) !== 0) places.push('request body');
  return places;
}

function answerPlaces(old: Interaction, now: Interaction): string[] {
  const places = headerPlaces('response', old.response?.headers ?? [], now.response?.headers ?? []);
  const changed = now.chunks.filter(({ bytes }, index) => bytes !== old.chunks[index]?.bytes).length;
  if (changed > 0 && Buffer.compare(joinChunks(old.chunks), joinChunks(now.chunks)) !== 0)
    places.push(
      old.chunks.length > 1 ? `response body (${changed} of ${old.chunks.length} pieces)` : 'response body',
    );
  if (old.session !== undefined && old.session !== now.session) places.push('messages of the session');
  if (JSON.stringify(old.ending) !== JSON.stringify(now.ending)) places.push('ending');
  return places;
}

function headerPlaces(side: string, old: HeaderList, now: HeaderList): string[] {
  const kept = new Map(now.map(([name, value]) => [name.toLowerCase(), value]));
  const names = new Set(
    old.filter(([name, value]) => kept.get(name.toLowerCase()) !== value).map(([name]) => name.toLowerCase()),
  );
  if (names.size === 0) return [];
  return [`${side} header${names.size === 1 ? '' : 's'} ${[...names].join(' ')}`];
}

/** Rules that left a placeholder which was not there before. */
function placeholders(old: Interaction, now: Interaction): string {
  const [before, after] = [countOf(old), countOf(now)];
  const added = [...after]
    .map(([rule, count]) => [rule, count - (before.get(rule) ?? 0)] as const)
    .filter(([, count]) => count > 0)
    .map(([rule, count]) => `${count} x ${rule}`);
  return added.length === 0 ? '' : ` (${added.join(', ')})`;
}

function countOf({ request, response, chunks, session }: Interaction): Map<string, number> {
  const texts = [
    request.url,
    JSON.stringify(request.headers),
    Buffer.from(request.body).toString('latin1'),
    JSON.stringify(response?.headers ?? []),
    Buffer.from(joinChunks(chunks)).toString('latin1'),
    ...(session?.frames ?? []).map(({ bytes }) => Buffer.from(bytes).toString('latin1')),
  ];
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const [, rule] of text.matchAll(/\[redacted:([a-z0-9-]+)\]/g))
      counts.set(rule!, (counts.get(rule!) ?? 0) + 1);
  return counts;
}
