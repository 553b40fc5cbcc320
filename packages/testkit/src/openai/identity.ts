import type { HeaderPair } from '../server/answer.ts';
import type { ReceivedRequest } from '../server/call.ts';
import { ApiFailure } from '../server/failure.ts';
import { bearer, type FailureBody } from '../server/provider.ts';
import { randomId } from '../server/random-id.ts';

/** Checks the key as OpenAI does: 401 without one, 401 with the masked key when it is wrong. */
export function authenticate(request: ReceivedRequest): void {
  requireKey(bearer(request));
}

/** The same for a key found elsewhere (Azure's `api-key`). */
export function requireKey(key: string): void {
  if (key === '')
    throw new ApiFailure(401, 'No API key was sent. Send it as a bearer token in the Authorization header.');
  if (!key.includes('invalid')) return;
  const masked = `${key.slice(0, 7)}${'*'.repeat(Math.max(0, key.length - 11))}${key.slice(-4)}`;
  throw new ApiFailure(401, `This API key is not correct: ${masked}.`, { code: 'invalid_api_key' });
}

/** `{ error: { message, type, param, code } }`: what OpenAI and those that follow it answer errors with. */
export function failureBody(failure: ApiFailure): FailureBody {
  const { message, param = null, code = null } = failure;
  return { body: { error: { message, type: errorType(failure.status), param, code } }, indent: 2 };
}

export function errorType(status: number): string {
  if (status === 429) return 'rate_limit_exceeded';
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

const LIMITS = { requests: 30_000, tokens: 150_000_000 };

/** Headers of `api.openai.com`, as seen in recordings of 2026: most of them differ at every call. */
export function createHeaders(): (request: ReceivedRequest, status: number) => readonly HeaderPair[] {
  let calls = 0;
  let tokens = 0;
  return (request, status) => {
    const head: HeaderPair[] = [
      ['openai-processing-ms', String(120 + Math.floor(Math.random() * 900))],
      ['openai-organization', 'reel-simulator'],
      ['openai-project', 'proj_simulated000000000000'],
      ['openai-version', '2020-10-01'],
      ['x-request-id', `req_${randomId('hex', 32)}`],
      ['x-openai-proxy-wasm', 'v0.1'],
      ['cf-cache-status', 'DYNAMIC'],
      [
        'set-cookie',
        `__cf_bm=${cookie()}; path=/; expires=${soon()}; domain=.api.openai.com; HttpOnly; Secure; SameSite=None`,
      ],
      ['set-cookie', `_cfuvid=${cookie()}; path=/; domain=.api.openai.com; HttpOnly; Secure; SameSite=None`],
      ['strict-transport-security', 'max-age=31536000; includeSubDomains; preload'],
      ['x-content-type-options', 'nosniff'],
      ['server', 'cloudflare'],
      ['cf-ray', `${randomId('hex', 16)}-FRA`],
      ['alt-svc', 'h3=":443"; ma=86400'],
    ];
    if (status === 401 || request.method !== 'POST') return head;
    calls += 1;
    tokens += Math.ceil(request.body.length / 4);
    return [
      ...head,
      ['x-ratelimit-limit-requests', String(LIMITS.requests)],
      ['x-ratelimit-limit-tokens', String(LIMITS.tokens)],
      ['x-ratelimit-remaining-requests', String(LIMITS.requests - calls)],
      ['x-ratelimit-remaining-tokens', String(LIMITS.tokens - tokens)],
      ['x-ratelimit-reset-requests', '2ms'],
      ['x-ratelimit-reset-tokens', '0s'],
    ];
  };
}

function cookie(): string {
  return `${randomId('base62', 43)}-${Math.floor(Date.now() / 1000)}-1.0.1.1-${randomId('base62', 86)}`;
}

function soon(): string {
  return new Date(Date.now() + 30 * 60_000).toUTCString();
}
