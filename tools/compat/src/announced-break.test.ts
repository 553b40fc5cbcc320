import { expect, test } from 'vitest';
import { announcedBreak } from './announced-break.ts';

test.each([
  ['feat(core)!: format 2', '', 'feat(core)!: format 2'],
  ['Format 2', 'New chunks.\n\nBREAKING CHANGE: run `reel upgrade`', 'BREAKING CHANGE: run `reel upgrade`'],
  ['Format 2', 'BREAKING-CHANGE: chunks', 'BREAKING-CHANGE: chunks'],
])('a break is announced by %j, %j', (title, body, words) => {
  expect(announcedBreak(title, body)).toBe(words);
});

test.each([
  ['Faster streams!', 'this is no BREAKING CHANGE: it only looks so'],
  ['feat: chunks', 'breaking change: in small letters'],
  ['', ''],
])('and not by %j, %j', (title, body) => {
  expect(announcedBreak(title, body)).toBeUndefined();
});
