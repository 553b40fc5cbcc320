import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/** A failure the person at the keyboard can mend; its message says how, and no stack is shown. */
export class SetupError extends Error {}

/** What decides the content of node_modules besides the platform. */
const inputs = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.pnpmfile.cjs'];

/**
 * Installs the workspace unless it is installed for these very inputs, so that a second run needs no network.
 * Everything lands inside the clone: pnpm's store, cache and state too, unless the person's own pnpm made
 * node_modules from a store elsewhere, which is then kept. npm's cache holds pnpm itself.
 */
export async function installWorkspace(root, env) {
  const modules = join(root, 'node_modules');
  const stamp = join(modules, '.reel-setup.json');
  const wanted = fingerprint(root);
  if (isInstalled(root, stamp, wanted)) return;

  const pnpm = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager;
  const args = ['-y', pnpm, 'install', '--frozen-lockfile', '--reporter=append-only', ...places(modules)];
  console.log(`Installing the dependencies with ${pnpm}: once, then again only when the lockfile changes.`);
  // An install that is interrupted leaves node_modules half done.
  rmSync(stamp, { force: true });
  const { code, output } = await run('npx', args, { cwd: root, env, capture: true, echo: true }).catch(
    (error) => {
      throw new SetupError(
        `npx could not be started (${error.message}). Install npm, which comes with Node.`,
      );
    },
  );
  if (code !== 0) throw new SetupError(explainFailure(output, code, { root, pnpm }));
  writeFileSync(stamp, JSON.stringify({ fingerprint: wanted, folders: moduleFolders(root) }, null, 2));
}

function fingerprint(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const name of inputs) {
    const path = join(root, name);
    hash.update(`\n${name}\n`).update(existsSync(path) ? readFileSync(path) : '');
  }
  return hash.digest('hex');
}

function isInstalled(root, stamp, wanted) {
  if (!existsSync(stamp)) return false;
  const { fingerprint: found, folders } = JSON.parse(readFileSync(stamp, 'utf8'));
  return found === wanted && folders.every((folder) => existsSync(join(root, folder)));
}

/** The node_modules folders of the workspace's packages, two levels down: `packages/core/node_modules`. */
function moduleFolders(root) {
  const folders = (path) =>
    readdirSync(join(root, path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      .map((entry) => (path === '' ? entry.name : `${path}/${entry.name}`));
  const packages = folders('').flatMap((group) => [group, ...folders(group)]);
  return packages.map((path) => `${path}/node_modules`).filter((path) => existsSync(join(root, path)));
}

const storeInside = 'node_modules/.pnpm-store';

/** Relative to the clone where they can be, so that a space in its path needs no quoting. */
function places(modules) {
  const state = join(modules, '.modules.yaml');
  const text = existsSync(state) ? readFileSync(state, 'utf8') : '';
  const found = /"storeDir": "(.+?)([\\/]v\d+)?"/.exec(text)?.[1] ?? storeInside;
  // A clone that was copied still names the store inside the one it was copied from.
  const store = found.replaceAll('\\', '/').endsWith(storeInside) ? storeInside : found;
  const inside = ['cache', 'state'].flatMap((name) => [`--${name}-dir`, `node_modules/.pnpm-${name}`]);
  return ['--store-dir', store, ...inside];
}

/** First match wins: a full disk also breaks connections, an unreachable registry also breaks the policy check. */
const causes = [
  [/ENOSPC|no space left/i, ({ root }) => `The disk is full: about 1.5 GB are needed in ${root}.`],
  [
    /EACCES|EPERM|EROFS/,
    ({ root }) => `A folder cannot be written: ${root} or npm's cache (npm config get cache).`,
  ],
  [
    /ERR_PNPM_OUTDATED_LOCKFILE|ERR_PNPM_LOCKFILE_CONFIG_MISMATCH|frozen-lockfile/,
    ({ pnpm }) =>
      `pnpm-lock.yaml does not fit a package.json. Run "npx ${pnpm} install" and commit the lockfile.`,
  ],
  [
    /UNSUPPORTED_PLATFORM|EBADPLATFORM|ERR_PNPM_UNSUPPORTED_ENGINE/,
    () => `A dependency has no build for ${process.platform}-${process.arch}.`,
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|META_FETCH_FAIL|NO_OFFLINE|network/i,
    () => 'The package registry could not be reached. Set up once with a connection; later runs need none.',
  ],
];

function explainFailure(output, code, context) {
  const cause = causes.find(([pattern]) => pattern.test(output));
  const advice = cause === undefined ? 'What it printed is above.' : cause[1](context);
  return `Installing the dependencies failed (exit code ${code}). ${advice}`;
}
