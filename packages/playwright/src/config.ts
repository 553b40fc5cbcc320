import { fileURLToPath } from 'node:url';
import { createSession, ReelError } from '@reel/core';
import { assertPortable, runFolderVariable, serversVariable } from '@reel/core/adapter';
import type { PlaywrightTestConfig, ReporterDescription } from '@playwright/test';
import { coreOptions, optionsSource, type ReelUse } from './options.ts';
import { tellBareServers } from './bare-servers.ts';
import { guardVariable, isWorker, joinRun } from './run.ts';

/** What `webServer` takes. */
export type WebServer = Extract<NonNullable<PlaywrightTestConfig['webServer']>, { command: string }>;

/**
 * Playwright's config with Reel in it: the reporter, and the guard against calls that no test owns.
 *
 * @example
 * export default withReel(defineConfig({ testDir: 'e2e', use: { reelMode: 'replay' } }));
 *
 * @throws every error of Reel's configuration, before a test runs.
 */
export function withReel<Config extends PlaywrightTestConfig>(config: Config): Config {
  joinRun();
  // Workers, and the process that Playwright lists tests in, evaluate the config again.
  if (process.env[guardVariable] === undefined) tellBareServers(config.webServer);
  process.env[guardVariable] = '1';
  if (!isWorker()) checkUses(config);
  return { ...config, reporter: withReporter(config.reporter) };
}

/**
 * An entry of `webServer` whose server works for tests: started with Reel's preload, it puts the calls of each request on the
 * cassette of the test that the request belongs to. The command may start any number of Node processes (`npm run dev`).
 *
 * @param server as Playwright takes it, with `url` or `port`
 * @example
 * webServer: reelServer({ command: 'npm start', url: 'http://127.0.0.1:3000' }),
 */
export function reelServer<Server extends WebServer>(server: Server): Server {
  const folder = joinRun();
  const url = server.url ?? (server.port === undefined ? undefined : `http://localhost:${server.port}`);
  if (url === undefined) throw withoutAddress();
  const known = (process.env[serversVariable] ?? '').split(' ').filter((one) => one !== '');
  // The config is evaluated in each worker as well.
  process.env[serversVariable] = [...new Set([...known, new URL(url).origin])].join(' ');
  const options = [process.env['NODE_OPTIONS'], server.env?.['NODE_OPTIONS'], `--import=${preload()}`];
  return {
    ...server,
    env: {
      ...server.env,
      NODE_OPTIONS: options.filter((option) => option !== undefined && option !== '').join(' '),
      [runFolderVariable]: folder,
      get [serversVariable]() {
        return process.env[serversVariable]!;
      },
    },
  };
}

/** Wrong options, and recording in CI, end the run here and not once per test. */
function checkUses({ use, projects = [] }: PlaywrightTestConfig): void {
  for (const one of [use, ...projects.map((project) => project.use)]) {
    const options = coreOptions((one ?? {}) as Partial<ReelUse>);
    assertPortable(options, optionsSource);
    createSession({ options, optionsSource });
  }
}

function withReporter(given: PlaywrightTestConfig['reporter']): ReporterDescription[] {
  // As Playwright chooses when the config says nothing.
  const others = given ?? (process.env['CI'] ? 'dot' : 'list');
  const list: ReporterDescription[] = typeof others === 'string' ? [[others]] : [...others];
  const own = fileURLToPath(import.meta.resolve('@reel/playwright/reporter'));
  const isOwn = ([name]: ReporterDescription): boolean =>
    name === own || name === '@reel/playwright/reporter';
  return list.some(isOwn) ? list : [...list, [own]];
}

function preload(): string {
  return import.meta.resolve('@reel/core/register');
}

function withoutAddress(): ReelError {
  return new ReelError('REEL_INVALID_OPTION', {
    what: 'reelServer() needs to know where the server is: requests to it carry the id of their test',
    where: 'webServer in the Playwright config',
    fix: "give it a url: reelServer({ command: 'npm start', url: 'http://127.0.0.1:3000' })",
  });
}
