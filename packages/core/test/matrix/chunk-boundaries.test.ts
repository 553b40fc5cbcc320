import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/cassette/stores/memory.ts';
import type { ReelOptions } from '../../src/options.ts';
import { createRecorder } from '../../src/recorder.ts';
import { matrixClients, type MatrixClient, type Seen } from './clients.ts';

/** What the server is to send: these pieces, one write each. */
interface Script {
  readonly type: string;
  readonly pieces: readonly Uint8Array[];
}

let server: Server;
let base: string;
let script: Script;
let hits = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    request.on('end', async () => {
      hits++;
      response.writeHead(200, { 'content-type': script.type });
      for (const piece of script.pieces) {
        response.write(piece);
        await new Promise(setImmediate);
      }
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const store = createMemoryStore();

async function inMode(
  mode: 'record' | 'replay',
  client: MatrixClient,
  options: ReelOptions = {},
): Promise<Seen> {
  const recorder = createRecorder({
    mode: { mode, source: 'the property' },
    options: { intercept: [new URL(base).host], ...options },
  }).start();
  try {
    const scope = recorder.open({ cassette: 'pieces', store, test: 'pieces' });
    const seen = await scope.run(() => client.send({ url: `${base}/`, method: 'POST', body: '{}' }));
    await scope.close('passed');
    scope.assertNoMisses();
    return seen;
  } finally {
    recorder.stop();
  }
}

/** Bytes of every kind in pieces that respect nothing: not characters, not lines, not events. */
const scripts: fc.Arbitrary<Script> = fc
  .tuple(
    fc.constantFrom(
      'text/event-stream',
      'application/x-ndjson',
      'application/json',
      'text/plain',
      'application/vnd.amazon.eventstream',
      'audio/mpeg',
    ),
    fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .array(
          fc.constantFrom(
            'data: ',
            '{"a":1}',
            '\n',
            '\r\n',
            '\r',
            ':',
            'é',
            '漢',
            '🎞️',
            '\uFEFF',
            '\0',
            ' ',
            '"',
          ),
          { maxLength: 80 },
        )
        .map((parts) => new TextEncoder().encode(parts.join(''))),
    ),
    fc.array(fc.nat(400), { maxLength: 12 }),
  )
  .map(([type, bytes, cuts]) => {
    const places = [
      0,
      ...cuts.filter((cut) => cut < bytes.byteLength).toSorted((a, b) => a - b),
      bytes.byteLength,
    ];
    const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
    return { type, pieces: pieces.filter(({ byteLength }) => byteLength > 0) };
  });

// The server speaks HTTP/1.1; HTTP/2 has its shapes in transports.test.ts.
const clients = matrixClients().filter(({ name }) => name !== 'node:http2');

describe.each(clients)('through $name', (client) => {
  test('bytes replay as they came, wherever the network cut them and wherever the replay cuts them', async () => {
    await fc.assert(
      fc.asyncProperty(scripts, fc.integer({ min: 1, max: 9 }), async (wanted, size) => {
        script = wanted;
        const sent = Buffer.concat(wanted.pieces).toString('base64');
        expect((await inMode('record', client)).body).toBe(sent);
        const before = hits;
        expect((await inMode('replay', client)).body).toBe(sent);
        expect((await inMode('replay', client, { chunking: { bytes: size } })).body).toBe(sent);
        expect(hits).toBe(before);
      }),
      { numRuns: 25 },
    );
  });
});
