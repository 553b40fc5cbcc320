import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedactor } from '@reel/core/engine';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileImporter } from '../import-file.ts';
import { importFiles, type ImportOptions } from '../import-files.ts';
import type { ImportedFile } from '../report.ts';
import { findSources } from '../sources.ts';
import { halves } from './halves.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reel-large-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const key = `sk-proj-${'A1b2C3d4'.repeat(8)}`;
const image = Buffer.from(Uint8Array.from({ length: 90_000 }, (_, index) => (index * 7919) % 251)).toString(
  'base64',
);

/** Ids that later requests quote, streams, blobs, keys, and an exchange that cannot be read. */
function* interactions(count: number): Generator<object> {
  for (let number = 0; number < count; number++) {
    const id = `chatcmpl-${(number * 7919 + 123_456_789).toString(36)}Ab`;
    const earlier = `chatcmpl-${(Math.max(0, number - 300) * 7919 + 123_456_789).toString(36)}Ab`;
    const event = (content: string): string =>
      `data: ${JSON.stringify({ id, created: number, choices: [{ delta: { content } }] })}\n\n`;
    const isImage = number % 200 === 10;
    const isStream = number % 3 === 0;
    const type = isImage ? 'image/png' : isStream ? 'text/event-stream' : 'application/json';
    yield {
      request: {
        method: number % 500 === 499 ? 'GET /' : 'POST',
        uri: 'https://api.openai.com/v1/chat/completions',
        headers: { authorization: [`Bearer ${key}`], 'content-type': ['application/json'] },
        body: JSON.stringify({ model: 'm', n: number, after: earlier }),
      },
      response: {
        status: { code: 200, message: 'OK' },
        headers: { 'content-type': [type] },
        body: isImage
          ? { base64_string: image }
          : {
              string: isStream
                ? Array.from({ length: 12 }, (_, index) => event(`word ${index} ${'x'.repeat(900)}`)).join('')
                : JSON.stringify({ id, created: number, text: 'lorem ipsum '.repeat(1000) }),
            },
      },
    };
  }
}

function cassette(count: number): string {
  return JSON.stringify({ version: 1, interactions: [...interactions(count)] });
}

function write(text: string): string {
  const path = join(folder, 'large.json');
  writeFileSync(path, text);
  return path;
}

/** As one thread imports it. */
function imported(path: string, to: string): ImportedFile {
  const options = {
    from: 'auto',
    hints: {},
    to,
    overwrite: false,
    redact: {},
    normalize: true,
    maxBytes: 512e6,
  };
  return new FileImporter(options, createRedactor({}, {})).import(findSources([path])[0]!, 'large');
}

async function importLarge(path: string, more: Partial<ImportOptions> = {}): Promise<ImportedFile> {
  const report = await importFiles({ sources: [path], to: join(folder, 'large'), environment: {}, ...more });
  return report.files[0]!;
}

function filesIn(place: string): Record<string, string> {
  const names = readdirSync(place, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    names
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .toSorted()
      .map((path) => [path.slice(place.length), readFileSync(path, 'latin1')]),
  );
}

test('a large file that two threads import gives the cassette, the blobs and the report that one gives', async () => {
  const path = write(cassette(900));
  expect(await importLarge(path)).toEqual(imported(path, join(folder, 'one')));
  const files = filesIn(join(folder, 'large'));
  expect(Object.keys(files).length).toBeGreaterThan(1);
  const expected = filesIn(join(folder, 'one'));
  expect(Object.keys(files)).toEqual(Object.keys(expected));
  for (const [name, bytes] of Object.entries(expected)) expect(files[name] === bytes, name).toBe(true);
  expect(files['/large.jsonl']).not.toContain(key);
});

test('a large file that ends in the middle gives what is whole, and says so', async () => {
  const whole = cassette(900);
  const path = write(whole.slice(0, -2000));
  const file = await importLarge(path);
  expect(file).toEqual(imported(path, join(folder, 'one')));
  expect(file.skipped.at(-1)!.reason).toBe('the file ends in the middle of it');
});

test('a large file without an exchange leaves nothing behind', async () => {
  const path = write(`${' '.repeat(9e6)}{"version": 1, "interactions": []}`);
  mkdirSync(join(folder, 'large'));
  const file = await importLarge(path, { from: 'vcrpy' });
  expect(file).toMatchObject({ exchanges: 0, problem: 'it holds no exchange' });
  expect(filesIn(join(folder, 'large'))).toEqual({});
});

test('a large file is read and judged, and not written, in a dry run', async () => {
  const path = write(cassette(900));
  mkdirSync(join(folder, 'large'));
  expect((await importLarge(path, { dryRun: true })).exchanges).toBeGreaterThan(800);
  expect(filesIn(join(folder, 'large'))).toEqual({});
});

test('a cassette that is there is left alone, or replaced where that is asked for', async () => {
  const path = write(cassette(900));
  imported(path, join(folder, 'large'));
  const before = filesIn(join(folder, 'large'));
  expect((await importLarge(path)).problem).toContain('there is a cassette large already');
  expect(filesIn(join(folder, 'large'))).toEqual(before);
  expect((await importLarge(path, { overwrite: true })).exchanges).toBeGreaterThan(800);
  expect(filesIn(join(folder, 'large'))['/large.jsonl']).toBe(before['/large.jsonl']);
});

test('the work is cut where about half of the bytes are before', () => {
  const block = (size: number): { bytes: Uint8Array; count: number } => ({
    bytes: new Uint8Array(size),
    count: 1,
  });
  const sizes = (...of: number[]): number[][] =>
    halves(of.map((size) => block(size))).map((half) => half.map(({ bytes }) => bytes.byteLength));
  expect(sizes()).toEqual([[], []]);
  expect(sizes(5)).toEqual([[5], []]);
  expect(sizes(1, 1, 1, 9)).toEqual([[1, 1, 1, 9], []]);
  expect(sizes(5, 5, 5, 5)).toEqual([
    [5, 5],
    [5, 5],
  ]);
});
