import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RunSet, runsOf } from './run-set.ts';

test('knows the runs of letters and digits of all texts, whole, and no others', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'B', '7', 'x', '-', ' ', 'é', '"'), maxLength: 300 });
  fc.assert(
    fc.property(fc.array(text), fc.array(text), (had, others) => {
      const set = new RunSet();
      const runs = new Set<string>();
      for (const one of had) {
        set.addRuns(runsOf([Buffer.from(one)]));
        for (const [run] of one.matchAll(/[A-Za-z0-9]{4,}/g)) if (run.length <= 128) runs.add(run);
      }
      for (const run of runs) expect(set.has(run)).toBe(true);
      for (const [run] of others.join(' ').matchAll(/[A-Za-z0-9]+/g))
        expect(set.has(run)).toBe(runs.has(run));
    }),
  );
});

test('keeps them apart when there are very many', () => {
  const set = new RunSet();
  for (let number = 0; number < 50_000; number++)
    set.addRuns(runsOf([Buffer.from(`call_${number * 2 + 1_000_000}`)]));
  const numbers = Array.from({ length: 100_000 }, (_, number) => number);
  const known = numbers.filter((number) => set.has(String(number + 1_000_000)));
  expect(known).toEqual(numbers.filter((number) => number % 2 === 0));
});
