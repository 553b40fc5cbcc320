import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startProviders, type Simulator } from '@reel/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRecorder } from '../../src/recorder.ts';
import type { ScopeReport } from '../../src/report.ts';
import { Attempt } from '../../src/server-scope/attempt.ts';
import type { ScopePart } from '../../src/shared-test.ts';

const register = pathToFileURL(join(import.meta.dirname, '../../dist/register.js')).href;
const server = join(import.meta.dirname, 'server.mjs');

let provider: Simulator;
let certificate: { key: string; cert: string };
let run: string;
let started: ChildProcess[] = [];

beforeAll(async () => {
  provider = await startProviders();
  const { generate } = createRequire(import.meta.resolve('@reel/testkit/package.json'))('selfsigned') as {
    generate(names: unknown): Promise<{ private: string; cert: string }>;
  };
  const made = await generate([{ name: 'commonName', value: 'localhost' }]);
  certificate = { key: made.private, cert: made.cert };
});
afterAll(() => provider.close());
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'reel-servers-'));
});
afterEach(async () => {
  await Promise.all(
    started.map((child) => {
      const closed = new Promise((resolve) => child.once('close', resolve));
      // What it started itself shares its output, and is in its group.
      process.kill(-child.pid!, 'SIGKILL');
      return closed;
    }),
  );
  started = [];
  rmSync(run, { recursive: true, force: true });
});

/** Starts a server under test. Returns its port. */
async function start(kind: string, environment: Record<string, string> = {}): Promise<number> {
  const port = await freePort();
  const origins = [`http://127.0.0.1:${port}`, environment['NEXT_SERVER']].filter((one) => one !== undefined);
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(REEL_|VITEST|NODE_OPTIONS|CI$)/.test(name),
  );
  const child = spawn(process.execPath, [server, kind], {
    cwd: run,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...Object.fromEntries(inherited),
      NODE_OPTIONS: `--import=${register}`,
      PORT: String(port),
      REEL_RUN_DIR: run,
      REEL_SERVERS: origins.join(' '),
      REEL_UPSTREAMS: Object.entries(provider.upstreams)
        .map((pair) => pair.join('='))
        .join(','),
      TLS_KEY: certificate.key,
      TLS_CERT: certificate.cert,
      ...environment,
    },
  });
  started.push(child);
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout!.on('data', (piece: Buffer) => {
      const ready = /ready (\d+)/.exec(piece.toString());
      if (ready !== null) resolve(Number(ready[1]));
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

function attempt(owner = 'a test', mode: 'record' | 'replay' = 'record'): Attempt {
  return new Attempt(run, () => ({
    session: { from: run, options: {}, optionsSource: 'the test', runnerMode: undefined },
    mode,
    root: join(run, 'cassettes'),
    cassette: owner.replaceAll(' ', '-'),
    test: owner,
    rerecord: `record ${owner}`,
    claimant: undefined,
    owner,
  }));
}

/** What the application asked in the parts of a test, in order. */
function prompts(parts: readonly ScopePart[]): string[] {
  return parts
    .flatMap(({ recorded }) => recorded)
    .toSorted((a, b) => a.sentAt - b.sentAt)
    .map(({ interaction }) => {
      const { messages } = JSON.parse(Buffer.from(interaction.request.body).toString()) as {
        messages: { content: string }[];
      };
      return messages[0]!.content;
    });
}

type Headers = Record<string, string>;

async function get(kind: string, port: number, path: string, headers: Headers): Promise<string> {
  if (kind.startsWith('h2'))
    return getHttp2(`${kind === 'h2' ? 'https' : 'http'}://127.0.0.1:${port}`, path, headers);
  const secure = kind === 'https';
  const options = { port, host: '127.0.0.1', path, headers, rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).get(options, (response) => {
      let body = '';
      response.on('data', (piece: Buffer) => (body += piece.toString()));
      response.on('end', () => resolve(body));
    });
    request.on('error', reject);
  });
}

