import { describe, expect, it } from 'vitest';
import { compileMask, type MaskName } from './mask.ts';

function masked(names: readonly (MaskName | RegExp)[], ...texts: string[]): string {
  const mask = compileMask(names)!();
  return texts.map(mask).join(' | ');
}

const id = '6f9619ff-8b86-4011-b42d-00c04fc964ff';
const other = '1b4e28ba-2fa1-41d2-883f-0016d3cca427';

describe('compileMask', () => {
  it('numbers values by where they are first seen, over all texts of a request', () => {
    expect(masked(['uuid'], `${id} ${other}`, `run_${id.toUpperCase()}`)).toBe(
      '⟨uuid 1⟩ ⟨uuid 2⟩ | run_⟨uuid 1⟩',
    );
  });

  it('starts counting anew with each request', () => {
    const mask = compileMask(['uuid'])!;
    expect(mask()(id)).toBe(mask()(other));
  });

  it('keeps one id used twice apart from two ids', () => {
    expect(masked(['uuid'], `${id} ${id}`)).not.toBe(masked(['uuid'], `${id} ${other}`));
  });

  it.each<[MaskName, string, string]>([
    ['iso-date', 'Today is 2026-11-20.', 'Today is ⟨iso-date 1⟩.'],
    ['iso-date', 'at 2026-11-20T10:00:00.123Z or 20261120T100000Z', 'at ⟨iso-date 1⟩ or ⟨iso-date 2⟩'],
    ['iso-date', '2026-11-20 10:00+01:00 sharp', '⟨iso-date 1⟩ sharp'],
    ['epoch', 'between 1732100000 and 1732100000123', 'between ⟨epoch 1⟩ and ⟨epoch 2⟩'],
    ['temp-path', 'wrote /tmp/run-x81/report.txt', 'wrote ⟨temp-path 1⟩/report.txt'],
    ['temp-path', '"/private/var/folders/x1/ab_c/T/run-7/a b"', '"⟨temp-path 1⟩/a b"'],
    ['temp-path', 'C:\\Users\\me\\AppData\\Local\\Temp\\run-7\\a.txt', '⟨temp-path 1⟩\\a.txt'],
    ['temp-path', '/tmp/pytest-of-me/pytest-12/test_a0', '⟨temp-path 1⟩/test_a0'],
    [
      'port',
      'http://localhost:54321/v1, 127.0.0.1:80, port 8080',
      'http://localhost:⟨port 1⟩/v1, 127.0.0.1:⟨port 2⟩, port ⟨port 3⟩',
    ],
    ['hex', 'trace 4bf92f3577b34da6a3ce929d0e0e4736', 'trace ⟨hex 1⟩'],
  ])('%s masks %j', (name, given, expected) => {
    expect(masked([name], given)).toBe(expected);
  });

  it.each<[MaskName, string]>([
    ['iso-date', 'gpt-4o-2024-08-06'],
    ['iso-date', '2026-13-40 and 12026-11-200'],
    ['epoch', '12345 and 11732100000'],
    ['temp-path', 'docs/tmp/x and ~/tmp/y'],
    ['port', 'example.com:443 and 10:30'],
    ['hex', 'claude-sonnet-4-20250514 and deadbeefdeadbeefdead and cafe'],
  ])('%s leaves %j alone', (name, text) => {
    expect(masked([name], text)).toBe(text);
  });

  it("puts the caller's own expressions first, whatever their flags", () => {
    expect(masked(['epoch', /req_\w+/y], 'req_1732100000 1732100000')).toBe('⟨masked 1⟩ ⟨epoch 1⟩');
    expect(masked([/x*/], 'ax')).toBe('a⟨masked 1⟩');
  });

  it('gives a text that two masks want to the more specific one', () => {
    expect(masked(['hex', 'uuid', 'epoch'], `${id} 1732100000123456`)).toBe('⟨uuid 1⟩ ⟨epoch 1⟩');
  });
});
