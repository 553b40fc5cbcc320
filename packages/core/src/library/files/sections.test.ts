import { expect, it } from 'vitest';
import { encodeCassette } from '../../cassette/format.ts';
import type { Interaction } from '../../model/interaction.ts';
import { sampleHeader } from '../../../test/cassette/sample-interaction.ts';
import { call, chat, chatStream } from '../../../test/library/calls.ts';
import { cassetteText, contentOf } from '../../../test/library/folder.ts';
import { assemble, sectionsOf } from './sections.ts';

const image: Interaction = {
  ...call({}, {}, { type: 'image/png' }),
  chunks: [{ bytes: Buffer.alloc(70_000, 0xff) }],
};

it('taken apart and put together again, a cassette is the same, byte for byte', () => {
  const text = cassetteText([
    chat('a', '{"end":7}\n{"request":3}'),
    chatStream('b', ['c', 'd']),
    chat('e', 'f'),
  ]);
  const { header, sections } = sectionsOf(contentOf(text));
  expect(sections).toHaveLength(3);
  expect(Buffer.from(assemble(header, sections, () => undefined).bytes).toString()).toBe(text);
});

it('does not take a line separator inside of a text for the end of a line', () => {
  const text = cassetteText([chat('a', 'b')]).replace('"b"', '"\u2028{\\"end\\":7}"');
  const { header, sections } = sectionsOf(contentOf(text));
  expect(Buffer.from(assemble(header, sections, () => undefined).bytes).toString()).toBe(text);
});

it('what is taken out leaves the numbers without a gap', () => {
  const { header, sections } = sectionsOf(
    contentOf(cassetteText([chat('a', '1'), chat('b', '2'), chat('c', '3')])),
  );
  const rest = assemble(header, sections.slice(1), () => undefined);
  expect(Buffer.from(rest.bytes).toString()).toBe(cassetteText([chat('b', '2'), chat('c', '3')]));
});

it('keeps the blobs that are referred to, whatever the line ends are', () => {
  const { bytes, blobs } = encodeCassette(sampleHeader, [chat('a', 'b'), image]);
  const [hash] = blobs.keys();
  for (const text of [
    Buffer.from(bytes).toString(),
    Buffer.from(bytes).toString().replaceAll('\n', '\r\n'),
  ]) {
    const { header, sections } = sectionsOf(contentOf(text));
    const read = (wanted: string): Uint8Array | undefined => blobs.get(wanted);
    expect([...assemble(header, sections, read).blobs.keys()]).toEqual([hash]);
    expect(assemble(header, sections.slice(0, 1), read).blobs.size).toBe(0);
    expect(assemble(header, sections, read).bytes).toEqual(Buffer.from(bytes));
  }
});
