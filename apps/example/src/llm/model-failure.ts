import { types } from 'node:util';

import { AnthropicError, APIConnectionError as AnthropicConnectionError } from '@anthropic-ai/sdk';
import { OpenAIError, APIConnectionError as OpenAIConnectionError } from 'openai';

/**
 * Why there is no reply. `busy`: rate limit, after the SDK's own retries. `unavailable`: the provider fails (5xx).
 * `unreachable`: no connection. `interrupted`: the reply broke off. `rejected`: the request was not accepted.
 * `misconfigured`: no key, a wrong one, or a model that does not exist. `canceled`: our side no longer wants it.
 */
export type FailureKind =
  | 'busy'
  | 'unavailable'
  | 'unreachable'
  | 'interrupted'
  | 'rejected'
  | 'misconfigured'
  | 'canceled';

/** A call to a provider that gave no usable reply. The SDK's error is the cause. */
export class ModelFailure extends Error {
  override readonly name = 'ModelFailure';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, cause?: unknown) {
    super(isError(cause) ? `${kind}: ${cause.message}` : kind, { cause });
    this.kind = kind;
  }
}

/**
 * Sorts what an SDK threw into a {@link ModelFailure}. Errors that are not about the call (our own mistakes) come back as
 * they are, so that they are not taken for weather.
 */
export function toModelFailure(error: unknown, signal?: AbortSignal): unknown {
  if (error instanceof ModelFailure) return error;
  if (signal?.aborted === true) return new ModelFailure('canceled', error);
  const kind = kindOf(error);
  return kind === undefined ? error : new ModelFailure(kind, error);
}

function kindOf(error: unknown): FailureKind | undefined {
  if (!isError(error)) return undefined;
  if (error instanceof OpenAIConnectionError || error instanceof AnthropicConnectionError)
    return 'unreachable';
  const status = 'status' in error ? error.status : undefined;
  if (typeof status === 'number') return kindOfStatus(status);
  if (isCutConnection(error) || (error.cause !== undefined && isCutConnection(error.cause)))
    return 'interrupted';
  // Errors inside a stream come after the 200: they have a type and no status.
  if ('type' in error && typeof error.type === 'string') return kindOfStreamError(error.type);
  if (error instanceof OpenAIError || error instanceof AnthropicError) return 'interrupted';
  return undefined;
}

function kindOfStatus(status: number): FailureKind {
  if (status === 429) return 'busy';
  if (status >= 500) return 'unavailable';
  return status === 401 || status === 403 || status === 404 ? 'misconfigured' : 'rejected';
}

function kindOfStreamError(type: string): FailureKind {
  if (type.startsWith('rate_limit')) return 'busy';
  return type === 'invalid_request_error' ? 'rejected' : 'unavailable';
}

/** Also an error of another realm, which `instanceof` does not know: under Jest, Node's fetch throws from outside of the sandbox. */
function isError(value: unknown): value is Error {
  return types.isNativeError(value);
}

/** fetch says `TypeError: terminated` when the peer leaves in the middle of a body. */
function isCutConnection(error: unknown): boolean {
  if (!isError(error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return (
    (error.name === 'TypeError' && error.message === 'terminated') ||
    code === 'ECONNRESET' ||
    code === 'UND_ERR_SOCKET'
  );
}
