/**
 * Headers as they were on the wire: order, repetition and spelling kept.
 * A list and not a map, because `set-cookie` repeats and clients can see the order.
 */
export type HeaderList = ReadonlyArray<readonly [name: string, value: string]>;

/** The first value of a header, whatever the spelling of its name; `undefined` when absent. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [key, value] of headers) {
    if (key.length === wanted.length && key.toLowerCase() === wanted) return value;
  }
  return undefined;
}

/** Node's flat `rawHeaders` (`[name, value, name, value]`) as a list of pairs. */
export function fromRawHeaders(raw: readonly string[]): [string, string][] {
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) headers.push([raw[i]!, raw[i + 1]!]);
  return headers;
}

/** The flat alternating form that `http.ServerResponse.writeHead` and undici take. */
export function toRawHeaders(headers: HeaderList): string[] {
  const raw: string[] = [];
  for (const [name, value] of headers) raw.push(name, value);
  return raw;
}

/** A copy without the named headers. Names are given in lower case. */
export function withoutHeaders(headers: HeaderList, names: ReadonlySet<string>): [string, string][] {
  const kept: [string, string][] = [];
  for (const [name, value] of headers) if (!names.has(name.toLowerCase())) kept.push([name, value]);
  return kept;
}

/** The media type of a `content-type` value in lower case, without its parameters; `''` when there is none. */
export function mediaType(headers: HeaderList): string {
  const value = headerValue(headers, 'content-type');
  if (value === undefined) return '';
  const end = value.indexOf(';');
  return (end === -1 ? value : value.slice(0, end)).trim().toLowerCase();
}
