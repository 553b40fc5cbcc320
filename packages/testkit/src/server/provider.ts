import type { Answer, HeaderPair } from './answer.ts';
import type { Behavior } from './behavior.ts';
import type { Call, ReceivedRequest } from './call.ts';
import type { ApiFailure } from './failure.ts';

/** One simulated API. Made anew for each simulator, so its state (files, stored responses) ends with it. */
export interface SimulatedProvider {
  readonly routes: readonly Route[];
  /** Throws {@link ApiFailure} when the request carries no acceptable key. Absent: no key needed. */
  authenticate?(request: ReceivedRequest): void;
  /** The error in the shape the provider's SDK understands. */
  failure(failure: ApiFailure, request: ReceivedRequest, behavior: Behavior): FailureBody;
  /** Headers of every answer, volatile ones included. */
  headers(request: ReceivedRequest, status: number): readonly HeaderPair[];
}

export interface FailureBody {
  readonly body: unknown;
  /** Default `application/json`. */
  readonly contentType?: string;
  readonly indent?: number;
}

export interface Route {
  readonly method: string;
  /** Path below the mount; `{name}` captures up to the next `/` or `:`, `{name...}` the rest. */
  readonly pattern: string;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

/** The route for a request with what its pattern captured. A `HEAD` request may take a `GET` route. */
export function findRoute(
  routes: readonly Route[],
  { method, path }: ReceivedRequest,
): { route: Route; params: Record<string, string> } | undefined {
  for (const route of routes) {
    if (route.method !== method && route.method !== '*' && !(method === 'HEAD' && route.method === 'GET'))
      continue;
    const match = compile(route.pattern).exec(path);
    if (match === null) continue;
    const params = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value ?? '')]),
    );
    return { route, params };
  }
  return undefined;
}

const compiled = new Map<string, RegExp>();

function compile(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const source = pattern
    .replace(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)
    .replace(/\{(\w+)\\\.\\\.\\\.\}/g, '(?<$1>.+)')
    .replace(/\{(\w+)\}/g, '(?<$1>[^/:]+)');
  const expression = new RegExp(`^${source}$`);
  compiled.set(pattern, expression);
  return expression;
}

/** The key of an `authorization: Bearer` header; `''` when there is none. */
export function bearer({ headers }: ReceivedRequest): string {
  return /^Bearer\s+(.+)$/i.exec(headers['authorization'] ?? '')?.[1]?.trim() ?? '';
}
