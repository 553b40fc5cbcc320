import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { bodyOf } from './loopback-provider.ts';
import { median } from './measure.ts';

/**
 * The proxy against a bare Node server that answers the same bytes: `node src/proxy.ts [--quick]`. Servers and load are in processes of
 * their own; bare and proxy take turns, so that the ratio does not depend on what else the machine does.
 */
const quick = process.argv.includes('--quick');
const rounds = quick ? 3 : 7;
const seconds = quick ? 2 : 4;
const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-bench' };
const folder = mkdtempSync(join(tmpdir(), 'reel-bench-proxy-'));
const script = fileURLToPath(new URL('proxy-server.ts', import.meta.url));

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

function start(...args: string[]): Promise<Server> {
  const child: ChildProcess = fork(script, args);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('message', (url) =>
      resolve({
        url: String(url),
        stop: () =>
          new Promise((stopped) => {
            child.once('exit', () => stopped());
            if (args[0] === 'bare') child.kill();
            else child.send('stop');
          }),
      }),
    );
  });
}

const distinct = Array.from({ length: 500 }, (_, n) => bodyOf(n));
const bare = await start('bare');

const recorder = await start('record', folder, bare.url);
for (const body of distinct)
  await fetch(`${recorder.url}/chat/completions`, { method: 'POST', headers, body });
const delays = await firstByteDelays(recorder.url);
await recorder.stop();

const player = await start('replay', folder, bare.url);
const same = await ratio([distinct[0]!]);
const each = await ratio(distinct);
await player.stop();
await bare.stop();
rmSync(folder, { recursive: true, force: true });

process.stdout.write(`# Proxy

Node ${process.version}, 50 connections, median of ${rounds} rounds of ${seconds} s; bare is a Node HTTP server that answers the same bytes.

| replay of a small call | bare, requests/s | proxy, requests/s | ratio |
|---|--:|--:|--:|
| the same call | ${Math.round(same.bare)} | ${Math.round(same.proxy)} | ${same.ratio.toFixed(2)}x |
| 500 different calls in turn | ${Math.round(each.bare)} | ${Math.round(each.proxy)} | ${each.ratio.toFixed(2)}x |

Goal: 0.8x.

The first byte of a stream comes ${delays.toFixed(2)} ms later through the recording proxy than directly (goal: 2 ms).
`);

/** Rounds of bare and proxy one after the other. */
async function ratio(bodies: readonly string[]): Promise<{ bare: number; proxy: number; ratio: number }> {
  await rate(bare.url, bodies, 1);
  await rate(player.url, bodies, 1);
  const runs: { bare: number; proxy: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    runs.push({
      bare: await rate(bare.url, bodies, seconds),
      proxy: await rate(player.url, bodies, seconds),
    });
  }
  return {
    bare: median(runs.map((run) => run.bare)),
    proxy: median(runs.map((run) => run.proxy)),
    ratio: median(runs.map((run) => run.proxy / run.bare)),
  };
}

async function rate(url: string, bodies: readonly string[], duration: number): Promise<number> {
  const result = await autocannon({
    url: `${url}/chat/completions`,
    connections: 50,
    duration,
    requests: bodies.map((body) => ({ method: 'POST', headers, body })),
  });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0) throw new Error(`${failed} requests to ${url} failed`);
  return result.requests.average;
}

/** Milliseconds by which the first piece of a stream comes later through the proxy: difference of the medians. */
async function firstByteDelays(url: string): Promise<number> {
  const times = { direct: [] as number[], proxied: [] as number[] };
  for (let run = 0; run < (quick ? 100 : 400); run++) {
    times.direct.push(await firstByte(bare.url));
    times.proxied.push(await firstByte(url));
  }
  return median(times.proxied) - median(times.direct);
}

async function firstByte(url: string): Promise<number> {
  const started = performance.now();
  const response = await fetch(`${url}/stream`, { method: 'POST', headers, body: '{"stream":true}' });
  const reader = response.body!.getReader();
  await reader.read();
  const time = performance.now() - started;
  while (!(await reader.read()).done);
  return time;
}
