import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Mode } from '../mode.ts';
import type { ScopeReport } from '../report.ts';
import { finishRun } from './finish-run.ts';
import { junitOf } from './junit.ts';
import type { Receipt, ReceiptTest } from './receipt.ts';

function test(name: string, more: Partial<ReceiptTest> = {}): ReceiptTest {
  return {
    test: name,
    cassette: 'cassettes/x.jsonl',
    outcome: 'passed',
    replayed: 1,
    recorded: 0,
    unused: 0,
    misses: [],
    ...more,
  };
}

function receipt(tests: readonly ReceiptTest[], more: Partial<Receipt> = {}): Receipt {
  return {
    receipt: 1,
    runner: 'vitest',
    at: '2026-11-20T10:00:00Z',
    mode: 'replay',
    green: true,
    partial: [],
    cassettes: {},
    tests,
    savedUsage: [],
    spentUsage: [],
    warnings: [],
    ...more,
  };
}

const miss = {
  code: 'REEL_NO_MATCH',
  method: 'POST',
  url: 'https://api.openai.com/v1/chat/completions',
  message: 'REEL_NO_MATCH: no recording matches\n- a < b & "c"\n+ ]]>',
} as const;

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** By a parser that refuses what is not well-formed. */
function parse(xml: string): Element[] {
  const elements: Element[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: attributes as Record<string, string>, text: '' };
    elements.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return elements;
}

describe('the JUnit file of a run', () => {
  it('has a case for each test, and its counts', () => {
    const elements = parse(
      junitOf(
        receipt(
          [
            test('src/chat.test.ts > orders > takes one'),
            test('src/chat.test.ts > orders > misses', { misses: [miss], outcome: 'failed' }),
            test('src/chat.test.ts > skipped', { outcome: 'skipped', replayed: 0 }),
            test('src/chat.test.ts > wrong', { outcome: 'failed' }),
            test('hooks of src/chat.test.ts', { unused: 2 }),
          ],
          { partial: ['shard 1/2'], warnings: ['a warning'] },
        ),
      ),
    );
    const only = (name: string): Element[] => elements.filter((element) => element.name === name);
    expect(only('testsuite')[0]?.attributes).toEqual({
      name: 'reel vitest',
      tests: '5',
      failures: '2',
      errors: '0',
      skipped: '1',
      timestamp: '2026-11-20T10:00:00',
    });
    expect(only('testcase').map(({ attributes }) => [attributes['file'], attributes['name']])).toEqual([
      ['src/chat.test.ts', 'orders > takes one'],
      ['src/chat.test.ts', 'orders > misses'],
      ['src/chat.test.ts', 'skipped'],
      ['src/chat.test.ts', 'wrong'],
      ['src/chat.test.ts', 'hooks of src/chat.test.ts'],
    ]);
    expect(only('failure')[0]).toMatchObject({
      attributes: { type: 'REEL_NO_MATCH', message: 'REEL_NO_MATCH: no recording matches' },
      text: miss.message,
    });
    expect(only('failure')[1]?.attributes['message']).toContain('report of its runner');
    expect(only('system-out')[0]?.text).toBe('2 recordings were not used');
    expect(only('system-err')[0]?.text).toBe('a warning');
    expect(only('property').map(({ attributes }) => `${attributes['name']}=${attributes['value']}`)).toEqual([
      'mode=replay',
      'replayed=4',
      'recorded=0',
      'unused=2',
      'partial=shard 1/2',
    ]);
  });

  it('counts a test that used several cassettes once', () => {
    const parts = [test('a.test.ts > both'), test('a.test.ts > both', { misses: [miss, miss] })];
    const elements = parse(junitOf(receipt(parts)));
    expect(elements.find(({ name }) => name === 'testsuite')?.attributes).toMatchObject({
      tests: '1',
      failures: '1',
    });
    expect(elements.filter(({ name }) => name === 'failure')).toHaveLength(2);
  });

  it('is well-formed whatever the names and messages hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, message) => {
        const elements = parse(
          junitOf(
            receipt([test(`a.test.ts > ${name}`, { misses: [{ ...miss, message }] })], { warnings: [name] }),
          ),
        );
        expect(elements.filter((element) => element.name === 'testcase')).toHaveLength(1);
      }),
    );
  });
});

