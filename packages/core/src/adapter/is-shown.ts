import { isReelError } from '../errors.ts';

/**
 * Whether the failures of a test say already what an error of Reel's would say once more: SDKs throw the text of a miss, and
 * `useCassette` throws the miss itself.
 * @param failures what the test failed with: errors, or whatever has a `message`
 */
export function isShown(problem: Error, failures: readonly unknown[]): boolean {
  if (!isReelError(problem)) return false;
  // The others are in the summary of the run.
  const [first] = problem.message.split('\n  also: ');
  return failures.some((failure) => textOf(failure).includes(first!));
}

function textOf(failure: unknown): string {
  return String((failure as { message?: unknown } | undefined)?.message ?? failure);
}
