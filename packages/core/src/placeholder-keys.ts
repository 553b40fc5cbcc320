import type { Provider } from './providers/provider.ts';

/**
 * Sets the missing API-key variables of known providers to placeholders, so that SDK constructors work in replay. Never
 * called in a mode that reaches a provider.
 * @returns the undo, which leaves a variable alone that somebody has set since.
 */
export function setPlaceholderKeys(
  providers: readonly Provider[],
  environment: Record<string, string | undefined>,
): () => void {
  const set = new Map<string, string>();
  for (const { keyVariables } of providers) {
    for (const { name, placeholder, unless = [] } of keyVariables) {
      // Some SDKs refuse a key beside another way to authenticate, or prefer it to that.
      if ([name, ...unless].some((one) => environment[one] !== undefined && environment[one] !== ''))
        continue;
      environment[name] = placeholder;
      set.set(name, placeholder);
    }
  }
  return () => {
    for (const [name, placeholder] of set) if (environment[name] === placeholder) delete environment[name];
  };
}

/** Names of headers and query parameters that carry a provider's key. */
const credentialHeaders = new Set([
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'x-amz-security-token',
]);
const credentialParameters = ['key', 'api_key', 'api-key', 'access_token'];

/** What stands in a header when there was no key: nothing, or a missing variable written out by a template string. */
const noKey = new Set(['', 'undefined', 'null']);

/** What a request brings to authenticate itself. */
export function credentialOf(
  url: URL,
  headers: readonly (readonly [string, string])[],
  providers: readonly Provider[],
): 'none' | 'placeholder' | 'present' {
  const values = headers
    .filter(([name]) => credentialHeaders.has(name.toLowerCase()))
    .map(([, value]) => value);
  for (const name of credentialParameters) {
    const value = url.searchParams.get(name);
    if (value !== null) values.push(value);
  }
  const given = values
    .map((value) => value.replace(/^Bearer\s*/i, '').trim())
    .filter((value) => !noKey.has(value));
  if (given.length === 0) return 'none';
  const isPlaceholder = (value: string): boolean =>
    providers.some(({ keyVariables }) => keyVariables.some(({ placeholder }) => placeholder === value));
  return given.every(isPlaceholder) ? 'placeholder' : 'present';
}
