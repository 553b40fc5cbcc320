import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request on its way through a route. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** Parts of the path that the pattern names. */
  readonly params: Readonly<Record<string, string>>;
  /** Aborts when the browser goes away before the answer is complete. */
  readonly signal: AbortSignal;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  /** `/api/tickets/:id` */
  readonly path: string;
  handle(visit: Visit): Promise<void> | void;
}

/** The parameters of a path that fits the pattern, or `undefined`. */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = given[i]!;
    else if (part !== given[i]) return undefined;
  }
  return params;
}
