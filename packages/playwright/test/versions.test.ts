import { createProject, type AdapterDriver } from '@reel/testkit/adapter-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browser, configOf, createApp } from './app.ts';
import { install, type Installed } from './installed.ts';

/** The oldest that is supported. */
describe('Playwright 1.55', () => {
  let installed: Installed;
  let old: AdapterDriver;
  beforeAll(() => {
    installed = install('playwright-test-1.55');
    old = installed.driver;
  });
  afterAll(() => installed[Symbol.dispose]());

  test('records, replays, and keeps calls that were not awaited in their test', async () => {
    await using project = await createProject(old, {
      tests: {
        chat: `test('asks', async () => { await ask('hello'); });
          describe('group', () => { beforeAll(async () => { await ask('hook'); }); test('asks too', async () => { await ask('two'); }); });`,
        late: `let late;
          test('forgets to await', () => { late = new Promise((resolve) => setTimeout(resolve, 30)).then(() => ask('late')).catch(() => {}); });
          test('goes on', async () => { await late; });`,
      },
    });
    const recorded = await project.run({ mode: 'record', files: ['chat'] });
    expect(recorded.code, recorded.output).toBe(0);
    expect(project.cassettes()).toEqual([
      'cassettes/chat/_setup.jsonl',
      'cassettes/chat/asks.jsonl',
      'cassettes/chat/group--asks-too.jsonl',
    ]);
    const replayed = await project.run({ files: ['chat'] });
    expect(replayed.code, replayed.output).toBe(0);
    expect(replayed.output).toContain('3 replayed');
    const late = await project.run({ files: ['late'], mode: 'record' });
    expect(late.output).toContain('REEL_SCOPE_CLOSED');
    expect(late.code).not.toBe(0);
  });

  test('serves tests on a server, and pages', async (context) => {
    if (browser.path === undefined) return context.skip(browser.reason);
    await using app = await createApp(
      {
        page: `base('in a page', async ({ page, request }) => {
          await request.get('/ask?q=by-request');
          await page.goto('/page?q=of-a-page');
          await base.expect(page.locator('#out')).not.toHaveText('...');
        });`,
      },
      { 'playwright.config.js': configOf() },
      old,
    );
    const recorded = await app.runApp({ mode: 'record' });
    expect(recorded.code, recorded.output).toBe(0);
    expect(recorded.output).toContain('2 recorded');
    const replayed = await app.runApp();
    expect(replayed.code, replayed.output).toBe(0);
    expect(replayed.output).toContain('2 replayed');
  });
});
