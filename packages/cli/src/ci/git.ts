import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { UsageError } from '../frame/usage-error.ts';

export interface GitResult {
  readonly ok: boolean;
  /** As it is: names end with NUL where `-z` asks for it. */
  readonly stdout: string;
  readonly stderr: string;
}

/** git in a folder, with settings that hold for this repository and call alone. */
export interface Git {
  readonly folder: string;
  /** Runs it, whatever comes of it. */
  try(...words: readonly string[]): GitResult;
  /**
   * What it prints, without the last line break.
   * @throws UsageError with what git says when it fails
   */
  run(...words: readonly string[]): string;
}

/** Names are no patterns, nobody is asked for a password, and messages are in English. */
const settings = { GIT_LITERAL_PATHSPECS: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };

/** @param env added to the environment: credentials as `GIT_CONFIG_*`, which neither argv nor a file shows */
export function gitIn(folder: string, env: Readonly<Record<string, string | undefined>> = process.env): Git {
  const attempt = (...words: readonly string[]): GitResult => {
    const child = spawnSync('git', ['--no-pager', ...words], {
      cwd: folder,
      env: { ...env, ...settings } as NodeJS.ProcessEnv,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (child.error !== undefined) {
      throw new UsageError(
        (child.error as NodeJS.ErrnoException).code === 'ENOENT'
          ? 'git is needed for this and was not found'
          : `git could not be run: ${child.error.message}`,
        'install git, and see that it is on the PATH',
      );
    }
    return { ok: child.status === 0, stdout: child.stdout, stderr: child.stderr };
  };
  return {
    folder,
    try: attempt,
    run(...words) {
      const { ok, stdout, stderr } = attempt(...words);
      if (ok) return stdout.replace(/\r?\n$/, '');
      const said = stderr.trim() || stdout.trim();
      throw new UsageError(`git ${words.find((word) => !word.startsWith('-')) ?? ''} failed: ${said}`);
    },
  };
}

/** The top folder of the repository around a folder; `undefined` where there is none. */
export function topOf(git: Git): string | undefined {
  const { ok, stdout } = git.try('rev-parse', '--show-toplevel');
  return ok ? resolve(stdout.trim()) : undefined;
}

/** @throws UsageError outside of a repository */
export function repository(folder: string, env?: Readonly<Record<string, string | undefined>>): Git {
  const top = topOf(gitIn(folder, env));
  if (top === undefined)
    throw new UsageError(`there is no git repository in ${folder}`, 'run it inside of a clone');
  return gitIn(top, env);
}
