import type { Test } from './circus.ts';

/**
 * Gives an error a place, when its own stack has none. Jest takes all but the first line of a message for the stack where no line of it
 * is a place in a file: it then indents the rest of the message differently, or prints it twice.
 */
export function withPlace(error: Error, place: readonly string[]): Error {
  if (!/^ {4}at /m.test(error.stack ?? ''))
    error.stack = [`${error.name}: ${error.message}`, ...place].join('\n');
  return error;
}

/** Where a test is written. */
export function placeOf({ asyncError }: Test): string[] {
  const { stack = '' } = (asyncError ?? {}) as { stack?: string };
  return stack.split('\n').filter((line) => line.startsWith('    at '));
}
