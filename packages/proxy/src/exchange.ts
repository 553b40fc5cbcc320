import {
  endpointOf,
  forward,
  type Destination,
  type HeaderList,
  type Tap,
  type TestScope,
  type Upstream,
} from '@reel/core/engine';
import { answer } from './answer.ts';
import { assertDeclaredLength, limitBody, readBody } from './body-limit.ts';
import { withHost } from './hop-by-hop.ts';
import type { UpstreamPool } from './upstream-pool.ts';
import type { WireClient } from './wire-client.ts';

/** A request that is to be answered from a scope. */
export interface ProxiedExchange {
  /** Absolute public URL, as spelled. */
  readonly url: string;
  /** For the provider: its own host, nothing hop-by-hop. */
  readonly headers: HeaderList;
  readonly scope: Pick<TestScope, 'plan'>;
}

/** What an exchange has at hand. */
export interface ExchangeContext {
  readonly pool: UpstreamPool;
  readonly maxBody: number;
  /** The provider could not be reached, or broke off. */
  readonly onUpstreamFailure: (failure: string) => void;
}

/**
 * Asks the scope, and carries out what it says.
 * @throws BodyTooLarge when there still is time to answer so.
 */
export async function serveExchange(
  { url, headers, scope }: ProxiedExchange,
  client: WireClient,
  { pool, maxBody, onUpstreamFailure }: ExchangeContext,
): Promise<void> {
  assertDeclaredLength(client, maxBody);
  const send = (to: Destination): Promise<void> =>
    forward(pool, client, {
      ...to,
      tap: tellingFailures(to.tap, onUpstreamFailure),
    });
  const plan = scope.plan({ method: client.method, url, headers, transport: 'proxy' });
  switch (plan.kind) {
    case 'passthrough':
      return limitBody(client, maxBody, () => send(destination(url, headers)));
    case 'stream': {
      const to = { ...destination(url, headers, plan.open()), tapsRequest: true };
      return limitBody(client, maxBody, () => send(to));
    }
    case 'decide': {
      const body = await readBody(client, maxBody);
      // The client left in the middle of its upload: there is nobody to answer.
      if (body === undefined) return undefined;
      const decision = plan.decide(body);
      switch (decision.kind) {
        case 'reply':
          return answer(decision.reply, client);
        case 'fail':
          return client.fail(decision.error);
        case 'upstream':
          return send({ ...destination(url, headers, decision.upstream), body });
      }
    }
  }
}

/** @param upstream absent for what only passes through */
function destination(url: string, headers: HeaderList, upstream?: Upstream): Destination {
  const asked = new URL(url);
  const chosen = upstream === undefined || upstream.url === asked.href ? asked : new URL(upstream.url);
  const isRedirected = chosen.origin !== asked.origin;
  return {
    endpoint: endpointOf(chosen),
    // Unchanged, the target goes out as the client spelled it; `URL` would tidy it up.
    target: chosen === asked ? targetOf(url) : chosen.pathname + chosen.search,
    headers: isRedirected ? withHost(upstream?.headers ?? headers, chosen.host) : headers,
    isRedirected,
    ...(upstream !== undefined && { tap: upstream.tap }),
  };
}

/** Path and query of an absolute URL, as spelled. */
export function targetOf(url: string): string {
  const path = url.indexOf('/', url.indexOf('//') + 2);
  const query = url.indexOf('?');
  if (path !== -1 && (query === -1 || path < query)) return url.slice(path);
  return query === -1 ? '/' : `/${url.slice(query)}`;
}

/** Hears what a recording hears, and says when it was the other side that failed. */
function tellingFailures(tap: Tap | undefined, tell: (failure: string) => void): Tap {
  return {
    sent: (bytes) => tap?.sent(bytes),
    response: (status, statusText, headers) => tap?.response(status, statusText, headers),
    received: (bytes) => tap?.received(bytes),
    ended(ending) {
      tap?.ended(ending);
      if (ending.kind === 'aborted' && ending.by === 'upstream')
        tell(ending.message ?? ending.code ?? 'the connection broke');
    },
  };
}
