import { describe, expect, test } from 'vitest';
import { assertPortable } from './portable-options.ts';

describe('assertPortable', () => {
  test('takes options that are data', () => {
    expect(() =>
      assertPortable({ match: { mask: ['uuid', /a/] }, unused: 'fail' }, 'jest.config.js'),
    ).not.toThrow();
  });

  test('refuses a function and says where it was and where it belongs', () => {
    expect(() => assertPortable({ match: { custom: [() => true] } }, 'jest.config.js')).toThrow(
      /REEL_INVALID_OPTION[^]*jest\.config\.js[^]*reel\.config\.ts/,
    );
  });
});
