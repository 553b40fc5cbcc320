import { createSession, type defineConfig, ReelError, type ReelOptions, type ResolvedMode } from '@reel/core';
import { assertPortable, createRunFolder, runFolder } from '@reel/core/adapter';
import type { Plugin } from 'vitest/config';
import type { TestProject, Vitest } from 'vitest/node';
import { isReporter, ReelReporter } from './reporter.ts';
import { setupFile } from './setup-file.ts';
import './types.ts';
import { testsOfCassettes } from './watch.ts';

const optionsSource = 'reel() in the Vitest config';

/**
 * Reel for Vitest: `plugins: [reel()]` and nothing else. Every test gets a cassette of its own, chosen by file and name.
 *
 * Options win over `reel.config.*`; `REEL_MODE` wins over both. `vitest -u` records. Functions (`match.custom`) cannot travel to
 * workers: put them in `reel.config.ts`.
 *
 * @throws every error of the configuration, and REEL_RUNNER_UNSUPPORTED, before a test runs.
 */
export function reel(options: Parameters<typeof defineConfig>[0] = {}): Plugin {
  return {
    name: 'reel',
    async config() {
      // Older ones call no `configureVitest`, or have no hooks around a test, and would run live without a word.
      const { version } = await import('vitest/node');
      assertSupported(version);
    },
    configureVitest: ({ vitest, project }) => setUp(vitest, project, options),
  };
}

function setUp(vitest: Vitest, project: TestProject, options: ReelOptions): void {
  const { config } = project;
  if (config.browser.enabled) {
    vitest.logger.warn(
      `reel: the project ${project.name || '(default)'} runs in a browser, where Reel for Vitest records nothing`,
    );
    return;
  }
  assertPortable(options, optionsSource);
  const { root } = vitest.config;
  const runnerMode = modeOfSnapshots(vitest.config.snapshotOptions.updateSnapshot);
  // Wrong options and recording in CI end the run here, not once per worker.
  const recorder = createSession({ from: root, options, optionsSource, runnerMode });
  const { reporters } = vitest.config;
  if (!reporters.some(isReporter)) {
    createRunFolder();
    reporters.push(new ReelReporter(recorder) as never);
  }
  config.setupFiles.unshift(setupFile);
  project.provide('reel', {
    options,
    optionsSource,
    runnerMode,
    root,
    runFolder: runFolder()!,
    project: project.name === '' ? undefined : project.name,
    joinsTitlesBySpace: vitest.version.startsWith('4.'),
    hasOwnRealm: config.pool === 'vmThreads' || config.pool === 'vmForks',
  });
  // A mode that writes cassettes would answer its own writing with another run, for ever.
  if (recorder.mode.mode === 'replay')
    vitest.config.watchTriggerPatterns = [
      ...(vitest.config.watchTriggerPatterns ?? []),
      testsOfCassettes(recorder),
    ];
}

/** @throws REEL_RUNNER_UNSUPPORTED */
function assertSupported(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 4 || (major === 4 && minor >= 1)) return;
  throw new ReelError('REEL_RUNNER_UNSUPPORTED', {
    what: `this is Vitest ${version}, and Reel for Vitest needs 4.1 or later`,
    where: optionsSource,
    fix: 'npm install --save-dev vitest@latest',
  });
}

/** `-u` asks for new recordings as it asks for new snapshots. `new` (the local default) does not: recording costs money. */
function modeOfSnapshots(state: 'all' | 'new' | 'none'): ResolvedMode | undefined {
  return state === 'all' ? { mode: 'record', source: 'vitest -u' } : undefined;
}
