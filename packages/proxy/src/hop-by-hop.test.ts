import { expect, test } from 'vitest';
import { requestHeaders, withoutHopByHop } from './hop-by-hop.ts';

test('what is about one connection stays behind, the framing goes on', () => {
  expect(
    withoutHopByHop([
      ['Host', 'a'],
      ['Connection', 'keep-alive, X-One,  x-two, transfer-encoding, host'],
      ['Keep-Alive', 'timeout=5'],
      ['x-one', '1'],
      ['X-Two', '2'],
      ['Transfer-Encoding', 'chunked'],
      ['TE', 'trailers'],
      ['Upgrade', 'h2c'],
      ['Accept', '*/*'],
    ]),
  ).toEqual([
    ['Host', 'a'],
    ['Transfer-Encoding', 'chunked'],
    ['Accept', '*/*'],
  ]);
});

test('headers without any of that are handed on as they are', () => {
  const headers = [['accept', '*/*']] as const;
  expect(withoutHopByHop(headers)).toBe(headers);
});

test("the provider gets its own host and nothing of the proxy's", () => {
  expect(
    requestHeaders(['host', '127.0.0.1:4', 'x-reel-cassette', 'a', 'X-Api-Key', 'k'], 'api.anthropic.com'),
  ).toEqual([
    ['host', 'api.anthropic.com'],
    ['X-Api-Key', 'k'],
  ]);
});
