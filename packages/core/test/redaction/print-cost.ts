/**
 * What redaction and guard cost: their share of the time of recording a typical call, from a provider that takes its time and from one that
 * takes none, and their speed on large bodies. Prints; decides nothing.
 */
import http from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openCassette } from '../../src/cassette/tape.ts';
import { findSecrets } from '../../src/redaction/guard.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';
import { splitBody } from '../../src/recording/split.ts';
import { useCassette } from '../../src/use-cassette.ts';
import { plainSecret, seeded } from '../fixtures/synthetic-secrets.ts';

process.env['REEL_ALLOW_RECORD'] = '1';
const environment = Object.fromEntries([1, 2, 3, 4].map((n) => [`SERVICE_${n}_KEY`, plainSecret(seeded(n))]));
Object.assign(process.env, environment);
const redactor = createRedactor({}, environment);
const random = seeded(9);
const words =
  'the quick brown fox jumps over a lazy dog while reading about tokens, keys and (politely) "quoted" notes.'.split(
    ' ',
  );

function prose(length: number): string {
  let text = '';
  while (text.length < length) text += `${words[Math.floor(random() * words.length)]} `;
  return text;
}

function event(content: string): string {
  const choice = { index: 0, delta: { content }, logprobs: null, finish_reason: null };
  return `data: ${JSON.stringify({ id: 'chatcmpl-B1x9mZq0Xc3PwT7uV5yLk2Ns4Rd6Fg', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'gpt-4o-mini-2024-07-18', system_fingerprint: 'fp_44709d6fcb', choices: [choice] })}\n\n`;
}

/** Milliseconds of processor time, the least of several runs. */
function cost(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 8; run += 1) {
    const before = process.cpuUsage();
    work();
    least = Math.min(least, process.cpuUsage(before).user / 1000);
  }
  return least;
}

async function recordingTime(dir: string, latency: number, calls: number): Promise<number> {
  const answer = Array.from({ length: 150 }, () => event(` ${words[Math.floor(random() * words.length)]}`));
  const server = http.createServer(async (request, response) => {
    request.resume();
    if (latency > 0) await pause(latency);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const [index, one] of answer.entries()) {
      response.write(one);
      if (latency > 0 && index % 10 === 9) await pause(latency / 5);
    }
    response.end('data: [DONE]\n\n');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const body = JSON.stringify({
    model: 'gpt-4o-mini',
    stream: true,
    messages: [
      { role: 'system', content: prose(2000) },
      { role: 'user', content: prose(2000) },
    ],
  });
  const start = performance.now();
  for (let call = 0; call < calls; call += 1) {
    await useCassette(`latency-${latency}`, { mode: 'record', dir, intercept: [host] }, async () => {
      const response = await fetch(`http://${host}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      await response.text();
    });
  }
  const each = (performance.now() - start) / calls;
  server.closeAllConnections();
  await new Promise<void>((done) => server.close(() => done()));
  return each;
}

const dir = mkdtempSync(join(tmpdir(), 'reel-cost-'));
try {
  await recordingTime(dir, 0, 30);
  const bare = await recordingTime(dir, 0, 100);
  const slow = await recordingTime(dir, 200, 3);
  const bytes = readFileSync(join(dir, 'latency-0.jsonl'));
  const [interaction] = openCassette({
    bytes,
    where: 'cassette',
    readBlob: () => undefined,
  }).allInteractions();
  const many = 20;
  const own =
    cost(() => {
      for (let n = 0; n < many; n += 1) {
        redactor.interaction(interaction!);
        findSecrets(bytes, { known: redactor.known });
      }
    }) / many;
  console.log(
    `a call of 4 kB with a streamed answer of 150 events (${Math.round(bytes.length / 1000)} kB on tape):`,
  );
  console.log(`  redaction and guard                       ${own.toFixed(2)} ms`);
  console.log(
    `  recording from a server that answers at once ${bare.toFixed(2)} ms: ${((100 * own) / bare).toFixed(0)}% of it`,
  );
  console.log(
    `  recording at 200 ms to the first byte        ${slow.toFixed(0)} ms: ${((100 * own) / slow).toFixed(2)}% of it`,
  );
} finally {
  rmSync(dir, { recursive: true, force: true });
}

const bodies: readonly (readonly [name: string, type: string, text: string])[] = [
  [
    'messages',
    'application/json',
    JSON.stringify({ messages: Array.from({ length: 400 }, () => ({ role: 'user', content: prose(5000) })) }),
  ],
  [
    'a picture in base64',
    'application/json',
    JSON.stringify({
      image: Buffer.from(Array.from({ length: 1_500_000 }, () => Math.floor(random() * 256))).toString(
        'base64',
      ),
    }),
  ],
  [
    'embeddings',
    'application/json',
    JSON.stringify({
      data: Array.from({ length: 100 }, () =>
        Array.from({ length: 1536 }, () => Number((random() - 0.5).toFixed(8))),
      ),
    }),
  ],
  [
    'a stream of 16,000 events',
    'text/event-stream',
    Array.from({ length: 16_000 }, (_, n) => event(` ${words[n % words.length]}`)).join(''),
  ],
];
console.log('speed in MB of body a second of processor time:');
for (const [name, type, text] of bodies) {
  const body = Buffer.from(text);
  const isStream = type === 'text/event-stream';
  const pieces = splitBody(body, isStream ? 'sse' : 'none');
  const lines = isStream
    ? pieces.map((piece) => JSON.stringify({ chunk: 1, text: Buffer.from(piece).toString() })).join('\n')
    : `{"response":1,"json":${text}}`;
  const cassette = Buffer.from(`${lines}\n`);
  const redaction = cost(() => void redactor.stream(pieces, type));
  const guard = cost(() => void findSecrets(cassette, { known: redactor.known }));
  const speed = (time: number): string => (body.length / 1000 / time).toFixed(0).padStart(4);
  console.log(
    `  ${name.padEnd(28)} redaction ${speed(redaction)}, guard ${speed(guard)}, both ${speed(redaction + guard)}`,
  );
}
