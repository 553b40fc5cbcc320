import { expect, test } from 'vitest';
import { commandOf, specFile, type PlaywrightTest } from './test-name.ts';

const plain: PlaywrightTest = {
  file: '/app/e2e/chat.spec.ts',
  line: 3,
  titlePath: ['chat.spec.ts', 'outer', 'costs (a) $5?'],
  tags: [],
  project: '',
};

/** The pattern of a command's `-g`. */
function patternOf(command: string): RegExp {
  return new RegExp(/ -g '([^']*)'/.exec(command)![1]!);
}

test('the command of a test names its file, its project, and a pattern that only its own title matches', () => {
  const command = commandOf('/app', plain.file, { ...plain, project: 'my phone' }, true);
  expect(command).toMatch(/^npx playwright test e2e\/chat\.spec\.ts -g '.*' --project='my phone'$/);
  const pattern = patternOf(command);
  expect('my phone chat.spec.ts outer costs (a) $5?').toMatch(pattern);
  expect(' chat.spec.ts outer costs (a) $5? twice').not.toMatch(pattern);
  expect(' other-chat.spec.ts outer costs (a) $5?').not.toMatch(pattern);
});

test('tags stand between titles in what Playwright looks into', () => {
  const pattern = patternOf(commandOf('/app', plain.file, { ...plain, tags: ['@slow'] }, true));
  expect(' chat.spec.ts outer @all costs (a) $5? @slow').toMatch(pattern);
  expect(' chat.spec.ts outer costs (a) $5?').toMatch(pattern);
});

test('hooks are recorded with all tests of their file', () => {
  expect(commandOf('/app', plain.file, plain, false)).toBe('npx playwright test e2e/chat.spec.ts');
});

test('a test that a helper declares belongs to the file that was collected', () => {
  const helper = {
    ...plain,
    file: '/app/e2e/helper.ts',
    titlePath: [import.meta.filename.split('/').at(-1)!],
  };
  expect(specFile({ rootDir: import.meta.dirname }, helper)).toBe(import.meta.filename);
  expect(specFile({ rootDir: '/nowhere' }, { ...helper, titlePath: ['gone.ts'] })).toBe('/app/e2e/helper.ts');
});
