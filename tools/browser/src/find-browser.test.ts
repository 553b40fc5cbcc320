import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser } from './find-browser.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reel-browser-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Whatever this machine has stays out of it. */
const nothing = { PATH: '', PLAYWRIGHT_BROWSERS_PATH: '/nowhere', REEL_NO_INSTALL: '1' };

function executable(path: string): string {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), '#!/bin/sh\n');
  chmodSync(join(folder, path), 0o755);
  return join(folder, path);
}

test('a browser that a variable names comes first, and a wrong name is not passed over', async () => {
  const path = executable('mine/chrome');
  executable('bin/chromium');
  const environment = { ...nothing, PATH: join(folder, 'bin'), REEL_BROWSER: path };
  expect(await findBrowser(environment)).toEqual({ path, source: 'REEL_BROWSER' });
  const wrong = await findBrowser({ ...environment, REEL_BROWSER: '/no/such/browser' });
  expect(wrong).toEqual({
    path: undefined,
    reason: 'REEL_BROWSER names /no/such/browser, which is no executable',
  });
});

test.runIf(process.platform === 'linux')(
  "Playwright's own is next, the newest of it, then one on the PATH",
  async () => {
    executable('ms/chromium-999/chrome-linux/chrome');
    const newest = executable('ms/chromium-1200/chrome-linux/chrome');
    const onPath = executable('bin/chromium');
    const environment = { ...nothing, PATH: join(folder, 'bin') };
    expect(await findBrowser({ ...environment, PLAYWRIGHT_BROWSERS_PATH: join(folder, 'ms') })).toMatchObject(
      {
        path: newest,
      },
    );
    expect(await findBrowser(environment)).toEqual({ path: onPath, source: 'chromium on the PATH' });
  },
);

test('without any, it says why', async () => {
  expect(await findBrowser(nothing)).toEqual({
    path: undefined,
    reason: 'there is no Chromium here: REEL_NO_INSTALL=1 forbids to install one',
  });
});

test('what was found starts', async (context) => {
  const browser = await findBrowser();
  if (browser.path === undefined) return context.skip(browser.reason);
  const child = spawn(browser.path, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
  await new Promise((resolve) => child.on('close', resolve));
  expect(output).toMatch(/Chrom/);
});
