import { createProject } from '@reel/testkit/adapter-conformance/project';
import { expect, test } from 'vitest';
import { driver } from './driver.ts';

/** Playwright waits for the port, and ends the server itself. */
const server = `require('node:http').createServer((_, response) => response.end('hello')).listen(Number(process.argv[2]), '127.0.0.1');`;

function config(port: number, entry: string): string {
  return `import { reelServer, withReel } from '@reel/playwright/config';
    const server = { command: 'node server.cjs ${port}', url: 'http://127.0.0.1:${port}' };
    export default withReel({ testDir: '.', reporter: 'list', webServer: ${entry} });`;
}

test.each([
  ['is told of once', 4391, 'server', 1],
  ['is not when it is meant to be live', 4392, "{ ...server, env: { REEL_MODE: 'live' } }", 0],
  ['is not when Reel is in it', 4393, 'reelServer(server)', 0],
])('a server that Playwright starts %s', async (_, port, entry, times) => {
  await using project = await createProject(driver, {
    files: { 'playwright.config.js': config(port, entry), 'server.cjs': server },
    tests: {
      fine: `test('is fine', async () => { assert.ok((await fetch('http://127.0.0.1:${port}')).ok); });`,
    },
  });
  const run = await project.run();
  expect(run.code, run.output).toBe(0);
  expect(run.output.match(/is started without Reel: what it asks an LLM goes out live/g) ?? []).toHaveLength(
    times,
  );
});
