import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCassette } from '../../cassette/format.ts';
import { openCassette, type CassetteTape } from '../../cassette/tape.ts';
import type { Interaction } from '../../model/interaction.ts';
import { wildInteraction } from '../../../test/cassette/arbitrary-interaction.ts';
import { sampleHeader } from '../../../test/cassette/sample-interaction.ts';
import { call, chat, chatStream } from '../../../test/library/calls.ts';
import { compareCassettes } from './compare-cassettes.ts';
import type { CassetteComparison } from './difference.ts';

function tape(interactions: readonly Interaction[]): CassetteTape {
  const { bytes, blobs } = encodeCassette(sampleHeader, interactions);
  return openCassette({ bytes, where: 'x', readBlob: (hash) => blobs.get(hash) });
}

function compare(before: readonly Interaction[], after: readonly Interaction[]): CassetteComparison {
  return compareCassettes(tape(before), tape(after), { redactText: (text) => text });
}

function lines(before: readonly Interaction[], after: readonly Interaction[]): string[] {
  return compare(before, after).changes.flatMap(({ differences }) => differences.flatMap((one) => one.lines));
}

describe('two cassettes', () => {
  it('that are equal have no difference', () => {
    const same = [chat('a', 'b'), chatStream('c', ['d'])];
    expect(compare(same, same)).toEqual({ changes: [], same: 2 });
  });

  it('with a changed prompt differ in that message and in what was answered', () => {
    const before = [
      chat('first', '1'),
      chat('Where is the nearest bakery, please?', 'Around the corner.'),
      chat('last', '3'),
    ];
    const after = [
      chat('first', '1'),
      chat('Where is the nearest butcher, please?', 'Around the block.'),
      chat('last', '3'),
    ];
    const { changes, same } = compare(before, after);
    expect(same).toBe(2);
    expect(changes).toMatchObject([
      {
        kind: 'changed',
        before: 2,
        after: 2,
        endpoint: 'POST api.openai.com/v1/chat/completions',
        about: 'Where is the nearest butcher, please?',
      },
    ]);
    expect(changes[0]!.differences).toMatchObject([
      { side: 'request', part: 'messages[0] (user)' },
      { side: 'answer', part: 'answer' },
    ]);
    expect(lines(before, after)).toEqual([
      '~ messages[0] (user):',
      '    Where is the nearest [-bakery-]{+butcher+}, please?',
      '~ answer:',
      '    Around the [-corner-]{+block+}.',
    ]);
  });

  it('are paired although a call was put in between, taken out, or moved', () => {
    const [a, b, c, d] = [
      chat('Tell me about apples', '1'),
      chat('And now bananas', '2'),
      chat('Cherries too', '3'),
      call({ q: 1 }, {}, { url: 'https://x.example/find' }),
    ] as const;
    expect(compare([a, b, c], [a, d, b, c]).changes).toMatchObject([{ kind: 'added', after: 2 }]);
    expect(compare([a, d, b, c], [a, b, c]).changes).toMatchObject([{ kind: 'removed', before: 2 }]);
    expect(compare([a, d], [d, a]).changes).toMatchObject([{ kind: 'moved' }]);
  });

  it('speak of before and after, and not of the tape', () => {
    const request = (extra: object): Interaction =>
      call({ model: 'm', temperature: 0, messages: [{ role: 'user', content: 'Hi' }], ...extra }, {});
    expect(lines([request({ temperature: 0 })], [request({ temperature: 1 })])).toEqual([
      '~ temperature: 0 → 1',
    ]);
    expect(lines([request({ top_p: 1 })], [request({})])).toEqual(['- top_p: 1 (gone)']);
    expect(lines([request({})], [request({ seed: 7 })])).toEqual(['+ seed: 7 (new)']);
  });

  it('differ in tool calls, finish reason, tokens, status and ending', () => {
    const answer = (args: string, finish: string, output: number): Interaction =>
      call(
        { model: 'm', messages: [{ role: 'user', content: 'Hi' }] },
        {
          model: 'm',
          choices: [
            {
              message: {
                role: 'assistant',
                tool_calls: [{ id: 'x', function: { name: 'f', arguments: args } }],
              },
              finish_reason: finish,
            },
          ],
          usage: { prompt_tokens: 1, completion_tokens: output },
        },
      );
    const before = answer('{"city":"Bern"}', 'tool_calls', 5);
    const after: Interaction = {
      ...answer('{"city":"Basel"}', 'stop', 6),
      ending: { kind: 'aborted', by: 'client' },
    };
    expect(
      compare([before], [after]).changes[0]!.differences.map(({ part, before: from, after: to }) => [
        part,
        from,
        to,
      ]),
    ).toEqual([
      ['ending', 'whole', 'cut by client'],
      ['call of tool "f"', '{"city":"Bern"}', '{"city":"Basel"}'],
      ['finish reason', 'tool_calls', 'stop'],
      ['tokens', '1 in, 5 out', '1 in, 6 out'],
    ]);
  });

  it('of other APIs differ by path, and in bytes where they are no text', () => {
    const find = (answer: unknown): Interaction => call({ q: 1 }, answer, { url: 'https://x.example/find' });
    expect(
      lines([find({ hits: [{ id: 1, score: 0.5 }] })], [find({ hits: [{ id: 1, score: 0.7 }], next: 'x' })]),
    ).toEqual(['~ body at $.hits[0].score: 0.5 → 0.7', '+ body at $.next: x (new)']);
    const image = (byte: number): Interaction => ({
      ...call({}, {}, { type: 'image/png' }),
      chunks: [{ bytes: new Uint8Array([0x89, 0, byte]) }],
    });
    expect(lines([image(1)], [image(2)])).toEqual(['~ body: 3 bytes → 3 other bytes']);
  });

  it('may read the same and be cut in other places', () => {
    expect(lines([chatStream('a', ['Hello'])], [chatStream('a', ['Hel', 'lo'])])[0]).toContain(
      'which read the same',
    );
  });

  it('show nothing that redaction takes out', () => {
    const { changes } = compareCassettes(
      tape([chat('my SECRET', 'x')]),
      tape([chat('your SECRET', 'SECRET y')]),
      { redactText: (text) => text.replaceAll('SECRET', '[redacted]') },
    );
    expect(JSON.stringify(changes)).not.toContain('SECRET');
    expect(changes).toHaveLength(1);
  });

  it('that are nested too deeply to be compared are an error with a code', () => {
    const deep = (end: string): Interaction => ({
      ...call({ q: 1 }, {}, { url: 'https://x.example/find' }),
      chunks: [{ bytes: Buffer.from(`${'['.repeat(50_000)}${end}${']'.repeat(50_000)}`) }],
    });
    expect(() => compare([deep('1')], [deep('2')])).toThrowError(
      expect.objectContaining({ code: 'REEL_CASSETTE_DAMAGED' }),
    );
  });

  it('are compared whatever was recorded, and a cassette never differs from itself', () => {
    fc.assert(
      fc.property(
        fc.array(wildInteraction, { maxLength: 3 }),
        fc.array(wildInteraction, { maxLength: 3 }),
        (a, b) => {
          const { changes } = compare(a, b);
          for (const { differences } of changes)
            for (const one of differences) expect(one.lines.length).toBeGreaterThan(0);
          expect(compare(a, a).changes).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
