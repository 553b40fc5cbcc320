/** Blocks that may wait for the other thread: each is about a megabyte. */
const mostWaiting = 4;

/** Called by the thread that sends, before it does. It has nothing else to do: so it may sleep. */
export function waitForPlace(waiting: Int32Array): void {
  for (let count = Atomics.load(waiting, 0); count >= mostWaiting; count = Atomics.load(waiting, 0))
    Atomics.wait(waiting, 0, count);
  Atomics.add(waiting, 0, 1);
}

/** Called by the thread that receives, after it took one. */
export function freePlace(waiting: Int32Array): void {
  Atomics.sub(waiting, 0, 1);
  Atomics.notify(waiting, 0);
}
