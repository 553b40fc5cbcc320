import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Interaction } from '../model/interaction.ts';
import { createReply, type ReplyOptions } from './reply.ts';
import { toResponse } from './response.ts';

const instant: ReplyOptions = { timing: 'instant', chunking: 'event' };

function recorded(
  chunks: readonly (string | Uint8Array)[],
  rest: Partial<Interaction> = {},
  at?: number[],
): Interaction {
  return {
    request: { method: 'POST', url: 'https://api.example.com/v1/x', headers: [], body: new Uint8Array(0) },
    response: {
      status: 200,
      headers: [
        ['content-type', 'text/event-stream'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
    },
    chunks: chunks.map((chunk, index) => ({
      bytes: typeof chunk === 'string' ? Buffer.from(chunk) : chunk,
      ...(at && { at: at[index]! }),
    })),
    ending: { kind: 'end' },
    ...rest,
  };
}

function respond(interaction: Interaction, options = instant, signal?: AbortSignal): Response {
  return toResponse(createReply(interaction, options), interaction.request.url, 'POST', signal, globalThis);
}

async function pieces(response: Response): Promise<string[]> {
  const seen: string[] = [];
  for await (const piece of response.body!) seen.push(Buffer.from(piece).toString());
  return seen;
}

describe('a replayed response', () => {
  test('has the URL, type, headers and repeats of the recorded one, in its clones too', async () => {
    const response = respond(recorded(['{"a":1}']));
    const copy = response.clone().clone();
    for (const one of [response, copy]) {
      expect(one.url).toBe('https://api.example.com/v1/x');
      expect(one.type).toBe('basic');
      expect(one.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
      expect(await one.json()).toEqual({ a: 1 });
    }
    expect(response).toBeInstanceOf(Response);
  });

  test('delivers 5,000 events one by one', async () => {
    const events = Array.from({ length: 5000 }, (_, n) => `data: ${n}\n\n`);
    expect(await pieces(respond(recorded(events)))).toEqual(events);
  });

  test('gives the same bytes however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 })),
        fc.integer({ min: 1, max: 7 }),
        async (chunks, size) => {
          const whole = Buffer.concat(chunks);
          const cut = respond(recorded(chunks), { timing: 'instant', chunking: { bytes: size } });
          expect(Buffer.from(await cut.arrayBuffer())).toEqual(whole);
          expect(Buffer.from(await respond(recorded(chunks)).arrayBuffer())).toEqual(whole);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('cannot be spoiled by a client that writes into what it got', async () => {
    const interaction = recorded(['data: a\n\n', 'data: b\n\n']);
    for (let run = 0; run < 2; run++) {
      const seen: string[] = [];
      for await (const piece of respond(interaction).body!) {
        seen.push(Buffer.from(piece).toString());
        piece.fill(0);
      }
      expect(seen).toEqual(['data: a\n\n', 'data: b\n\n']);
    }
  });

  test('may be transferred piece by piece', async () => {
    const seen: string[] = [];
    for await (const piece of respond(recorded(['data: a\n\n', 'data: b\n\n'])).body!) {
      const moved = structuredClone(piece, { transfer: [piece.buffer] });
      seen.push(Buffer.from(moved).toString());
    }
    expect(seen).toEqual(['data: a\n\n', 'data: b\n\n']);
  });

  test('fails after its prefix as the recorded one did', async () => {
    const cut = recorded(['data: a\n\n'], {
      ending: { kind: 'aborted', by: 'upstream', code: 'ECONNRESET' },
    });
    const reader = respond(cut).body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('data: a\n\n');
    await expect(reader.read()).rejects.toMatchObject({
      name: 'TypeError',
      message: 'terminated',
      cause: { code: 'ECONNRESET' },
    });
  });

  test('gives all of a longer prefix before it fails', async () => {
    const events = Array.from({ length: 150 }, (_, n) => `data: ${n}\n\n`);
    const cut = recorded(events, { ending: { kind: 'aborted', by: 'upstream', code: 'ECONNRESET' } });
    const seen: string[] = [];
    await expect(
      (async () => {
        for await (const piece of respond(cut).body!) seen.push(Buffer.from(piece).toString());
      })(),
    ).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(seen).toEqual(events);
  });

  test('ends with the abort of its signal', async () => {
    const client = new AbortController();
    const response = respond(
      recorded(['data: a\n\n', 'data: b\n\n'], {}, [0, 60_000]),
      { timing: 'recorded', chunking: 'event' },
      client.signal,
    );
    const reader = response.body!.getReader();
    await reader.read();
    const next = reader.read();
    client.abort();
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('keeps recorded pauses, and fake timers do not stop it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate', 'Date', 'performance'] });
    try {
      const started = process.hrtime.bigint();
      const seen = await pieces(
        respond(recorded(['a', 'b', 'c'], {}, [0, 20, 60]), { timing: 'recorded', chunking: 'event' }),
      );
      expect(seen).toEqual(['a', 'b', 'c']);
      expect(Number(process.hrtime.bigint() - started) / 1e6).toBeGreaterThanOrEqual(55);
    } finally {
      vi.useRealTimers();
    }
  });

  test('has no body where HTTP allows none', async () => {
    expect(respond(recorded([], { response: { status: 204, headers: [] } })).body).toBeNull();
    const head = toResponse(
      createReply(recorded(['x']), instant),
      'https://a.test/',
      'HEAD',
      undefined,
      globalThis,
    );
    expect(await head.text()).toBe('');
  });

  test('makes nobody wait for a retry', () => {
    const limited = recorded(['{}'], {
      response: {
        status: 429,
        headers: [
          ['retry-after', '30'],
          ['content-type', 'application/json'],
        ],
      },
    });
    const { headers } = respond(limited);
    expect(headers.get('retry-after')).toBe('0');
    expect(headers.get('retry-after-ms')).toBe('1');
  });
});

describe('a replayed body', () => {
  const json = (): Response => respond(recorded(['{"a":', '"é"}']));

  test('is given out once, in every form', async () => {
    expect(await json().text()).toBe('{"a":"é"}');
    expect(await json().json()).toEqual({ a: 'é' });
    expect(Buffer.from(await json().arrayBuffer()).toString()).toBe('{"a":"é"}');
    expect((await json().blob()).size).toBe(10);
    expect((await json().blob()).type).toBe('text/event-stream');
    for (const first of ['text', 'json', 'arrayBuffer', 'blob'] as const) {
      const response = json();
      expect(response.bodyUsed).toBe(false);
      await response[first]();
      expect(response.bodyUsed).toBe(true);
      for (const again of ['text', 'json', 'arrayBuffer', 'blob'] as const) {
        await expect(response[again]()).rejects.toThrow(TypeError);
      }
      expect(() => response.clone()).toThrow(TypeError);
    }
  });

  test('is locked like any other once its stream is read', async () => {
    const response = json();
    const reader = response.body!.getReader();
    expect(response.body!.locked).toBe(true);
    await expect(response.text()).rejects.toThrow(TypeError);
    reader.releaseLock();
    expect(await response.text()).toBe('{"a":"é"}');
  });

  test('can be wrapped in another response', async () => {
    const inner = json();
    expect(await new Response(inner.body, inner).json()).toEqual({ a: 'é' });
  });

  test('reads without a byte order mark, as fetch does', async () => {
    expect(await respond(recorded(['\uFEFF{}'])).text()).toBe(await new Response('\uFEFF{}').text());
  });

  test('that is not JSON fails as JSON does', async () => {
    await expect(respond(recorded(['nope'])).json()).rejects.toThrow(SyntaxError);
  });
});
