import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { isReelError, ReelError } from './errors.ts';

const pages = join(import.meta.dirname, '../../../docs/errors');
const codes = [
  ...readFileSync(join(import.meta.dirname, 'errors.ts'), 'utf8').matchAll(/\| '(REEL_\w+)'/g),
].map(([, code]) => code!);

test('every code has a page, every page a code, and the index all of them', () => {
  const written = readdirSync(pages).filter((name) => name.startsWith('REEL_'));
  expect(written.toSorted()).toEqual(codes.map((code) => `${code}.md`).toSorted());
  const index = readFileSync(join(pages, 'README.md'), 'utf8');
  for (const code of codes) expect(index).toContain(`(${code}.md)`);
});

test('an error says what happened, where, and what to do', () => {
  const error = new ReelError('REEL_NO_MATCH', {
    what: 'nothing matches',
    where: 'a.test.ts',
    fix: 'record it',
  });
  expect(error.message).toBe(
    'REEL_NO_MATCH: nothing matches\n  where: a.test.ts\n  fix:   record it\n  docs:  @reel/core/docs/errors/REEL_NO_MATCH.md',
  );
});

test('shows the lines of the user, and none of installed packages or Node', () => {
  const error = new ReelError('REEL_NO_MATCH', { what: 'nothing matches', cause: new Error('a cause') });
  expect(error.stack).toContain('errors.test.ts');
  expect(error.stack).not.toMatch(/node_modules|node:/);
});

test('printed to the console it says everything once', () => {
  const error = new ReelError('REEL_NO_MATCH', { what: 'nothing matches', cause: new Error('a cause') });
  expect(inspect(error)).toBe(error.stack);
  // Of an error that nobody caught, Node asks for the fields.
  expect(Object.keys(error)).not.toContain('what');
  expect(inspect(error).match(/nothing matches/g)).toHaveLength(1);
});

test('an error of another copy of the package is known as one', () => {
  const foreign = Object.assign(new Error('x'), { [Symbol.for('reel.error')]: true });
  expect(isReelError(foreign)).toBe(true);
  expect(isReelError(new Error('REEL_NO_MATCH'))).toBe(false);
  expect(isReelError(undefined)).toBe(false);
});
