import { describe, expect, it } from 'vitest';
import { treatmentOf } from './volatile-headers.ts';

function stable(name: string, value: string): string {
  const { rule } = treatmentOf(name);
  if (rule === undefined) return value;
  return rule === 'id' ? '(id)' : rule(value);
}

describe('treatmentOf', () => {
  it.each([
    ['date', 'Mon, 13 Jul 2026 23:12:13 GMT', 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ['age', '118', '0'],
    ['openai-processing-ms', '1782', '0'],
    ['x-envoy-upstream-service-time', '1786', '0'],
    ['x-kong-upstream-latency', '70', '0'],
    ['x-amzn-bedrock-invocation-latency', '2096', '0'],
    ['server-timing', 'gfet4t7; dur=395', 'gfet4t7; dur=0'],
    ['x-ratelimit-remaining-requests', '9999', '1000'],
    ['anthropic-ratelimit-input-tokens-remaining', '80000', '1000'],
    ['ratelimitbysize-remaining', '1967997', '1000'],
    ['x-ratelimit-reset-requests', '15m50.4s', '0s'],
    ['x-ratelimit-reset-tokens', '6ms', '0s'],
    ['ratelimit-reset', '1', '0'],
    ['anthropic-ratelimit-requests-reset', '2026-07-13T23:12:13Z', '1970-01-01T00:00:00Z'],
    ['ratelimit', '"api";r=999;t=295', '"api";r=0;t=0'],
    ['via', '1.1 google, envoy-router-canary-789955d6b7-jsvgq', '1.1 google, envoy-router'],
    [
      'report-to',
      '{"endpoints":[{"url":"https://a.nel/r?s=AbC%2F"}]}',
      '{"endpoints":[{"url":"https://a.nel/r?s=0"}]}',
    ],
    [
      'traceparent',
      `00-${'4'.repeat(32)}-${'5'.repeat(16)}-01`,
      `00-${'0'.repeat(31)}1-${'0'.repeat(15)}1-00`,
    ],
  ])('makes %s: %s stable', (name, value, expected) => {
    expect(stable(name, value)).toBe(expected);
    expect(stable(name, expected)).toBe(expected);
  });

  it.each([
    'x-request-id',
    'request-id',
    'apim-request-id',
    'cf-ray',
    'x-generation-id',
    'mistral-correlation-id',
    'x-guploader-uploadid',
  ])('treats %s as an id', (name) => {
    expect(treatmentOf(name).rule).toBe('id');
  });

  it.each([
    ['retry-after', '20'],
    ['retry-after-ms', '20000'],
    ['x-should-retry', 'false'],
    ['x-ratelimit-limit-requests', '10000'],
    ['content-type', 'application/json'],
    ['etag', 'W/"15ca"'],
    ['openai-version', '2020-10-01'],
    ['anthropic-organization-id', '2557c2f2-bcfa-4054-9fa8-ae13b3b47d6b'],
    ['expires', '-1'],
    ['set-cookie', 'session=abc; expires=Mon, 13 Jul 2026 23:12:13 GMT'],
  ])('leaves %s: %s alone', (name, value) => {
    expect(stable(name, value)).toBe(value);
  });

  it('keeps a limit that ran out: it is why the request was refused', () => {
    expect(stable('x-ratelimit-remaining-tokens', '0')).toBe('0');
  });

  it("makes Cloudflare's cookies the same, without letting them expire", () => {
    const raw =
      '__cf_bm=k_pHGl.x; path=/; expires=Mon, 13-Jul-26 23:42:13 GMT; domain=.api.openai.com; HttpOnly';
    const expected =
      '__cf_bm=0; path=/; expires=Fri, 31 Dec 9999 23:59:59 GMT; domain=.api.openai.com; HttpOnly';
    expect(stable('set-cookie', raw)).toBe(expected);
  });

  it('leaves what the redactor wrote', () => {
    expect(stable('set-cookie', '__cf_bm=[redacted:cookie]; path=/')).toBe(
      '__cf_bm=[redacted:cookie]; path=/',
    );
  });

  it('knows a name in every spelling, also after more names than it remembers', () => {
    for (let number = 0; number < 2000; number++) treatmentOf(`x-${number}`);
    for (const name of ['cf-ray', 'CF-RAY', 'Cf-Ray'])
      expect(treatmentOf(name)).toEqual({ lowerCaseName: 'cf-ray', rule: 'id' });
  });
});
