import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { startProviders, type Simulator } from '@reel/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ReelOptions } from '../../src/options.ts';
import type { ScopeReport } from '../../src/report.ts';
import { useCassette } from '../../src/use-cassette.ts';
import type { VerifyLogEntry } from '../../src/verify-report.ts';
import { ask } from '../scopes/one-question.ts';

let provider: Simulator;
let dir: string;
beforeAll(async () => {
  provider = await startProviders();
});
afterAll(() => provider.close());
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reel-verify-'));
  process.env['REEL_VERIFY_LOG'] = join(dir, 'verify.log');
  provider.reset();
});
afterEach(() => {
  delete process.env['REEL_VERIFY_LOG'];
  rmSync(dir, { recursive: true, force: true });
});

const to = (mode: string, upstreams = provider.upstreams): ReelOptions => ({ mode, dir, upstreams });
const tape = (): string => readFileSync(join(dir, 'a.jsonl'), 'utf8');
const record = (fn: () => Promise<unknown>): Promise<unknown> => useCassette('a', to('record'), fn);
const log = (): VerifyLogEntry[] =>
  readFileSync(process.env['REEL_VERIFY_LOG']!, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as VerifyLogEntry);

/** Verifies, and gives the report and what the end of the scope threw. */
async function verify(
  fn: () => Promise<unknown>,
  upstreams = provider.upstreams,
): Promise<{ report: ScopeReport; error: Error | undefined }> {
  let report: ScopeReport | undefined;
  let error: Error | undefined;
  try {
    await useCassette('a', { ...to('verify', upstreams), onReport: (one) => (report = one) }, fn);
  } catch (thrown) {
    error = thrown as Error;
  }
  return { report: report!, error };
}

