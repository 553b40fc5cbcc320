import { describe, expect, it } from 'vitest';
import { compileIgnoredPaths, pathSegments } from './ignored-paths.ts';

function reaches(path: string, ...steps: string[]): boolean {
  let place = compileIgnoredPaths([pathSegments(path)!]);
  for (const step of steps) {
    place = place?.step(step);
    if (place?.whole === true) return true;
  }
  return false;
}

describe('pathSegments', () => {
  it.each(['', '$', '$.', '.', '**', '$.**', 'a.', 'a[', "a['b"])(
    'cannot read %j, or it would name everything',
    (path) => {
      expect(pathSegments(path)).toBeUndefined();
    },
  );

  it('reads one path in all its spellings', () => {
    const plain = pathSegments('a.b.0.c');
    for (const path of ['$.a.b.0.c', '$.a.b[0].c', "$['a']['b'][0]['c']", '$["a"].b[0]["c"]', 'a[b][0][c]']) {
      expect(pathSegments(path)).toEqual(plain);
    }
    expect(pathSegments('$..id')).toEqual(pathSegments('**.id'));
    expect(pathSegments('a..id')).toEqual(pathSegments('a.**.id'));
    expect(pathSegments('a[*]')).toEqual(pathSegments('a.*'));
    expect(pathSegments('a[]')).toEqual(pathSegments('a.*'));
  });

  it('takes a quoted name literally', () => {
    expect(pathSegments("$['a.b']['*']['it\\'s']")).toEqual([
      { kind: 'key', key: 'a.b' },
      { kind: 'key', key: '*' },
      { kind: 'key', key: "it's" },
    ]);
  });
});

describe('compileIgnoredPaths', () => {
  it('follows keys, wildcards and any depth', () => {
    expect(reaches('a.b', 'a', 'b')).toBe(true);
    expect(reaches('a.b', 'a', 'c')).toBe(false);
    expect(reaches('a.b', 'b')).toBe(false);
    expect(reaches('a.*.c', 'a', '17', 'c')).toBe(true);
    expect(reaches('a.*.c', 'a', 'c')).toBe(false);
    expect(reaches('**.id', 'id')).toBe(true);
    expect(reaches('**.id', 'a', '0', 'b', 'id')).toBe(true);
    expect(reaches('a.**.id', 'a', 'id')).toBe(true);
    expect(reaches('a.**.id', 'b', 'id')).toBe(false);
    expect(reaches('a.**', 'a')).toBe(false);
    expect(reaches('a.**', 'a', 'b')).toBe(true);
    expect(reaches('**.a.**.b', 'x', 'a', 'y', 'z', 'b')).toBe(true);
  });

  it('is nothing for no path, and stops looking where no path leads', () => {
    expect(compileIgnoredPaths([])).toBeUndefined();
    expect(compileIgnoredPaths([pathSegments('a.b')!])!.step('c')).toBeUndefined();
  });
});
