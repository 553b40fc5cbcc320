import { existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { isReelError, ReelError } from '@reel/core';
import type { CassetteFile } from '@reel/core/engine';
import type { CommandContext } from '../../frame/command.ts';
import { UsageError } from '../../frame/usage-error.ts';
import { problemLine } from '../shared/problem.ts';
import { openWorkspace, type Workspace } from '../shared/workspace.ts';

export interface MergedAll {
  readonly written: {
    readonly file: string;
    /** How many were merged into it. */
    readonly from: number;
    readonly interactions?: number;
    readonly contested?: readonly string[];
  }[];
  readonly problems: { readonly file: string; readonly code: string; readonly what: string }[];
}

export async function mergeAll(
  context: Pick<CommandContext, 'arguments' | 'cwd' | 'env' | 'readConfig'>,
  out: string,
  force: boolean,
): Promise<MergedAll> {
  const { cwd } = context;
  const workspace = await openWorkspace(context);
  const inputs = context.arguments.map((path) => resolve(cwd, path));
  for (const path of inputs) if (!existsSync(path)) throw missing(path);
  const target = resolve(cwd, out);
  const folders = inputs.filter((path) => statSync(path).isDirectory()).length;
  if (folders > 0) {
    if (folders < inputs.length)
      throw new UsageError(
        'files and folders cannot be merged with each other',
        'name files only, or folders only',
      );
    return mergeFolders(workspace, inputs, target, cwd, force);
  }
  if (!force && existsSync(target) && !inputs.includes(target))
    throw new UsageError(
      `${out} is there and is not one of those that are merged`,
      'choose another name, or --force',
    );
  if (inputs.every((path) => path.endsWith('.json')))
    return mergeReceiptFiles(workspace, inputs, target, cwd);
  const sides = inputs.map((path) => workspace.engine.cassetteFile(path, cwd));
  return { written: [mergeOne(workspace, sides, target, cwd, force)], problems: [] };
}

async function mergeReceiptFiles(
  { engine }: Workspace,
  inputs: readonly string[],
  target: string,
  cwd: string,
): Promise<MergedAll> {
  const { readReceipt, writeReceipt } = await import('@reel/core/adapter');
  writeReceipt(target, engine.mergeReceipts(inputs.map((path) => readReceipt(path))));
  return { written: [{ file: engine.shownPath(target, cwd), from: inputs.length }], problems: [] };
}

/** Cassettes of the same path in each folder are recordings of one test. A bad one is named and the others are merged. */
function mergeFolders(
  workspace: Workspace,
  inputs: readonly string[],
  target: string,
  cwd: string,
  force: boolean,
): MergedAll {
  const byPath = new Map<string, CassetteFile[]>();
  for (const folder of inputs) {
    for (const file of workspace.find([folder])) {
      const path = relative(folder, file.path);
      const files = byPath.get(path);
      if (files === undefined) byPath.set(path, [file]);
      else files.push(file);
    }
  }
  const merged: MergedAll = { written: [], problems: [] };
  for (const [path, files] of [...byPath].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    try {
      merged.written.push(mergeOne(workspace, files, join(target, path), cwd, force));
    } catch (error) {
      if (!isReelError(error)) throw error;
      merged.problems.push({
        file: files.map(({ where }) => where).join(', '),
        code: error.code,
        what: problemLine(error),
      });
    }
  }
  return merged;
}

function mergeOne(
  { engine, redactor }: Workspace,
  files: readonly CassetteFile[],
  target: string,
  cwd: string,
  force: boolean,
): MergedAll['written'][number] {
  const sides = files.map((file) => engine.readCassetteFile(file));
  if (!force) engine.assertSameTest(sides);
  const { files: merged, interactions, contested } = engine.mergeCassettes(sides);
  const file = engine.cassetteFile(target, cwd);
  engine.assertClean(merged, { redactor: redactor(), where: file.where });
  const { store, name } = engine.storeOf(file);
  store.update(name, () => merged);
  return { file: file.where, from: files.length, interactions, contested };
}

function missing(path: string): ReelError {
  return new ReelError('REEL_FILE_NOT_FOUND', {
    what: 'there is no file or folder to merge',
    where: path,
    fix: 'correct the path',
  });
}
