import type { HeaderPair } from '../server/answer.ts';
import type { Behavior } from '../server/behavior.ts';
import type { ReceivedRequest } from '../server/call.ts';
import { ApiFailure } from '../server/failure.ts';
import type { JsonObject } from '../server/json.ts';
import { bearer, type FailureBody } from '../server/provider.ts';
import { JSON_TYPE } from './wire.ts';

/** A key in `x-goog-api-key` or `?key=`. Google answers 403 without one and 400, not 401, to a wrong one. */
export function authenticate(request: ReceivedRequest): void {
  const key = request.headers['x-goog-api-key'] ?? request.query.get('key') ?? bearer(request);
  if (key === '')
    throw new ApiFailure(403, 'Callers without an identity may not use this method. Send an API key.');
  if (key.includes('invalid'))
    throw new ApiFailure(400, 'This API key is not valid. Send a valid one.', { code: 'API_KEY_INVALID' });
}

const STATUS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** `{ error: { code, message, status, details } }`; a 429 names its delay in `details`, not only in a header. */
export function failureBody(
  failure: ApiFailure,
  _request: ReceivedRequest,
  { retryAfter }: Behavior,
): FailureBody {
  const details: JsonObject[] = [];
  if (failure.code === 'API_KEY_INVALID') {
    const metadata = { service: 'generativelanguage.googleapis.com' };
    details.push({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: failure.code,
      domain: 'googleapis.com',
      metadata,
    });
  }
  if (failure.status === 429) {
    const seconds = typeof retryAfter === 'number' ? retryAfter : 1;
    details.push({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` });
  }
  const error = {
    code: failure.status,
    message: failure.message,
    status: STATUS[failure.status] ?? 'INTERNAL',
  };
  return {
    body: { error: details.length === 0 ? error : { ...error, details } },
    contentType: JSON_TYPE,
    indent: 2,
  };
}

/** Headers of `generativelanguage.googleapis.com`, as seen in recordings of 2026. */
export function headers(): readonly HeaderPair[] {
  return [
    ['vary', 'Origin'],
    ['vary', 'X-Origin'],
    ['vary', 'Referer'],
    ['server', 'scaffolding on HTTPServer2'],
    ['x-xss-protection', '0'],
    ['x-frame-options', 'SAMEORIGIN'],
    ['x-content-type-options', 'nosniff'],
    ['server-timing', `gfet4t7; dur=${100 + Math.floor(Math.random() * 900)}`],
    ['alt-svc', 'h3=":443"; ma=2592000,h3-29=":443"; ma=2592000'],
  ];
}