function getHttp2(origin: string, path: string, headers: Headers): Promise<string> {
  const session = http2.connect(origin, { rejectUnauthorized: false });
  return new Promise<string>((resolve, reject) => {
    session.on('error', reject);
    const stream = session.request({ ':path': path, ...headers });
    let body = '';
    stream.on('data', (piece: Buffer) => (body += piece.toString()));
    stream.on('end', () => resolve(body));
    stream.on('error', reject);
  }).finally(() => session.close());
}

function reports(): string {
  return readdirSync(run)
    .filter((name) => name.startsWith('reports-'))
    .map((name) => readFileSync(join(run, name), 'utf8'))
    .join('');
}

describe.each(['http', 'https', 'h2c', 'h2', 'h2c-stream', 'upgrade', 'cluster', 'thread', 'child'])(
  'a server of the kind %s',
  (kind) => {
    test('works for the tests that its requests name, by cookie or header, however they overlap', async () => {
      const port = await start(kind);
      const [one, two] = [attempt('one'), attempt('two')];
      const cookie = { cookie: `a=b; reel-test=${one.announce()}; c=d` };
      const header = { 'x-reel-test': two.announce() };
      await Promise.all(
        [1, 2, 3].flatMap((n) => [
          get(kind, port, `/?q=one${n}`, cookie),
          get(kind, port, `/?q=two${n}`, header),
        ]),
      );
      for (const [name, test] of [
        ['one', one],
        ['two', two],
      ] as const) {
        const { parts, lost } = await test.end('passed');
        expect(prompts(parts).toSorted()).toEqual([`${name}1`, `${name}2`, `${name}3`]);
        expect(lost).toBe(0);
      }
      expect(reports()).toBe('');
    }, 30_000);
  },
);

test('messages of an upgraded connection belong to the test of its request', async () => {
  const port = await start('upgrade');
  const one = attempt('one');
  const socket = connect(port, '127.0.0.1');
  let answered = '';
  socket.on('data', (piece) => (answered += piece.toString()));
  socket.write(
    `GET / HTTP/1.1\r\nhost: x\r\nupgrade: chat\r\nconnection: upgrade\r\ncookie: reel-test=${one.announce()}\r\n\r\n`,
  );
  await expect.poll(() => answered).toContain('101');
  socket.write('a message');
  await expect.poll(() => answered).toMatch(/200\n$/);
  socket.destroy();
  expect(prompts((await one.end('passed')).parts)).toEqual(['a message']);
});

test('a server hands the test on to the next server it asks', async () => {
  const next = await start('http');
  const port = await start('http', { NEXT_SERVER: `http://127.0.0.1:${next}` });
  const one = attempt('one');
  await get('http', port, '/?q=first', { 'x-reel-test': one.announce() });
  const { parts } = await one.end('passed');
  expect(parts).toHaveLength(2);
  expect(prompts(parts)).toEqual(['next-first', 'first']);
});

describe('calls that belong to no test are refused, and reported with where they came from', () => {
  test.each([
    ['a request without an id', {}, 'serving GET /, which came without the id of a test'],
    ['an id of no test of this run', { 'x-reel-test': 'unknown' }, 'serving GET /, which came without'],
    ['an id that is none', { cookie: 'reel-test=../../etc/passwd' }, 'serving GET /, which came without'],
  ])('%s', async (_title, headers, where) => {
    const { calls } = provider;
    const port = await start('http');
    expect(await get('http', port, '/?q=x&token=secret', headers as Headers)).toBe('400');
    expect(reports()).toContain('REEL_OUTSIDE_TEST');
    expect(reports()).toContain(where);
    expect(reports()).not.toContain('secret');
    expect(provider.calls).toBe(calls);
  });

  test('work in the background', async () => {
    const { calls } = provider;
    await start('background');
    await expect.poll(reports).toContain('(in the background)');
    expect(provider.calls).toBe(calls);
  });
});

