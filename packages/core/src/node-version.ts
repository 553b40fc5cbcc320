import { ReelError } from './errors.ts';

/**
 * Older versions of Node lack hooks that nothing leaves the process by, and types in config files; they were never tested.
 * @throws REEL_RUNNER_UNSUPPORTED
 */
export function assertNodeVersion(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return;
  throw new ReelError('REEL_RUNNER_UNSUPPORTED', {
    what: `this is Node ${version}, and Reel needs Node 22.18 or later`,
    where: process.execPath,
    fix: 'run it on a newer Node: nvm install 24, or node-version in the CI job',
  });
}
