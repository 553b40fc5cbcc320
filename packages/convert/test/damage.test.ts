import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { importFiles, type ImportReport } from '../src/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reel-import-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const good = {
  version: 1,
  interactions: [
    {
      request: { method: 'POST', uri: 'https://api.example.com/v1/x', body: '{}', headers: {} },
      response: {
        status: { code: 200, message: 'OK' },
        headers: { 'content-type': ['application/json'] },
        body: { string: '{"a":1}' },
      },
    },
  ],
};

async function importing(
  files: Record<string, string | Uint8Array>,
  rest: object = {},
): Promise<ImportReport> {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, 'in', name, '..'), { recursive: true });
    writeFileSync(join(folder, 'in', name), content);
  }
  return importFiles({ sources: [join(folder, 'in')], to: join(folder, 'out'), environment: {}, ...rest });
}

describe('an import goes on whatever it meets', () => {
  test('and has a line with the reason for each file', async () => {
    const text = JSON.stringify(good);
    const report = await importing({
      'a-good.json': text,
      'b-empty.yaml': '',
      'c-blank.yaml': ' \n\n',
      'd-page.json': '<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>',
      'e-cut.json': text.slice(0, -40),
      'f-notes.txt': 'Remember to record again.',
      'g-picture.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]),
      'h-pointer.yaml': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 10\n',
      'i-conflict.yaml':
        'interactions:\n<<<<<<< ours\n- request: {}\n=======\n- request: {}\n>>>>>>> theirs\n',
      'j-ours.jsonl': '{"reel":1,"name":"x","recordedAt":"2026-11-20T10:00:00Z","by":"x","rules":"x"}\n',
      'k-good.json.gz': gzipSync(text),
      'l-cut.json.gz': gzipSync(text).subarray(0, 60),
      'm-settings.json': '{"compilerOptions":{"strict":true}}',
      'n-nothing.json': '{"version":1,"interactions":[]}',
      'o-failed.json': '[]',
      'z-good.json': text,
    });
    const lines = Object.fromEntries(
      report.files.map(({ file, problem, exchanges, skipped }) => [
        file,
        problem ?? `${exchanges} and ${skipped.length}`,
      ]),
    );
    expect(lines).toEqual({
      'a-good.json': '1 and 0',
      'b-empty.yaml': 'it is empty',
      'c-blank.yaml': 'it holds nothing but white space',
      'd-page.json': 'it is a web page, not a recording (a download that failed?)',
      'e-cut.json': 'the file ends in the middle of it',
      'f-notes.txt': 'it is in no format that is known',
      'g-picture.png': 'it is a binary file of no known format',
      'h-pointer.yaml': 'it is a Git LFS pointer: fetch the file first (git lfs pull)',
      'i-conflict.yaml': 'it holds unresolved merge conflict markers',
      'j-ours.jsonl': 'it is a Reel cassette already',
      'k-good.json.gz': '1 and 0',
      'l-cut.json.gz': expect.stringMatching(/ends in the middle|cannot be read|no format/),
      'm-settings.json': 'it is in no format that is known',
      'n-nothing.json': 'it holds no exchange',
      'o-failed.json': 'it holds no exchange',
      'z-good.json': '1 and 0',
    });
    expect(report.totals).toMatchObject({ files: 16, importedFiles: 3, exchanges: 3 });
  });

  test('of a gigabyte', async () => {
    mkdirSync(join(folder, 'in'));
    const file = openSync(join(folder, 'in/huge.yaml'), 'w');
    ftruncateSync(file, 1 << 30);
    closeSync(file);
    const report = await importing({ 'z.json': JSON.stringify(good) });
    expect(report.files.map(({ problem }) => problem)).toEqual([
      'it is larger than 512 MB (--max-size raises the limit)',
      undefined,
    ]);
  });

  test('that unpacks to gigabytes', async () => {
    const report = await importing(
      { 'bomb.yaml.gz': gzipSync(Buffer.alloc(20e6)), 'z.json': JSON.stringify(good) },
      { maxBytes: 1e6 },
    );
    expect(report.files.map(({ problem }) => problem)).toEqual([
      'it is larger than 1 MB (--max-size raises the limit)',
      undefined,
    ]);
  });

  test('whose file goes on after its end, and says what may be lost', async () => {
    const text = JSON.stringify(good);
    const yaml = `interactions: ${JSON.stringify(good.interactions)}\n`;
    const report = await importing({
      'a.json': `${text}\n${text}`,
      'b.json': '{"log":{"entries":{"a":1}}}',
      'c.yaml': `${yaml}version: 1\n${yaml}`,
    });
    expect(report.files.map(({ exchanges, problem, skipped }) => [exchanges, problem ?? skipped])).toEqual([
      [
        1,
        [{ where: 'interaction 2', reason: 'the file is damaged outside of its list, or goes on after it' }],
      ],
      [0, 'it holds no exchange'],
      [2, []],
    ]);
  });

  test('that is not in UTF-8, and says so', async () => {
    const report = await importing({
      'a.json': Buffer.from(JSON.stringify(good).replace('"a', '"\u00e9'), 'latin1'),
      'b.json': JSON.stringify(good).replace('"a', '"\u00e9'),
    });
    expect(report.files.map(({ notes }) => notes.some(({ code }) => code === 'not-utf8'))).toEqual([
      true,
      false,
    ]);
  });

  test('compressed twice', async () => {
    const report = await importing({ 'a.json.gz': gzipSync(gzipSync(JSON.stringify(good))) });
    expect(report.totals).toMatchObject({ exchanges: 1, skipped: 0 });
  });

  test('with links that lead nowhere or in a circle', async () => {
    mkdirSync(join(folder, 'in/sub'), { recursive: true });
    symlinkSync('..', join(folder, 'in/sub/circle'));
    symlinkSync('nowhere', join(folder, 'in/sub/lost.json'));
    symlinkSync('../a.json', join(folder, 'in/sub/link.json'));
    const report = await importing({ 'a.json': JSON.stringify(good) });
    expect(report.files.map(({ file, problem }) => [file, problem])).toEqual([
      ['a.json', undefined],
      ['sub/circle', 'it is a link to a folder: name that folder itself'],
      ['sub/link.json', undefined],
      ['sub/lost.json', 'it is a link to nothing'],
    ]);
  });

  test('that is not there', async () => {
    const report = await importFiles({ sources: [join(folder, 'nowhere')], to: folder, environment: {} });
    expect(report.files[0]!.problem).toBe('there is no such file or folder');
  });
});