test('a call after its test ended is refused; a server that joins then is not waited for', async () => {
  const port = await start('http');
  const one = attempt('one');
  const id = one.announce();
  await get('http', port, '/', { 'x-reel-test': id });
  expect(await one.end('passed')).toEqual({ parts: [], lost: 0 });
  expect(await get('http', port, '/?q=late', { 'x-reel-test': id })).toBe('400');
  expect(reports()).toContain('REEL_SCOPE_CLOSED');
});

test('a later attempt ends an earlier one whose process was killed', async () => {
  const port = await start('http');
  const killed = attempt('same');
  expect(await get('http', port, '/?q=first', { 'x-reel-test': killed.announce() })).toBe('200');
  const again = attempt('same');
  expect(await get('http', port, '/?q=second', { 'x-reel-test': again.announce() })).toBe('200');
  expect(prompts((await again.end('passed')).parts)).toEqual(['second']);
});

test('a failed test does not wait for what its server still does', async () => {
  provider.script({ delayMs: 5000, path: '/v1/chat/completions' });
  const port = await start('http');
  const one = attempt('one');
  const id = one.announce();
  const answer = get('http', port, '/?q=slow', { 'x-reel-test': id }).catch(() => '');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const begin = performance.now();
  await one.end('failed');
  expect(performance.now() - begin).toBeLessThan(1000);
  void answer;
});

test('a process that was killed is counted as lost', async () => {
  const port = await start('http');
  const one = attempt('one');
  await get('http', port, '/?q=before', { 'x-reel-test': one.announce() });
  const [child] = started;
  const closed = new Promise((resolve) => child!.once('close', resolve));
  process.kill(-child!.pid!, 'SIGKILL');
  await closed;
  started = [];
  expect(await one.end('passed')).toEqual({ parts: [], lost: 1 });
});

test('misses, with the remedy of the runner, and recordings that others took, are told', async () => {
  const port = await start('http');
  const recording = attempt('one');
  const header = { 'x-reel-test': recording.announce() };
  for (const q of ['same', 'same']) await get('http', port, `/?q=${q}`, header);
  await recording.end('passed');
  const missing = attempt('two', 'replay');
  expect(await get('http', port, '/?q=new', { 'x-reel-test': missing.announce() })).toBe('400');
  const { parts } = await missing.end('passed');
  expect(parts[0]!.report.misses).toMatchObject([{ code: 'REEL_CASSETTE_NOT_FOUND' }]);
  expect(parts[0]!.report.misses[0]!.message).toContain('record two');
});

test('what a server is asked by hooks that run again is recorded once, and answered again', async () => {
  const port = await start('http');
  const hooks = async (mode: 'record' | 'replay'): Promise<{ answers: string[]; report: ScopeReport }> => {
    const shared = attempt('hooks', mode);
    const recorder = createRecorder({ mode: { mode, source: 'the test' }, environment: {} });
    const store = recorder.storeAt(join(run, 'cassettes'));
    const scope = recorder.open({ cassette: 'hooks', store, test: 'hooks', shared, inParts: true });
    const header = { 'x-reel-test': shared.announce() };
    const answers: string[] = [];
    for (const round of [1, 2, 3]) {
      if (round > 1) scope.nextRound();
      for (const q of ['a', 'b', 'a']) answers.push(await get('http', port, `/?q=${q}`, header));
    }
    for (const part of (await shared.end('passed')).parts) scope.adopt(part);
    return { answers, report: await scope.close('passed') };
  };
  expect((await hooks('record')).report).toMatchObject({ recorded: 3, saved: true });
  const { answers, report } = await hooks('replay');
  expect(answers).toEqual(Array.from({ length: 9 }, () => '200'));
  expect(report).toMatchObject({ replayed: 9, misses: [] });
});
