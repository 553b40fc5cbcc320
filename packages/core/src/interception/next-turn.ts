import { AsyncLocalStorage } from 'node:async_hooks';
import timers from 'node:timers';

/** `setImmediate` as it was when Reel was loaded: fake timers of a test do not reach it. Node's own: a browser-like sandbox has none. */
export const nextTurn: (callback: () => void) => unknown = timers.setImmediate;

/** `process.nextTick` as it was when Reel was loaded. */
export const nextTick: (callback: () => void) => void = process.nextTick;

const { setTimeout, setInterval, clearInterval } = timers;
const longest = 2 ** 31 - 1;

/** Calls back once after `ms` of real time; does not keep the process alive. */
export function afterGrace(ms: number, callback: () => void): void {
  setTimeout(callback, ms).unref();
}

/** Keeps the process from ending, as an open handle of the operating system does, until it is released or unreferenced. */
export class ProcessHold {
  readonly #timer = setInterval(() => {}, longest);

  ref(): void {
    this.#timer.ref();
  }

  unref(): void {
    this.#timer.unref();
  }

  release(): void {
    clearInterval(this.#timer);
  }
}

/** Resolves in the next turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise<void>((resolve) => {
    nextTurn(resolve);
  });
}

/** The context Reel was loaded in: what the in-process servers do belongs to no test. */
const outside = AsyncLocalStorage.snapshot();

/** Runs a callback in the next turn of the event loop, outside the async context of whoever asked for it. */
export function later(callback: () => void): void {
  nextTurn(() => outside(callback));
}
