import { fileURLToPath } from 'node:url';
import { isReelError, ReelError, createSession, type ReelOptions, type ResolvedMode } from '@reel/core';
import type { Plugin } from 'vitest/config';
import { ReelReporter } from './reporter.ts';
import './types.ts';

/**
 * Reel for Vitest: `plugins: [reel()]` and nothing else. Every test gets a cassette of its own, chosen by file and name.
 *
 * Options win over `reel.config.*`; `REEL_MODE` wins over both. `vitest -u` records. Functions (`match.custom`) cannot travel to
 * workers: put them in `reel.config.ts`.
 *
 * @throws every error of the configuration, before a test runs.
 */
export function reel(options: ReelOptions = {}): Plugin {
  return {
    name: 'reel',
    configureVitest({ vitest, project }) {
      const { config } = project;
      if (config.browser.enabled) {
        vitest.logger.warn(
          `reel: the project ${project.name || '(default)'} runs in a browser, where Reel for Vitest records nothing`,
        );
        return;
      }
      assertPortable(options);
      const runnerMode = modeOfSnapshots(vitest.config.snapshotOptions.updateSnapshot);
      // Wrong options and recording in CI end the run here, not once per worker.
      createSession({
        from: vitest.config.root,
        options,
        optionsSource: 'reel() in the Vitest config',
        runnerMode,
      });
      config.setupFiles.unshift(fileURLToPath(new URL('./setup.js', import.meta.url)));
      project.provide('reel', {
        options,
        runnerMode,
        root: vitest.config.root,
        hasOwnRealm: config.pool === 'vmThreads' || config.pool === 'vmForks',
      });
      const { reporters } = vitest.config;
      if (!reporters.some((reporter) => (reporter as unknown) instanceof ReelReporter)) {
        reporters.push(new ReelReporter() as never);
      }
      vitest.config.watchTriggerPatterns = vitest.config.watchTriggerPatterns ?? [];
      vitest.config.watchTriggerPatterns.push({
        pattern: /^(.*)[\\/]cassettes[\\/]([^\\/]+)[\\/][^\\/]+\.jsonl$/,
        testsToRun: (_file, match) =>
          ['test', 'spec', 'e2e'].flatMap((kind) =>
            ['ts', 'tsx', 'js', 'mjs'].map((ext) => `${match[1]}/${match[2]}.${kind}.${ext}`),
          ),
      });
    },
  };
}

/** `-u` asks for new recordings as it asks for new snapshots. `new` (the local default) does not: recording costs money. */
function modeOfSnapshots(state: 'all' | 'new' | 'none'): ResolvedMode | undefined {
  return state === 'all' ? { mode: 'record', source: 'vitest -u' } : undefined;
}

function assertPortable(options: ReelOptions): void {
  try {
    structuredClone(options);
  } catch (cause) {
    if (isReelError(cause)) throw cause;
    throw new ReelError('REEL_INVALID_OPTION', {
      what: 'an option of reel() is a function, and functions cannot travel to test workers',
      where: 'reel() in the Vitest config',
      fix: 'put it in reel.config.ts, which every worker reads: export default defineConfig({ match: { custom: [...] } })',
      cause,
    });
  }
}
