import { expect, it } from 'vitest';
import { plainInteraction } from '../../test/cassette/sample-interaction.ts';
import { mergeTapes } from './merge.ts';

it('keeps everything of both, what is stored first, and equal interactions too', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((question) => plainInteraction(question)) as [never, never, never];
  expect(mergeTapes([a, b], [c, a])).toEqual([a, b, c, a]);
  expect(mergeTapes([], [a])).toEqual([a]);
});
