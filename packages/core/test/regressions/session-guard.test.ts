import { expect, it } from 'vitest';
import { encodeCassette } from '../../src/cassette/format.ts';
import type { Frame } from '../../src/model/session.ts';
import { findSecrets } from '../../src/redaction/guard.ts';

const frame = (from: Frame['from'], value: unknown): Frame => ({
  from,
  bytes: Buffer.from(JSON.stringify(value)),
  isBinary: false,
});

function tapeOf(frames: readonly Frame[]): Uint8Array {
  return encodeCassette(
    { reel: 1, name: 'a', recordedAt: '2026-11-20T10:00:00Z', by: 'a test', rules: 'none' },
    [
      {
        request: {
          method: 'GET',
          url: 'wss://api.openai.com/v1/realtime',
          headers: [],
          body: new Uint8Array(0),
        },
        response: { status: 101, headers: [] },
        chunks: [],
        ending: { kind: 'end' },
        session: { frames, end: { kind: 'closed', by: 'client' } },
      },
    ],
  ).bytes;
}

it('the guard sees a known value that two frames of one side share, whatever the other side says between', () => {
  const tape = tapeOf([
    frame('server', { type: 'response.output_text.delta', delta: 'it is correct horse ' }),
    frame('client', { type: 'ping' }),
    frame('server', { type: 'response.output_text.delta', delta: 'battery staple.' }),
  ]);
  expect(findSecrets(tape, { known: ['correct horse battery staple'] })).toMatchObject([
    { ruleId: 'known-value', encoding: 'joined-stream', line: 3, path: 'delta' },
  ]);
});

it('the guard does not take two sides for one speaker', () => {
  const tape = tapeOf([
    frame('server', { text: 'correct horse ' }),
    frame('client', { text: 'battery staple' }),
  ]);
  expect(findSecrets(tape, { known: ['correct horse battery staple'] })).toEqual([]);
});
