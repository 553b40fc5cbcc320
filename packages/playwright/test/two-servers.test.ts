import { expect, test } from 'vitest';
import { browser, createApp, freePort } from './app.ts';

const two = `import { defineConfig } from '@playwright/test';
import { withReel, reelServer } from '@reel/playwright/config';
const server = (port, file) => reelServer({ command: '"' + process.execPath + '" ' + file, url: 'http://localhost:' + port + '/health', env: { PORT: port } });
export default withReel(defineConfig({
  testDir: '.', workers: 2, fullyParallel: true, reporter: [['list']],
  use: { baseURL: 'http://localhost:' + process.env.PORT, launchOptions: { executablePath: process.env.BROWSER_PATH, args: ['--no-sandbox'] } },
  webServer: [server(process.env.PORT, 'front.js'), server(process.env.API_PORT, 'api.js')],
}));
`;

/** Serves a page that calls the other server, which is of another origin and gets no cookies. */
const front = `import { createServer } from 'node:http';
createServer((request, response) => {
  const q = new URL(request.url, 'http://x').searchParams.get('q');
  response.setHeader('content-type', 'text/html');
  response.end('<p id=out>...</p><script type=module>' +
    'const answer = await fetch("http://localhost:' + process.env.API_PORT + '/ask?q=' + q + '", { headers: { "x-app": "1" } });' +
    'document.querySelector("#out").textContent = answer.status + await answer.text();</script>');
}).listen(Number(process.env.PORT), 'localhost');
`;

const api = `import { createServer } from 'node:http';
import { ask } from './ask.js';
createServer(async (request, response) => {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', 'x-app');
  const q = new URL(request.url, 'http://x').searchParams.get('q');
  if (q === null || request.method === 'OPTIONS') return response.end('ok');
  response.end(await ask(q).catch((error) => 'failed: ' + error.message));
}).listen(Number(process.env.PORT), 'localhost');
`;

test('a page of one server may call another: the call belongs to its test', async (context) => {
  if (browser.path === undefined) return context.skip(browser.reason);
  const visit = (name: string): string => `base('${name}', async ({ page }) => {
    await page.goto('/?q=${name}');
    await base.expect(page.locator('#out')).toContainText('200');
    assert.doesNotMatch(await page.locator('#out').textContent(), /failed/);
  });`;
  await using app = await createApp(
    { one: visit('one'), two: visit('two') },
    { 'playwright.config.js': two, 'front.js': front, 'api.js': api },
  );
  const env = { API_PORT: String(await freePort()) };
  const recorded = await app.runApp({ mode: 'record', env });
  expect(recorded.code, recorded.output).toBe(0);
  expect(app.cassettes()).toEqual(['cassettes/one/one.jsonl', 'cassettes/two/two.jsonl']);
  const { calls } = app.provider;
  const replayed = await app.runApp({ env });
  expect(replayed.code, replayed.output).toBe(0);
  expect(replayed.output).toContain('2 replayed');
  expect(app.provider.calls).toBe(calls);
}, 90_000);
