import { describe, expect, test } from 'vitest';
import { checkOptions, mergeOptions, optionsFromEnvironment } from './options.ts';

describe('options', () => {
  test('of every kind pass unchanged', () => {
    const options = {
      mode: 'record',
      dir: 'cassettes',
      intercept: ['127.0.0.1:4010', '*.internal', 'https://[::1]:8443'],
      upstreams: { 'https://api.openai.com': 'http://127.0.0.1:4010/openai' },
      match: { ignore: ['$.metadata'], mask: ['uuid', /run-\d+/], repeat: 'last' },
      timing: { tokensPerSecond: 40 },
      chunking: { bytes: 3 },
      retries: 'drop',
    };
    expect(checkOptions(options, 'here')).toEqual(options);
  });

  test('with a misspelled name suggest the nearest', () => {
    expect(() => checkOptions({ upstream: {} }, 'reel.config.ts')).toThrow(
      /REEL_UNKNOWN_OPTION: there is no option upstream\n {2}where: reel\.config\.ts\n {2}fix: {3}did you mean upstreams\?/,
    );
    expect(() => checkOptions({ match: { ignored: [] } }, 'x')).toThrow('did you mean match.ignore?');
  });

  test('of redaction are checked like all others, and their values are never shown', () => {
    expect(() => checkOptions({ redact: { secret: ['hush'] } }, 'x')).toThrow('did you mean redact.secrets?');
    expect(() => checkOptions({ redact: { headers: { denny: [] } } }, 'x')).toThrow(
      'did you mean redact.headers.deny?',
    );
    expect(() => checkOptions({ redact: { patterns: [{ id: 'a', patern: /a/ }] } }, 'x')).toThrow(
      'did you mean redact.patterns.0.pattern?',
    );
    expect(() => checkOptions({ redact: { allow: [{ rule: 'jwt', reson: 'a' }] } }, 'x')).toThrow(/reason/);
    expect(() => checkOptions({ redact: { path: ['a'] } }, 'x')).toThrow('did you mean redact.paths?');
    const redact = { paths: ['a.b'], patterns: [{ id: 'a', pattern: () => [] }], custom: [String] };
    expect(checkOptions({ redact }, 'x')).toEqual({ redact });
    const refused = (): unknown => checkOptions({ redact: { secrets: 'hush-hush' } }, 'x');
    expect(refused).toThrow(/REEL_INVALID_OPTION: the option redact\.secrets/);
    expect(refused).not.toThrow(/hush/);
  });

  test('with a name near nothing list what there is', () => {
    expect(() => checkOptions({ zzzzzzzzzzzzzz: 1 }, 'x')).toThrow(/remove it; the options are mode, dir/);
  });

  test.each([
    [{ timing: 'slow' }, 'timing'],
    [{ intercept: ['http://a b'] }, 'intercept.0'],
    [{ upstreams: { 'https://api.openai.com': 'gateway' } }, 'upstreams'],
    [{ chunking: { bytes: 0 } }, 'chunking'],
    ['replay', 'options'],
  ])('with a wrong value %j name the place', (options, place) => {
    expect(() => checkOptions(options, 'x')).toThrow(new RegExp(`REEL_INVALID_OPTION: .*${place}`));
  });

  test.each([
    [{ unused: 'error' }, 'the option unused is wrong: it takes ("ignore" | "warn" | "fail"), not "error"'],
    [{ normalize: 'no' }, 'the option normalize is wrong: it takes boolean, not "no"'],
    [
      { timing: 'fast' },
      'the option timing is wrong: it takes "instant", "recorded" or { tokensPerSecond: 40 }',
    ],
  ])('with a wrong value %j say what would be right', (options, said) => {
    expect(() => checkOptions(options, 'x')).toThrow(said);
  });

  test('come from the environment, with URLs that contain an equals sign', () => {
    const options = optionsFromEnvironment({
      REEL_UPSTREAMS:
        'https://api.openai.com=http://127.0.0.1:4010/openai?a=b, https://x.test=http://localhost:1',
      REEL_INTERCEPT: '127.0.0.1:4010, *.internal',
      REEL_TIMING: '50/s',
      REEL_DIR: 'tapes',
    });
    expect(options).toEqual({
      dir: 'tapes',
      intercept: ['127.0.0.1:4010', '*.internal'],
      upstreams: {
        'https://api.openai.com': 'http://127.0.0.1:4010/openai?a=b',
        'https://x.test': 'http://localhost:1',
      },
      timing: { tokensPerSecond: 50 },
    });
  });

  test('from a broken variable name the variable', () => {
    expect(() => optionsFromEnvironment({ REEL_UPSTREAMS: 'api.openai.com' })).toThrow(
      /where: REEL_UPSTREAMS/,
    );
    expect(() => optionsFromEnvironment({ REEL_TIMING: 'fast' })).toThrow(/where: REEL_TIMING/);
  });

  test('of several layers add host lists up and let the later value win', () => {
    expect(
      mergeOptions({ dir: 'a', intercept: ['a.test'], upstreams: { a: '1', b: '1' } }, undefined, {
        dir: 'b',
        intercept: ['b.test'],
        upstreams: { b: '2' },
      }),
    ).toEqual({ dir: 'b', intercept: ['a.test', 'b.test'], upstreams: { a: '1', b: '2' } });
  });
});
