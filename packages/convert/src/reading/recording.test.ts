import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { jsonItems } from '../json/items.ts';
import { linesOf } from './lines.ts';
import { openRecording, type Recording } from './recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'reel-recording-'));
afterAll(() => rmSync(folder, { recursive: true }));

function onDisk(text: string): Recording {
  const path = join(folder, 'recording');
  writeFileSync(path, text);
  return openRecording({
    path,
    name: 'recording',
    size: Buffer.byteLength(text),
    modifiedAt: 0,
    maxBytes: 1e9,
    hints: {},
  });
}

/** Texts of which each is a little more or less than a block of the file. */
const texts = [0.3, 1.4, 0.9, 3.2, 0.1].map((part, index) =>
  `${index}äöü😀`.repeat(Math.floor((part * (1 << 20)) / 11)),
);

test('a large JSON file is read with what stands across its blocks', () => {
  const recording = onDisk(JSON.stringify({ meta: 'x', list: texts.map((text) => ({ text })) }));
  const read = [...jsonItems(recording, ['list'])].map((item) => ('value' in item ? item.value : item));
  expect(read.length).toBe(texts.length);
  for (const [index, text] of texts.entries())
    expect((read[index] as { text: string }).text === text, `element ${index}`).toBe(true);
});

test('a large file is read line by line with what stands across its blocks', () => {
  const read = [...linesOf(onDisk(texts.join('\n')))];
  expect(read.map((line) => line.trimEnd()).map((line, index) => line === texts[index])).toEqual(
    texts.map(() => true),
  );
});
