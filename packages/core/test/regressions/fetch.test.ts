import { describe, expect, test } from 'vitest';
import { useCassette } from '../../src/use-cassette.ts';
import { chatBody, chatHeaders, chatUrl, useTape } from './tape.ts';

const tape = useTape();
const send = (init: object = {}, url = chatUrl): Promise<Response> =>
  fetch(url, { method: 'POST', headers: chatHeaders, body: chatBody('hello'), ...init } as RequestInit);
const refusalOf = (request: Promise<unknown>): Promise<unknown> =>
  request.then(
    () => 'was sent',
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe('a fetch that was taken while Reel was on', () => {
  test('works as the original after Reel has stopped', async () => {
    const kept = await tape.record(async () => fetch);
    expect((await kept(`${tape.provider.url}/http/status/200`)).status).toBe(200);
  });

  test('is heard again by the next cassette', async () => {
    const kept = await tape.record(async () => {
      await send();
      return fetch;
    });
    const body = chatBody('hello');
    expect(
      (await tape.replay(() => kept(chatUrl, { method: 'POST', headers: chatHeaders, body }))).status,
    ).toBe(200);
  });
});

test('an application that puts a kept fetch back makes no circle', async () => {
  const before = fetch;
  try {
    globalThis.fetch = await tape.record(async () => fetch);
    await tape.record(async () => void (await send()));
    expect((await tape.replay(() => send())).status).toBe(200);
  } finally {
    globalThis.fetch = before;
  }
});

describe('in replay, fetch refuses what it refuses without Reel:', () => {
  test.each<[string, object, string?]>([
    ['a header value with a line break', { headers: { ...chatHeaders, 'x-a': 'a\nb' } }],
    ['a header value beyond Latin-1', { headers: { ...chatHeaders, 'x-a': '漢' } }],
    ['a header name with a space', { headers: { ...chatHeaders, 'x a': 'b' } }],
    ['a header that is no pair', { headers: [['x-a']] }],
    ['a forbidden method', { method: 'TRACE' }],
    ['a method that is none', { method: 'a b' }],
    ['a signal that is none', { signal: {} }],
    ['an unknown redirect mode', { redirect: 'sometimes' }],
    ['a user and password in the URL', {}, 'https://user:pass@api.openai.com/v1/chat/completions'],
  ])('%s', async (_title, init, url) => {
    const without = await refusalOf(send(init, url));
    expect(without).toMatch(/^TypeError/);
    // No miss either: nothing was asked of the tape.
    expect(
      await useCassette('refused', { mode: 'replay', dir: tape.dir }, () => refusalOf(send(init, url))),
    ).toBe(without);
  });

  test('a body whose integrity is not the promised one', async () => {
    const ask = (): Promise<unknown> =>
      refusalOf(send({ integrity: 'sha256-AAAA' }).then((response) => response.text()));
    const recorded = await tape.record(ask);
    expect(recorded).toMatch(/^TypeError/);
    expect(await tape.replay(ask)).toBe(recorded);
  });

  test('but takes what it takes: numbers and undefined as header values, blanks around them', async () => {
    const ask = async (): Promise<number> =>
      (
        await send({
          headers: { ...chatHeaders, 'x-number': 5, 'x-nothing': undefined, 'x-blanks': '  a  ' },
        })
      ).status;
    expect(await tape.record(ask)).toBe(200);
    expect(await tape.replay(ask)).toBe(200);
  });
});

describe('a client that left before the answer came', () => {
  const silence = (): void => tape.provider.script({ silent: true });

  test.each([
    ['a timeout', () => AbortSignal.timeout(50), 'TimeoutError: The operation was aborted due to timeout'],
    [
      'a reason of its own',
      () => {
        const client = new AbortController();
        setTimeout(() => client.abort(new Error('mine')), 50);
        return client.signal;
      },
      'Error: mine',
    ],
  ])('leaves again in replay, with %s', async (_title, signal, message) => {
    const leave = (): Promise<unknown> => refusalOf(send({ signal: signal() }));
    silence();
    expect(await tape.record(leave)).toBe(message);
    expect(await tape.replay(leave)).toBe(message);
  });

  test('leaves again in replay through undici, with its own error', async () => {
    const { request, Agent } = await import('undici');
    const dispatcher = new Agent();
    const leave = (): Promise<unknown> =>
      refusalOf(
        request(chatUrl, {
          method: 'POST',
          headers: chatHeaders,
          body: chatBody('hello'),
          dispatcher,
          signal: AbortSignal.timeout(400),
        }),
      );
    silence();
    const recorded = await tape.record(leave);
    expect(recorded).toMatch(/^TimeoutError/);
    expect(await tape.replay(leave)).toBe(recorded);
  });
});
