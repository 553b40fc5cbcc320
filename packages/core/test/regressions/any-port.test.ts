import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as undici8 from 'undici';
import * as undici7 from 'undici7';
import { createMemoryStore } from '../../src/cassette/stores/memory.ts';
import { createRecorder, type Recorder } from '../../src/recorder.ts';

/** Host names that were looked up: nothing leaves a process without one. */
const lookups: string[] = [];
const lookup = ((host: string, _options: unknown, done: (error: Error) => void) => {
  lookups.push(host);
  done(Object.assign(new Error(`looked up ${host}`), { code: 'ENOTFOUND' }));
}) as never;

let recorder: Recorder;
beforeAll(() => {
  recorder = createRecorder({ mode: { mode: 'replay', source: 'the test' } }).start();
});
afterAll(() => recorder.stop());
beforeEach(() => {
  lookups.length = 0;
});

const url = (scheme: string): string => `${scheme}://gateway.internal:8443/v1/chat/completions`;

function statusOf(request: http.ClientRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    request.on('error', reject);
    request.end();
  });
}

const clients: Record<string, () => Promise<number>> = {
  'node:http': () => statusOf(http.request(url('http'), { lookup })),
  'node:https': () => statusOf(https.request(url('https'), { lookup })),
  'undici 8 with an agent of its own': async () =>
    (await undici8.request(url('https'), { dispatcher: new undici8.Agent({ connect: { lookup } }) }))
      .statusCode,
  'undici 7 with an agent of its own': async () =>
    (await undici7.request(url('http'), { dispatcher: new undici7.Agent({ connect: { lookup } }) }))
      .statusCode,
  'node:http2 over TLS': () =>
    new Promise((resolve, reject) => {
      const session = http2.connect('https://gateway.internal:8443', { lookup });
      session.on('error', reject);
      const stream = session.request({ ':path': '/v1/chat/completions' });
      stream.on('response', (headers) => {
        resolve(headers[':status']!);
        session.destroy();
      });
      stream.on('error', reject);
      stream.end();
    }),
};

test.each(Object.keys(clients))(
  '%s to a gateway on a port of its own is a miss, and nothing is looked up',
  async (name) => {
    const scope = recorder.open({ cassette: 'none', store: createMemoryStore(), test: name });
    expect(await scope.run(clients[name]!)).toBe(400);
    await scope.close('passed');
    expect(scope.misses.map(({ code }) => code)).toEqual(['REEL_CASSETTE_NOT_FOUND']);
    expect(lookups).toEqual([]);
  },
);

test('a connection that does not say it is HTTP goes its own way', async () => {
  const scope = recorder.open({ cassette: 'none', store: createMemoryStore(), test: 'a database' });
  const error = await scope.run(
    () =>
      new Promise((resolve) => net.connect({ host: 'db.internal', port: 5432, lookup }).on('error', resolve)),
  );
  await scope.close('passed');
  expect(error).toMatchObject({ code: 'ENOTFOUND' });
  expect(lookups).toEqual(['db.internal']);
  expect(scope.misses).toEqual([]);
});
