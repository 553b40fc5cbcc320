import type { HeaderPair } from '../server/answer.ts';
import type { ReceivedRequest } from '../server/call.ts';
import { ApiFailure } from '../server/failure.ts';
import { bearer, type FailureBody } from '../server/provider.ts';
import { randomId } from '../server/random-id.ts';

/** A key in `x-api-key` (or a bearer token), and `anthropic-version`, which the API insists on. */
export function authenticate(request: ReceivedRequest): void {
  const key = request.headers['x-api-key'] ?? bearer(request);
  if (key === '') throw new ApiFailure(401, 'An x-api-key header is needed.');
  if (key.includes('invalid')) throw new ApiFailure(401, 'This x-api-key is not valid.');
  if (request.headers['anthropic-version'] === undefined)
    throw new ApiFailure(400, 'An anthropic-version header is needed.');
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

/** `{ type: 'error', error: { type, message }, request_id }`. */
export function failureBody(failure: ApiFailure): FailureBody {
  const error = { type: ERROR_TYPES[failure.status] ?? 'api_error', message: failure.message };
  return { body: { type: 'error', error, request_id: requestId() } };
}

function requestId(): string {
  return `req_011C${randomId('base58', 20)}`;
}

const LIMITS = { requests: 4000, 'input-tokens': 4_000_000, 'output-tokens': 800_000, tokens: 4_800_000 };

/** Headers of `api.anthropic.com`, as seen in recordings of 2026. */
export function createHeaders(): (request: ReceivedRequest, status: number) => readonly HeaderPair[] {
  let calls = 0;
  let tokens = 0;
  return (request, status) => {
    const limits: HeaderPair[] = [];
    if (status !== 401 && request.method === 'POST') {
      calls += 1;
      tokens += Math.ceil(request.body.length / 4);
      const reset = new Date(Date.now() + 1000).toISOString().replace(/\.\d+Z$/, 'Z');
      for (const [name, limit] of Object.entries(LIMITS)) {
        const used = name === 'requests' ? calls : tokens;
        limits.push(
          [`anthropic-ratelimit-${name}-limit`, String(limit)],
          [`anthropic-ratelimit-${name}-remaining`, String(limit - used)],
          [`anthropic-ratelimit-${name}-reset`, reset],
        );
      }
    }
    return [
      ['cf-ray', `${randomId('hex', 16)}-FRA`],
      ['cf-cache-status', 'DYNAMIC'],
      ['server', 'cloudflare'],
      ['strict-transport-security', 'max-age=31536000; includeSubDomains; preload'],
      ...limits,
      ['anthropic-organization-id', '00000000-5151-4d1a-8000-000000000000'],
      ['request-id', requestId()],
      ['x-envoy-upstream-service-time', String(200 + Math.floor(Math.random() * 2000))],
      ...(status >= 400 ? [['x-should-retry', String(status === 429 || status >= 500)] as const] : []),
      ['x-robots-tag', 'none'],
      ['via', '1.1 google'],
    ];
  };
}
