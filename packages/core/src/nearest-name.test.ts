import { expect, test } from 'vitest';
import { nearestName } from './nearest-name.ts';

const names = ['mode', 'dir', 'match', 'redact', 'chunking', 'unused', 'passthrough', 'upstreams'];

test.each([
  ['unusd', 'unused'],
  ['redcat', 'redact'],
  ['Mode', 'mode'],
  ['passThru', 'passthrough'],
  ['upstream', 'upstreams'],
  ['cassetteDir', 'dir'],
  ['record_mode', 'mode'],
  ['chunk', 'chunking'],
])('%s was meant to be %s', (given, meant) => {
  expect(nearestName(given, names)).toBe(meant);
});

test.each(['config', 'x', 'di', 'retry', 'normalise'])('%s is not like any of them', (given) => {
  expect(nearestName(given, ['mode', 'match', 'chunking', 'unused'])).toBeUndefined();
});
