import { closeSync, fstatSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { ReelError } from '../../errors.ts';
import type { Folder } from './folder.ts';
import { mayBeRunning, thisProcess, type ProcessIdentity } from './process-identity.ts';
import { hasCode } from './store-error.ts';

/** A lock between processes: a file that only one can create. */
export interface FileLock {
  /** Whether the lock is still this one. It may have been taken over when the holder stood still for too long. */
  isHeld(): boolean;
  release(): void;
}

export interface LockOptions {
  /** Milliseconds to wait for another holder. */
  readonly timeout: number;
  /** How the error names the cassette. */
  readonly where: string;
  /** The folder of the lock; made when it is missing. */
  readonly folder: Folder;
}

/** A live holder is done in well under a second; after this long it is stopped, or on a host that is gone. */
const STALE_AFTER = 30_000;
/** A lock without content was left by a process killed between creating and writing it. */
const EMPTY_STALE_AFTER = 1_000;
/** Taking over is two system calls; who has not finished it by now was killed. */
const TAKEOVER_STALE_AFTER = 2_000;
const LONGEST_NAP = 50;

// Fake timers in a test replace `Date`: the real clock is kept from load on.
const { now } = Date;
const napping = new Int32Array(new SharedArrayBuffer(4));

interface Holder extends ProcessIdentity {
  readonly since: string;
  readonly token: string;
}

/** Waits for the lock and takes it. Blocks the thread. Throws `REEL_CASSETTE_LOCKED` after `timeout`. */
export function acquireLock(path: string, { timeout, where, folder }: LockOptions): FileLock {
  const token = process.getBuiltinModule('node:crypto').randomUUID();
  const deadline = now() + timeout;
  for (let nap = 1; ; nap = Math.min(nap * 2, LONGEST_NAP)) {
    if (create(path, token, folder)) return new HeldLock(path, token);
    const lock = inspect(path);
    const isFree = lock === undefined || (isStale(lock) && takeOver(path, lock));
    if (now() >= deadline) throw locked(path, where, lock?.holder, timeout);
    if (isFree) continue;
    // Waiters that came together part again: no nap has the length of another's.
    Atomics.wait(napping, 0, 0, nap * (0.5 + Math.random()));
  }
}

class HeldLock implements FileLock {
  readonly #path: string;
  readonly #token: string;

  constructor(path: string, token: string) {
    this.#path = path;
    this.#token = token;
  }

  isHeld(): boolean {
    return inspect(this.#path)?.holder?.token === this.#token;
  }

  release(): void {
    if (this.isHeld()) removeQuietly(this.#path);
  }
}

function create(path: string, token: string, folder: Folder): boolean {
  const holder: Holder = { ...thisProcess(), since: new Date(now()).toISOString(), token };
  try {
    const file = folder.open(path, 'wx');
    try {
      writeSync(file, `${JSON.stringify(holder)}\n`);
    } catch (error) {
      removeQuietly(path);
      throw error;
    } finally {
      closeSync(file);
    }
    return true;
  } catch (error) {
    // On Windows a file that is being deleted answers EPERM for a moment.
    if (hasCode(error, 'EEXIST') || (process.platform === 'win32' && hasCode(error, 'EPERM', 'EBUSY')))
      return false;
    throw error;
  }
}

interface Inspected {
  /** Tells this lock file from any other that ever had its path. */
  readonly id: string;
  readonly age: number;
  readonly holder: Holder | undefined;
}

function inspect(path: string): Inspected | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (process.platform === 'win32' && hasCode(error, 'EPERM', 'EBUSY')) return undefined;
    throw error;
  }
  try {
    const { ino, mtimeNs } = fstatSync(file, { bigint: true });
    return { id: `${ino}-${mtimeNs}`, age: now() - Number(mtimeNs / 1_000_000n), holder: holderIn(file) };
  } finally {
    closeSync(file);
  }
}

function holderIn(file: number): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Holder;
    return typeof holder.pid === 'number' && typeof holder.token === 'string' ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isStale({ age, holder }: Inspected): boolean {
  if (holder === undefined) return age > EMPTY_STALE_AFTER;
  return age > STALE_AFTER || !mayBeRunning(holder);
}

/**
 * Removes a stale lock. Several processes may find the same one stale, and one that is late must not remove the lock that
 * another has created since: only who creates the file named after this very lock may remove it.
 */
function takeOver(path: string, { id }: Inspected): boolean {
  const claim = `${path}.${id}`;
  try {
    closeSync(openSync(claim, 'wx'));
  } catch (error) {
    if (hasCode(error, 'EEXIST')) {
      if (ageOf(claim) > TAKEOVER_STALE_AFTER) removeQuietly(claim);
      return false;
    }
    if (hasCode(error, 'ENOENT')) return true; // The folder went away, and the lock with it.
    throw error;
  }
  try {
    if (inspect(path)?.id === id) removeQuietly(path);
  } finally {
    removeQuietly(claim);
  }
  return true;
}

function ageOf(path: string): number {
  return now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now());
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Somebody else was first, or Windows holds it open for a moment: then it goes stale.
  }
}

function locked(path: string, where: string, holder: Holder | undefined, timeout: number): ReelError {
  const who =
    holder === undefined
      ? 'an unknown process'
      : `process ${holder.pid} on ${holder.host.split(' ')[0]} (since ${holder.since})`;
  return new ReelError('REEL_CASSETTE_LOCKED', {
    what: `The cassette is locked by ${who}, and was not released within ${timeout / 1000} s. Nothing was written.`,
    where,
    fix: `wait until that process has ended and run again; if there is none, delete ${path}.`,
  });
}
