import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AdapterDriver } from '@reel/testkit/adapter-conformance';
import { driver } from './driver.ts';

const own = join(import.meta.dirname, '..');

/** A driver whose packages are copies, as an installation makes them, and not links into the workspace. */
export interface Installed extends Disposable {
  readonly driver: AdapterDriver;
}

/**
 * Puts Reel beside a Playwright: the adapter must find the very Playwright that runs it, and Playwright compiles what it finds outside of
 * `node_modules`, as linked packages are.
 * @param playwright the package among this one's development dependencies
 */
export function install(playwright = '@playwright/test'): Installed {
  const root = mkdtempSync(join(tmpdir(), 'reel-installed-'));
  const modules = join(root, 'node_modules');
  const runner = realpathSync(join(own, 'node_modules', playwright));
  mkdirSync(join(modules, '@playwright'), { recursive: true });
  symlinkSync(runner, join(modules, '@playwright/test'), 'junction');
  const folders = {
    playwright: own,
    core: realpathSync(join(own, 'node_modules/@reel/core')),
    proxy: realpathSync(join(own, 'node_modules/@reel/proxy')),
  };
  for (const [name, folder] of Object.entries(folders)) {
    for (const part of ['dist', 'package.json'])
      cpSync(join(folder, part), join(modules, '@reel', name, part), { recursive: true });
  }
  for (const name of ['@peculiar/x509', 'reflect-metadata']) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(realpathSync(join(folders.proxy, 'node_modules', name)), join(modules, name), 'junction');
  }
  const cli = join(runner, 'cli.js');
  return {
    driver: {
      ...driver,
      packages: { '@playwright/test': runner, '@reel/playwright': join(modules, '@reel/playwright') },
      bins: { playwright: cli },
      command: (project, run) => ({ argv: [cli, ...driver.command(project, run).argv.slice(1)] }),
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}
