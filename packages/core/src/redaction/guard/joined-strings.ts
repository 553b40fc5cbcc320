/** What the strings at one place of successive JSON payloads say together. */
export interface JoinedString {
  readonly path: string;
  readonly text: string;
}

/**
 * Joins, over all JSON payloads of an SSE or NDJSON body, the strings that stand at the same place: what a person reads when the model
 * has finished. `index`, ids and array positions keep parallel strings apart. Strings that never vary are left out.
 */
export function joinedStrings(body: string): JoinedString[] {
  const parts = new Map<string, string[]>();
  for (const line of body.split('\n')) {
    const at = line.indexOf('{');
    if (at === -1 || at > 8) continue;
    try {
      collect(JSON.parse(line.slice(at)), '', parts);
    } catch {
      // Not JSON: it was looked at as text.
    }
  }
  const joined: JoinedString[] = [];
  for (const [place, strings] of parts) {
    if (strings.length < 2 || strings.every((string) => string === strings[0])) continue;
    joined.push({ path: place.replaceAll(/<[^>]*>|^\./g, ''), text: strings.join('') });
  }
  return joined;
}

function collect(value: unknown, place: string, parts: Map<string, string[]>): void {
  if (typeof value === 'string') {
    const strings = parts.get(place);
    if (strings === undefined) parts.set(place, [value]);
    else strings.push(value);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const marks = Object.entries(value)
    .filter(([key, mark]) => /^(?:index|\w+_index|item_id)$/.test(key) && typeof mark !== 'object')
    .map(([key, mark]) => `<${key}${String(mark)}>`);
  const here = place + marks.join('');
  for (const [key, element] of Object.entries(value)) {
    const segment = Array.isArray(value) ? '[]' : `.${/^\w{1,32}$/.test(key) ? key : '*'}`;
    collect(element, here + segment, parts);
  }
}
