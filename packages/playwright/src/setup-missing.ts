import { ReelError } from '@reel/core';

/** The config has neither `withReel` nor the reporter: there is nobody to end the run. */
export function setupMissing(): ReelError {
  return new ReelError('REEL_SETUP_MISSING', {
    what: 'tests use the `test` of @reel/playwright, and the Playwright config does not know Reel',
    where: 'playwright.config.*',
    fix: "export default withReel(defineConfig({ ... })), with withReel from '@reel/playwright/config'",
  });
}

/** A server answered, and not with Reel's preload. */
export function serverWithoutReel(url: string): ReelError {
  return new ReelError('REEL_SETUP_MISSING', {
    what: 'the server under test runs without Reel, or was started for another run: its calls to LLM APIs would reach the network',
    where: url,
    fix: "stop it, so that Playwright starts it itself (webServer: reelServer({ ... }) in the config), or see 'A server that is running already' in @reel/core/docs/playwright.md",
  });
}

/** Tests ran whose file takes `test` from somewhere else. */
export function filesWithoutReel(project: string, files: readonly string[]): ReelError {
  const list =
    files.length > 3 ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more` : files.join(', ');
  return new ReelError('REEL_SETUP_MISSING', {
    what: `tests ran without Reel${project === '' ? '' : ` in the project "${project}"`}: ${list}`,
    fix: "import { test, expect } from '@reel/playwright' there, or merge reelFixtures into your own test",
  });
}

/** A server process ended in the middle of a test. */
export function serverLeft(test: string): ReelError {
  return new ReelError('REEL_SERVER_LEFT', {
    what: 'a server under test ended, or did not answer, before it handed over what it did for this test',
    where: test,
    fix: 'look for the reason in the output of the server; what the test recorded is not kept',
  });
}
