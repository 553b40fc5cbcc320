import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { SetupError } from './install.mjs';

/** Type stripping without a flag, which the scripts, the example and the tests rest on, begins here. */
const oldest = [22, 18];

/**
 * The Node that builds, tests and runs the demo: the one installed as a dependency, else the machine's own.
 * `REEL_NODE=host` asks for the machine's own; CI uses it to test on several.
 * @returns {string} path of the executable
 */
export function chooseNode(root) {
  const wish = process.env.REEL_NODE ?? '';
  if (wish !== '' && wish !== 'host') {
    throw new SetupError(
      `REEL_NODE is "${wish}". Use REEL_NODE=host for this machine's own Node, or unset it.`,
    );
  }
  const installed = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  // The installed one needs glibc: on a system without it, it is there but does not start.
  if (wish === '' && existsSync(installed) && versionOf(installed) !== undefined) return installed;

  const host = hostNode(root);
  const version = host === undefined ? undefined : versionOf(host);
  if (version !== undefined && isRecent(version)) return host;
  const reason =
    wish === 'host'
      ? 'REEL_NODE=host is set'
      : `no Node comes with it for ${process.platform}-${process.arch}`;
  throw new SetupError(
    `Node ${oldest.join('.')} or later is needed: this machine has ${version ?? 'none'}, and ${reason}. ` +
      'Install Node 24 (https://nodejs.org/en/download) and run this again.',
  );
}

/**
 * Makes `node_modules/.bin/node` the chosen Node. Package scripts and pnpm's shims look there first, so with the
 * installed Node left in place, REEL_NODE=host would start the tools on one Node and the tests on another.
 */
export function linkNode(root, node) {
  const link = join(root, 'node_modules', '.bin', 'node');
  const isLink = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  // Only Linux has an installed Node, and so a link to keep right.
  if (!isLink || realpath(link) === realpath(node)) return;
  rmSync(link);
  symlinkSync(node, link);
}

/** The machine's Node, even where npm or pnpm put the installed one in front of it on PATH. */
function hostNode(root) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  const candidates = [process.env.npm_node_execpath ?? '', process.execPath, ...onPath];
  const inside = join(realpath(root), 'node_modules') + sep;
  return candidates.find((path) => path !== '' && existsSync(path) && !realpath(path).startsWith(inside));
}

function realpath(path) {
  // A link to a Node that is gone has no real path; what it says is then the best answer.
  return existsSync(path) ? realpathSync(path) : readlinkSync(path);
}

function versionOf(node) {
  try {
    return execFileSync(node, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .trim()
      .slice(1);
  } catch {
    return undefined;
  }
}

function isRecent(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}
