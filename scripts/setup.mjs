// `npm test`, `npm run demo`, `npm run compat` and `npm run release:dry` start here, on whatever Node (20 or later) the machine
// has: install the workspace if its lockfile changed, pick the Node everything else runs on, then hand over to TypeScript.
// Plain JavaScript and no dependency, because nothing is installed yet.
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError, installWorkspace } from './setup/install.mjs';
import { chooseNode, linkNode } from './setup/node.mjs';
import { run } from './setup/run.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const targets = {
  // `npm test` builds as the first of its own steps, so that the build is timed and counted with the others.
  test: { entry: 'tools/checks/src/main.ts', build: false },
  demo: { entry: 'apps/example/demo/main.ts', build: true },
  compat: { entry: 'tools/compat/src/main.ts', build: true },
  // Builds by itself, after it raised the versions: a build states its version.
  'release:dry': { entry: 'tools/checks/src/release-dry.ts', build: false },
};

async function main([name, ...args]) {
  const target = Object.hasOwn(targets, name ?? '') ? targets[name] : undefined;
  if (target === undefined) {
    throw new SetupError(
      `There is no target "${name ?? ''}". Use: node scripts/setup.mjs <${Object.keys(targets).join('|')}>`,
    );
  }
  const env = environment();
  await installWorkspace(root, env);
  const node = chooseNode(root);
  linkNode(root, node);
  env.PATH = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  if (target.build) await build(env);
  if (!existsSync(join(root, target.entry))) throw new SetupError(`${target.entry} does not exist.`);
  const { code } = await run(node, [target.entry, ...args], { cwd: root, env });
  return code;
}

/** No telemetry, and nothing written outside the clone but npm's cache: Vitest and pnpm keep files in the data folder. */
function environment() {
  return {
    ...process.env,
    XDG_DATA_HOME: join(root, 'node_modules', '.data'),
    DO_NOT_TRACK: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    npm_config_update_notifier: 'false',
    // Without a network npm and pnpm would wait 70 seconds for each package before they say so.
    npm_config_prefer_offline: 'true',
    npm_config_fetch_retry_mintimeout: '1000',
    npm_config_fetch_retry_maxtimeout: '5000',
    pnpm_config_fetch_retry_mintimeout: '500',
    pnpm_config_fetch_retry_maxtimeout: '1000',
  };
}

async function build(env) {
  const args = ['run', 'build', '--output-logs=errors-only', '--concurrency=2'];
  const { code, output } = await run('turbo', args, { cwd: root, env, capture: true });
  if (code !== 0) throw new SetupError(`The build failed:\n\n${output.trimEnd()}`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
