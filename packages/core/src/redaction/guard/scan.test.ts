import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { files, knownValues } from '../../../test/redaction/planted-lines.ts';
import { scanQuickly, scanThoroughly } from './scan.ts';

const runs = { numRuns: 3000 };

describe('the quick look finds what the thorough one finds', () => {
  test.each([
    ['nothing is known', []],
    ['values are known', knownValues],
  ])(
    'in cassettes with anything planted anywhere, when %s',
    (_, known) => {
      let clean = 0;
      let quick = 0;
      fc.assert(
        fc.property(files, (text) => {
          const bytes = Buffer.from(text);
          const context = { known, fingerprints: true };
          const thorough = scanThoroughly(bytes, context);
          const found = scanQuickly(bytes, context);
          if (thorough.length === 0) clean += 1;
          if (found !== undefined) quick += 1;
          expect(found ?? thorough).toEqual(thorough);
        }),
        runs,
      );
      // Else nothing was compared.
      expect(clean).toBeGreaterThan(100);
      expect(quick).toBeGreaterThan(1000);
    },
    120_000,
  );
});
