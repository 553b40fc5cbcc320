import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';

function stamp(env: Record<string, string>): Record<string, unknown>[] {
  const root = temporaryFolder({
    'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
    'packages/a/package.json': JSON.stringify({ name: '@reel/a', version: '1.0.0', license: 'MIT' }),
    'packages/kit/package.json': JSON.stringify({ name: '@reel/kit', private: true }),
  });
  execFileSync(process.execPath, [join(import.meta.dirname, 'stamp-repository.ts'), root], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: 'pipe',
  });
  return ['a', 'kit'].map(
    (name) =>
      JSON.parse(readFileSync(join(root, `packages/${name}/package.json`), 'utf8')) as Record<
        string,
        unknown
      >,
  );
}

test('a published package says which repository signs for it, and nothing else changes', () => {
  const [published, kit] = stamp({
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'someone/reel',
  });

  expect(published).toEqual({
    name: '@reel/a',
    version: '1.0.0',
    license: 'MIT',
    repository: { type: 'git', url: 'git+https://github.com/someone/reel.git', directory: 'packages/a' },
  });
  expect(kit).toEqual({ name: '@reel/kit', private: true });
});

test.each([{}, { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'a b' }])(
  'outside of GitHub Actions nothing is released: %j',
  (env) => {
    expect(() => stamp(env)).toThrow(/a release is made by \.github\/workflows\/release\.yml/);
  },
);
