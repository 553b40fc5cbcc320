import { assert, property, string, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colorMarks, diffText, plainMarks, shorten } from './text-diff.ts';

const same = (text: string): string => text;
const diff = (recorded: string, incoming: string, clean = same): string =>
  diffText(recorded, incoming, clean, plainMarks).join('\n');

const filler = 'the quick brown fox jumps over the lazy dog and goes home '.repeat(40);

describe('diffText', () => {
  it('marks changed words in place', () => {
    expect(diff('Name three birds, please.', 'Name four birds, please.')).toBe(
      'Name [-three-]{+four+} birds, please.',
    );
    expect(diff('Be brief.', 'Be very brief.')).toBe('Be {+very +}brief.');
  });

  it('shortens what did not change, before, between and after', () => {
    const line = diff(`${filler}one ${filler}two ${filler}`, `${filler}ONE ${filler}TWO ${filler}`);
    expect(line).toMatch(/^….*\[-one-\]\{\+ONE\+\}.* … .*\[-two-\]\{\+TWO\+\}.*…$/);
    expect(line.length).toBeLessThan(400);
  });

  it('shows texts that have little in common one below the other', () => {
    expect(diff('Translate the article into French', 'Who won the cup in 1998, and where?')).toBe(
      '- Translate the article into French\n+ Who won the cup in 1998, and where?',
    );
  });

  it('keeps line breaks visible, on one line', () => {
    expect(diff('a line\nand another line', 'a line\nand a third line')).toBe(
      'a line⏎and [-another-]{+a third+} line',
    );
    expect(diff('some text here', 'some text here\n')).toBe('some text here{+⏎+}');
  });

  it('does not tear characters of two code units, or words of other scripts, apart', () => {
    expect(diff('naïve 😀 café 世界', 'naïve 😁 café 地球')).toBe('naïve [-😀-]{+😁+} café [-世界-]{+地球+}');
    assert(
      property(
        tuple(
          string({ unit: 'grapheme' }),
          string({ unit: 'grapheme' }),
          string({ unit: 'grapheme', minLength: 90 }),
        ),
        ([a, b, c]) => {
          const text = diff(c + a + c, c + b + c);
          expect(text.isWellFormed()).toBe(true);
        },
      ),
    );
  });

  it('cleans texts before it cuts them into words, so that no mark splits a secret', () => {
    const clean = (text: string): string => text.replaceAll(/key-\w+-\w+/g, '[redacted]');
    expect(diff('use key-abc-123 now', 'use key-abc-456 then', clean)).toBe('use [redacted] [-now-]{+then+}');
    expect(diff('use key-abc-123 now', 'use key-abc-456 now', clean)).toBe(
      'differs only in what redaction hides',
    );
  });

  it('colors the marks for a terminal', () => {
    expect(diffText('one bird sings', 'two birds sing', same, colorMarks).join('')).toContain('\u001B[31m');
  });

  it('gives up on word by word where a long stretch differs', () => {
    const lines = diffText(filler.repeat(20), filler.repeat(20).toUpperCase(), same, plainMarks);
    expect(lines).toHaveLength(2);
    expect(lines.join('').length).toBeLessThan(1_000);
  });
});

describe('shorten', () => {
  it('says how long the text was, and never leaves half a character', () => {
    expect(shorten('short')).toBe('short');
    expect(shorten('😀'.repeat(10), 5)).toBe('😀😀… (20 characters)');
  });
});
