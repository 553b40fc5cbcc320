import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readReceipt, type Receipt } from '../../adapter/receipt.ts';
import { ReelError } from '../../errors.ts';

/** Where the receipts of the last runs lie, one for each runner. */
export function receiptFilesOf(base: string): string[] {
  return [join(base, 'node_modules', '.cache', 'reel'), join(base, '.reel')].flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => /^receipt-.+\.json$/.test(name))
          .toSorted()
          .map((name) => join(folder, name))
      : [],
  );
}

/**
 * Reads receipts: those given by hand, else those of the last runs.
 * @param given files, and folders of them (the artifacts of a matrix): every `.json` below a folder counts
 * @throws REEL_RECEIPT_UNREADABLE when there is none, or one of them cannot be read.
 */
export function readReceipts(base: string, given: readonly string[]): Receipt[] {
  const files = given.length > 0 ? given.flatMap((path) => receiptsAt(path)) : receiptFilesOf(base);
  if (files.length === 0) {
    throw new ReelError('REEL_RECEIPT_UNREADABLE', {
      what: 'there is no receipt of a run',
      where: base,
      fix: 'run the whole suite once; its adapter leaves a receipt (or name one with --receipt)',
    });
  }
  return files.map((file) => readReceipt(file));
}

function receiptsAt(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => join(path, name));
  // An artifact that holds nothing must not pass for a run that used nothing.
  return files.length === 0 ? [join(path, '*.json')] : files;
}
