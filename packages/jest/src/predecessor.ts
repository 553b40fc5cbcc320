import net from 'node:net';

/*
 * The sandboxes of a worker share Node's built-in modules. A test file that ended before its tests ran (an import that failed,
 * `--collectTests`) left its patches on them, and nobody in its sandbox hears of the end: the next one takes them off.
 */
const slot = Symbol.for('reel.jest.predecessor');
const host = net as unknown as Record<symbol, (() => void) | undefined>;

/** Takes off what the test file before this one in this worker left. */
export function removePredecessor(): void {
  host[slot]?.();
  host[slot] = undefined;
}

/** How the next test file takes off what this one leaves. */
export function leaveBehind(remove: () => void): void {
  // Called or not, it must not keep this file's sandbox alive beyond the next one.
  host[slot] = remove;
}

/** This file has taken its patches off by itself. */
export function leaveNothing(): void {
  host[slot] = undefined;
}
