import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isReelError } from '@reel/core';
import type { CassetteContent } from '@reel/core/engine';
import type { CommandContext, ExitCode } from '../../frame/command.ts';

/**
 * Git's merge driver (gitattributes(5), "Defining a custom merge driver"): the result goes to the file of our side, and an exit code above
 * 0 says that there are conflicts. Where cassettes cannot be merged as such, git merges them as text.
 */
export async function runDriver({
  arguments: given,
  cwd,
  out,
}: Pick<CommandContext, 'arguments' | 'cwd' | 'out'>): Promise<ExitCode> {
  const engine = await import('@reel/core/engine');
  const [base, ours, theirs] = given.slice(0, 3).map((path) => resolve(cwd, path)) as [
    string,
    string,
    string,
  ];
  // Git hands over temporary files; what they are of is the fourth argument.
  const place = engine.cassetteFile(given[3] ?? ours, cwd);
  const read = (path: string): CassetteContent => ({
    ...place,
    bytes: readFileSync(path),
    // Content-addressed, and files of their own to git: those of both sides are there after the merge.
    readBlob: () => undefined,
  });
  try {
    const origin = read(base);
    const { files, contested } = engine.mergeCassettes(
      [read(ours), read(theirs)],
      // Both sides added the file: git gives an empty one.
      origin.bytes.byteLength === 0 ? undefined : origin,
    );
    writeFileSync(ours, files.bytes);
    for (const endpoint of contested)
      out.note(
        `reel: ${place.where}: both sides have other answers to ${endpoint}; those of the newer recording were kept`,
      );
    return 0;
  } catch (error) {
    if (!isReelError(error)) throw error;
    out.note(`reel: ${place.where} is merged as text: ${error.what}`);
    const { status } = spawnSync(
      'git',
      ['merge-file', '-L', 'ours', '-L', 'base', '-L', 'theirs', ours, base, theirs],
      { cwd },
    );
    return status === 0 ? 0 : 1;
  }
}
