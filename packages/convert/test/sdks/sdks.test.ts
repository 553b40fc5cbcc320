import { describe, expect, test } from 'vitest';
import { trafficFolder, trafficSources, whyAbsent } from '../traffic/folder.ts';
import { readSource } from '../traffic/read-source.ts';
import { compareSdks, type Comparison } from './compare.ts';

/** Exchanges per source and SDK: the same shapes come again and again. */
const most = 12;

describe("providers' own SDKs make the same of a replay as of the live answer", () => {
  const all: Comparison[] = [];
  test.for(
    trafficFolder === undefined ? [{ name: 'real traffic', path: '' }] : trafficSources(trafficFolder),
  )('of $name', { timeout: 120_000 }, async ({ path }, context) => {
    context.skip(path === '', whyAbsent);
    const comparisons = await compareSource(path);
    all.push(...comparisons);
    const different = comparisons.filter(
      ({ live, replayed, outcome, normalized }) => live !== replayed || outcome !== normalized,
    );
    expect(different).toEqual([]);
  });

  test('and most of them have a result', (context) => {
    context.skip(trafficFolder === undefined, whyAbsent);
    const bySdk = Map.groupBy(all, ({ sdk }) => sdk);
    for (const [sdk, comparisons] of bySdk) {
      const results = comparisons.filter(({ outcome }) => outcome === 'result').length;
      console.log(
        `${sdk}: ${comparisons.length} exchanges, ${results} results, ${comparisons.length - results} errors`,
      );
    }
    expect([...bySdk.keys()].toSorted()).toEqual([
      'AI SDK anthropic',
      'AI SDK openai.chat',
      'AI SDK openai.responses',
      'anthropic',
      'bedrock',
      'google genai',
      'ollama',
      'openai',
      'openai responses',
    ]);
    expect(all.filter(({ outcome }) => outcome === 'result').length).toBeGreaterThan(all.length / 2);
  });
});

async function compareSource(path: string): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  const counts = new Map<string, number>();
  for (const { interactions } of readSource(path)) {
    for (const interaction of interactions) {
      const { hostname, pathname } = new URL(interaction.request.url);
      const kind = `${hostname} ${pathname.replaceAll(/[^/]*\d[^/]*/g, '')} ${interaction.chunks.length > 1}`;
      if ((counts.get(kind) ?? 0) >= most) continue;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      comparisons.push(...(await compareSdks(interaction)));
    }
  }
  return comparisons;
}
