import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CassetteStore } from '../../src/cassette/store.ts';
import { createMemoryStore } from '../../src/cassette/stores/memory.ts';
import type { Mode } from '../../src/mode.ts';
import { createRecorder } from '../../src/recorder.ts';
import type { Outcome, ScopeReport } from '../../src/report.ts';
import { matrixClients, type MatrixClient, type Seen } from './clients.ts';
import { startMatrixServer, type MatrixServer } from './server.ts';

/** What one cell of the table of modes says: where the answer comes from, and what is on tape afterwards. */
interface Cell {
  readonly from: 'upstream' | 'tape' | 'miss' | 'tape, and upstream is asked';
  /** Prompts on tape after a passed test; `undefined` when there is still no cassette. */
  readonly tape: readonly string[] | undefined;
}

const upstream = (...tape: string[]): Cell => ({ from: 'upstream', tape });

/** DESIGN section 5. The cassette, where there is one, holds the prompt "known". */
const table: Record<Mode, { 'no cassette': Cell; 'a match': Cell; 'no match': Cell }> = {
  replay: {
    'no cassette': { from: 'miss', tape: undefined },
    'a match': { from: 'tape', tape: ['known'] },
    'no match': { from: 'miss', tape: ['known'] },
  },
  'record-if-missing': {
    'no cassette': upstream('known'),
    'a match': { from: 'tape', tape: ['known'] },
    'no match': upstream('known', 'new'),
  },
  once: {
    'no cassette': upstream('known'),
    'a match': { from: 'tape', tape: ['known'] },
    'no match': { from: 'miss', tape: ['known'] },
  },
  record: { 'no cassette': upstream('known'), 'a match': upstream('known'), 'no match': upstream('new') },
  live: {
    'no cassette': { from: 'upstream', tape: undefined },
    'a match': { from: 'upstream', tape: ['known'] },
    'no match': { from: 'upstream', tape: ['known'] },
  },
  verify: {
    'no cassette': { from: 'miss', tape: undefined },
    'a match': { from: 'tape, and upstream is asked', tape: ['known'] },
    'no match': { from: 'miss', tape: ['known'] },
  },
};

let server: MatrixServer;
let store: CassetteStore;

beforeAll(async () => {
  server = await startMatrixServer();
});
afterAll(() => server.close());
beforeEach(() => {
  store = createMemoryStore();
  server.hits.length = 0;
});

async function ask(
  client: MatrixClient,
  mode: Mode,
  prompt: string,
  outcome: Outcome = 'passed',
): Promise<{ seen: Seen; report: ScopeReport }> {
  const recorder = createRecorder({
    mode: { mode, source: 'the matrix' },
    options: { intercept: [new URL(server.http1).host, new URL(server.http2).host] },
  }).start();
  try {
    const scope = recorder.open({ cassette: 'tape', store, test: 'a test' });
    const url = `${client.name === 'node:http2' ? server.http2 : server.http1}/json`;
    const seen = await scope.run(() =>
      client.send({
        url,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ prompt }),
      }),
    );
    return { seen, report: await scope.close(outcome) };
  } finally {
    recorder.stop();
  }
}

function promptsOnTape(): string[] | undefined {
  const stored = store.read('tape');
  if (stored === undefined) return undefined;
  const lines = Buffer.from(stored.bytes)
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { json?: { prompt: string } });
  return lines.filter((line) => 'request' in line).map((line) => line.json!.prompt);
}

const cells = Object.entries(table).flatMap(([mode, row]) =>
  Object.entries(row).map(([situation, cell]) => ({ mode: mode as Mode, situation, cell })),
);

describe.each(matrixClients())('through $name', (client) => {
  test.for(cells)('$mode with $situation', async ({ mode, situation, cell }, { skip }) => {
    // The server of this client speaks HTTP/2 only, and no provider does.
    if (mode === 'verify' && client.name === 'node:http2') skip('verification asks over HTTP/1.1');
    if (situation !== 'no cassette') await ask(client, 'record', 'known');
    const before = store.read('tape')?.revision;
    server.hits.length = 0;

    const { seen, report } = await ask(client, mode, situation === 'no match' ? 'new' : 'known');

    expect(server.hits.length).toBe(cell.from.includes('upstream') ? 1 : 0);
    expect(seen.status).toBe(cell.from === 'miss' ? 400 : 200);
    expect(report.misses.length).toBe(cell.from === 'miss' ? 1 : 0);
    expect(promptsOnTape()).toEqual(cell.tape);
    const mayWrite = cell.from === 'upstream' && mode !== 'live';
    expect(mayWrite || store.read('tape')?.revision === before).toBe(true);
  });

  test.each(['record', 'once', 'record-if-missing'] as const)(
    '%s keeps the old cassette when the test fails',
    async (mode) => {
      await ask(client, mode, 'first', 'failed');
      expect(promptsOnTape()).toBeUndefined();
      await ask(client, 'record', 'known');
      const before = store.read('tape')!.revision;
      await ask(client, mode, 'new', 'failed');
      expect(store.read('tape')!.revision).toBe(before);
    },
  );
});
