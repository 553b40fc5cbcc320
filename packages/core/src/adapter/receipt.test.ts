import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Miss, ScopeReport } from '../report.ts';
import { finishRun } from './finish-run.ts';
import { makeReceipt, readReceipt, receiptFile, writeReceipt, type RunFacts } from './receipt.ts';

const miss: Miss = { code: 'REEL_NO_MATCH', method: 'POST', url: 'https://x.test/', message: 'no recording' };

describe('the receipt of a run', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'reel-receipt-'));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const report = (more: Partial<ScopeReport>): ScopeReport => ({
    cassette: 'cassettes/a/asks.jsonl',
    file: join(base, 'cassettes/a/asks.jsonl'),
    test: 'a.test.ts > asks',
    mode: 'replay',
    outcome: 'passed',
    replayed: 0,
    recorded: 0,
    used: [],
    saved: false,
    misses: [],
    unused: [],
    savedUsage: [],
    spentUsage: [],
    warnings: [],
    ...more,
  });
  const facts = (...reports: ScopeReport[]): RunFacts => ({
    runner: 'vitest',
    base,
    mode: 'replay',
    passed: true,
    partial: [],
    reports,
  });

  test('adds up what several tests used of one cassette', () => {
    const tape = { bytes: 100, interactions: 3 };
    const { cassettes } = makeReceipt(facts(report({ used: [2, 0], tape }), report({ used: [0, 1] })));
    expect(cassettes).toEqual({
      'cassettes/a/asks.jsonl': { ...tape, used: [0, 1, 2], written: false, skipped: false },
    });
  });

  test('protects a cassette as soon as one of its tests was skipped', () => {
    const { cassettes } = makeReceipt(facts(report({ used: [0] }), report({ outcome: 'skipped' })));
    expect(cassettes['cassettes/a/asks.jsonl']).toMatchObject({ used: [0], skipped: true });
  });

  test('is green only when the run passed, no test failed and nothing missed', () => {
    const green = (more: Partial<RunFacts>, one: Partial<ScopeReport> = {}): boolean =>
      makeReceipt({ ...facts(report(one)), ...more }).green;
    expect(green({})).toBe(true);
    expect(green({ passed: false })).toBe(false);
    expect(green({}, { outcome: 'failed' })).toBe(false);
    expect(green({}, { misses: [miss] })).toBe(false);
  });

  test('lists requests outside of any test without a cassette', () => {
    const { cassettes, tests } = makeReceipt(
      facts({ ...report({ misses: [miss] }), file: undefined as never }),
    );
    expect(cassettes).toEqual({});
    expect(tests).toMatchObject([{ cassette: '', misses: [{ code: 'REEL_NO_MATCH' }] }]);
  });

  test('lies where no repository tracks it', () => {
    expect(receiptFile(base, 'jest', {})).toBe(join(base, '.reel/receipt-jest.json'));
    mkdirSync(join(base, 'node_modules'));
    expect(receiptFile(base, 'jest', {})).toBe(join(base, 'node_modules/.cache/reel/receipt-jest.json'));
    expect(receiptFile(base, 'jest', { REEL_RECEIPT: 'out/r.json' })).toBe(join(base, 'out/r.json'));
  });

  test('hides the folder of its own from git', () => {
    writeReceipt(receiptFile(base, 'jest', {}), makeReceipt(facts()));
    expect(readFileSync(join(base, '.reel/.gitignore'), 'utf8')).toBe('*\n');
  });

  test('is read back as it was written', () => {
    const file = join(base, 'deep/er/receipt.json');
    const receipt = makeReceipt(facts(report({ used: [0] })), new Date('2026-11-20T10:00:00.500Z'));
    writeReceipt(file, receipt);
    expect(readReceipt(file)).toEqual(receipt);
    expect(receipt.at).toBe('2026-11-20T10:00:00Z');
  });

  test.each([
    ['missing', undefined, 'there is no receipt'],
    ['damaged', '{"receipt":1,', 'damaged'],
    ['of a newer version', '{"receipt":2}', 'not a receipt that this version can read'],
    ['something else', 'null', 'not a receipt that this version can read'],
  ])('says so when it is %s', (_title, text, message) => {
    const file = join(base, 'receipt.json');
    if (text !== undefined) writeFileSync(file, text);
    expect(() => readReceipt(file)).toThrow(new RegExp(`REEL_RECEIPT_UNREADABLE[^]*${message}`));
  });

  test('is not left by a run that had nothing to do with Reel', () => {
    expect(finishRun(facts())).toMatchObject({ text: '', isRed: false });
    expect(existsSync(join(base, '.reel'))).toBe(false);
  });

  test('that cannot be written is a warning in the summary, not an error', () => {
    writeFileSync(join(base, '.reel'), 'a file in the way');
    const { text } = finishRun(facts(report({ replayed: 1 })));
    expect(text).toMatch(/warning +the receipt of this run cannot be written/);
  });

  test('goes with a red run when something missed, though every test passed', () => {
    const { isRed, text } = finishRun({ ...facts(report({ misses: [miss] })), color: false });
    expect(isRed).toBe(true);
    expect(text).toContain('1 missed');
  });
});
