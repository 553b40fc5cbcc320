import { readCassetteFile, type CassetteContent, type CassetteFile } from './files/cassette-file.ts';
import { isReelError, type ReelError } from '../errors.ts';

/** A cassette, or why its bytes could not be had. */
export type ReadCassette =
  | { readonly file: CassetteFile; readonly content: CassetteContent }
  | { readonly file: CassetteFile; readonly problem: ReelError };

/**
 * Reads cassettes one after the other. Only the one at hand is in memory, so what is kept of each has to be small.
 * Reading is synchronous because thousands of small files are read four times as fast that way.
 */
export function* readMany(
  files: readonly CassetteFile[],
  read: (file: CassetteFile) => CassetteContent = readCassetteFile,
): Generator<ReadCassette> {
  for (const file of files) {
    try {
      yield { file, content: read(file) };
    } catch (error) {
      if (!isReelError(error)) throw error;
      yield { file, problem: error };
    }
  }
}
