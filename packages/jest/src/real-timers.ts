import { jest } from '@jest/globals';

/*
 * With `fakeTimers: { enableGlobally: true }` the timers are fake before any setup file runs, and core would capture the fakes
 * when it is loaded. So this module comes before core, and `restoreFakeTimers` after it.
 */
const areFake = 'clock' in globalThis.setTimeout || '_isMockFunction' in globalThis.setTimeout;
if (areFake) jest.useRealTimers();

/** Puts the fake timers of the Jest config back. */
export function restoreFakeTimers(): void {
  if (areFake) jest.useFakeTimers();
}
