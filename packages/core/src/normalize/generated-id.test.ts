import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idLike, isDistinctive, mayHoldId } from './generated-id.ts';

const digest = fc.stringMatching(/^[0-9a-f]{64}$/);

/** Ids as providers make them. */
const ids = [
  'chatcmpl-CdVpRQKSNGceawDsCb1qXM4zU9XSc',
  'chatcmpl-818ddabf-54fe-4920-85f8-f3bae6cf8f01',
  'e3e74eb8-f868-4384-a58b-46f44d1596e8',
  'call_jbujoPVdWfu8tZ7UjHPotN9G',
  'call_00_tz6Vq4aG59EtpFCVbpoY3635',
  'call_55070233',
  'call_e26xiwn7',
  'toolu_01VF9uowU25wKfCVjxAHdgUi',
  'resp_0bc6fad39e50a44b00691e09f79f44819b8a01809fe1c1e1e1',
  'file-CyHtsk7XAWdRabQUBYRjCu',
  'files/ofyvwkznt2rs',
  'files/ofyvwkznturs',
  'gen-1763576326-GG7DVgNI8Zxze0XPOD7X',
  'req_01kz5c57bsecstrt2nsgjpng3p',
  '88fa668fac30bb19-MXP',
  '2965b8953a62452ea05ad07be24205e4',
  'Hfc39Hu7S',
  'whZntcQw',
  'OYpyaqycKd2V_uMP65TsgA0',
  'tool_0_get_current_weather_PWzyW2sI3uKsG',
];

describe('isDistinctive', () => {
  it.each(ids)('follows %s by value', (id) => {
    expect(isDistinctive(id)).toBe(true);
  });

  it.each([
    '',
    '0',
    '1',
    'auto',
    'default',
    'get_weather',
    'get_current_weather',
    'functions.weather:0',
    'chatcmpl-178',
    'gpt-4o-mini',
    'not a single token, though it has 12345678 and aB3dE6',
    '[redacted:openai-key]',
  ])('leaves %j to its place', (value) => {
    expect(isDistinctive(value)).toBe(false);
  });
});

describe('mayHoldId', () => {
  it('is true for every text that holds an id', () => {
    const id = fc
      .string({ unit: fc.constantFrom(...'abzABZ019-_./:'), minLength: 8, maxLength: 24 })
      .filter((value) => isDistinctive(value));
    fc.assert(
      fc.property(fc.oneof(id, fc.constantFrom(...ids)), fc.string(), fc.string(), (value, before, after) => {
        expect(mayHoldId(before + value + after)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['content_block_delta', 'internationalization', 'a-b', 'chat.completion.chunk'])(
    'is false for %s',
    (text) => {
      expect(mayHoldId(text)).toBe(false);
    },
  );
});

describe('idLike', () => {
  const zeros = '0'.repeat(64);

  it.each([
    ['call_jbujoPVdWfu8tZ7UjHPotN9G', /^call_[a-f][0-9a-f]{22}\d$/],
    ['call_55070233', /^call_[a-f][0-9a-f]{22}\d$/],
    ['files/ofyvwkznt2rs', /^files\/[a-f][0-9a-f]{22}\d$/],
    [
      'e3e74eb8-f868-4384-a58b-46f44d1596e8',
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    ],
    ['chatcmpl-818ddabf-54fe-4920-85f8-f3bae6cf8f01', /^chatcmpl-[0-9a-f]{8}-[0-9a-f]{4}-4/],
    // Mistral accepts tool call ids of nine letters and digits only.
    ['Hfc39Hu7S', /^[a-f][0-9a-f]{7}\d$/],
  ])('keeps the look of %s', (value, look) => {
    expect(idLike(value, zeros)).toMatch(look);
    expect(idLike(value, 'f'.repeat(64))).toMatch(look);
  });

  it('gives something that is followed by value again, and that the same digest leaves as it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ids), digest, (value, hash) => {
        const once = idLike(value, hash);
        expect(isDistinctive(once)).toBe(true);
        expect(idLike(once, hash)).toBe(once);
      }),
    );
  });
});
