import { expect, it } from 'vitest';
import { formatAge, parseDuration } from './duration.ts';
import { formatSize, parseSize } from './size.ts';

const day = 86_400_000;

it.each([
  ['30d', 30 * day],
  ['12 h', day / 2],
  ['2w', 14 * day],
  ['1.5d', 1.5 * day],
  ['1Y', 365 * day],
  ['30', undefined],
  ['d', undefined],
  ['-1d', undefined],
  ['1 month', undefined],
])('reads the age %s', (text, expected) => expect(parseDuration(text)).toBe(expected));

it.each([
  [0, '0s'],
  [-5, '0s'],
  [90_000, '90s'],
  [3_600_000, '60m'],
  [47 * 3_600_000, '47h'],
  [48 * 3_600_000, '2d'],
  [119 * day, '119d'],
  [400 * day, '13mo'],
  [4 * 365 * day, '4y'],
])('writes %d ms as %s', (age, expected) => expect(formatAge(age)).toBe(expected));

it.each([
  ['500k', 500_000],
  ['2MB', 2_000_000],
  ['1.5 MiB', 1_572_864],
  ['2048', 2048],
  ['10 b', 10],
  ['0', undefined],
  ['much', undefined],
])('reads the size %s', (text, expected) => expect(parseSize(text)).toBe(expected));

it.each([
  [999, '999 B'],
  [1000, '1.0 kB'],
  [41_300, '41 kB'],
  [999_600, '1.0 MB'],
  [2_300_000_000, '2.3 GB'],
])('writes %d bytes as %s', (bytes, expected) => expect(formatSize(bytes)).toBe(expected));
