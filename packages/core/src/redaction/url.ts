import type { FieldNames } from './field-names.ts';
import { hostPlaceholder, isPlaceholder, placeholder } from './placeholder.ts';
import { untilStable } from './text-scanner.ts';

/** Everything before the path, with an optional user part: `https://user:password@host:8080`. */
const authority = /^([A-Za-z][A-Za-z0-9+.-]*:\/\/)(?:([^/?#@]*)@)?([^/?#]*)/;

/**
 * A URL without its secrets: user information, query parameters by name, and whatever the value rules (`redactText`) find in path,
 * query and fragment. Works on any string; all other characters stay as they are.
 */
export function redactUrl(url: string, names: FieldNames, redactText: (text: string) => string): string {
  const head = authority.exec(url);
  const path = head === null ? url : url.slice(head[0].length);
  const redacted = untilStable(path, (rest) => redactText(redactQuery(rest, names)));
  if (head === null) return redacted;
  const [whole, scheme, user, host] = head;
  const safeHost = redactHost(host!, redactText);
  if (user === undefined)
    return safeHost === host ? joined(url, whole.length, redacted) : scheme + safeHost + redacted;
  const safeUser = user === '' || isPlaceholder(user) ? user : placeholder('url-credentials');
  return `${scheme}${safeUser}@${safeHost}${redacted}`;
}

function joined(url: string, headLength: number, rest: string): string {
  return rest.length === url.length - headLength && url.endsWith(rest)
    ? url
    : url.slice(0, headLength) + rest;
}

/** Brackets would make the URL unreadable, and what cannot be read cannot be routed. */
function redactHost(host: string, redactText: (text: string) => string): string {
  const redacted = redactText(host);
  return redacted === host
    ? host
    : redacted.replaceAll(/\[redacted:([a-z0-9-]+)\]/g, (_, id: string) => hostPlaceholder(id));
}

function redactQuery(path: string, names: FieldNames): string {
  const from = path.indexOf('?') + 1;
  if (from === 0) return path;
  const hash = path.indexOf('#', from);
  const to = hash === -1 ? path.length : hash;
  const query = path.slice(from, to);
  const redacted = redactPairs(query, names.judgeQuery);
  return redacted === query ? path : path.slice(0, from) + redacted + path.slice(to);
}

/** The values of `name=value&...` whose name is certainly or likely that of a secret. Order and spelling of everything else stay. */
export function redactPairs(pairs: string, judge: FieldNames['judge']): string {
  let out: string[] | undefined;
  const parts = pairs.split('&');
  for (const [index, part] of parts.entries()) {
    const equals = part.indexOf('=');
    if (equals <= 0 || equals === part.length - 1) continue;
    const verdict = judge(decode(part.slice(0, equals)));
    if (verdict === undefined || verdict.certainty === 'faint' || isPlaceholder(part.slice(equals + 1)))
      continue;
    (out ??= [...parts])[index] = `${part.slice(0, equals)}=${placeholder(verdict.ruleId)}`;
  }
  return out === undefined ? pairs : out.join('&');
}

function decode(name: string): string {
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
