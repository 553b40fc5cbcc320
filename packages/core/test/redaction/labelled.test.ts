import { expect, test } from 'vitest';
import { guardRuleIds } from '../../src/redaction/guard/rule-ids.ts';
import { shapeRules } from '../../src/redaction/rules/index.ts';
import { contextRuleIds } from '../../src/redaction/context-keys.ts';
import { nameRuleIds } from '../../src/redaction/field-names.ts';
import { personalDataKinds } from '../../src/redaction/personal-data.ts';
import { formatTable, measure } from './labelled.ts';

const rows = measure();

test('every labelled secret is found whole, and nothing harmless is touched', () => {
  console.log(formatTable(rows));
  expect(rows.flatMap(({ rule, problems }) => problems.map((problem) => `${rule}: ${problem}`))).toEqual([]);
});

test('every rule has fixtures of both kinds, and says where its shape is from', () => {
  const measured = new Map(rows.map((row) => [row.rule, row]));
  const ids = [...shapeRules.map(({ id }) => id), ...contextRuleIds, ...nameRuleIds, ...personalDataKinds];
  expect(
    ids.filter((id) => (measured.get(id)?.secrets ?? 0) === 0 || (measured.get(id)?.harmless ?? 0) === 0),
  ).toEqual([]);
  expect(shapeRules.filter(({ source }) => source.trim() === '')).toEqual([]);
  expect(guardRuleIds.length).toBeGreaterThan(10);
});

test('the guard by itself finds nine of ten secrets, personal data and signatures apart', () => {
  const counted = rows.filter(({ rule }) => ![...personalDataKinds, 'signature'].includes(rule));
  const secrets = counted.reduce((sum, { secrets }) => sum + secrets, 0);
  const guarded = counted.reduce((sum, { guarded }) => sum + guarded, 0);
  expect(guarded / secrets).toBeGreaterThan(0.9);
});
