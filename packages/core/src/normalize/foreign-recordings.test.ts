import { describe, expect, it } from 'vitest';
import type { RecordedRequest } from '../model/interaction.ts';
import { findProvider } from '../providers/index.ts';
import { readResponse } from '../providers/readable.ts';
import { foreignRecordings } from '../../test/fixtures/foreign-recordings.ts';
import { normalizeInteractions } from './normalize.ts';
import { needsRealTraffic } from '../../test/fixtures/real-traffic.ts';

const recordings = foreignRecordings() ?? [];

/**
 * Runs where there are recordings of real traffic; says so and skips elsewhere.
 * The stage rule has its one exception here: only with the providers' own rules do real recordings prove anything.
 */
describe('real recordings', () => {
  const keyOf = ({ method, url, body }: RecordedRequest) =>
    `${method} ${url} ${Buffer.from(body).toString('latin1')}`;
  const options = { keyOf, provider: findProvider };

  it('are there', (test) => {
    needsRealTraffic(test);
    expect(recordings.length).toBeGreaterThan(0);
  });

  it.each(recordings)('$file changes no more once it is normalized', ({ interactions }) => {
    const once = normalizeInteractions(interactions, options);
    const twice = normalizeInteractions(once, options);
    expect(once).toHaveLength(interactions.length);
    for (const [index, interaction] of twice.entries()) expect(interaction).toBe(once[index]);
  });

  it.each(recordings)(
    '$file reads the same after normalization, but for what was rewritten',
    ({ interactions }) => {
      for (const [index, normalized] of normalizeInteractions(interactions, options).entries()) {
        const before = readResponse(interactions[index]!);
        const after = readResponse(normalized);
        const provider = findProvider(normalized.request.url);
        expect(after.events?.length).toBe(before.events?.length);
        expect(after.json === undefined).toBe(before.json === undefined);
        expect(provider?.usage(after)).toEqual(provider?.usage(before));
        expect(provider?.isComplete(after)).toBe(provider?.isComplete(before));
      }
    },
  );
});
