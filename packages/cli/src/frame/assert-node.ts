import { UsageError } from './usage-error.ts';

/** Not the core's: it is loaded by the commands that need it, and may fail to load on such a Node. @throws UsageError */
export function assertNode(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return;
  throw new UsageError(
    `this is Node ${version}, and Reel needs Node 22.18 or later`,
    'run it on a newer Node: nvm install 24, or node-version in the CI job',
  );
}
