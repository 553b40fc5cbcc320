import { readdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { mayBeRunning, thisProcess } from './process-identity.ts';

/**
 * Hidden files beside a cassette, while it is written (`tmp`) or recorded (`journal`). Their names say which process they
 * belong to: `.<file>.<pid>-<host>-<random>.<kind>`.
 */
export type CompanionKind = 'tmp' | 'journal';

export function companionName(file: string, kind: CompanionKind): string {
  const { randomUUID } = process.getBuiltinModule('node:crypto');
  return `.${file}.${process.pid}-${hostTag()}-${randomUUID().slice(0, 8)}.${kind}`;
}

let tag: string | undefined;

/** Six digits for the host: the pids of another one say nothing here. */
function hostTag(): string {
  tag ??= process.getBuiltinModule('node:crypto').hash('sha256', thisProcess().host, 'hex').slice(0, 6);
  return tag;
}

const DAY = 24 * 60 * 60 * 1000;
const { now } = Date;

/**
 * Removes what dead processes left beside a cassette. Call with its lock held. What a process of another host wrote is
 * taken for left after a day.
 */
export function removeLeftovers(folder: string, file: string): void {
  const prefix = `.${file}.`;
  for (const name of readdirSync(folder)) {
    // One dot more, and it belongs to a cassette whose name begins like this one's.
    const isItsOwn = name.startsWith(prefix) && name.indexOf('.', prefix.length) === name.lastIndexOf('.');
    if (isItsOwn && isLeftover(folder, name)) removeQuietly(join(folder, name));
  }
}

/** Whether a file in a folder is the companion of some cassette and its process is gone. */
export function isLeftover(folder: string, name: string): boolean {
  const parts = /^\..+\.(\d+)-([0-9a-f]{6})-[0-9a-f]{8}\.(tmp|journal)$/.exec(name);
  if (parts === null) return false;
  return parts[2] === hostTag()
    ? !mayBeRunning({ pid: Number(parts[1]), host: thisProcess().host })
    : isOld(join(folder, name));
}

function isOld(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && now() - stat.mtimeMs > DAY;
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It will be found again the next time.
  }
}
