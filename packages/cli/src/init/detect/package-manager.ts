import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How packages are installed and their commands run. */
export interface PackageManager {
  readonly name: 'bun' | 'npm' | 'pnpm' | 'yarn';
  /** Installs packages for development. */
  readonly add: string;
  /** Installs what the lockfile says. */
  readonly install: string;
  /** Comes before a command of an installed package. */
  readonly run: string;
}

const managers: Readonly<Record<PackageManager['name'], PackageManager>> = {
  npm: { name: 'npm', add: 'npm install --save-dev', install: 'npm ci', run: 'npx' },
  pnpm: {
    name: 'pnpm',
    add: 'pnpm add --save-dev',
    install: 'pnpm install --frozen-lockfile',
    run: 'pnpm exec',
  },
  yarn: { name: 'yarn', add: 'yarn add --dev', install: 'yarn install --immutable', run: 'yarn' },
  bun: { name: 'bun', add: 'bun add --dev', install: 'bun install --frozen-lockfile', run: 'bunx' },
};

const lockfiles: readonly (readonly [string, PackageManager['name']])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
];

/** By the field `packageManager`, else by the nearest lockfile: in a workspace it lies above the package. */
export function detectPackageManager(folder: string, field: string | undefined): PackageManager {
  const named = field?.split('@', 1)[0];
  if (named !== undefined && named in managers) return managers[named as PackageManager['name']];
  for (let place = folder; ; place = dirname(place)) {
    const found = lockfiles.find(([file]) => existsSync(join(place, file)));
    if (found !== undefined) return managers[found[1]];
    if (existsSync(join(place, '.git')) || dirname(place) === place) return managers.npm;
  }
}
