import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode, unreadable } from './store-error.ts';

/** Ending of a cassette's file. */
export const EXTENSION = '.jsonl';
/** Name of a blob's file: its hash and an ending. */
export const BLOB_FILE: RegExp = /^[0-9a-f]{32}\.bin$/;

/** Folder of the large bodies of a cassette, by the path of the cassette's file. */
export function blobFolderOf(path: string): string {
  return `${path.endsWith(EXTENSION) ? path.slice(0, -EXTENSION.length) : path}.blobs`;
}

/**
 * The content of a blob of the cassette with this path; `undefined` when there is none.
 * @throws REEL_STORE_UNREADABLE
 */
export function readBlobOf(path: string, hash: string): Uint8Array | undefined {
  const file = `${hash}.bin`;
  if (!BLOB_FILE.test(file)) return undefined;
  const blob = join(blobFolderOf(path), file);
  try {
    return readFileSync(blob);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw unreadable(blob, error);
  }
}