describe('at the end of a run', () => {
  const report: ScopeReport = {
    cassette: 'x',
    test: 'a.test.ts > x',
    mode: 'replay',
    outcome: 'passed',
    replayed: 1,
    recorded: 0,
    used: [0],
    saved: false,
    misses: [],
    unused: [],
    savedUsage: [],
    spentUsage: [],
    warnings: [],
  };
  function finish(env: Record<string, string>, partial: readonly string[] = []) {
    const base = mkdtempSync(join(tmpdir(), 'reel-finish-'));
    onTestFinished(() => rmSync(base, { recursive: true, force: true }));
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const run = finishRun({
      runner: 'mocha',
      base,
      mode: 'replay',
      passed: true,
      partial,
      reports: [report],
      color: false,
    });
    const receipt = JSON.parse(readFileSync(join(base, '.reel/receipt-mocha.json'), 'utf8')) as Receipt;
    return { base, run, receipt };
  }

  it('REEL_JUNIT names the file, relative to the folder of the config', () => {
    const { base } = finish({ REEL_JUNIT: 'reports/reel.xml' });
    expect(readFileSync(join(base, 'reports/reel.xml'), 'utf8')).toContain(
      '<testsuite name="reel mocha" tests="1"',
    );
  });

  it('without it there is none', () => {
    expect(existsSync(join(finish({}).base, 'reports'))).toBe(false);
  });

  it('one that cannot be written is a warning, and the run stays as it was', () => {
    const { run } = finish({ REEL_JUNIT: '.' });
    expect(run.isRed).toBe(false);
    expect(run.text).toMatch(/warning +the JUnit file cannot be written to/);
  });

  it('a run that was to record and saw no call says so; one that was not, or made snapshots anew, says nothing', () => {
    const base = mkdtempSync(join(tmpdir(), 'reel-finish-'));
    onTestFinished(() => rmSync(base, { recursive: true, force: true }));
    const receipt = join(base, '.reel/receipt-mocha.json');
    const end = (mode: Mode): string =>
      finishRun({
        runner: 'mocha',
        base,
        mode,
        passed: true,
        partial: [],
        reports: [],
        color: false,
      }).text;
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(end('record')).toBe('');
    expect(end('replay')).toBe('');
    expect(existsSync(receipt)).toBe(false);
    vi.stubEnv('REEL_MODE', 'record');
    expect(end('record')).toMatch(
      /^reel {2}nothing was recorded: no test called a host[^]*intercept: \['127\.0\.0\.1:4000'\]$/,
    );
    expect(existsSync(receipt)).toBe(true);
    expect(end('replay')).toBe('');
  });

  it('REEL_SHARD makes a run of named files a part of the suite', () => {
    const { receipt } = finish({ REEL_SHARD: '2/3' }, ['file filter']);
    expect(receipt).toMatchObject({ shard: '2/3', partial: ['shard 2/3'] });
  });

  it('a name filter stays what it is', () => {
    expect(finish({ REEL_SHARD: '2/3' }, ['name filter']).receipt.partial).toEqual([
      'name filter',
      'shard 2/3',
    ]);
  });

  it.each(['4/3', '0/2', 'two', '1/2/3'])(
    'REEL_SHARD=%s is no part: a warning, and not the whole suite',
    (shard) => {
      const { run, receipt } = finish({ REEL_SHARD: shard });
      expect(run.text).toMatch(/warning +REEL_SHARD is .*: it takes a part of how many, such as 2\/3/);
      expect(receipt.partial).toEqual(['a REEL_SHARD that is none']);
    },
  );
});
