import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFileStore } from '../../src/cassette/stores/file.ts';
import { openCassette } from '../../src/cassette/tape.ts';

const PROCESSES = 4;
const EACH = 20;
const child = join(import.meta.dirname, 'appending-process.ts');

it(`keeps all that ${PROCESSES} processes add to one cassette, ${EACH} interactions each, in the order of each`, async () => {
  const root = mkdtempSync(join(tmpdir(), 'reel-together-'));
  try {
    const labels = Array.from({ length: PROCESSES }, (_, index) => `process-${index}`);
    const codes = await Promise.all(
      labels.map(async (label) => {
        const process_ = spawn(process.execPath, [child, root, 'shared', label, String(EACH)], {
          stdio: 'inherit',
        });
        const [code] = (await once(process_, 'close')) as [number];
        return code;
      }),
    );
    expect(codes).toEqual(labels.map(() => 0));

    const bytes = createFileStore({ root }).read('shared')!.bytes;
    const questions = openCassette({ bytes, where: 'shared', readBlob: () => undefined })
      .allInteractions()
      .map(({ request }) => /process-\d+ \d+/.exec(Buffer.from(request.body).toString())![0]);
    expect(questions).toHaveLength(PROCESSES * EACH);
    for (const label of labels) {
      const own = questions.filter((question) => question.startsWith(`${label} `));
      expect(own).toEqual(Array.from({ length: EACH }, (_, i) => `${label} ${i}`));
    }
    expect(readdirSync(root)).toEqual(['shared.jsonl']);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}, 60_000);
