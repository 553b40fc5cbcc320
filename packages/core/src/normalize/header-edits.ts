import { headerValue, type HeaderList } from '../model/headers.ts';

/** The list with new values for one header; the same list when none changes. */
export function replaceHeader(
  headers: HeaderList,
  name: string,
  change: (value: string) => string,
): HeaderList {
  return mapHeaders(headers, (key, value) => (key === name ? change(value) : value));
}

/** The list with new values, given the names in lower case; the same list when none changes. */
export function mapHeaders(
  headers: HeaderList,
  change: (lowerCaseName: string, value: string) => string,
): HeaderList {
  let isChanged = false;
  const mapped = headers.map((header): readonly [string, string] => {
    const value = change(header[0].toLowerCase(), header[1]);
    if (value === header[1]) return header;
    isChanged = true;
    return [header[0], value];
  });
  return isChanged ? mapped : headers;
}

/**
 * `content-length` after a body grew or shrank by `change` bytes. Added to what it says and not computed anew: for an
 * answer that was cut it promised more than arrived, and replay has to break the same promise.
 */
export function withLengthChange(headers: HeaderList, change: number): HeaderList {
  if (change === 0) return headers;
  return replaceHeader(headers, 'content-length', (value) =>
    /^\d+$/.test(value.trim()) ? String(Number(value) + change) : value,
  );
}

/** Whether a body was compressed on the wire. */
export function isEncoded(headers: HeaderList): boolean {
  const encoding = headerValue(headers, 'content-encoding')?.trim().toLowerCase();
  return encoding !== undefined && encoding !== '' && encoding !== 'identity';
}
