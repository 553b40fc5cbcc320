import type { SpawnSyncReturns } from 'node:child_process';
import spawn from 'cross-spawn';
import { UsageError } from '../frame/usage-error.ts';

export interface GhResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** GitHub's own command, which knows how to log in. */
export interface Gh {
  /** Runs it, whatever comes of it. `input` is its stdin. */
  try(words: readonly string[], input?: string): GhResult;
  /** @throws UsageError with what it says when it fails */
  run(words: readonly string[], input?: string): string;
  /** What it prints, as JSON. @throws UsageError */
  json<T>(words: readonly string[], input?: string): T;
  /** Objects that it prints on lines of their own: `--jq '.[]'`. @throws UsageError */
  lines<T>(words: readonly string[], input?: string): T[];
}

/** @throws UsageError from its methods when `gh` is not installed */
export function ghIn(folder: string, env: Readonly<Record<string, string | undefined>> = process.env): Gh {
  const attempt: Gh['try'] = (words, input) => {
    const child = spawn.sync('gh', [...words], {
      cwd: folder,
      // Answers are read by a program: no colors, no pager, no questions.
      env: { ...env, GH_PROMPT_DISABLED: '1', NO_COLOR: '1', GH_PAGER: 'cat' } as NodeJS.ProcessEnv,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      ...(input !== undefined && { input }),
    }) as SpawnSyncReturns<string>;
    // cross-spawn has null where Node has undefined.
    if (child.error) throw notThere(child.error);
    return { ok: child.status === 0, stdout: child.stdout, stderr: child.stderr };
  };
  const run: Gh['run'] = (words, input) => {
    const { ok, stdout, stderr } = attempt(words, input);
    if (ok) return stdout;
    throw new UsageError(`gh ${words.slice(0, 2).join(' ')} failed: ${stderr.trim() || stdout.trim()}`);
  };
  return {
    try: attempt,
    run,
    json: <T>(words: readonly string[], input?: string) => parse<T>(run(words, input), words),
    lines: <T>(words: readonly string[], input?: string) =>
      run(words, input)
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => parse<T>(line, words)),
  };
}

function parse<T>(text: string, words: readonly string[]): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new UsageError(`gh ${words.slice(0, 2).join(' ')} printed something that is not JSON`);
  }
}

function notThere(error: Error): UsageError {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
    ? new UsageError(
        'the command gh is needed for this and was not found',
        'install it from https://cli.github.com and run: gh auth login',
      )
    : new UsageError(`gh could not be run: ${error.message}`);
}
