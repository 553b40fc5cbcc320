import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOf, type Send } from './clients.ts';
import type { Client, Contender, Target } from './contender.ts';
import { answerTo, bodyOf, startLoopbackProvider } from './loopback-provider.ts';

/**
 * One measurement in a process of its own: `node src/run.ts <contender> <client> <scenario> <size>`. Prints one JSON line. Bare and
 * contender run in the same process, one after the other, so that their ratio does not depend on the machine.
 */
const [name, client, scenario, size] = process.argv.slice(2) as [string, Client, string, string];
const { contender } = (await import(`./contenders/${name}.ts`)) as { contender: Contender };
const count = Number(size);
const folder = mkdtempSync(join(tmpdir(), 'reel-bench-'));
const provider = await startLoopbackProvider();
const path = `${provider.url}/v1/chat/completions`;
const bodies = Array.from({ length: count }, (_, n) => bodyOf(n));
const target: Target = { url: provider.url, pairs: bodies.map((body) => ({ body, answer: answerTo(body) })) };
const send = await clientOf(client);

const scenarios: Record<string, () => Promise<Record<string, number>>> = {
  async calls() {
    await sequence(send, bodies.slice(0, 200));
    const bare = await sequence(send, bodies);
    let record = Number.NaN;
    if (contender.records) {
      const stop = await contender.start('record', folder, target);
      record = await sequence(send, bodies);
      await stop();
    }
    // Warm before measuring, as bare was: a run of its own on the same recordings.
    const warm = await contender.start('replay', folder, target);
    await sequence(send, bodies);
    await warm();
    const stop = await contender.start('replay', folder, target);
    const replay = await sequence(send, bodies);
    await stop();
    return { bare, record, replay };
  },
  async match10() {
    // Ten calls are too few to time: the cassette is replayed a hundred times.
    const stop = await recordThenReplay();
    await stop();
    const times: number[] = [];
    for (let round = 0; round < 100; round++) {
      const end = await contender.start('replay', folder, target);
      await send(path, bodies[0]!);
      const start = performance.now();
      for (const body of bodies.slice(1)) await send(path, body);
      times.push(((performance.now() - start) * 1000) / (bodies.length - 1));
      await end();
    }
    return { replay: times.toSorted((a, b) => a - b)[50]! };
  },
  async match() {
    // The first request opens the cassette; it is not part of the price of a match.
    const stop = await recordThenReplay();
    await send(path, bodies[0]!);
    const replay = await sequence(send, bodies.slice(1));
    await stop();
    return { replay };
  },
  async stream() {
    const url = `${provider.url}/stream/${count}`;
    await readPieces(url);
    const bare = await readPieces(url);
    let record = { time: Number.NaN, pieces: 0 };
    if (contender.records) {
      const stop = await contender.start('record', folder, target);
      record = await readPieces(url);
      await stop();
    }
    const warm = await contender.start('replay', folder, target);
    await readPieces(url).catch(() => undefined);
    await warm().catch(() => undefined);
    const stop = await contender.start('replay', folder, target);
    const replay = await readPieces(url);
    await stop();
    return { bare: bare.time, record: record.time, replay: replay.time, pieces: replay.pieces };
  },
};

async function recordThenReplay(): Promise<() => Promise<void>> {
  const stop = await contender.start('record', folder, target);
  await sequence(send, bodies);
  await stop();
  return contender.start('replay', folder, target);
}

/** Microseconds per call: the median of ten slices, which a garbage collection in one of them does not move. */
async function sequence(send: Send, list: readonly string[]): Promise<number> {
  const slices = 10;
  const times: number[] = [];
  for (let slice = 0; slice < slices; slice++) {
    const part = list.slice((slice * list.length) / slices, ((slice + 1) * list.length) / slices);
    if (part.length === 0) continue;
    const start = performance.now();
    for (const body of part) {
      const text = await send(path, body);
      if (!text.includes(`I read ${body.length} characters`))
        throw new Error(`wrong answer: ${text.slice(0, 300)}`);
    }
    times.push(((performance.now() - start) * 1000) / part.length);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

async function readPieces(url: string): Promise<{ time: number; pieces: number }> {
  const start = performance.now();
  const response = await fetch(url, { method: 'POST', body: '{}' });
  let pieces = 0;
  for await (const _piece of response.body!) pieces++;
  return { time: performance.now() - start, pieces };
}

try {
  process.stdout.write(`${JSON.stringify(await scenarios[scenario]!())}\n`);
} finally {
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
