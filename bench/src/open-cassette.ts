import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileStore, createRecorder } from '@reel/core';

/**
 * Opens a cassette of `megabytes` and answers its first request, against reading the file. Its own process, started with --expose-gc.
 * Prints one JSON line.
 */
const megabytes = Number(process.argv[2] ?? 100);
const folder = mkdtempSync(join(tmpdir(), 'reel-bench-'));
const file = join(folder, 'big.jsonl');
const vector = Array.from({ length: 1536 }, (_, n) => Math.sin(n)).map((x) => Number(x.toFixed(8)));
// Written piece by piece: a string of the whole file would be in the way of what is measured.
writeFileSync(file, '{"reel":1,"name":"big","recordedAt":"2026-11-20T10:00:00Z","by":"bench","rules":""}\n');
let size = 0;
for (let n = 1; size < megabytes * 1e6; n++) {
  const group = [
    `{"request":${n},"method":"POST","url":"https://api.openai.com/v1/embeddings","headers":[["content-type","application/json"]],"json":{"input":"text ${n}","model":"text-embedding-3-small"}}`,
    `{"response":${n},"status":200,"headers":[["content-type","application/json"]],"json":${JSON.stringify({ data: [{ embedding: vector, index: 0 }], n })}}`,
    `{"end":${n}}`,
  ];
  const text = `${group.join('\n')}\n`;
  appendFileSync(file, text);
  size += text.length;
}

const held = (): number => {
  globalThis.gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
const before = held();
readFileSync(file);
globalThis.gc!();
let start = performance.now();
let bytes: Buffer | undefined = readFileSync(file);
const read = performance.now() - start;
void bytes;
bytes = undefined;
globalThis.gc!();

const recorder = createRecorder({ mode: { mode: 'replay', source: 'the benchmark' } }).start();
const scope = recorder.open({ cassette: 'big', store: createFileStore({ root: folder }), test: 'big' });
start = performance.now();
const response = await scope.run(() =>
  fetch('https://api.openai.com/v1/embeddings', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"input":"text 1","model":"text-embedding-3-small"}',
  }),
);
const open = performance.now() - start;
if (response.status !== 200) throw new Error(await response.text());
await response.arrayBuffer();
const used = held() - before;
if (scope.isClosed) throw new Error('the cassette must still be open here');
process.stdout.write(`${JSON.stringify({ read, open, memory: used / statSync(file).size })}\n`);
rmSync(folder, { recursive: true, force: true });
process.exit(0);
