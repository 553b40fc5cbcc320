/**
 * What stands in for a secret: `[redacted:<rule id>]`. Safe inside a JSON string, a header value, an SSE line and a URL
 * path or query, where the brackets stay literal.
 */
export function placeholder(ruleId: string): string {
  return `[redacted:${ruleId}]`;
}

/**
 * The form for a host name, where brackets would make the URL unreadable for every parser and the request
 * impossible to route.
 */
export function hostPlaceholder(ruleId: string): string {
  return `redacted-${ruleId}`;
}

/** Ids that may stand in a placeholder. */
export function isRuleId(id: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/.test(id);
}

// A URL library may have percent-encoded the brackets or the colon on the way here.
const anyPlaceholder = /(?:\[|%5B)redacted(?::|%3A)[a-z0-9-]{1,48}(?:\]|%5D)/gi;
const wholePlaceholder = /^(?:\[|%5B)redacted(?::|%3A)[a-z0-9-]{1,48}(?:\]|%5D)$/i;

/** Whether a value is one placeholder and nothing else. */
export function isPlaceholder(value: string): boolean {
  return value.length < 80 && wholePlaceholder.test(value);
}

/** Where placeholders stand in a text: `[start, end)` pairs in order. */
export function placeholdersIn(text: string): [start: number, end: number][] {
  const found: [number, number][] = [];
  for (const match of text.matchAll(anyPlaceholder)) found.push([match.index, match.index + match[0].length]);
  return found;
}
