import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Interaction } from '../model/interaction.ts';
import { endingOf, type Frame, type SessionEnd } from '../model/session.ts';
import { isReelError, type ReelError } from '../errors.ts';
import { encodeCassette } from './format.ts';
import { openCassette } from './tape.ts';

const header = {
  reel: 1,
  name: 'voice/answers',
  recordedAt: '2026-11-20T10:00:00Z',
  by: '@reel/core 0.0.0',
  rules: 'none',
} as const;

function interaction(frames: readonly Frame[], end: SessionEnd): Interaction {
  return {
    request: {
      method: 'GET',
      url: 'wss://api.openai.com/v1/realtime?model=gpt-realtime',
      headers: [['openai-beta', 'realtime=v1']],
      body: new Uint8Array(0),
    },
    response: { status: 101, headers: [['sec-websocket-protocol', 'realtime']] },
    chunks: [],
    ending: endingOf(end),
    session: { frames, end },
  };
}

function write(session: Interaction, blobAbove?: number): { text: string; read: () => Interaction } {
  const { bytes, blobs } = encodeCassette(header, [session], {
    timing: true,
    ...(blobAbove !== undefined && { blobAbove }),
  });
  const read = () =>
    openCassette({ bytes, where: 'voice.jsonl', readBlob: (hash) => blobs.get(hash) }).interactionAt(0);
  return { text: Buffer.from(bytes).toString('utf8'), read };
}

const said = (from: 'client' | 'server', text: string): Frame => ({
  from,
  bytes: new TextEncoder().encode(text),
  isBinary: false,
});

describe('a WebSocket session on tape', () => {
  it('reads like a conversation: one line a frame, between the handshake and the close', () => {
    const { text } = write(
      interaction(
        [
          said('server', '{"type":"session.created"}'),
          said('client', '{"type":"response.create"}'),
          { ...said('server', '{"type":"response.done"}'), isBinary: true, at: 12 },
        ],
        { kind: 'closed', by: 'client', code: 1000, reason: 'bye' },
      ),
    );
    expect(text.trim().split('\n').slice(1)).toEqual([
      '{"socket":1,"url":"wss://api.openai.com/v1/realtime?model=gpt-realtime","headers":[["openai-beta","realtime=v1"]],"accepted":[["sec-websocket-protocol","realtime"]]}',
      '{"received":1,"json":{"type":"session.created"}}',
      '{"sent":1,"json":{"type":"response.create"}}',
      '{"received":1,"at":12,"binary":true,"json":{"type":"response.done"}}',
      '{"closed":1,"by":"client","code":1000,"reason":"bye"}',
    ]);
  });

  it('gives back any frames and any end as they were', () => {
    const frame = fc.record({
      from: fc.constantFrom('client' as const, 'server' as const),
      bytes: fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.json().map((text) => new TextEncoder().encode(text)),
      ),
      isBinary: fc.constant(true),
    });
    const end = fc.oneof(
      fc.record(
        {
          kind: fc.constant('closed' as const),
          by: fc.constantFrom('client' as const, 'server' as const),
          code: fc.integer({ min: 1000, max: 4999 }),
          reason: fc.string({ unit: 'grapheme' }),
        },
        { requiredKeys: ['kind', 'by'] },
      ),
      fc.record(
        {
          kind: fc.constant('cut' as const),
          by: fc.constantFrom('client' as const, 'server' as const),
          code: fc.constantFrom('ECONNRESET', 'EPIPE'),
        },
        { requiredKeys: ['kind', 'by'] },
      ),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), end, fc.integer({ min: 1, max: 400 }), (...args) => {
        const [frames, ending, blobAbove] = args;
        const before = interaction(frames, ending);
        const after = write(before, blobAbove).read();
        expect(plain(after)).toEqual(plain(before));
      }),
    );
  });

  it('keeps large frames in files beside it, text or not', () => {
    const large = said('server', JSON.stringify({ delta: 'A'.repeat(5000) }));
    const { text, read } = write(interaction([large], { kind: 'closed', by: 'server' }), 1000);
    expect(text).toContain('"blob":');
    expect(text.length).toBeLessThan(1000);
    expect(read().session?.frames[0]).toMatchObject({ isBinary: false, bytes: large.bytes });
  });

  it.each([
    ['a frame outside of a session', '{"sent":1,"text":"a"}\n', 'where a "request" or "socket" line is due'],
    [
      'a session without its end',
      '{"socket":1,"url":"wss://a/"}\n{"sent":1,"text":"a"}\n',
      'no "closed" line',
    ],
    [
      'a frame without content',
      '{"socket":1,"url":"wss://a/"}\n{"sent":1}\n{"closed":1,"by":"client"}\n',
      'a frame has no content',
    ],
    ['an end by nobody', '{"socket":1,"url":"wss://a/"}\n{"closed":1}\n', '"by" is neither'],
    [
      'an unknown key',
      '{"socket":1,"url":"wss://a/","masked":1}\n{"closed":1,"by":"client"}\n',
      'the key "masked"',
    ],
  ])('%s is damage, named with its line', (_, lines, message) => {
    const head = Buffer.from(encodeCassette(header, []).bytes).toString();
    const error = failureOf(() =>
      openCassette({
        bytes: Buffer.from(head + lines),
        where: 'voice.jsonl',
        readBlob: () => undefined,
      }).verify(),
    );
    expect(error.code).toBe('REEL_CASSETTE_DAMAGED');
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/voice\.jsonl:\d/);
  });
});

function failureOf(fn: () => void): ReelError {
  try {
    fn();
  } catch (error) {
    if (isReelError(error)) return error;
  }
  throw new Error('nothing of Reel was thrown');
}

/** Bytes as plain arrays: a `Buffer` and a `Uint8Array` of the same bytes are equal. */
function plain(value: Interaction): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part) => (ArrayBuffer.isView(part) ? [...(part as Uint8Array)] : part)),
  );
}
