import { isReelError, userFrames } from '../errors.ts';

/** An error of Reel's as runners should show it: the message says where it happened, so of the stack only lines of the user are left. */
export function withoutStack<E>(error: E): E {
  if (!isReelError(error)) return error;
  for (let one: unknown = error; one instanceof Error; one = one.cause)
    if (one.stack !== undefined) one.stack = userFrames(one.stack);
  return error;
}
