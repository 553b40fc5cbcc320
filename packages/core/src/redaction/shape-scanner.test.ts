import fc from 'fast-check';
import { expect, test } from 'vitest';
import { secretsByRule, secretsInContext, seeded } from '../../test/fixtures/synthetic-secrets.ts';
import { codesOf } from './codes.ts';
import { placeholder } from './placeholder.ts';
import type { ShapeRule } from './rule.ts';
import { shapeRules } from './rules/index.ts';
import { eachRun } from './runs.ts';
import { createShapeScanner } from './shape-scanner.ts';
import type { Span } from './span.ts';

const alphanumeric = /[A-Za-z0-9]/;
const escape = /(?:\\[nrtbf]|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2})$/;

/** A rule at a place, as the table says it. */
function matches(text: string, at: number, anchor: string, rule: ShapeRule): [number, number] | undefined {
  const { offset = 0, boundary = 'word', pattern, accept } = rule;
  const start = at - offset;
  if (start < 0 || !text.startsWith(anchor, at)) return undefined;
  const before = text.slice(0, start);
  if (boundary === 'run' && /[-_]$/.test(before)) return undefined;
  const near = before.slice(-40);
  const isInBase64 = /^[\w+/]{39}[+/]$/.test(near) && [/[A-Z]/, /[a-z]/, /\d/].every((one) => one.test(near));
  if (boundary === 'base64' && isInBase64) return undefined;
  if (boundary !== 'none' && alphanumeric.test(before.slice(-1)) && !escape.test(before)) return undefined;
  const match = new RegExp(pattern.source, 'y');
  match.lastIndex = start;
  const found = match.exec(text)?.[0];
  if (found === undefined || (accept !== undefined && !accept(found))) return undefined;
  let end = start + found.length;
  if (accept !== undefined) while (/[\w-]/.test(text.charAt(end))) end += 1;
  return [start, end];
}

/** Every rule at every place of a run, those of longer anchors first. */
function plainly(text: string, start: number, end: number): [number, number, string][] {
  const anchored = shapeRules
    .flatMap((rule) => rule.anchors.map((anchor) => ({ anchor, rule })))
    .toSorted((a, b) => b.anchor.length - a.anchor.length);
  const found: [number, number, string][] = [];
  for (let at = start; at + 1 < end;) {
    let next = at + 1;
    for (const { anchor, rule } of anchored) {
      const place = matches(text, at, anchor, rule);
      if (place === undefined) continue;
      found.push([...place, placeholder(rule.id)]);
      next = Math.max(next, place[1] - 1);
      break;
    }
    at = next;
  }
  return found;
}

test('finds what every rule finds when it is asked at every place', () => {
  const makers = [...Object.values(secretsByRule), ...Object.values(secretsInContext)].flat();
  const secret = fc.tuple(fc.constantFrom(...makers), fc.nat(), fc.nat(12)).map(([make, seed, cut]) => {
    const text = [make(seeded(seed))].flat().join('');
    return cut < 8 ? text : text.slice(0, -cut);
  });
  const anchor = fc.constantFrom(...shapeRules.flatMap(({ anchors }) => anchors));
  const part = fc.oneof(
    secret,
    anchor,
    fc.constantFrom('', ' ', '"', '-', '_', '/', ':', '@', '\\n', '%20', 'SK', 'Q~', '8Q~', 'sk', 'é'),
    fc.string({ unit: fc.constantFrom(...'aZ09-_.~'), maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'aZ09+/'), minLength: 36, maxLength: 48 }),
  );
  const scan = createShapeScanner(shapeRules);
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const text = parts.join('');
      const codes = codesOf(text);
      eachRun(codes, (start, end) => {
        const found: [number, number, string][] = [];
        const take = (span: Span): void => void found.push([span.start, span.end, span.replacement]);
        scan(text, codes, start, end, take);
        expect(found).toEqual(plainly(text, start, end));
      });
    }),
    { numRuns: 2000 },
  );
});

test('an anchor that is too short, or that cannot stand in a run, is refused', () => {
  const rule = { id: 'x', source: '', pattern: /x/y };
  expect(() => createShapeScanner([{ ...rule, anchors: ['sk'] }])).toThrow(RangeError);
  expect(() => createShapeScanner([{ ...rule, anchors: ['a b'] }])).toThrow(RangeError);
});
