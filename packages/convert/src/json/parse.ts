/**
 * Numbers that a double, written again, would spell otherwise: trailing zeros, exponents, more digits than a double has,
 * `-0`. Wrong positives (digits inside strings) cost time only.
 */
const oddNumber = /[\s[:,](?:-0(?![.\d])|-?\d+(?:\.\d*0(?!\d)|[\d.]{16}|(?:\.\d+)?[eE]))/;

interface Context {
  readonly source?: string;
}

interface RawJson {
  rawJSON?(text: string): unknown;
}

/**
 * `JSON.parse`, but numbers keep their spelling through `JSON.stringify`: a recording that stores `1.0` got `1.0`.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  const { rawJSON } = JSON as RawJson;
  if (rawJSON === undefined || !oddNumber.test(text)) return JSON.parse(text) as unknown;
  const revive = (_: string, value: unknown, context?: Context): unknown =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? rawJSON(context.source)
      : value;
  return JSON.parse(text, revive) as unknown;
}
