import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileStore } from '../../src/cassette/stores/file.ts';
import type { CassetteStore } from '../../src/cassette/store.ts';
import { openCassette, type CassetteTape } from '../../src/cassette/tape.ts';
import { generation, generationOf } from './generation.ts';

const LANES = 4;
const KILLS_PER_LANE = 50;
const LONGEST_LIFE = 60;
const NAME = 'chat/shared';
const child = join(import.meta.dirname, 'recording-process.ts');

function open(store: CassetteStore): CassetteTape {
  return openCassette({
    bytes: store.read(NAME)!.bytes,
    where: store.locate(NAME),
    readBlob: (hash) => store.readBlob(NAME, hash),
  });
}

// A process that is killed cannot save its compiled code, and stripping the types of all modules takes longer than what
// it is started for: one that ends by itself saves it for all.
const compiled = mkdtempSync(join(tmpdir(), 'reel-compiled-'));
const env = { ...process.env, NODE_COMPILE_CACHE: compiled };
beforeAll(() => {
  const root = mkdtempSync(join(compiled, 'root-'));
  const { status } = spawnSync(process.execPath, [child, root, NAME, '1', '1'], { env, stdio: 'inherit' });
  if (status !== 0) throw new Error('the recording process does not run');
});
afterAll(() => rmSync(compiled, { recursive: true, force: true }));

/** Lets a process record, kills it at a random moment after its first generation, and gives the last one it stored. */
async function recordAndKill(root: string, first: number): Promise<number> {
  const recording = spawn(process.execPath, [child, root, NAME, String(first)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  recording.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const closed = once(recording, 'close');
  await Promise.race([once(recording.stdout, 'data'), closed]);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_LIFE));
  recording.kill('SIGKILL');
  const [, signal] = (await closed) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return Number(output.trim().split('\n').at(-1));
}

describe.concurrent('a process killed while it records', () => {
  it.each(Array.from({ length: LANES }, (_, lane) => lane))(
    `leaves the old cassette or the new one, and no lock that lasts (${KILLS_PER_LANE} times, lane %i)`,
    async () => {
      const root = mkdtempSync(join(tmpdir(), 'reel-killed-'));
      const store = createFileStore({ root, lockTimeout: 3_000 });
      try {
        let next = 1;
        for (let kill = 0; kill < KILLS_PER_LANE; kill++) {
          const stored = await recordAndKill(root, next);
          const found = generationOf(open(store));
          // Killed between storing a generation and saying so, it is one further.
          expect([stored, stored + 1]).toContain(found);

          next = found + 2;
          store.update(NAME, (current) => {
            expect(current).toBeDefined();
            return generation(found + 1).files;
          });
          expect(generationOf(open(store))).toBe(found + 1);
          expect(readdirSync(join(root, 'chat')).toSorted()).toEqual(['shared.blobs', 'shared.jsonl']);
          expect(readdirSync(join(root, 'chat/shared.blobs'))).toHaveLength(1);
        }
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    },
    120_000,
  );
});
