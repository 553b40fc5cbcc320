import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCassette } from '../../cassette/format.ts';
import { openCassette } from '../../cassette/tape.ts';
import type { Interaction } from '../../model/interaction.ts';
import { sampleHeader } from '../../../test/cassette/sample-interaction.ts';
import { call, chat } from '../../../test/library/calls.ts';
import { cassetteText, contentOf } from '../../../test/library/folder.ts';
import { assertSameTest, mergeCassettes } from './merge-cassettes.ts';

const older = { recordedAt: '2026-01-01T00:00:00Z' };
const newer = { recordedAt: '2026-06-01T00:00:00Z' };

/** `ab1` is question `ab` with answer 1. */
function tape(calls: string, header = newer): ReturnType<typeof contentOf> {
  return contentOf(
    cassetteText(
      calls
        .split(' ')
        .filter((one) => one !== '')
        .map((one) => chat(one.slice(0, -1), one.slice(-1))),
      header,
    ),
  );
}

function readBack(bytes: Uint8Array): string {
  const merged = openCassette({ bytes, where: 'merged', readBlob: () => undefined });
  merged.verify();
  return merged
    .allInteractions()
    .map(({ request, chunks }) => {
      const { messages } = JSON.parse(Buffer.from(request.body).toString()) as {
        messages: { content: string }[];
      };
      const { choices } = JSON.parse(Buffer.from(chunks[0]!.bytes).toString()) as {
        choices: { message: { content: string } }[];
      };
      return messages[0]!.content + choices[0]!.message.content;
    })
    .join(' ');
}

describe('merging recordings of a test', () => {
  it.each([
    ['what only one has is kept, in order', 'a1 b1', 'b1 c1', 'a1 b1 c1'],
    ['what both have is kept once', 'a1 b1', 'a1 b1', 'a1 b1'],
    ['equal calls in a row stay as many as they were', 'a1 a2', 'a1 a2 b1', 'a1 a2 b1'],
    ['nothing and something is something', '', 'a1', 'a1'],
  ])('%s', (_, a, b, expected) => {
    const { files, interactions } = mergeCassettes([tape(a), tape(b)]);
    expect(readBack(files.bytes)).toBe(expected);
    expect(interactions).toBe(expected === '' ? 0 : expected.split(' ').length);
  });

  it('keeps the newer of two answers, and says so', () => {
    for (const [sides, expected] of [
      [[tape('a1 b1', older), tape('a2 b1', newer)], 'a2 b1'],
      [[tape('a1', newer), tape('a2', older)], 'a1'],
    ] as const) {
      const { files, contested } = mergeCassettes(sides);
      expect(readBack(files.bytes)).toBe(expected);
      expect(contested).toEqual(['POST api.openai.com/v1/chat/completions']);
    }
  });

  it('takes more than two', () => {
    expect(
      readBack(mergeCassettes([tape('a1'), tape('b1'), tape('c1 a1')]).files.bytes)
        .split(' ')
        .toSorted(),
    ).toEqual(['a1', 'b1', 'c1']);
  });

  it.each([
    ['one side changed', 'a1 b1', 'a2 b1', 'a1 b1', 'a2 b1'],
    ['one side took a call out', 'a1 b1 c1', 'a1 c1', 'a1 b1 c1', 'a1 c1'],
    ['both sides put calls in', 'a1', 'a1 b1', 'a1 c1', 'a1 b1 c1'],
    ['one took out what the other recorded anew', 'a1 b1', 'a1', 'a1 b2', 'a1 b2'],
    ['both took out the same', 'a1 b1', 'a1', 'a1', 'a1'],
  ])('knows from the common base that %s', (_, base, ours, theirs, expected) => {
    const { files, contested } = mergeCassettes([tape(ours), tape(theirs)], tape(base));
    expect(readBack(files.bytes)).toBe(expected);
    expect(contested).toEqual([]);
  });

  it('keeps the bytes of lines, and works without blobs', () => {
    const odd =
      '{"request":1,"method":"GET","url":"https://x.example/?q=%7B","headers":[["a","b"]]}\n{"response":1,"status":200,"blob":"0123456789abcdef0123456789abcdef","bytes":70000}\n{"end":1}\n';
    const [header] = cassetteText([]).split('\n');
    const { files } = mergeCassettes([contentOf(`${header!}\n`), contentOf(`${header!}\n${odd}`)]);
    expect(Buffer.from(files.bytes).toString()).toBe(`${header!}\n${odd}`);
  });

  it('carries blobs over', () => {
    const image: Interaction = {
      ...call({}, {}, { type: 'image/png' }),
      chunks: [{ bytes: Buffer.alloc(70_000, 0xff) }],
    };
    const { bytes, blobs } = encodeCassette(sampleHeader, [image]);
    const merged = mergeCassettes([tape('a1'), { ...contentOf(bytes), readBlob: (hash) => blobs.get(hash) }]);
    expect([...merged.files.blobs.keys()]).toEqual([...blobs.keys()]);
  });

  it('is symmetric up to order, and merging again changes nothing', () => {
    const calls = fc
      .array(fc.constantFrom('a1', 'a2', 'b1', 'c1', 'd1'), { maxLength: 6 })
      .map((list) => list.join(' '));
    fc.assert(
      fc.property(calls, calls, (a, b) => {
        const once = readBack(mergeCassettes([tape(a, older), tape(b, newer)]).files.bytes);
        const back = readBack(mergeCassettes([tape(b, newer), tape(a, older)]).files.bytes);
        expect(once.split(' ').toSorted()).toEqual(back.split(' ').toSorted());
        expect(readBack(mergeCassettes([tape(once, newer), tape(b, newer)]).files.bytes)).toBe(once);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses damaged cassettes, and those of different tests', () => {
    expect(() => mergeCassettes([tape('a1'), contentOf('garbage')])).toThrowError(
      expect.objectContaining({ code: 'REEL_CASSETTE_DAMAGED' }),
    );
    expect(() => assertSameTest([tape('a1'), contentOf(cassetteText([], { name: 'other' }))])).toThrowError(
      expect.objectContaining({ code: 'REEL_MERGE_REFUSED' }),
    );
    expect(() => assertSameTest([tape('a1'), tape('b1')])).not.toThrow();
  });
});
