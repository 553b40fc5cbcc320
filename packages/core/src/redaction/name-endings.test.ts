import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFieldNames } from './field-names.ts';
import { createEndingCheck } from './name-endings.ts';

const plain = fc.string({ unit: fc.constantFrom(...'kept0ys'), minLength: 1, maxLength: 12 });
const separator = fc.constantFrom('', '', '', '-', '_', '.', '__');

/** A plain name as people write it: separators anywhere but at the end, capitals. */
const spelled = (name: string): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(separator, fc.boolean()), { minLength: name.length, maxLength: name.length })
    .map((marks) =>
      marks.map(([before, isUpper], at) => before + (isUpper ? name[at]!.toUpperCase() : name[at]!)).join(''),
    );

test('a name that is asked for passes, however it is spelled and whatever stands before it', () => {
  fc.assert(
    fc.property(
      fc.array(plain, { minLength: 1, maxLength: 5 }).chain((names) =>
        fc.tuple(
          fc.constant(names),
          fc.constantFrom(...names).chain((name) => spelled(name)),
        ),
      ),
      fc.constantFrom('', '"', '{"', 'token', 'x-', '\\u0026', '\\n', 'é', '\u4e2d '),
      ([names, name], before) => {
        const text = `${before}${name}": 1`;
        expect(createEndingCheck(names)(text, before.length + name.length)).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

test('every name that has a verdict passes', () => {
  const names = createFieldNames({ isOff: () => false, fields: ['k', 'ab', 'ssn'], query: ['q'] });
  const known = fc.constantFrom(
    'apikey',
    'token',
    'sig',
    'pwd',
    'jwt',
    'key',
    'accesstoken',
    'password',
    'secret',
    'k',
    'ab',
    'ssn',
    'q',
    'awssecretaccesskey',
    'dbpassword',
    'codeverifier',
    'sessionid',
    'uploadid',
    'authorization',
    'setcookie',
  );
  const name = fc
    .tuple(
      fc.constantFrom('', 'my', 'x-', 'STRIPE_', '9', 'a.b.'),
      known.chain((name) => spelled(name)),
    )
    .map(([before, name]) => before + name);
  fc.assert(
    fc.property(name, (name) => {
      fc.pre(names.judge(name) !== undefined || names.judgeQuery(name) !== undefined);
      expect(names.mayEnd(`{"${name}":`, 2 + name.length)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test('ordinary names of fields do not pass', () => {
  const { mayEnd } = createFieldNames({ isOff: () => false, fields: [], query: [] });
  for (const name of ['content', 'role', 'id', 'description', 'temperature', 'function', 'version'])
    expect(mayEnd(`"${name}"`, 1 + name.length), name).toBe(false);
});
