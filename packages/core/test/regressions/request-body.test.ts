import https from 'node:https';
import { describe, expect, test } from 'vitest';
import { request } from 'undici';
import { chatBody, chatHeaders, chatUrl, useTape } from './tape.ts';

const tape = useTape();

describe('a request whose connection failed', () => {
  const upstreams = { 'https://refused.test': 'http://127.0.0.1:1' };
  const url = 'https://refused.test/v1/chat/completions';
  const body = chatBody('hello');
  const codeOf = (request: Promise<unknown>): Promise<unknown> =>
    request.then(
      () => 'answered',
      (error: Error & { code?: string; cause?: { code?: string } }) => error.code ?? error.cause?.code,
    );

  test.each([
    ['fetch', () => fetch(url, { method: 'POST', headers: chatHeaders, body })],
    ['undici', () => request(url, { method: 'POST', headers: chatHeaders, body })],
    [
      'node:https',
      () =>
        new Promise((resolve, reject) => {
          https.request(url, { method: 'POST', headers: chatHeaders }, resolve).on('error', reject).end(body);
        }),
    ],
  ])('is on tape with the body that %s never came to send', async (_client, send) => {
    expect(await tape.record(() => codeOf(send()), { upstreams })).toBe('ECONNREFUSED');
    expect(tape.read()).toContain('hello');
    expect(await tape.replay(() => codeOf(send()), { upstreams })).toBe('ECONNREFUSED');
  });
});

describe('a buffer that the application uses again while the answer is under way', () => {
  const send = (client: 'fetch' | 'undici', body: Buffer): Promise<unknown> => {
    const init = { method: 'POST', headers: chatHeaders, body } as const;
    return client === 'fetch'
      ? fetch(chatUrl, init).then((r) => r.text())
      : request(chatUrl, init).then((r) => r.body.text());
  };

  test.each([
    ['fetch', 'record'],
    ['fetch', 'record-if-missing'],
    ['undici', 'record'],
    ['undici', 'record-if-missing'],
  ] as const)('is on tape as it was sent by %s in mode %s', async (client, mode) => {
    await tape.record(() => send('fetch', Buffer.from(chatBody('something else'))));
    const body = Buffer.from(chatBody('the question'));
    tape.provider.script({ firstByteMs: 50 });
    await tape.record(
      async () => {
        const answer = send(client, body);
        setTimeout(() => body.fill(0x20), 25);
        await answer;
      },
      { mode },
    );
    expect(tape.read()).toContain('the question');
    await tape.replay(() => send(client, Buffer.from(chatBody('the question'))));
  });
});
