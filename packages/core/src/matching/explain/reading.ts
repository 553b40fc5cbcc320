import { canonicalBody, canonicalBodyText, type CanonicalBody } from '../../normalize/canonical.ts';
import { canonicalUrl, type CanonicalUrl } from '../../normalize/canonical-url.ts';
import type { MatchRequest } from '../matcher.ts';
import { headerKey } from '../matchers/header.ts';
import { methodKey } from '../matchers/method.ts';
import type { MatchRules } from '../rules.ts';

/** A request as the rules see it, in pieces that can be compared: what is ignored is gone, what is masked is masked. */
export interface Reading {
  readonly request: MatchRequest;
  readonly method: string;
  readonly url: CanonicalUrl;
  /** Only headers that count, by name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: CanonicalBody;
  /** The body as one text. */
  readonly text: string;
  /** The document of a JSON body. */
  readonly json: unknown;
}

export function readRequest(request: MatchRequest, rules: MatchRules): Reading {
  const { ignored } = rules;
  const mask = rules.mask?.();
  const url = canonicalUrl(request.url, { ignoresQuery: ignored.query, mask });
  const headers = new Map(rules.headers.map((name) => [name, headerKey(request.headers, name, mask)]));
  const bodyRules = { ignoredPaths: ignored.paths, ignoresField: ignored.field, mask };
  const body = canonicalBody(request.headers, request.body, bodyRules);
  return {
    request,
    method: methodKey(request.method),
    url,
    headers,
    body,
    text: canonicalBodyText(body),
    json: body.kind === 'json' ? JSON.parse(body.text) : undefined,
  };
}
