import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { declaredNames, loadEntryPoints } from './entry-points.ts';
import { surfaceOf } from './surface.ts';

test('renamed names count by their public one', () => {
  const folder = temporaryFolder({
    'index.d.ts': `
      import { C as Chunk } from './chunk.js';
      declare const b: number;
      interface D {}
      interface Hidden {}
      export { Chunk, b as a, type D as Shown, type D as default };`,
  });

  expect(declaredNames(join(folder, 'index.d.ts'))).toEqual(['Chunk', 'Shown', 'a', 'default']);
});

test('names that hide behind a star are refused', () => {
  const folder = temporaryFolder({ 'index.d.ts': `export * from './chunk.js';` });

  expect(() => declaredNames(join(folder, 'index.d.ts'))).toThrow(/list the names/);
});

test('what a module has at run time is a value, and what else its declarations name is a type', async () => {
  const folder = temporaryFolder({
    'package.json': JSON.stringify({
      name: '@reel/a',
      type: 'module',
      exports: {
        '.': { types: './index.d.ts', default: './index.js' },
        './register': { import: { types: './register.d.ts', default: './register.js' } },
        './package.json': './package.json',
      },
    }),
    'index.js': 'export const a = 1;',
    'index.d.ts': 'declare const a: 1; interface B {} declare class C {} export { a, B, C };',
    'register.js': 'globalThis.fetch = undefined;',
    'register.d.ts': 'export {};',
  });

  expect(surfaceOf(await loadEntryPoints(folder, folder))).toEqual([
    '. a',
    '. type B',
    '. type C',
    './register (nothing)',
  ]);
});

test('a module that does not load is an error with what Node said', async () => {
  const folder = temporaryFolder({
    'package.json': JSON.stringify({
      name: '@reel/a',
      type: 'module',
      exports: { '.': { types: './index.d.ts', default: './index.js' } },
    }),
    'index.js': `throw new Error('broken at load');`,
    'index.d.ts': 'export {};',
  });

  await expect(loadEntryPoints(folder, folder)).rejects.toThrow(
    /@reel\/a cannot be imported:[^]*broken at load/,
  );
});
