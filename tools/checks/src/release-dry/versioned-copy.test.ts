import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { packAll } from './pack.ts';
import { createVersionedCopy } from './versioned-copy.ts';

const config = {
  changelog: '@changesets/cli/changelog',
  commit: false,
  fixed: [['@reel/*']],
  linked: [],
  access: 'public',
  baseBranch: 'main',
  updateInternalDependencies: 'patch',
  ignore: [],
  privatePackages: false,
};

/** A workspace of two packages, of which the second depends on the first, and a change of the first. */
function workspace(
  more: {
    config?: object;
    a?: object;
    b?: object;
    changeset?: string;
    files?: Readonly<Record<string, string>>;
  } = {},
): string {
  const manifest = (name: string, others: object): string =>
    JSON.stringify({
      name: `@reel/${name}`,
      version: '1.2.3',
      license: 'MIT',
      publishConfig: { access: 'public', provenance: true },
      ...others,
    });
  return temporaryFolder({
    'package.json': JSON.stringify({ name: 'root', private: true, packageManager: 'pnpm@12.21.0' }),
    // As in this repository: else pnpm asks the registry for itself.
    'pnpm-workspace.yaml': 'packages:\n  - packages/*\npmOnFail: ignore\n',
    LICENSE: 'MIT',
    '.changeset/config.json': JSON.stringify({ ...config, ...more.config }),
    '.changeset/README.md': '# Changesets',
    ...(more.changeset !== undefined && { '.changeset/change.md': more.changeset }),
    'packages/a/package.json': manifest('a', { ...more.a }),
    'packages/b/package.json': manifest('b', { dependencies: { '@reel/a': 'workspace:*' }, ...more.b }),
    'packages/kit/package.json': JSON.stringify({ name: '@reel/kit', version: '0.0.0', private: true }),
    ...more.files,
  });
}

const change = "---\n'@reel/b': minor\n---\n\nB can more.\n";

test('a change of one package raises the version of all, and leaves the workspace as it was', async () => {
  const root = workspace({ changeset: change });
  const copy = await createVersionedCopy(root, temporaryFolder());

  expect(copy.version).toBe('1.3.0');
  expect(copy.packages.map(({ manifest }) => `${manifest.name} ${manifest.version}`)).toEqual([
    '@reel/a 1.3.0',
    '@reel/b 1.3.0',
  ]);
  expect(readFileSync(join(root, 'packages/a/package.json'), 'utf8')).toContain('1.2.3');
});

/** A build that writes the version that it finds, and what the build of `@reel/b` wrote if there is one. */
const build = `
  const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
  const b = 'node_modules/@reel/b/dist/version';
  mkdirSync('dist');
  writeFileSync('dist/version', require('./package.json').version + (existsSync(b) ? ' on ' + readFileSync(b, 'utf8') : ''));
`;

test('the packages are built with the new version, each after those it depends on', async () => {
  const scripts = { build: 'node build.cjs' };
  const root = workspace({
    a: { scripts, dependencies: { '@reel/b': 'workspace:*' } },
    b: { scripts, dependencies: {} },
    changeset: change,
    files: {
      'packages/a/build.cjs': build,
      'packages/b/build.cjs': build,
      'packages/a/dist/version': '1.2.3',
    },
  });
  const { packages } = await createVersionedCopy(root, temporaryFolder());

  expect(packages.map(({ folder }) => readFileSync(join(folder, 'dist/version'), 'utf8'))).toEqual([
    '1.3.0 on 1.3.0',
    '1.3.0',
  ]);
});

test('a build that fails is an error with what it printed', async () => {
  const root = workspace({ a: { scripts: { build: 'echo broken && exit 3' } }, changeset: change });
  await expect(createVersionedCopy(root, temporaryFolder())).rejects.toThrow(
    /@reel\/a cannot be built: exit code 3\nbroken/,
  );
});

test('without a change since the last release, one is made up', async () => {
  expect((await createVersionedCopy(workspace(), temporaryFolder())).version).toBe('1.2.4');
});

test('packages that are not held together are found', async () => {
  const root = workspace({ config: { fixed: [] }, changeset: change });
  await expect(createVersionedCopy(root, temporaryFolder())).rejects.toThrow(
    /would not have one version .*@reel\/a 1\.2\.3, @reel\/b 1\.3\.0/,
  );
});

test('a tarball depends on the versions of the same release', async () => {
  const copy = await createVersionedCopy(workspace({ changeset: change }), temporaryFolder());
  const packed = await packAll(copy, temporaryFolder());

  expect(packed.map(({ manifest }) => manifest.dependencies)).toEqual([undefined, { '@reel/a': '1.3.0' }]);
});

test('a package that would be published without provenance is found', async () => {
  const copy = await createVersionedCopy(
    workspace({ changeset: change, b: { publishConfig: { access: 'public' } } }),
    temporaryFolder(),
  );
  await expect(packAll(copy, temporaryFolder())).rejects.toThrow(
    /@reel\/b would be published without provenance/,
  );
});

test('a dependency on another version is found', async () => {
  const copy = await createVersionedCopy(
    workspace({ changeset: change, b: { dependencies: { '@reel/a': '^1.0.0' } } }),
    temporaryFolder(),
  );
  await expect(packAll(copy, temporaryFolder())).rejects.toThrow(/@reel\/b would depend on @reel\/a@/);
});
