import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '@reel/testkit/adapter-conformance';
import { browser, configOf, createApp, type AppProject } from './app.ts';

/** A page that calls the provider itself, reads the stream, and notes when each piece of text appeared. */
const page = `<!doctype html><p id=out></p><script type=module>
const out = document.querySelector('#out');
const seen = (window.seen = []);
const q = new URLSearchParams(location.search).get('q');
const stream = q !== 'whole';
try {
  const response = await fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-of-the-page' },
    body: JSON.stringify({ model: 'gpt-4o-mini', stream, messages: [{ role: 'user', content: q }] }),
  });
  if (!response.ok) throw new Error((await response.json()).error.message);
  if (!stream) out.textContent = (await response.json()).choices[0].message.content;
  else {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece; !(piece = await reader.read()).done; ) {
      for (const [, text] of piece.value.matchAll(/"content":"([^"]*)"/g)) {
        out.textContent += text;
      }
      seen.push([performance.now(), out.textContent.length]);
    }
  }
  window.done = true;
} catch (error) { out.textContent = 'failed: ' + error.message; window.done = true; }
</script>`;

const tests = {
  pages: `
    const visit = async (page, q) => {
      await page.goto('/direct?q=' + q);
      await page.waitForFunction(() => window.done);
      return page.evaluate(() => ({ text: document.querySelector('#out').textContent, seen: window.seen }));
    };
    base('gets a whole answer', async ({ page }) => {
      const { text } = await visit(page, 'whole');
      assert.doesNotMatch(text, /failed/);
      assert.ok(text.length > 5, text);
    });
    base('gets a stream', async ({ page }) => {
      const { text, seen } = await visit(page, process.env.Q ?? 'tell-me-a-long-story-about-a-tape-recorder');
      assert.doesNotMatch(text, /failed/);
      console.log('PIECES ' + seen.length + ' OVER ' + Math.round(seen.at(-1)[0] - seen[0][0]));
    });`,
};

/** Providers answer the preflights of pages; the simulator knows nothing of pages. */
function withCors(upstream: string): Promise<{ server: Server; url: string; preflights: () => number }> {
  let preflights = 0;
  const server = createServer((request, response) => {
    if (request.method === 'OPTIONS') {
      preflights++;
      response.writeHead(204, { 'access-control-allow-origin': '*' }).end();
      return;
    }
    void (async () => {
      const body: Buffer[] = [];
      for await (const piece of request) body.push(piece as Buffer);
      const answer = await fetch(upstream + request.url, {
        method: request.method!,
        headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
        body: new Uint8Array(Buffer.concat(body)),
      });
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? '',
        'access-control-allow-origin': '*',
      });
      for await (const piece of answer.body!) response.write(piece);
      response.end();
    })();
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve({
        server,
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        preflights: () => preflights,
      }),
    ),
  );
}

describe.each(['route', 'stream'])('a page that calls an LLM host itself, browser: %s', (way) => {
  let app: AppProject;
  let front: Awaited<ReturnType<typeof withCors>>;
  let recorded: Run;
  let upstream: Readonly<Record<string, string>>;
  beforeAll(async () => {
    if (browser.path === undefined) return;
    app = await createApp(tests, {
      'server.js': `import { createServer } from 'node:http';
        createServer((request, response) => { response.setHeader('content-type', 'text/html'); response.end(${JSON.stringify(page)}); })
          .listen(Number(process.env.PORT), '127.0.0.1');`,
      'playwright.config.js': configOf({ use: `reelOptions: { browser: '${way}', timing: 'recorded' }` }),
    });
    front = await withCors(app.provider.baseUrl('openai').replace(/\/v1$/, ''));
    upstream = { REEL_UPSTREAMS: `https://api.openai.com=${front.url}` };
    app.provider.script({ path: '/v1/chat/completions', delayMs: 30, times: 10 });
    recorded = await app.runApp({ mode: 'record', env: upstream });
  }, 90_000);
  afterAll(async () => {
    front?.server.closeAllConnections();
    front?.server.close();
    await app?.[Symbol.asyncDispose]();
  });

  test('is recorded, without its preflights', (context) => {
    if (browser.path === undefined) return context.skip(browser.reason);
    expect(recorded.code, recorded.output).toBe(0);
    expect(recorded.output).toContain('2 recorded');
    expect(front.preflights()).toBe(0);
    expect(Object.values(app.tapes()).join('')).not.toContain('OPTIONS');
    expect(Object.values(app.tapes()).join('')).not.toContain('sk-of-the-page');
  });

  test(`is answered from tape${way === 'stream' ? ', piece by piece, in the time it took' : ''}`, async (context) => {
    if (browser.path === undefined) return context.skip(browser.reason);
    const { calls } = app.provider;
    const run = await app.runApp({ env: upstream });
    expect(run.code, run.output).toBe(0);
    expect(run.output).toContain('2 replayed');
    expect(app.provider.calls).toBe(calls);
    const [, pieces, time] = /PIECES (\d+) OVER (\d+)/.exec(run.output)!;
    const isStream = way === 'stream';
    expect({ inPieces: Number(pieces) > 5, overTime: Number(time) > 100 }).toEqual({
      inPieces: isStream,
      overTime: isStream,
    });
  }, 60_000);

  test('and misses fail the test, with nothing sent', async (context) => {
    if (browser.path === undefined) return context.skip(browser.reason);
    const { calls } = app.provider;
    const run = await app.runApp({ env: { ...upstream, Q: 'something else' } });
    expect(run.code).toBe(1);
    expect(run.output).toContain('REEL_NO_MATCH');
    expect(run.counts).toMatchObject({ passed: 1, failed: 1 });
    expect(app.provider.calls).toBe(calls);
  }, 60_000);
});
