import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { exportedNames, surfaceOf } from './surface.ts';

test('values and types are told apart, renamed names count by their public one', () => {
  const folder = temporaryFolder({
    'index.d.ts': `
      import { C as Chunk } from './chunk.js';
      declare const b: number;
      interface Hidden {}
      interface D {}
      export { Chunk, b as a, type D as Shown, type D as default };`,
  });

  expect(exportedNames(join(folder, 'index.d.ts'))).toEqual({
    values: ['Chunk', 'a'],
    types: ['Shown', 'default'],
  });
});

test('names that hide behind a star are refused', () => {
  const folder = temporaryFolder({ 'index.d.ts': `export * from './chunk.js';` });

  expect(() => exportedNames(join(folder, 'index.d.ts'))).toThrow(/list the names/);
});

test('a surface names every entry point, also one that exports nothing', () => {
  const folder = temporaryFolder({
    'index.d.ts': 'declare const a: 1; interface B {} export { a, type B };',
    'register.d.ts': 'export {};',
  });
  const exports = {
    '.': { types: './index.d.ts', default: './index.js' },
    './register': { import: { types: './register.d.ts', default: './register.js' } },
    './package.json': './package.json',
  };

  expect(surfaceOf({ folder, path: 'packages/a', manifest: { name: '@reel/a', exports } })).toBe(
    '. a\n. type B\n./register (nothing)\n',
  );
});
