import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { makeReceipt, readReceipt } from '../../src/adapter/receipt.ts';
import { mergeReceipts } from '../../src/library/care/merge-receipts.ts';
import type { Mode } from '../../src/mode.ts';
import type { ScopeReport } from '../../src/report.ts';

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../schema/receipt.schema.json'), 'utf8'),
) as { properties: { mode: { enum: string[] } } };
const ajv = new Ajv2020({ allowUnionTypes: true });
const isReceipt = ajv.compile(schema);

const usage = { provider: 'openai', model: 'gpt-4o-mini', calls: 1, inputTokens: 2, outputTokens: 3 };
const report: ScopeReport = {
  cassette: 'cassettes/chat/greets',
  file: '/project/cassettes/chat/greets.jsonl',
  test: 'chat.test.ts > greets',
  mode: 'replay',
  outcome: 'failed',
  replayed: 2,
  recorded: 1,
  used: [1, 0],
  tape: { bytes: 300, interactions: 2 },
  saved: true,
  misses: [{ code: 'REEL_NO_MATCH', method: 'POST', url: 'https://api.openai.com/', message: 'no' }],
  unused: [{ method: 'POST', url: 'https://api.openai.com/' }],
  savedUsage: [{ ...usage, cost: 0.01 }],
  spentUsage: [usage],
  warnings: ['a warning'],
};

it('the schema of receipts takes what a run and a merge of runs write', () => {
  const facts = { runner: 'vitest', base: '/project', mode: 'replay', passed: true, partial: [] } as const;
  const one = makeReceipt({ ...facts, shard: '1/2', partial: ['shard 1/2'], reports: [report] });
  const other = makeReceipt({ ...facts, shard: '2/2', partial: ['shard 2/2'], reports: [] });
  for (const receipt of [one, other, mergeReceipts([one, other])]) {
    expect(isReceipt(JSON.parse(JSON.stringify(receipt))), ajv.errorsText(isReceipt.errors)).toBe(true);
  }
  expect(Object.keys(one.cassettes)).toEqual(['cassettes/chat/greets.jsonl']);
});

it('the schema of receipts knows every mode', () => {
  const modes: Record<Mode, true> = {
    replay: true,
    record: true,
    'record-if-missing': true,
    once: true,
    live: true,
    verify: true,
  };
  expect(schema.properties.mode.enum.toSorted()).toEqual(Object.keys(modes).toSorted());
});

it('receipts of version 1 stay readable', () => {
  const file = join(import.meta.dirname, 'receipt-1.json');
  const kept = readReceipt(file);
  expect(isReceipt(kept), ajv.errorsText(isReceipt.errors)).toBe(true);
  expect(mergeReceipts([kept])).toMatchObject({
    runner: 'vitest',
    green: true,
    partial: ['shard 2/2 of vitest missing'],
  });
});
