// scripts/setup.mjs runs before anything is installed, so it is tested from outside: in a copy of the repository's
// skeleton, with an `npx` of the test's own instead of npm's.
import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const scripts = resolve(import.meta.dirname, '../../../scripts');
const node = process.execPath;
const packagedNode = `node_modules/node-${process.platform}-${process.arch}/bin/node`;

/** What the fake `npx` does when it is asked to install: it counts, and leaves what an install leaves. */
const install = `
  echo "$@" >> installs.log
  mkdir -p node_modules/.bin packages/core/node_modules ${dirname(packagedNode)}
  printf '#!/bin/sh\\necho "turbo $@" >> turbo.log\\n' > node_modules/.bin/turbo
  chmod +x node_modules/.bin/turbo
  ln -sf '${node}' ${packagedNode}
  ln -sf "$PWD/${packagedNode}" node_modules/.bin/node
`;

interface Clone {
  readonly folder: string;
  setup(
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<{ code: number; output: string }>;
  installs(): string[];
}

function cloneWith(npx: string): Clone {
  const folder = temporaryFolder({
    'package.json': JSON.stringify({ type: 'module', packageManager: 'pnpm@1.2.3' }),
    'pnpm-lock.yaml': 'lockfileVersion: 9',
    'packages/core/package.json': '{}',
    'apps/example/demo/main.ts': `console.log('demo', JSON.stringify(process.argv.slice(2)), process.env.XDG_DATA_HOME);`,
    'tools/checks/src/main.ts': `console.log('tests'); process.exitCode = 3;`,
    'bin/npx': `#!/bin/sh\n${npx}\n`,
  });
  chmodSync(join(folder, 'bin/npx'), 0o755);
  cpSync(scripts, join(folder, 'scripts'), { recursive: true });
  return {
    folder,
    installs: () => {
      const log = join(folder, 'installs.log');
      return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
    },
    setup: (args, extra = {}) => {
      const env = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, ...extra };
      const { promise, resolve: done } = Promise.withResolvers<{ code: number; output: string }>();
      execFile(node, ['scripts/setup.mjs', ...args], { cwd: folder, env }, (error, stdout, stderr) => {
        done({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
      });
      return promise;
    },
  };
}

// The fake npx is a shell script.
describe.skipIf(process.platform === 'win32')('the setup', () => {
  test('installs with the pinned pnpm and the frozen lockfile, everything inside the clone', async () => {
    const clone = cloneWith(install);
    await clone.setup(['demo']);

    expect(clone.installs()).toEqual([
      '-y pnpm@1.2.3 install --frozen-lockfile --reporter=append-only --store-dir node_modules/.pnpm-store ' +
        '--cache-dir node_modules/.pnpm-cache --state-dir node_modules/.pnpm-state',
    ]);
  });

  test('builds, then runs the demo with its arguments', async () => {
    const clone = cloneWith(install);
    const { code, output } = await clone.setup(['demo', '--fast', 'a b']);

    expect(output).toContain('demo ["--fast","a b"]');
    expect(output).toContain(join(clone.folder, 'node_modules/.data'));
    expect(readFileSync(join(clone.folder, 'turbo.log'), 'utf8')).toContain('turbo run build');
    expect(code).toBe(0);
  });

  test('leaves the build of the tests to the tests, and ends with their exit code', async () => {
    const clone = cloneWith(install);
    const { code, output } = await clone.setup(['test']);

    expect(output).toContain('tests');
    expect(existsSync(join(clone.folder, 'turbo.log'))).toBe(false);
    expect(code).toBe(3);
  });

  test('installs nothing the second time, so that no network is needed', async () => {
    const clone = cloneWith(install);
    await clone.setup(['demo']);
    rmSync(join(clone.folder, 'bin/npx'));

    expect(await clone.setup(['demo'])).toMatchObject({ code: 0 });
    expect(clone.installs()).toHaveLength(1);
  });

  test.each([
    [
      'the lockfile changed',
      (folder: string) => writeFileSync(join(folder, 'pnpm-lock.yaml'), 'lockfileVersion: 10'),
    ],
    ['a pnpm hook changed', (folder: string) => writeFileSync(join(folder, '.pnpmfile.cjs'), '//')],
    ['node_modules is gone', (folder: string) => rmSync(join(folder, 'node_modules'), { recursive: true })],
    [
      "a package's is gone",
      (folder: string) => rmSync(join(folder, 'packages/core/node_modules'), { recursive: true }),
    ],
  ])('installs again when %s', async (_, change) => {
    const clone = cloneWith(install);
    await clone.setup(['demo']);
    change(clone.folder);
    await clone.setup(['demo']);

    expect(clone.installs()).toHaveLength(2);
  });

  test('does not take an install that failed half way for one that is done', async () => {
    const clone = cloneWith(`${install}\n[ -e ok ] || exit 1`);
    const failed = await clone.setup(['demo']);
    writeFileSync(join(clone.folder, 'ok'), '');
    const repaired = await clone.setup(['demo']);

    expect(failed.code).toBe(1);
    expect(repaired.code).toBe(0);
    expect(clone.installs()).toHaveLength(2);
  });

  test('keeps the store that the person’s own pnpm used, but not the one of the clone this was copied from', async () => {
    const storeUsed = async (recorded: string) => {
      const clone = cloneWith(install);
      mkdirSync(join(clone.folder, 'node_modules'));
      writeFileSync(join(clone.folder, 'node_modules/.modules.yaml'), `{\n  "storeDir": "${recorded}"\n}`);
      await clone.setup(['demo']);
      return /--store-dir (\S+)/.exec(clone.installs()[0] ?? '')?.[1];
    };

    expect(await storeUsed('/home/me/.pnpm/store/v11')).toBe('/home/me/.pnpm/store');
    expect(await storeUsed('/somewhere/else/node_modules/.pnpm-store/v11')).toBe('node_modules/.pnpm-store');
  });

  test.each([
    ['getaddrinfo ENOTFOUND registry', /could not be reached/],
    ['ENOSPC: no space left on device', /disk is full/],
    ["EACCES: permission denied, mkdir '/x'", /cannot be written/],
    ['ERR_PNPM_OUTDATED_LOCKFILE', /"npx pnpm@1\.2\.3 install"/],
    ['ERR_PNPM_UNSUPPORTED_PLATFORM', /no build for/],
    ['something else', /What it printed is above/],
  ])('explains an install that failed with: %s', async (printed, advice) => {
    const { code, output } = await cloneWith(`echo "${printed}"; exit 7`).setup(['demo']);

    expect(code).toBe(1);
    expect(output).toContain(printed);
    expect(output).toMatch(/failed \(exit code 7\)/);
    expect(output).toMatch(advice);
    expect(output).not.toContain('    at ');
  });

  test('prints what the build printed when it fails', async () => {
    const failing = `${install}\nprintf '#!/bin/sh\\necho broken; exit 1' > node_modules/.bin/turbo`;

    expect(await cloneWith(failing).setup(['demo'])).toMatchObject({
      code: 1,
      output: expect.stringMatching(/The build failed:\n\nbroken/) as string,
    });
  });

  test('names its targets when asked for another', async () => {
    const { code, output } = await cloneWith(install).setup(['toString']);

    expect(output).toContain(
      'There is no target "toString". Use: node scripts/setup.mjs <test|demo|compat|release:dry>',
    );
    expect(code).toBe(1);
  });
});

describe.skipIf(process.platform === 'win32')('the Node that everything runs on', () => {
  const printsNode = `console.log('on', process.argv0, process.execPath);`;

  test('is the installed one', async () => {
    const clone = cloneWith(install.replace(`ln -sf '${node}'`, `cp '${node}'`));
    writeFileSync(join(clone.folder, 'apps/example/demo/main.ts'), printsNode);

    expect((await clone.setup(['demo'])).output).toContain(join(clone.folder, packagedNode));
  });

  test("is the machine's with REEL_NODE=host, also for what package scripts start", async () => {
    const clone = cloneWith(install.replace(`ln -sf '${node}'`, `cp '${node}'`));
    writeFileSync(join(clone.folder, 'apps/example/demo/main.ts'), printsNode);
    const link = () => readlinkSync(join(clone.folder, 'node_modules/.bin/node'));

    const { output } = await clone.setup(['demo'], { REEL_NODE: 'host' });
    expect(output).toContain(`on ${node}`);
    expect(link()).toBe(node);

    await clone.setup(['demo']);
    expect(link()).toBe(join(clone.folder, packagedNode));
  });

  test("is found as the machine's also when npm runs on the installed one", async () => {
    const clone = cloneWith(install.replace(`ln -sf '${node}'`, `cp '${node}'`));
    writeFileSync(join(clone.folder, 'apps/example/demo/main.ts'), printsNode);
    await clone.setup(['demo']);
    symlinkSync(node, join(clone.folder, 'bin/node'));
    const installed = join(clone.folder, packagedNode);
    const path = [
      join(clone.folder, 'node_modules/.bin'),
      join(clone.folder, 'bin'),
      '/usr/bin',
      '/bin',
    ].join(':');

    const { output } = await clone.setup(['demo'], {
      REEL_NODE: 'host',
      npm_node_execpath: installed,
      PATH: path,
    });

    expect(output).toContain(`on ${node}`);
  });

  test('is the machine’s where the installed one does not start', async () => {
    const broken = install.replace(`ln -sf '${node}' ${packagedNode}`, `echo broken > ${packagedNode}`);
    const clone = cloneWith(broken);
    writeFileSync(join(clone.folder, 'apps/example/demo/main.ts'), printsNode);

    expect((await clone.setup(['demo'])).output).toContain(`on ${node}`);
  });

  test('is asked for when there is none that is new enough', async () => {
    const old = `printf '#!/bin/sh\\necho v20.20.2\\n' > old-node; chmod +x old-node; rm -rf ${packagedNode}`;
    const clone = cloneWith(`${install}\n${old}`);

    const { code, output } = await clone.setup(['demo'], {
      npm_node_execpath: join(clone.folder, 'old-node'),
    });

    expect(output).toMatch(/Node 22\.18 or later is needed: this machine has 20\.20\.2/);
    expect(code).toBe(1);
  });

  test('has no other name than host', async () => {
    const { code, output } = await cloneWith(install).setup(['demo'], { REEL_NODE: '26' });

    expect(output).toContain('REEL_NODE is "26"');
    expect(code).toBe(1);
  });
});
