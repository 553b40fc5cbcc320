import { ModelFailure } from '../llm/model-failure.ts';
import { HttpProblem } from './http-problem.ts';

/** Takes one line, without a line end. */
export type Log = (line: string) => void;

/** What went wrong, for the log: kinds, status and request id. Messages stay out, since providers quote keys in them. */
export function describeError(error: unknown): string {
  if (error instanceof HttpProblem) return error.kind;
  if (!(error instanceof ModelFailure))
    return error instanceof Error ? (error.stack ?? error.message) : 'unknown error';
  const parts: string[] = [error.kind];
  const cause = error.cause;
  if (cause instanceof Error && 'status' in cause && cause.status !== undefined)
    parts.push(`status ${String(cause.status)}`);
  if (cause instanceof Error && 'requestID' in cause && cause.requestID)
    parts.push(`request ${String(cause.requestID)}`);
  return parts.join(', ');
}
