import { globSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CommandContext } from '../../frame/command.ts';
import { openWorkspace } from '../shared/workspace.ts';

/** File systems may keep times in whole seconds. */
const coarse = 1000;

/**
 * Whether a command that ran since then did anything with Reel: wrote a cassette, or left the receipt that an adapter leaves. Without
 * one, a runner that lacks Reel records nothing and says nothing.
 */
export async function leftTraces(
  context: Pick<CommandContext, 'cwd' | 'env' | 'readConfig'>,
  since: number,
): Promise<boolean> {
  const isNew = (file: string): boolean =>
    (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= since - (since % coarse);
  const { base, find } = await openWorkspace(context);
  const named = context.env['REEL_RECEIPT'];
  const receipts = [
    ...(named ? [join(base, named)] : []),
    ...receiptFolders.flatMap((folder) =>
      globSync('receipt-*.json', { cwd: join(base, folder) }).map((name) => join(base, folder, name)),
    ),
  ];
  if (receipts.some(isNew)) return true;
  // Blobs and merges change other files of the folder only: the folder is as new as the newest of them.
  return find([]).some(({ path }) => isNew(path) || isNew(dirname(path)));
}

const receiptFolders = ['node_modules/.cache/reel', '.reel'];
