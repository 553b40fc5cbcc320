import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { contextRuleIds } from './context-keys.ts';
import { nameRuleIds } from './field-names.ts';
import { guardRuleIds } from './guard/rule-ids.ts';
import { shapeRules } from './rules/index.ts';

test('the guide names every rule', () => {
  const guide = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/redaction.md'), 'utf8');
  const ids = [...shapeRules.map(({ id }) => id), ...nameRuleIds, ...contextRuleIds, ...guardRuleIds];
  expect(ids.filter((id) => !guide.includes(`\`${id}\``))).toEqual([]);
});
