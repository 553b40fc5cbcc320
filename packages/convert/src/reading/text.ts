import { PlainScalar } from '../yaml/plain-scalar.ts';

/**
 * The text of a scalar as it was written: a string, a number of JSON, or a plain scalar of YAML. `undefined` for everything
 * else, `null` above all.
 */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof PlainScalar) return value.text;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  // Binary where text is expected: PyYAML writes text so that has a character it does not like.
  if (value instanceof Uint8Array) return utf8(value);
  return undefined;
}

/** The number a scalar stands for; `undefined` when it is none. */
export function numberOf(value: unknown): number | undefined {
  const text = textOf(value)?.trim();
  if (text === undefined || !/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text)) return undefined;
  return Number(text);
}

export function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** Milliseconds since 1970 of an ISO or HTTP date; `undefined` when it is none. One without a zone is UTC, on every machine. */
export function timeOf(value: unknown): number | undefined {
  const text = textOf(value)?.replace(/^(\d{4}-\d\d-\d\d)[ T]([\d:.]+)$/, '$1T$2Z');
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isFinite(time) ? time : undefined;
}
