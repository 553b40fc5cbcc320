import {
  eachNormalized,
  findProvider,
  createKeyOf,
  normalizeInteractions,
  type Interaction,
} from '@reel/core/engine';
import { expect, test } from 'vitest';
import { eachAsRead, MemoryShelf } from './shelf.ts';

/** More than is kept as it is: streams with times and without, a body, a session, an answer that never came. */
function* manyInteractions(): Generator<Interaction> {
  const request = (body: string): Interaction['request'] => ({
    method: 'POST',
    url: 'https://api.openai.com/v1/chat/completions',
    headers: [['content-type', 'application/json']],
    body: Buffer.from(body),
  });
  for (let number = 0; number < 400; number++) {
    const id = `chatcmpl-${(number * 7919 + 123_456_789).toString(36)}Ab`;
    const event = (content: string): Uint8Array =>
      Buffer.from(
        `data: {"id":"${id}","created":${number},"choices":[{"delta":{"content":"${content}"}}]}\n\n`,
      );
    const filler = 'lorem ipsum '.repeat(2500);
    yield {
      request: request(`{"n":${number},"before":"${id}"}`),
      response: { status: 200, headers: [['content-type', 'text/event-stream']] },
      chunks: [event('é'), event(filler), event('')].map((bytes, index) =>
        number % 2 === 0 ? { bytes } : { bytes, at: index * 3 },
      ),
      ending: { kind: 'end' },
    };
    if (number % 100 === 0)
      yield { request: request('{}'), chunks: [], ending: { kind: 'aborted', by: 'upstream' } };
    if (number % 100 === 1)
      yield {
        request: request(''),
        response: { status: 101, headers: [] },
        chunks: [],
        ending: { kind: 'end' },
        session: {
          frames: [{ from: 'server', bytes: Buffer.from(`{"id":"${id}"}`), isBinary: false, at: 1 }],
          end: { kind: 'closed', by: 'client' },
        },
      };
  }
}

test('a large cassette that waited compressed is normalized like one that waited in memory', () => {
  const options = { keyOf: createKeyOf({}), provider: findProvider };
  const kept = [...eachNormalized(manyInteractions(), options, new MemoryShelf())];
  expect(kept.map((one) => asText(one))).toEqual(
    normalizeInteractions([...manyInteractions()], options).map((one) => asText(one)),
  );
});

test('what is not normalized comes back as it was read, in its order', () => {
  const kept = [...eachAsRead(manyInteractions(), new MemoryShelf())];
  expect(kept.map((one) => asText(one))).toEqual([...manyInteractions()].map((one) => asText(one)));
});

/** Bytes as text: comparing typed arrays element by element takes long. */
function asText({ request, chunks, session, ...rest }: Interaction): string {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
  return JSON.stringify({
    ...rest,
    request: { ...request, body: text(request.body) },
    chunks: chunks.map(({ bytes, ...time }) => ({ ...time, bytes: text(bytes) })),
    session: session && {
      ...session,
      frames: session.frames.map((frame) => ({ ...frame, bytes: text(frame.bytes) })),
    },
  });
}
