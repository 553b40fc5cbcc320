import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Interaction } from '@reel/core/engine';
import { detect } from '../detect/detect-format.ts';
import { toInteraction } from '../import/to-interaction.ts';
import { recordingOf } from '../reading/recording.ts';
import { exportCassette, exportFormats, type ExportFormat } from './export-cassette.ts';
import { trafficFolder, trafficSources, whyAbsent } from '../../test/traffic/folder.ts';
import { readSource } from '../../test/traffic/read-source.ts';

const recordedAt = '2026-11-20T10:00:00Z';

function importedAgain(interactions: readonly Interaction[], format: ExportFormat): Interaction[] {
  const { text, skipped } = exportCassette({ interactions, recordedAt }, format);
  expect(skipped).toEqual([]);
  const bytes = Buffer.from(text, 'utf8');
  const detected = detect(bytes);
  if (!('format' in detected)) throw new Error(detected.reason);
  return [...detected.format.read(recordingOf(bytes, 'x'))].map((found) => {
    if (found.kind !== 'exchange') throw new Error(JSON.stringify(found));
    return toInteraction(found).interaction;
  });
}

function plain(interaction: Interaction): unknown {
  const { request, response, chunks, ending } = interaction;
  return {
    request: { ...request, body: Buffer.from(request.body).toString('latin1') },
    response,
    chunks: chunks.map(({ bytes }) => Buffer.from(bytes).toString('latin1')),
    ending,
  };
}

const event = (data: string): { bytes: Uint8Array } => ({ bytes: Buffer.from(`data: ${data}\n\n`) });

const interactions: Interaction[] = [
  {
    request: {
      method: 'POST',
      url: 'https://api.example.com/v1/chat/completions?api-version=1',
      headers: [['content-type', 'application/json']],
      body: Buffer.from('{"model":"m","n":1.0,"text":"\u00e9 \u2028"}'),
    },
    response: {
      status: 200,
      headers: [
        ['Content-Type', 'text/event-stream'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
    },
    chunks: [event('{"a":1}'), event('yes'), event('[DONE]')],
    ending: { kind: 'end' },
  },
  {
    request: { method: 'GET', url: 'http://localhost:11434/api/tags', headers: [], body: new Uint8Array(0) },
    response: {
      status: 200,
      headers: [
        ['content-type', 'application/json'],
        ['content-encoding', 'gzip'],
      ],
    },
    chunks: [{ bytes: Buffer.from('{"models": [1e3, 0.10, 12345678901234567890]}\n') }],
    ending: { kind: 'end' },
  },
  {
    request: {
      method: 'POST',
      url: 'https://api.example.com/v1/audio',
      headers: [['content-type', 'application/octet-stream']],
      body: Buffer.from([0, 255, 1, 254]),
    },
    response: { status: 200, headers: [['content-type', 'audio/mpeg']] },
    chunks: [{ bytes: Buffer.from([0xff, 0xfb, 0x90, 0, 0, 1]) }],
    ending: { kind: 'end' },
  },
  {
    request: {
      method: 'DELETE',
      url: 'https://api.example.com/v1/files/1',
      headers: [],
      body: new Uint8Array(0),
    },
    response: { status: 204, headers: [] },
    chunks: [],
    ending: { kind: 'end' },
  },
  {
    request: { method: 'POST', url: 'https://api.example.com/v1/x', headers: [], body: Buffer.from('yes') },
    response: { status: 400, headers: [['content-type', 'text/plain']] },
    chunks: [{ bytes: Buffer.from('no: 1e3\n  - "quoted"\t\u0007\n') }],
    ending: { kind: 'end' },
  },
];

describe.each(exportFormats)('a cassette that goes out as %s and comes in again', (format) => {
  test('is the same', () => {
    expect(importedAgain(interactions, format).map(plain)).toEqual(interactions.map(plain));
  });

  test('is the same whatever its bodies are', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.json()),
        fc.uint8Array({ maxLength: 40 }),
        (text, bytes) => {
          const [first] = interactions;
          const written: Interaction = {
            ...first!,
            request: {
              ...first!.request,
              headers: [['content-type', 'text/plain']],
              body: Buffer.from(text),
            },
            response: { status: 200, headers: [['content-type', 'application/octet-stream']] },
            chunks: bytes.byteLength === 0 ? [] : [{ bytes }],
          };
          expect(importedAgain([written], format).map(plain)).toEqual([written].map(plain));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('is the same for real traffic', { timeout: 120_000 }, (context) => {
    if (trafficFolder === undefined) return context.skip(whyAbsent);
    const different: string[] = [];
    let count = 0;
    for (const { path } of trafficSources(trafficFolder)) {
      for (const cassette of readSource(path)) {
        for (const interaction of cassette.interactions) {
          const timeless = { ...interaction, chunks: interaction.chunks.map(({ bytes }) => ({ bytes })) };
          const [again] = importedAgain([timeless], format);
          const { lost } = exportCassette({ interactions: [timeless], recordedAt }, format);
          count++;
          if (lost.length === 0 && !isDeepStrictEqual(plain(again!), plain(timeless)))
            different.push(`${cassette.file} ${interaction.request.url}`);
        }
      }
    }
    expect(different).toEqual([]);
    expect(count).toBeGreaterThan(500);
  });
});

describe('what a format cannot carry', () => {
  const [first] = interactions;

  test('is named', () => {
    const timed: Interaction = {
      ...first!,
      chunks: first!.chunks.map((chunk, at) => ({ ...chunk, at })),
      ending: { kind: 'end', trailers: [['x', '1']] },
    };
    const { lost } = exportCassette({ interactions: [timed], recordedAt }, 'vcrpy');
    expect(lost.map(({ text }) => text)).toEqual([
      'the times of chunks are not carried',
      'trailers are not carried',
    ]);
  });

  test('is left out with the reason', () => {
    const refused: Interaction = {
      request: first!.request,
      chunks: [],
      ending: { kind: 'aborted', by: 'upstream', code: 'ECONNREFUSED' },
    };
    expect(exportCassette({ interactions: [refused], recordedAt }, 'nock').skipped).toEqual([
      { where: 'interaction 1', reason: 'no response arrived, and the format has no way to say so' },
    ]);
    expect(exportCassette({ interactions: [refused], recordedAt }, 'har').skipped).toEqual([]);
  });
});
