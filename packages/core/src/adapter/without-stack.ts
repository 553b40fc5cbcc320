import { isReelError } from '../errors.ts';

/** An error of Reel's as runners should show it: all of its stack is Reel and the runner, and the message says where it happened. */
export function withoutStack<E>(error: E): E {
  if (isReelError(error)) error.stack = `${error.name}: ${error.message}`;
  return error;
}
