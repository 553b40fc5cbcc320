/** JSON as Go's encoder writes it: `<`, `>` and `&` are escaped, which other writers do not do. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}

// The wall clock has milliseconds only; the monotonic one supplies the rest, so that times never run backwards.
const ORIGIN = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();

/** The time as Go writes it: nanoseconds, without zeros at the end. */
export function goTime(): string {
  const now = ORIGIN + process.hrtime.bigint();
  const seconds = new Date(Number(now / 1_000_000n)).toISOString().slice(0, 19);
  const fraction = String(now % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}Z`;
}
