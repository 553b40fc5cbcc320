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
function workspace(more: { config?: object; a?: object; b?: object; changeset?: string } = {}): string {
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
    'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
    LICENSE: 'MIT',
    '.changeset/config.json': JSON.stringify({ ...config, ...more.config }),
    '.changeset/README.md': '# Changesets',
    ...(more.changeset !== undefined && { '.changeset/change.md': more.changeset }),
    'packages/a/package.json': manifest('a', { ...more.a }),
    'packages/b/package.json': manifest('b', { dependencies: { '@reel/a': 'workspace:*' }, ...more.b }),
    'packages/kit/package.json': JSON.stringify({ name: '@reel/kit', version: '0.0.0', private: true }),
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
