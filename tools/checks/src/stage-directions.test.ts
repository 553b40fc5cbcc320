import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { wrongPackageImports, wrongStageImports } from './stage-directions.ts';

function stagesBroken(files: Readonly<Record<string, string>>): string[] {
  const wrong = wrongStageImports(temporaryFolder(files), Object.keys(files));
  return wrong.map(({ place, specifier }) => `${place} ${specifier}`);
}

function packageBroken(files: Readonly<Record<string, string>>): string[] {
  return wrongPackageImports(temporaryFolder(files), Object.keys(files)).map(({ specifier }) => specifier);
}

describe('a stage', () => {
  test('may import its own files, model/, errors.ts and packages', () => {
    const source = `
      import { a } from './near.ts';
      import { b } from '../../model/chunk.ts';
      import { c } from '../../errors.ts';
      import { join } from 'node:path';
      import * as v from 'valibot';
      export { a, b, c, join, v };`;

    expect(stagesBroken({ 'src/cassette/stores/file.ts': source })).toEqual([]);
  });

  test.each([
    ['an import', `import { reply } from '../replay/reply.ts'; void reply;`],
    ['an import of a type', `import type { Reply } from '../replay/reply.ts'; export const a: Reply = 1;`],
    ['an import for its effect', `import '../replay/reply.ts';`],
    ['a re-export', `export { reply } from '../replay/reply.ts';`],
    ['a re-export of everything', `export * from '../replay/reply.ts';`],
    ['a dynamic import', `export const load = () => import('../replay/reply.ts');`],
  ])('is caught with %s from another stage', (_, source) => {
    expect(stagesBroken({ 'src/cassette/tape.ts': source })).toEqual([
      'src/cassette/tape.ts:1 ../replay/reply.ts',
    ]);
  });

  test('is caught on the line of the import', () => {
    const source = `// one\n\nimport { a } from '../model/a.ts';\nimport { b } from '../replay/b.ts';\nexport { a, b };`;

    expect(stagesBroken({ 'src/cassette/tape.ts': source })).toEqual([
      'src/cassette/tape.ts:4 ../replay/b.ts',
    ]);
  });

  test('may not import the files that put the stages together', () => {
    expect(stagesBroken({ 'src/replay/a.ts': `import '../recorder.ts';` })).toHaveLength(1);
  });

  test('is held to the rule when the design does not name it', () => {
    expect(stagesBroken({ 'src/newcomer/a.ts': `import '../replay/b.ts';` })).toHaveLength(1);
  });

  test('that is matching/ may import normalize/, and no other stage', () => {
    const source = `import '../normalize/a.ts'; import '../cassette/b.ts';`;

    expect(stagesBroken({ 'src/matching/index.ts': source })).toEqual([
      'src/matching/index.ts:1 ../cassette/b.ts',
    ]);
  });

  test('is not mistaken for another one whose name begins alike', () => {
    expect(stagesBroken({ 'src/cassette/a.ts': `import '../cassette-tools/b.ts';` })).toHaveLength(1);
  });

  test('is not caught for what a comment or a string says', () => {
    const source = `// import '../replay/b.ts'\nexport const text = "import '../replay/b.ts'";`;

    expect(stagesBroken({ 'src/cassette/a.ts': source })).toEqual([]);
  });
});

test('model/ imports nothing outside itself, not even the errors', () => {
  const source = `import './chunk.ts'; import '../errors.ts';`;

  expect(stagesBroken({ 'src/model/a.ts': source })).toEqual(['src/model/a.ts:1 ../errors.ts']);
});

test('the files directly in src put the stages together, and tests are free', () => {
  const source = `import './replay/a.ts'; import './cassette/b.ts';`;
  const test = `import '../replay/a.ts';`;

  expect(stagesBroken({ 'src/recorder.ts': source, 'src/cassette/tape.test.ts': test })).toEqual([]);
});

test('a file that cannot be parsed is an error, never a file without imports', () => {
  expect(() => stagesBroken({ 'src/cassette/a.ts': `import { from '../replay/b.ts'` })).toThrow(
    /cannot be parsed/,
  );
});

describe('a published package', () => {
  test('is caught reaching out of its src', () => {
    const source = `import '../../testkit/src/index.ts'; import '../package.json'; import './own.ts';`;

    expect(packageBroken({ 'src/a.ts': source })).toEqual(['../../testkit/src/index.ts', '../package.json']);
  });

  test('may read its manifest in src/version.ts, and no other one', () => {
    const source = `import own from '../package.json' with { type: 'json' };
      import other from '../../core/package.json' with { type: 'json' };
      export { own, other };`;

    expect(packageBroken({ 'src/version.ts': source })).toEqual(['../../core/package.json']);
  });

  test('is caught importing the testkit, but for its tests', () => {
    const source = `import '@reel/testkit'; import '@reel/testkit/servers';`;

    expect(packageBroken({ 'src/a.ts': source, 'src/a.test.ts': source })).toEqual([
      '@reel/testkit',
      '@reel/testkit/servers',
    ]);
  });
});