describe('an import', () => {
  test('keeps a cassette that is there, unless it is told to replace it', async () => {
    const text = JSON.stringify(good);
    await importing({ 'a.json': text });
    const path = join(folder, 'out/a.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replace('{"a":1}', '{"a":2}'));
    const again = await importing({ 'a.json': text });
    expect(again.files[0]!.problem).toMatch(/there is a cassette a already/);
    expect(readFileSync(path, 'utf8')).toContain('{"a":2}');
    expect((await importing({ 'a.json': text }, { overwrite: true })).totals.exchanges).toBe(1);
    expect(readFileSync(path, 'utf8')).toContain('{"a":1}');
  });

  test('gives files of one name two cassettes, and leaves nothing else behind', async () => {
    const text = JSON.stringify(good);
    const { files } = await importing({
      'a.json': text,
      'a.yaml': `interactions: ${JSON.stringify(good.interactions)}`,
      'b/a.json': text,
    });
    expect(files.map(({ cassette }) => cassette)).toEqual(['a', 'a~2', 'b/a']);
    expect(readdirSync(join(folder, 'out'), { recursive: true }).toSorted()).toEqual([
      'a.jsonl',
      'a~2.jsonl',
      'b',
      join('b', 'a.jsonl'),
    ]);
  });

  test('writes nothing in a dry run and reports the same', async () => {
    const dry = await importing({ 'a.json': JSON.stringify(good) }, { dryRun: true });
    expect(readdirSync(folder)).toEqual(['in']);
    const wet = await importing({});
    expect(dry.files).toEqual(wet.files);
  });

  test('takes out secrets as a recording does, and refuses what it cannot take out', async () => {
    const secret = `sk-${'proj-'}${'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA'.repeat(2)}`;
    const leaky = structuredClone(good);
    leaky.interactions[0]!.response.body.string = `{"a":"${secret}"}`;
    await importing({ 'a.json': JSON.stringify(leaky) });
    const cassette = readFileSync(join(folder, 'out/a.jsonl'), 'utf8');
    expect(cassette).not.toContain(secret);
    expect(cassette).toContain('[redacted:openai-key]');
  });

  test('reports its progress, file by file', async () => {
    const seen: number[] = [];
    await importing(
      { 'a.json': '{}', 'b.json': '{}' },
      { onProgress: ({ files }: { files: number }) => seen.push(files) },
    );
    expect(seen).toEqual([1, 2]);
  });

  test('does the same in threads as without', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => {
        const one = structuredClone(good);
        one.interactions[0]!.response.body.string = JSON.stringify({
          index,
          text: `word ${index} `.repeat(30_000),
        });
        return [`f${index}.json`, JSON.stringify(one)];
      }),
    );
    const report = await importing(many);
    expect(report.totals.exchanges).toBe(40);
    expect(report.files.map(({ file }) => file)).toEqual(Object.keys(many).toSorted());
    const here = await importing(
      {},
      { to: join(folder, 'here'), redact: { custom: [(text: string) => text] } },
    );
    expect(here.files).toEqual(report.files);
    const body = (root: string): string[] =>
      readFileSync(join(folder, root, 'f7.jsonl'), 'utf8')
        .split('\n')
        .slice(1);
    expect(body('here')).toEqual(body('out'));
  });

  test('refuses an unknown format and a base URL that is none', async () => {
    await expect(importing({}, { from: 'vcrpi' })).rejects.toMatchObject({ code: 'REEL_INVALID_OPTION' });
    await expect(importing({}, { baseUrl: 'api.openai.com' })).rejects.toMatchObject({
      code: 'REEL_INVALID_OPTION',
    });
  });
});
