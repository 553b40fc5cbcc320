import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ReelError } from '../../errors.ts';

/** Whether an error came from the file system, with this code. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/** Why a cassette could not be written. `path` is the file that was to be written. */
export function unwritable(path: string, error: unknown): ReelError {
  const { what, fix } = reasonOf(path, error, 'written');
  return new ReelError('REEL_STORE_UNWRITABLE', {
    what: `The cassette could not be written: ${what}. What was stored before is unchanged.`,
    where: path,
    fix: `${fix}.`,
    cause: error,
  });
}

export function unreadable(path: string, error: unknown): ReelError {
  const { what, fix } = reasonOf(path, error, 'read');
  return new ReelError('REEL_STORE_UNREADABLE', {
    what: `The cassette could not be read: ${what}.`,
    where: path,
    fix: `${fix}.`,
    cause: error,
  });
}

function reasonOf(path: string, error: unknown, verb: 'read' | 'written'): { what: string; fix: string } {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return {
        what: `permission is missing (${code})`,
        fix: `give this user the right to have it ${verb} (owner and mode of the file and of its folder)`,
      };
    case 'EROFS':
      return {
        what: 'the file system is read-only',
        fix: 'set `dir` (REEL_DIR) to a folder that can be written',
      };
    case 'ENOSPC':
    case 'EDQUOT':
      return { what: `the disk is full (${code})`, fix: 'free some space and run the test again' };
    case 'ENOTDIR':
      return {
        what: `${fileInTheWay(path)} is a file where a folder is needed`,
        fix: 'move that file away, or set `dir` (REEL_DIR) to another folder',
      };
    case 'EISDIR':
      return { what: 'there is a folder where the file should be', fix: 'move that folder away' };
    case 'ELOOP':
      return { what: 'its symbolic links lead in a circle', fix: 'repair or remove the link' };
    case 'ENOENT':
      return { what: 'it is a symbolic link that leads nowhere', fix: 'repair or remove the link' };
    case 'ENAMETOOLONG':
      return {
        what: 'its path is too long',
        fix: 'set `dir` (REEL_DIR) to a shorter path, or shorten the title',
      };
    default:
      return { what: `the file system answered ${code}`, fix: 'see the cause below' };
  }
}

/** The nearest part of the path that exists and is no folder. */
function fileInTheWay(path: string): string {
  for (let parent = dirname(path); parent !== dirname(parent); parent = dirname(parent)) {
    if (existsSync(parent)) return statSync(parent).isDirectory() ? path : parent;
  }
  return path;
}
