import { startProviders, type Simulator } from '@reel/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/cassette/stores/memory.ts';
import { summarize, type ScopeReport } from '../../src/report.ts';
import { formatSummary } from '../../src/summary.ts';
import { useCassette } from '../../src/use-cassette.ts';

let provider: Simulator;
beforeAll(async () => {
  provider = await startProviders();
});
afterAll(() => provider.close());

const ask = (headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> =>
  fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-refusals', ...headers },
    body: '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hello"}]}',
    ...init,
  });

/** Records what a function asks, and gives the report and the summary of it. */
async function recorded(
  fn: () => Promise<unknown>,
  upstreams: Readonly<Record<string, string>> = provider.upstreams,
): Promise<{ report: ScopeReport; text: string }> {
  let report: ScopeReport | undefined;
  const options = {
    mode: 'record',
    store: createMemoryStore(),
    upstreams,
    onReport: (it: ScopeReport) => void (report = it),
  };
  await useCassette('refusals', options, fn).catch(() => {});
  return { report: report!, text: formatSummary(summarize([report!]), { color: false }) };
}

test.each([
  ['401', 'answered 401 (it refused the key)'],
  ['403', 'answered 403 (it refused the key)'],
  ['429', 'answered 429 (a rate limit or quota)'],
  ['503', 'answered 503 (trouble on its side)'],
])('an answer %s that a passing test put on tape is told of', async (status, said) => {
  const { report, text } = await recorded(() => ask({ 'x-sim-fail': status }));
  expect(report.saved).toBe(true);
  expect(report.warnings).toEqual([
    `api.openai.com ${said}, and that is what memory:refusals replays from now on: record again, unless it is meant`,
  ]);
  expect(text).toContain('warning    api.openai.com answered');
});

test('a provider that was not reached is told of', async () => {
  const { report } = await recorded(() => ask().catch(() => {}), {
    'https://api.openai.com': 'http://127.0.0.1:9',
  });
  expect(report.warnings.join()).toContain('api.openai.com could not be reached or hung up');
});

test('what a retry made good, what the caller gave up, and what an application asks wrongly is not', async () => {
  expect(
    (await recorded(async () => [await ask({ 'x-sim-fail': '429' }), await ask()])).report.warnings,
  ).toEqual([]);
  expect((await recorded(() => ask({ 'x-sim-fail': '404' }))).report.warnings).toEqual([]);
  const { report } = await recorded(() =>
    ask({ 'x-sim-delay': '2000' }, { signal: AbortSignal.timeout(50) }).catch(() => {}),
  );
  expect(report.warnings).toEqual([]);
});

test('what a failing test recorded is said not to be kept', async () => {
  const { report, text } = await recorded(async () => {
    await ask({ 'x-sim-fail': '401' });
    throw new Error('no answer');
  });
  expect(report).toMatchObject({ recorded: 1, saved: false, warnings: [] });
  expect(text).toContain(
    'not kept   1 recording: a failure is not recorded, and what was on tape is unchanged',
  );
});

test('a wrong key does not fill the screen', () => {
  const warnings = Array.from({ length: 25 }, (_, index) => `warning ${index}`);
  const text = formatSummary({ ...summarize([]), warnings }, { color: false });
  expect(text.match(/warning \d+/g)).toHaveLength(10);
  expect(text).toContain('and 15 more warnings');
});
