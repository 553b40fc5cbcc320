import { readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCassette } from '@reel/core/engine';
import { Bench, chat } from './support.ts';

/** Seeded, so that a failure can be had again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Visit {
  readonly stays: boolean;
  readonly received: string;
}

/** One connection that asks for a stream and leaves after a while, orderly or with a reset, or stays to the end. */
function visit(port: number, index: number, chance: () => number): Promise<Visit> {
  const body = chat(`Count to ${index}`, { stream: true });
  const stays = chance() < 0.4;
  const leavesAfter = chance() * 300;
  const isRude = chance() < 0.5;
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    let received = '';
    const head = `POST /openai/v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer k\r\nX-Sim-Delay: 3\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`;
    // Some are gone before their request is whole.
    socket.write(leavesAfter < 10 && !stays ? head : head + body);
    socket.on('data', (bytes) => (received += bytes.toString()));
    socket.on('error', () => {});
    socket.once('close', () => resolve({ stays, received }));
    if (!stays) setTimeout(() => (isRude ? socket.resetAndDestroy() : socket.destroy()), leavesAfter);
  });
}

test('200 connections whose clients hang up at random leave no broken cassette and no open socket', async () => {
  await using bench = await Bench.open();
  const proxy = await bench.proxy('record', { options: { normalize: false } });
  const chance = random(20_261_120);
  const visits = await Promise.all(
    Array.from({ length: 200 }, (_, index) => visit(proxy.port, index, chance)),
  );
  const stayed = visits.filter(({ stays }) => stays);
  expect(stayed.length).toBeGreaterThan(40);
  for (const { received } of stayed) expect(received).toContain('[DONE]');

  // What the clients held open is closed on both sides of the proxy, without it being stopped.
  await expect.poll(() => openSockets(proxy.port), { timeout: 5000 }).toBe(0);
  const { reports, errors } = await proxy.close();
  expect(errors).toEqual([]);
  expect(reports).toMatchObject([{ saved: true, misses: [] }]);
  await expect.poll(() => openSockets(bench.provider.port), { timeout: 5000 }).toBe(0);

  const tape = openCassette({
    bytes: readFileSync(join(bench.folder, 'test.jsonl')),
    where: 'test.jsonl',
    readBlob: () => undefined,
  });
  const interactions = tape.allInteractions();
  expect(interactions).toHaveLength(reports[0]!.recorded);
  const whole = interactions.filter(({ ending }) => ending.kind === 'end');
  expect(whole.length).toBeGreaterThanOrEqual(stayed.length);
  for (const { chunks } of whole) expect(Buffer.from(chunks.at(-1)!.bytes).toString()).toContain('[DONE]');
  const cutBy = interactions.flatMap(({ ending }) => (ending.kind === 'aborted' ? [ending.by] : []));
  expect(new Set(cutBy)).toEqual(new Set(['client']));
});

test('clients that hang up in the middle of a replay leave no open socket, and the recording as it was', async () => {
  await using bench = await Bench.open();
  const recorder = await bench.proxy('record', { options: { normalize: false } });
  await visit(recorder.port, 7, () => 0);
  await recorder.close();
  const before = readFileSync(join(bench.folder, 'test.jsonl'));

  const player = await bench.proxy('replay', {
    options: { timing: { tokensPerSecond: 100 }, match: { repeat: 'last' } },
  });
  const chance = random(7);
  const visits = await Promise.all(
    Array.from({ length: 100 }, (_, index) => visit(player.port, 7, index === 0 ? () => 0 : chance)),
  );
  expect(visits[0]!.received).toContain('[DONE]');
  await expect.poll(() => openSockets(player.port), { timeout: 5000 }).toBe(0);
  expect(await player.close()).toMatchObject({ reports: [{ misses: [] }], errors: [] });
  expect(readFileSync(join(bench.folder, 'test.jsonl'))).toEqual(before);
});

/** The connections that this process serves on a port: the proxy's, and the simulated provider's. */
function openSockets(port: number): number {
  return handles().filter((socket) => socket.localPort === port && !socket.destroyed).length;
}

function handles(): net.Socket[] {
  const active = (process as unknown as { _getActiveHandles(): object[] })._getActiveHandles();
  return active.filter((handle): handle is net.Socket => handle instanceof net.Socket);
}
