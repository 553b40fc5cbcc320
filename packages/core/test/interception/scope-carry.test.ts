import { AsyncLocalStorage } from 'node:async_hooks';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as undici8 from 'undici';
import * as undici7 from 'undici7';
import { createSocketTransport } from '../../src/interception/socket.ts';
import { MemoryRecorder } from './memory-recorder.ts';

const tests = new AsyncLocalStorage<{ name: string }>();
const names = ['one', 'two', 'three', 'four'];

let server: http.Server | http2.Http2Server;
let origin: string;
let recorder: MemoryRecorder;
const transport = createSocketTransport();

async function start(made: http.Server | http2.Http2Server): Promise<void> {
  server = made;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  recorder = new MemoryRecorder((endpoint) => endpoint.port === port);
  recorder.currentScope = () => tests.getStore();
  transport.enable(recorder);
}

const slowly = (_request: unknown, response: { end(body: string): void }): void => {
  setTimeout(() => response.end('ok'), 5);
};

beforeEach(() => start(http.createServer(slowly)));
afterEach(() => {
  transport.disable();
  server.close();
});

/** Three requests from each of four contexts, all at once, and who they were booked to. */
async function bookings(send: (path: string) => Promise<unknown>): Promise<string[]> {
  await Promise.all(
    names.map((name) =>
      tests.run({ name }, async () => {
        await Promise.all([1, 2].map((index) => send(`/${name}/${index}`)));
        await send(`/${name}/3`);
      }),
    ),
  );
  return recorder.tape.map(
    ({ key, scope }) => `${new URL(key.slice(4)).pathname} ${(scope as { name: string })?.name}`,
  );
}

const everyone = names.flatMap((name) => [1, 2, 3].map((index) => `/${name}/${index} ${name}`)).toSorted();

describe('a request belongs to the test that made it, though all share one connection', () => {
  test('node:http with one socket', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const booked = await bookings(
      (path) =>
        new Promise((resolve, reject) => {
          http
            .get(origin + path, { agent }, (response) => response.resume().once('end', resolve))
            .once('error', reject);
        }),
    );
    agent.destroy();
    expect(booked.toSorted()).toEqual(everyone);
  });

  test('node:http with headers given as an array', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const booked = await bookings(
      (path) =>
        new Promise((resolve, reject) => {
          const headers = ['Host', new URL(origin).host, 'X-One', '1'];
          http
            .get(origin + path, { agent, headers }, (response) => response.resume().once('end', resolve))
            .once('error', reject);
        }),
    );
    agent.destroy();
    expect(booked.toSorted()).toEqual(everyone);
  });

  for (const [title, undici] of [
    ['undici 8', undici8],
    ['undici 7', undici7 as unknown as typeof undici8],
  ] as const) {
    test(`${title} request through an agent with one connection`, async () => {
      const dispatcher = new undici.Agent({ connections: 1 });
      const booked = await bookings(async (path) =>
        (await undici.request(origin + path, { dispatcher })).body.text(),
      );
      await dispatcher.close();
      expect(booked.toSorted()).toEqual(everyone);
    });

    test(`${title} request through an agent that pipelines`, async () => {
      const dispatcher = new undici.Agent({ connections: 1, pipelining: 4 });
      const booked = await bookings(async (path) =>
        (await undici.request(origin + path, { dispatcher })).body.text(),
      );
      await dispatcher.close();
      expect(booked.toSorted()).toEqual(everyone);
    });

    test(`${title} request through a client`, async () => {
      const dispatcher = new undici.Client(origin);
      const booked = await bookings(async (path) =>
        (await dispatcher.request({ path, method: 'GET' })).body.text(),
      );
      await dispatcher.close();
      expect(booked.toSorted()).toEqual(everyone);
    });

    test(`${title} fetch through an agent with a connection for each`, async () => {
      const dispatcher = new undici.Agent();
      const booked = await bookings(async (path) =>
        (await undici.fetch(origin + path, { dispatcher })).text(),
      );
      await dispatcher.close();
      expect(booked.toSorted()).toEqual(everyone);
    });
  }

  test('undici 8 fetch through an agent with one connection', async () => {
    const dispatcher = new undici8.Agent({ connections: 1 });
    const booked = await bookings(async (path) =>
      (await undici8.fetch(origin + path, { dispatcher })).text(),
    );
    await dispatcher.close();
    expect(booked.toSorted()).toEqual(everyone);
  });

  test('an HTTP/2 session', async () => {
    transport.disable();
    server.close();
    await start(http2.createServer(slowly as never));
    const session = http2.connect(origin);
    const booked = await bookings(
      (path) =>
        new Promise((resolve, reject) => {
          session.request({ ':path': path }).resume().once('end', resolve).once('error', reject);
        }),
    );
    session.destroy();
    expect(booked.toSorted()).toEqual(everyone);
  });

  test('undici 8 over one HTTP/2 session', async () => {
    transport.disable();
    server.close();
    await start(http2.createServer(slowly as never));
    const dispatcher = new undici8.H2CClient(origin);
    const booked = await bookings(async (path) =>
      (await dispatcher.request({ path, method: 'GET' })).body.text(),
    );
    await dispatcher.destroy();
    expect(booked.toSorted()).toEqual(everyone);
  });
});

test('a client that announces nothing is booked to whoever writes', async () => {
  const { connect } = process.getBuiltinModule('node:net');
  await tests.run({ name: 'raw' }, async () => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.write('GET /raw HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    await new Promise((resolve) => socket.resume().once('close', resolve));
  });
  expect(recorder.tape.map(({ scope }) => scope)).toEqual([{ name: 'raw' }]);
});

test('a request outside any test stays outside, on a connection a test has used', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const get = (path: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      http
        .get(origin + path, { agent }, (response) => response.resume().once('end', resolve))
        .once('error', reject);
    });
  await tests.run({ name: 'one' }, () => get('/inside'));
  await get('/outside');
  agent.destroy();
  expect(recorder.tape.map(({ scope }) => scope)).toEqual([{ name: 'one' }, undefined]);
});

test('the callbacks of a client run in the context of its request, as without Reel', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const seen = await Promise.all(
    names.map((name) =>
      tests.run(
        { name },
        () =>
          new Promise((resolve) => {
            http.get(origin, { agent }, (response) => {
              response.resume().once('end', () => resolve(tests.getStore()?.name));
            });
          }),
      ),
    ),
  );
  agent.destroy();
  expect(seen).toEqual(names);
});
