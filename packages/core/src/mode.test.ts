import { expect, describe, test } from 'vitest';
import { parseMode, resolveMode, type Mode } from './mode.ts';

describe('a mode', () => {
  test.each<[string, Mode]>([
    ['replay', 'replay'],
    [' Record ', 'record'],
    ['none', 'replay'],
    ['all', 'record'],
    ['new_episodes', 'record-if-missing'],
    ['auto', 'record-if-missing'],
  ])('%j is known as %s', (name, mode) => {
    expect(parseMode(name, 'REEL_MODE')).toBe(mode);
  });

  test('with a typo is refused with the list of names and the place', () => {
    expect(() => parseMode('recrod', 'reel.config.ts')).toThrow(
      /REEL_UNKNOWN_MODE[^]*"recrod"[^]*reel\.config\.ts[^]*record-if-missing/,
    );
  });

  test('with a typo is refused with the name that was meant', () => {
    expect(() => parseMode('recrod', 'REEL_MODE')).toThrow(
      'fix:   did you mean record? The modes are replay,',
    );
    expect(() => parseMode('banana', 'REEL_MODE')).toThrow(/fix: +use one of replay[^]*aliases: none/);
  });

  test('is refused with the place that it was written at', () => {
    const written = {
      environment: {},
      optionSource: 'reel() in the Vitest config',
      configFile: '/p/reel.config.ts',
    };
    expect(() => resolveMode({ ...written, option: 'x' })).toThrow(
      'where: mode in reel() in the Vitest config',
    );
    expect(() => resolveMode({ ...written, config: 'x' })).toThrow('where: mode in /p/reel.config.ts');
  });

  test('named like something every object has is not a mode', () => {
    expect(() => parseMode('constructor', 'REEL_MODE')).toThrow('REEL_UNKNOWN_MODE');
  });

  test('comes from REEL_MODE before the option, the config, the runner and the default', () => {
    const runner = { mode: 'once', source: '-u' } as const;
    const all = { environment: { REEL_MODE: 'live' }, option: 'record', config: 'once', runner };
    expect(resolveMode(all).mode).toBe('live');
    expect(resolveMode({ ...all, environment: {} }).mode).toBe('record');
    expect(resolveMode({ ...all, environment: {}, option: undefined }).mode).toBe('once');
    expect(resolveMode({ environment: {}, runner })).toEqual(runner);
    expect(resolveMode({ environment: {} }).mode).toBe('replay');
  });

  test.each(['record', 'once', 'record-if-missing'])('%s is refused in CI, with the remedy', (option) => {
    expect(() => resolveMode({ environment: { CI: 'true' }, option })).toThrow(
      /REEL_RECORDING_IN_CI[^]*REEL_ALLOW_RECORD=1/,
    );
    expect(resolveMode({ environment: { CI: 'true', REEL_ALLOW_RECORD: '1' }, option }).mode).toBe(option);
    expect(resolveMode({ environment: { CI: 'false' }, option }).mode).toBe(option);
  });

  test('that writes nothing is allowed in CI', () => {
    expect(resolveMode({ environment: { CI: '1', REEL_MODE: 'live' } }).mode).toBe('live');
    expect(resolveMode({ environment: { CI: '1' } }).mode).toBe('replay');
  });
});