/** A provider that answers everything with this. */
async function withProvider(
  answer: (body: string) => { status?: number; type?: string; body: string },
  use: (upstreams: Record<string, string>, seen: string[]) => Promise<void>,
): Promise<void> {
  const seen: string[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      seen.push(body);
      const { status = 200, type = 'application/json', body: text } = answer(body);
      response.writeHead(status, { 'content-type': type }).end(text);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    await use(
      { 'https://api.openai.com': `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
      seen,
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const chat = (message: unknown, more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    id: 'chatcmpl-live12345678',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
    ...more,
  });

describe('mode verify', () => {
  test('asks the provider again, gives the application what is on tape, and writes nothing', async () => {
    await record(() => ask('one'));
    const before = tape();
    provider.reset();

    let answer = '';
    const { report, error } = await verify(async () => (answer = await ask('one')));

    expect(error).toBeUndefined();
    expect(provider.calls).toBe(1);
    expect(before).toContain(JSON.stringify(answer).slice(1, -1));
    expect(tape()).toBe(before);
    expect(report).toMatchObject({
      replayed: 1,
      recorded: 0,
      saved: false,
      misses: [],
      warnings: [],
      savedUsage: [],
    });
    expect(report.spentUsage).toMatchObject([{ calls: 1 }]);
    expect(log()).toMatchObject([{ compared: 1, findings: [], notLooked: [] }]);
  });

  test('a removed field and another type fail the test, and name no value', async () => {
    await record(() => ask('one'));
    const live = chat([{ type: 'text', text: 'the secret of the live answer' }]);

    await withProvider(
      () => ({ body: live }),
      async (upstreams) => {
        const { report, error } = await verify(() => ask('one'), upstreams);

        expect(error?.message).toMatch(
          /^REEL_DRIFT: POST api\.openai\.com\/v1\/chat\/completions answers otherwise/,
        );
        expect(error?.message).toContain('  - choices[].message is an array; it was an object');
        expect(error?.message).toContain('  - usage is gone; it was an object');
        expect(JSON.stringify([report, log()])).not.toContain('the secret of');
        expect(report.misses).toMatchObject([{ code: 'REEL_DRIFT', method: 'POST' }]);
      },
    );
  });

  test('a new field is a line in the summary, and no failure', async () => {
    await record(() => ask('one'));
    provider.reset();
    const recorded = JSON.parse(/\{"response":1.*"json":(\{.*\})\}/.exec(tape())![1]!) as object;

    await withProvider(
      () => ({ body: JSON.stringify({ ...recorded, billed: true }) }),
      async (upstreams) => {
        const { report, error } = await verify(() => ask('one'), upstreams);

        expect(error).toBeUndefined();
        expect(report.warnings).toEqual([
          'drift: POST api.openai.com/v1/chat/completions: billed is new: true or false',
        ]);
      },
    );
  });

  test('another status is drift', async () => {
    await record(() => ask('one'));

    await withProvider(
      () => ({ status: 404, body: '{"error":{"message":"no such model"}}' }),
      async (upstreams) => {
        const { error } = await verify(() => ask('one'), upstreams);
        expect(error?.message).toContain('the status is 404; it was 200');
      },
    );
  });

  test.for([401, 429, 503])(
    'status %i says nothing of the API: that is a failure of its own',
    async (status) => {
      await record(() => ask('one'));

      await withProvider(
        () => ({ status, body: '{"error":{"message":"no"}}' }),
        async (upstreams) => {
          const { report, error } = await verify(() => ask('one'), upstreams);

          expect(error?.message).toMatch(
            `REEL_NOT_VERIFIED: POST api.openai.com/v1/chat/completions was not compared`,
          );
          expect(error?.message).toContain(`the provider answered with status ${status}`);
          expect(report.misses).toMatchObject([{ code: 'REEL_NOT_VERIFIED' }]);
          expect(log()).toMatchObject([
            { compared: 0, notLooked: [{ reason: `the provider answered with status ${status}` }] },
          ]);
        },
      );
    },
  );

  test('a provider that cannot be reached, a missing key and a missing recording are failures', async () => {
    await record(() => ask('one'));
    const nobody = { 'https://api.openai.com': 'http://127.0.0.1:9' };

    expect((await verify(() => ask('one'), nobody)).error?.message).toMatch(
      /REEL_NOT_VERIFIED[^]*could not be reached \(ECONNREFUSED\)/,
    );
    expect((await verify(() => ask('one', '').catch(() => {}), {})).error?.message).toContain(
      'REEL_NO_API_KEY',
    );
    expect((await verify(() => ask('another').catch(() => {}))).error?.message).toContain('REEL_NO_MATCH');
    expect(provider.calls).toBe(1);
  });

  test('streams are compared by their events', async () => {
    const client = (): OpenAI => new OpenAI({ apiKey: 'sk-verify', maxRetries: 0 });
    const stream = async (): Promise<string> => {
      let text = '';
      const events = await client().chat.completions.create({
        model: 'gpt-4o-mini',
        stream: true,
        messages: [{ role: 'user', content: 'tell me a story' }],
      });
      for await (const event of events) text += event.choices[0]?.delta.content ?? '';
      return text;
    };
    await record(stream);

    expect((await verify(stream)).error).toBeUndefined();

    const chunk = (delta: unknown): string =>
      `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;
    await withProvider(
      () => ({ type: 'text/event-stream', body: chunk({ role: 'assistant', text: 'hi' }) }),
      async (upstreams) => {
        const { error } = await verify(stream, upstreams);
        expect(error?.message).toContain('events: choices[].delta.content is gone; it was text');
        expect(error?.message).toContain("the stream does not end as the provider's protocol says; it did");
      },
    );
  });

  test('an id that the application sends back reaches the provider as its own', async () => {
    const openai = (): OpenAI => new OpenAI({ apiKey: 'sk-verify', maxRetries: 0 });
    const talk = async (): Promise<void> => {
      const first = await openai().responses.create({ model: 'gpt-4o-mini', input: 'Hello' });
      await openai().responses.create({
        model: 'gpt-4o-mini',
        input: 'And?',
        previous_response_id: first.id,
      });
    };
    await record(talk);
    provider.reset();

    const { error } = await verify(talk);

    expect(error).toBeUndefined();
    const [first, second] = provider.requests;
    expect([first, second].map((request) => request?.path)).toEqual(['/v1/responses', '/v1/responses']);
    const sent = JSON.parse(Buffer.from(second!.body).toString()) as { previous_response_id: string };
    expect(sent.previous_response_id).toMatch(/^resp_/);
    expect(tape()).not.toContain(sent.previous_response_id);
  });

  test('a refusal of the moment on tape is not asked for again', async () => {
    provider.fail(429);
    const twice = async (): Promise<void> => {
      await ask('one').catch(() => {});
      await ask('one');
    };
    await record(twice);
    provider.reset();

    const { error } = await verify(twice);

    expect(error).toBeUndefined();
    expect(provider.calls).toBe(1);
  });

  test('an answer that nobody waits for is compared all the same', async () => {
    const send = (): Promise<unknown> =>
      fetch('https://api.openai.com/v1/chat/completions', {
        method: 'POST',
        headers: { authorization: 'Bearer sk-verify', 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'x' }] }),
      });
    await record(async () => ((await send()) as Response).text());
    provider.reset();

    expect((await verify(send)).error).toBeUndefined();
    expect(log()).toMatchObject([{ compared: 1 }]);
    expect(existsSync(join(dir, 'a.jsonl'))).toBe(true);
  });
});
