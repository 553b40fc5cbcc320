import type { CanonicalUrl } from '../../normalize/canonical-url.ts';

/** The whole target: scheme, host, path and query. */
export function urlKey({ scheme, host, path, query }: CanonicalUrl): string {
  return `${scheme}//${host}${path}${query === '' ? '' : `?${query}`}`;
}

/** Host with its port when that is not the scheme's own. */
export function hostKey({ host }: CanonicalUrl): string {
  return host;
}

export function pathKey({ path }: CanonicalUrl): string {
  return path;
}

export function queryKey({ query }: CanonicalUrl): string {
  return `?${query}`;
}
