import { afterEach, describe, expect, test, vi } from 'vitest';

import { createDesk, ModelFailure } from '../src/index.ts';
import { startLocalProvider } from './local-provider.ts';
import { openDesk } from './open-desk.ts';
import { readServerEvents } from './read-server-events.ts';
import { anthropicStart, openaiChunk } from './wire-events.ts';

afterEach(() => vi.unstubAllEnvs());

const beginnings = [
  ['openai', [openaiChunk({ role: 'assistant', content: 'Well, ' })]],
  [
    'anthropic',
    [
      anthropicStart,
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Well, ' } },
    ],
  ],
] as const;

describe.each(beginnings)('a call to %s that is in progress', (provider, events) => {
  test('ends when the browser goes away', async () => {
    await using upstream = await startLocalProvider(provider, events, { open: true });
    await using desk = await openDesk(provider);
    const browser = new AbortController();
    const response = await desk.ask('Are you still there?', browser.signal);
    const heard = readServerEvents(response);
    expect(await heard.next()).toMatchObject({ value: { event: 'text', data: { text: 'Well, ' } } });

    browser.abort();

    await upstream.left;
    await expect
      .poll(() => desk.log)
      .toEqual([expect.stringMatching(/^POST \/api\/ask closed by the browser/)]);
  });

  test('ends when the signal aborts, and the reader is told', async () => {
    await using upstream = await startLocalProvider(provider, events, { open: true });
    const desk = await createDesk({ provider });
    const leave = new AbortController();
    const heard = desk.ask('Are you still there?', { signal: leave.signal });
    await heard.next();

    leave.abort();

    await expect(heard.next()).rejects.toSatisfy(
      (error) => error instanceof ModelFailure && error.kind === 'canceled',
    );
    await upstream.left;
  });

  test('ends when the reader leaves the loop', async () => {
    await using upstream = await startLocalProvider(provider, events, { open: true });
    const desk = await createDesk({ provider });

    for await (const event of desk.ask('Are you still there?')) if (event.type === 'text') break;

    await expect(upstream.left).resolves.toBeUndefined();
  });
});
