import type { FullConfig, FullResult, Suite } from '@playwright/test/reporter';

/** Options of `playwright test` that leave tests out, and what a receipt calls that. */
const filters: Readonly<Record<string, string>> = {
  '-g': 'name filter',
  '--grep': 'name filter',
  '--grep-invert': 'name filter',
  '--last-failed': 'only what failed before',
  '--only-changed': 'only changed files',
  '--project': 'only some projects',
  '--test-list': 'test list',
  '--test-list-invert': 'test list',
};

/** Options without a value, or with one that may be left out: a word behind them is a file filter. */
const alone = new Set([
  '--debug',
  '--fail-on-flaky-tests',
  '--forbid-only',
  '--fully-parallel',
  '--headed',
  '--ignore-snapshots',
  '--last-failed',
  '--list',
  '--no-deps',
  '--only-changed',
  '--pass-with-no-tests',
  '--quiet',
  '--ui',
  '-x',
]);

/** Why a run was not the whole suite; empty when it was. Playwright tells reporters of few of the reasons, so the command line is read. */
export function partialBecause(
  config: FullConfig,
  suite: Suite,
  status: FullResult['status'],
  commandLine: readonly string[] = process.argv,
): string[] {
  const reasons = new Set(fromCommandLine(commandLine));
  if (config.shard !== null) reasons.add(`shard ${config.shard.current}/${config.shard.total}`);
  if (status === 'interrupted' || status === 'timedout') reasons.add('stopped early');
  const ended = suite
    .allTests()
    .filter(({ results }) => results.some(({ workerIndex }) => workerIndex !== -1));
  if (config.maxFailures > 0 && ended.filter((test) => !test.ok()).length >= config.maxFailures)
    reasons.add('stopped early');
  return [...reasons];
}

function* fromCommandLine(commandLine: readonly string[]): Iterable<string> {
  const begin = commandLine.indexOf('test');
  const words = begin === -1 ? [] : commandLine.slice(begin + 1);
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (!word.startsWith('-')) {
      yield 'file filter';
      continue;
    }
    const [name] = word.split('=', 1) as [string];
    const reason = filters[name];
    if (reason !== undefined) yield reason;
    if (name === '-u' || name === '--update-snapshots') {
      // Its value is one of a few words.
      if (/^(all|changed|missing|none)$/.test(words[at + 1] ?? '')) at++;
    } else if (!word.includes('=') && !alone.has(name)) at++;
  }
}
