import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openRecording } from '../../reading/recording.ts';
import { mastra } from './read.ts';

const folder = mkdtempSync(join(tmpdir(), 'reel-mastra-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sound = Buffer.from([0xff, 0xf3, 0, 1]);
const artifact = (path: string): object => ({ path, contentType: 'audio/mpeg', size: sound.byteLength });
const file = JSON.stringify({
  meta: { name: 'x', createdAt: '2026-11-20T10:00:00.000Z' },
  recordings: [
    {
      hash: 'a',
      request: {
        url: 'https://api.openai.com/v1/audio/transcriptions',
        method: 'POST',
        binaryArtifact: artifact('a-request.bin'),
        timestamp: 1,
      },
      response: {
        status: 200,
        statusText: 'OK',
        headers: {},
        binaryArtifact: artifact('a-response.mp3'),
        isStreaming: false,
      },
    },
  ],
});

function found(path: string): unknown[] {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, file);
  const size = Buffer.byteLength(file);
  return [
    ...mastra.read(openRecording({ path: whole, name: path, size, modifiedAt: 0, maxBytes: 1e6, hints: {} })),
  ];
}

test('bytes are beside the recording, or in the folder that recordings have folders of their own in', () => {
  writeFileSync(join(folder, 'a-request.bin'), sound);
  writeFileSync(join(folder, 'a-response.mp3'), sound);
  for (const path of ['x.json', 'suite/x.json'])
    expect(found(path), path).toMatchObject([
      { kind: 'exchange', request: { body: sound }, response: { body: sound } },
    ]);
});

test('a request whose bytes are not there is not kept without them', () => {
  rmSync(join(folder, 'a-request.bin'));
  expect(found('x.json')).toMatchObject([
    { kind: 'skipped', reason: 'its request body is in a file that is not there' },
  ]);
});
