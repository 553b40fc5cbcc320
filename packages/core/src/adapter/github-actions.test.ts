import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunSummary } from '../report.ts';
import { stepSummary, tellGitHub } from './github-actions.ts';

const usage = {
  provider: 'openai',
  model: 'gpt-4o-mini',
  calls: 2,
  inputTokens: 20,
  outputTokens: 10,
  cost: 0.01,
};

function summaryOf(changes: Partial<RunSummary>): RunSummary {
  return {
    tests: 2,
    replayed: 3,
    recorded: 0,
    notKept: 0,
    cassettesWritten: [],
    misses: [],
    unused: [],
    savedUsage: [usage],
    spentUsage: [],
    warnings: [],
    ...changes,
  };
}

const miss = {
  code: 'REEL_NO_MATCH',
  method: 'POST',
  url: 'https://api.openai.com/v1/chat/completions',
  message: 'REEL_NO_MATCH: no recording matches\n- pizza\n+ 100% `pasta`',
  test: 'chat.test.ts > orders > takes an order',
  cassette: 'cassettes/chat/orders--takes-an-order.jsonl',
} as const;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'reel-actions-'));
  writeFileSync(
    join(root, 'chat.test.ts'),
    "describe('orders', () => {\n  it('takes an order', () => {});\n});\n",
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('in GitHub Actions', () => {
  it('the line is that of the very title, in the block that it stands in', () => {
    writeFileSync(
      join(root, 'chat.test.ts'),
      [
        "describe('drinks', () => {",
        "  it('takes an order', () => {});",
        '});',
        "describe('orders', () => {",
        "  it('takes an order of two', () => {});",
        '  it("takes an order", () => {});',
        "  it.each(['a', 'b'])('says %s', () => {});",
        '});',
        '',
      ].join('\n'),
    );
    const lineOf = (test: string): string | undefined =>
      /line=(\d+)/.exec(
        tellGitHub(
          { runner: 'vitest', root, summary: summaryOf({ misses: [{ ...miss, test }] }) },
          { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: root },
        ),
      )?.[1];
    expect(lineOf('chat.test.ts > orders > takes an order')).toBe('6');
    expect(lineOf('chat.test.ts > drinks > takes an order')).toBe('2');
    expect(lineOf('chat.test.ts > orders > says a')).toBe('4');
    expect(lineOf('hooks of chat.test.ts')).toBe('1');
  });

  it('a miss is annotated on the line of its test, in one workflow command', () => {
    const text = tellGitHub(
      { runner: 'vitest', root, summary: summaryOf({ misses: [miss] }) },
      { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: root },
    );
    expect(text).toBe(
      '::error file=chat.test.ts,line=2,title=Reel%3A REEL_NO_MATCH::REEL_NO_MATCH: no recording matches%0A- pizza%0A+ 100%25 `pasta`\n',
    );
  });

  it('the page of the job gets the counts, what was not spent, and each miss with its diff', () => {
    const file = join(root, 'summary.md');
    writeFileSync(file, 'before\n');
    tellGitHub(
      {
        runner: 'jest',
        root,
        summary: summaryOf({ misses: [miss], unused: [{ cassette: 'a.jsonl', test: 'a', count: 2 }] }),
      },
      { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file },
    );
    const page = readFileSync(file, 'utf8');
    expect(page).toMatch(/^before\n### Reel: jest\n/);
    expect(page).toContain('| 2 | 3 | 0 | 1 | 2 |');
    expect(page).toContain('Not spent: 2 calls, 20 tokens in, 10 out, about $0.01.');
    expect(page).toContain('```text\nREEL_NO_MATCH: no recording matches\n- pizza\n+ 100% `pasta`\n```');
    expect(page).toContain('2 recordings unused in ` a.jsonl `');
  });

  it('text of a prompt becomes neither Markdown nor a workflow command', () => {
    const message = 'REEL_NO_MATCH: ```\n::set-output name=x::y\n<script>';
    const page = stepSummary({
      runner: 'jest',
      root,
      summary: summaryOf({ misses: [{ ...miss, message }] }),
    });
    expect(page).toContain('````text\n');
    const command = tellGitHub(
      { runner: 'jest', root, summary: summaryOf({ misses: [{ ...miss, message }] }) },
      { GITHUB_ACTIONS: 'true' },
    );
    expect(command.trim().split('\n')).toHaveLength(1);
  });

  it('a run without calls leaves nothing', () => {
    expect(stepSummary({ runner: 'jest', root, summary: summaryOf({ replayed: 0, savedUsage: [] }) })).toBe(
      '',
    );
  });
});

it('elsewhere nothing is printed', () => {
  expect(tellGitHub({ runner: 'jest', root, summary: summaryOf({ misses: [miss] }) }, {})).toBe('');
});
