import { resolve } from 'node:path';
import { isReelError } from '@reel/core';
import type { CassetteContent, CassetteFile, Interaction } from '@reel/core/engine';
import { problemOf } from '../shared/problem.ts';
import type { Workspace } from '../shared/workspace.ts';

/** One side of a comparison: cassettes that are read one after the other. */
export interface Recordings {
  readonly size: number;
  /** Cassettes that cannot be read are left out, and listed. */
  read(bar: { step(): void }): Generator<Interaction>;
  readonly problems: { file: string; code: string; what: string }[];
}

export const recordings = {
  /** Two files or folders. */
  ofTwo(
    workspace: Workspace,
    cwd: string,
    first: string,
    second: string,
  ): { old: Recordings; now: Recordings } {
    const { engine, find } = workspace;
    return {
      old: side(workspace, find([resolve(cwd, first)]), (file) => engine.readCassetteFile(file)),
      now: side(workspace, find([resolve(cwd, second)]), (file) => engine.readCassetteFile(file)),
    };
  },

  /** Cassettes now, and the same ones at a revision. Those that there were none of are new and have nothing to drift from. */
  ofRevision(
    workspace: Workspace,
    cwd: string,
    revision: string,
    paths: readonly string[],
    root: string,
  ): { old: Recordings; now: Recordings } {
    const { engine, find } = workspace;
    const files = find(paths);
    const roots = paths.length === 0 ? [root] : paths.map((path) => resolve(cwd, path));
    const before = new Set(
      roots.flatMap((path) => engine.listAtRevision(revision, path, cwd)).map(({ path }) => path),
    );
    const both = files.filter(({ path }) => before.has(path));
    return {
      old: side(workspace, both, (file) => engine.readAtRevision(revision, file)),
      now: side(workspace, both, (file) => engine.readCassetteFile(file)),
    };
  },
};

function side(
  { engine }: Workspace,
  files: readonly CassetteFile[],
  read: (file: CassetteFile) => CassetteContent,
): Recordings {
  const problems: Recordings['problems'] = [];
  return {
    size: files.length,
    problems,
    *read(bar) {
      for (const file of files) {
        try {
          const tape = engine.openCassette(read(file));
          for (let index = 0; index < tape.size; index++) yield tape.interactionAt(index);
        } catch (error) {
          if (!isReelError(error)) throw error;
          const { code, what } = problemOf(error);
          problems.push({ file: file.where, code, what });
        }
        bar.step();
      }
    },
  };
}
