import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '@reel/testkit/adapter-conformance';
import { browser, configOf, createApp, type AppProject } from './app.ts';

/** A page that speaks to the Realtime API by itself: JSON both ways, the key as a subprotocol, as browsers have to. */
const page = `<!doctype html><p id=out></p><script type=module>
const out = document.querySelector('#out');
const q = new URLSearchParams(location.search).get('q');
const socket = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', ['realtime', 'openai-insecure-api-key.sk-of-the-page']);
const send = (event) => socket.send(JSON.stringify(event));
socket.onopen = () => {
  send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
  send({ type: 'conversation.item.create', event_id: 'evt_' + crypto.randomUUID(), item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: q }] } });
  send({ type: 'response.create' });
};
socket.onmessage = ({ data }) => {
  const event = JSON.parse(data);
  if (event.type === 'response.output_text.delta') out.textContent += event.delta;
  if (event.type === 'error') out.textContent = 'failed: ' + event.error.message;
  if (event.type === 'response.done') socket.close(1000, 'done');
};
socket.onclose = ({ code }) => { window.code = code; };
</script>`;

const tests = {
  pages: `
    base('talks', async ({ page }) => {
      await page.goto('/?q=' + (process.env.Q ?? 'hello'));
      await page.waitForFunction(() => window.code !== undefined);
      const { text, code } = await page.evaluate(() => ({ text: document.querySelector('#out').textContent, code: window.code }));
      console.log('SAID ' + JSON.stringify({ text, code }));
      assert.doesNotMatch(text, /failed/);
      assert.ok(text.length > 5, text);
    });`,
};

describe.each(['route', 'stream'])('a page that opens a WebSocket to an LLM host, browser: %s', (way) => {
  let app: AppProject;
  let recorded: Run;
  let upstream: Readonly<Record<string, string>>;
  beforeAll(async () => {
    if (browser.path === undefined) return;
    app = await createApp(tests, {
      'server.js': `import { createServer } from 'node:http';
        createServer((request, response) => { response.setHeader('content-type', 'text/html'); response.end(${JSON.stringify(page)}); })
          .listen(Number(process.env.PORT), '127.0.0.1');`,
      'playwright.config.js': configOf({ use: `reelOptions: { browser: '${way}' }` }),
    });
    upstream = {
      REEL_UPSTREAMS: `https://api.openai.com=${app.provider.upstreams['https://api.openai.com']}`,
    };
    recorded = await app.runApp({ mode: 'record', env: upstream });
  }, 90_000);
  afterAll(() => app?.[Symbol.asyncDispose]());

  test('is recorded', (context) => {
    if (browser.path === undefined) return context.skip(browser.reason);
    expect(recorded.code, recorded.output).toBe(0);
    expect(recorded.output).toContain('1 recorded');
    const tape = Object.values(app.tapes()).join('');
    expect(tape).toContain('"socket":1,"url":"wss://api.openai.com/v1/realtime?model=gpt-realtime"');
    expect(tape).toContain('"type":"response.done"');
    expect(tape).not.toContain('sk-of-the-page');
  });

  test('is answered from tape with the same words', async (context) => {
    if (browser.path === undefined) return context.skip(browser.reason);
    const { handshakes } = app.provider;
    const run = await app.runApp({ env: upstream });
    expect(run.code, run.output).toBe(0);
    expect(run.output).toContain('1 replayed');
    const said = /SAID .*/.exec(recorded.output)![0];
    expect(said).toContain('"code":1000');
    expect(run.output).toContain(said);
    expect(app.provider.handshakes).toBe(handshakes);
  }, 60_000);

  test('and a miss fails the test, with nothing sent', async (context) => {
    if (browser.path === undefined) return context.skip(browser.reason);
    const { handshakes } = app.provider;
    const run = await app.runApp({ env: { ...upstream, Q: 'something else' } });
    expect(run.code).toBe(1);
    expect(run.output).toContain('REEL_NO_MATCH');
    expect(app.provider.handshakes).toBe(handshakes);
  }, 60_000);
});
