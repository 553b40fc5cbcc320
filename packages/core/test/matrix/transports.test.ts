import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/cassette/stores/memory.ts';
import type { Mode } from '../../src/mode.ts';
import { createRecorder, type Recorder } from '../../src/recorder.ts';
import type { ScopeReport } from '../../src/report.ts';
import { matrixClients, type Call, type MatrixClient, type Seen } from './clients.ts';
import { startMatrixServer, type MatrixServer } from './server.ts';

/** Every shape of traffic in the matrix: a call, given the base URL of the server. */
const shapes: Record<string, (base: string) => Call> = {
  'a JSON answer': (base) => post(`${base}/json`),
  'a JSON answer to a GET with a query': (base) => ({ url: `${base}/json?b=2&a=1` }),
  'server-sent events': (base) => post(`${base}/sse`),
  'JSON lines': (base) => post(`${base}/ndjson`),
  'binary bytes': (base) => post(`${base}/binary`),
  'a gzip body': (base) => ({ url: `${base}/gzip`, headers: { 'accept-encoding': 'gzip' } }),
  'a brotli body': (base) => ({ url: `${base}/br`, headers: { 'accept-encoding': 'br' } }),
  'a zstd body': (base) => ({ url: `${base}/zstd`, headers: { 'accept-encoding': 'zstd' } }),
  'a deflate body': (base) => ({ url: `${base}/deflate`, headers: { 'accept-encoding': 'deflate' } }),
  'a redirect': (base) => ({ url: `${base}/redirect` }),
  'a redirect that keeps the method': (base) => post(`${base}/redirect-307`),
  'repeated headers': (base) => ({ url: `${base}/repeated` }),
  'a HEAD request': (base) => ({ url: `${base}/head`, method: 'HEAD' }),
  'no content': (base) => ({ url: `${base}/204` }),
  'an empty body': (base) => ({ url: `${base}/empty` }),
  'a 404': (base) => ({ url: `${base}/404` }),
  'a 503': (base) => ({ url: `${base}/503` }),
  'a stream cut in the middle': (base) => post(`${base}/reset`),
  'a hang-up before any answer': (base) => post(`${base}/hangup`),
  'a refused connection': () => ({ url: `${closedPort}/json` }),
  'a host that does not exist': () => ({ url: 'http://reel-matrix.invalid/json' }),
};

function post(url: string): Call {
  return { url, method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"prompt":"hello"}' };
}

const decoders: Record<string, (bytes: Uint8Array) => Buffer> = {
  gzip: zlib.gunzipSync,
  br: zlib.brotliDecompressSync,
  zstd: zlib.zstdDecompressSync,
  deflate: zlib.inflateSync,
};

/** Compressed bodies are compared decoded: Reel compresses again, and may choose other bytes and another length. */
function comparable(live: Seen, { headers }: Call): Seen {
  const seen = withoutCookieValues(live);
  const encoding = headers?.['accept-encoding'];
  if (encoding === undefined || seen.body === undefined) return seen;
  const raw = Buffer.from(seen.body, 'base64');
  let body: Buffer = raw;
  try {
    body = decoders[encoding]!(raw);
  } catch {
    // The client has decoded it already.
  }
  return {
    ...seen,
    body: body.toString('base64'),
    headers: seen.headers!.filter(([name]) => name !== 'content-length'),
  };
}

/** Values of cookies are not on tape. */
function withoutCookieValues(seen: Seen): Seen {
  if (seen.headers === undefined) return seen;
  return {
    ...seen,
    headers: seen.headers.map(([name, value]) => [
      name,
      name === 'set-cookie' ? value.split('=', 1)[0]! : value,
    ]),
  };
}

let server: MatrixServer;
/** Base URL of a port on which nobody listens. */
let closedPort: string;
const store = createMemoryStore();

async function inMode(
  mode: Mode,
  cassette: string,
  client: MatrixClient,
  call: Call,
): Promise<{ seen: Seen; report: ScopeReport }> {
  const recorder: Recorder = createRecorder({
    mode: { mode, source: 'the matrix' },
    options: {
      intercept: [new URL(server.http1).host, new URL(server.http2).host, new URL(closedPort).host],
      normalize: false,
    },
  }).start();
  try {
    const scope = recorder.open({ cassette, store, test: cassette });
    const seen = await scope.run(() => client.send(call));
    return { seen: comparable(seen, call), report: await scope.close('passed') };
  } finally {
    recorder.stop();
  }
}

const writingModes = ['record', 'once', 'record-if-missing'] as const;
const upstreamModes = [...writingModes, 'live'] as const;

describe.each(matrixClients())('through $name', (client: MatrixClient) => {
  const bare = new Map<string, Seen>();
  /** By mode, then by shape: what was seen while there was no cassette yet. */
  const first = new Map<Mode, Map<string, Seen>>();
  const nameOf = (mode: Mode, shape: string): string =>
    `${client.name} ${mode} ${shape}`.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase();
  const callOf = (shape: string): Call =>
    shapes[shape]!(client.name === 'node:http2' ? server.http2 : server.http1);

  beforeAll(async () => {
    const gone = await startMatrixServer();
    closedPort = gone.http1;
    await gone.close();
    server = await startMatrixServer();
    for (const shape of Object.keys(shapes))
      bare.set(shape, comparable(await client.send(callOf(shape)), callOf(shape)));
    for (const mode of upstreamModes) {
      const seen = new Map<string, Seen>();
      first.set(mode, seen);
      for (const shape of Object.keys(shapes)) {
        seen.set(shape, (await inMode(mode, nameOf(mode, shape), client, callOf(shape))).seen);
      }
    }
    await server.close();
  }, 60_000);

  afterAll(() => server.close().catch(() => {}));

  describe.each(Object.keys(shapes))('%s', (shape) => {
    test.each(upstreamModes)('is the same in mode %s, with no cassette, as without Reel', (mode) => {
      expect(first.get(mode)!.get(shape)).toEqual(bare.get(shape));
    });

    test.each(['replay', 'once', 'record-if-missing'] as const)(
      'comes from tape in mode %s as it was recorded, with the server gone',
      async (mode) => {
        for (const recordedBy of writingModes) {
          const { seen, report } = await inMode(mode, nameOf(recordedBy, shape), client, callOf(shape));
          expect(seen).toEqual(first.get(recordedBy)!.get(shape));
          expect(report.misses).toEqual([]);
          expect(report.unused).toEqual([]);
          expect(report.recorded).toBe(0);
        }
      },
    );

    test('leaves no cassette in mode live', () => {
      expect(store.exists(nameOf('live', shape))).toBe(false);
    });
  });
});
