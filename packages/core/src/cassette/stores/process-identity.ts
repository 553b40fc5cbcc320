import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who holds a lock or writes a journal, so that others can tell whether it still runs. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Host name, and on Linux the namespace that gives the pid its meaning: containers may share a folder. */
  readonly host: string;
  /** When the process started, where the system tells (Linux): a pid is used again. */
  readonly started?: string;
}

let self: ProcessIdentity | undefined;

export function thisProcess(): ProcessIdentity {
  if (self === undefined) {
    const started = processState(process.pid)?.started;
    self = { pid: process.pid, host: hostIdentity(), ...(started !== undefined && { started }) };
  }
  return self;
}

/** `false` only when that process certainly runs no more; of another host nothing is certain. */
export function mayBeRunning({ pid, host, started }: ProcessIdentity): boolean {
  if (host !== thisProcess().host) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs under another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const state = processState(pid);
  // A killed child stays as a zombie until its parent looks; the parent may be the very process that waits here.
  return state === undefined || (!state.isZombie && (started === undefined || started === state.started));
}

function hostIdentity(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Fields 3 and 22 of `/proc/<pid>/stat` (proc(5)); `undefined` where there is no such file. */
function processState(pid: number): { isZombie: boolean; started: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command name in field 2 may hold anything, so fields are counted from its closing bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { isZombie: fields[0] === 'Z' || fields[0] === 'X', started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
