import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { Manifest } from '../workspace.ts';
import { packageSteps } from './package-steps.ts';

const root = resolve(import.meta.dirname, '../../../..');

/** The titles of the checks a package with these files fails, over the real tools. */
async function failedChecks(
  exports: Manifest['exports'],
  files: Readonly<Record<string, string>>,
): Promise<string[]> {
  const manifest = {
    name: 'checked-package',
    version: '1.0.0',
    license: 'MIT',
    type: 'module',
    files: ['dist'],
    exports: { ...exports, './package.json': './package.json' },
  };
  const folder = temporaryFolder({ ...files, 'package.json': JSON.stringify(manifest) });
  const [step] = packageSteps(root, [{ folder, path: 'packages/checked', manifest }], temporaryFolder());
  const failed = (await step?.run())?.failed ?? [];
  return failed.map(({ name }) => name.replace('checked-package: ', ''));
}

const dual = {
  '.': {
    import: { types: './dist/index.d.ts', default: './dist/index.js' },
    require: { types: './dist/index.d.cts', default: './dist/index.cjs' },
  },
};
const sound = {
  'dist/index.js': `export const answer = 42;\n`,
  'dist/index.d.ts': `declare const answer: number;\ninterface Question { text: string }\nexport { answer, type Question };\n`,
  'dist/index.cjs': `exports.answer = 42;\n`,
  'dist/index.d.cts': `declare const answer: number;\ninterface Question { text: string }\nexport { answer, type Question };\n`,
};
/** No package of a test has a kept list, so this check fails for each of them. */
const always = 'exported names';

test('a sound package fails nothing but the comparison with a list it does not have', async () => {
  expect(await failedChecks(dual, sound)).toEqual([always]);
});

test('a value that only the declarations have is caught, whatever declares it', async () => {
  const declarations = `export declare class Ghost {}\n${sound['dist/index.d.ts']}`;

  expect(await failedChecks(dual, { ...sound, 'dist/index.d.ts': declarations })).toEqual([
    always,
    'TypeScript',
  ]);
});

test('a name that one build has and the other has not is caught', async () => {
  const files = { ...sound, 'dist/index.cjs': 'exports.other = 1;\n' };

  expect(await failedChecks(dual, files)).toEqual([always, 'CommonJS require']);
});

test('declarations that do not compile are caught', async () => {
  const wrong = sound['dist/index.d.ts'].replace('number', 'Missing');

  expect(await failedChecks(dual, { ...sound, 'dist/index.d.ts': wrong })).toEqual([always, 'TypeScript']);
});

test('an ES module promised to CommonJS is caught', async () => {
  const exports = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } };
  const files = { ...sound, 'dist/index.js': 'export const answer = await 42;\n' };

  expect(await failedChecks(exports, files)).toEqual([always, 'CommonJS require']);
});

test('a file that is not packed is caught', async () => {
  const exports = { '.': { types: './types/index.d.ts', default: './dist/index.js' } };
  const files = { ...sound, 'types/index.d.ts': sound['dist/index.d.ts'] };

  await expect(failedChecks(exports, files)).rejects.toThrow(/types\/index\.d\.ts/);
});
