import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plainInteraction, sampleHeader } from './sample-interaction.ts';
import { isReelError } from '../../src/errors.ts';
import { encodeCassette } from '../../src/cassette/format.ts';
import type { CassetteFiles, CassetteStore } from '../../src/cassette/store.ts';
import { openCassette } from '../../src/cassette/tape.ts';

/** What every store must do. `create` is called for each test and gives an empty one. */
export function storeConformance(
  name: string,
  create: () => { store: CassetteStore; dispose?: () => void },
): void {
  describe(`${name} as a store`, () => {
    let store: CassetteStore;
    let dispose: (() => void) | undefined;
    beforeEach(() => {
      ({ store, dispose } = create());
    });
    afterEach(() => dispose?.());

    const write = (name: string, ...questions: string[]): void =>
      store.update(name, () => cassette(...questions));
    const questionsIn = (name: string): string[] => {
      const { bytes } = store.read(name)!;
      return openCassette({ bytes, where: name, readBlob: () => undefined })
        .allInteractions()
        .map(
          ({ request }) =>
            (JSON.parse(Buffer.from(request.body).toString()) as Question).messages[0]!.content,
        );
    };

    it('has nothing at first', () => {
      expect(store.read('chat/a')).toBeUndefined();
      expect(store.exists('chat/a')).toBe(false);
      expect(store.list()).toEqual([]);
      expect(store.readBlob('chat/a', '0'.repeat(32))).toBeUndefined();
      store.remove('chat/a');
    });

    it('gives back what was written, byte for byte', () => {
      const files = cassette('hello');
      store.update('chat/a', () => files);
      expect(Buffer.compare(store.read('chat/a')!.bytes, files.bytes)).toBe(0);
      expect(store.exists('chat/a')).toBe(true);
    });

    it('hands the change what is stored at that moment', () => {
      store.update('chat/a', (current) => {
        expect(current).toBeUndefined();
        return cassette('one');
      });
      store.update('chat/a', (current) => {
        expect(current!.revision).toBe(store.read('chat/a')!.revision);
        return cassette('one', 'two');
      });
      expect(questionsIn('chat/a')).toEqual(['one', 'two']);
    });

    it('leaves everything as it is when the change gives nothing', () => {
      store.update('chat/a', () => undefined);
      expect(store.exists('chat/a')).toBe(false);
      write('chat/a', 'one');
      store.update('chat/a', () => undefined);
      expect(questionsIn('chat/a')).toEqual(['one']);
    });

    it('writes nothing when the change throws, hands the error on and is not locked afterwards', () => {
      write('chat/a', 'one');
      const mistake = new Error('mistake');
      expect(() =>
        store.update('chat/a', () => {
          throw mistake;
        }),
      ).toThrow(mistake);
      expect(questionsIn('chat/a')).toEqual(['one']);
      write('chat/a', 'two');
      expect(questionsIn('chat/a')).toEqual(['two']);
    });

    it('refuses an update inside an update of the same cassette at once, and allows another one', () => {
      let code: unknown;
      store.update('chat/a', () => {
        try {
          write('chat/a', 'inner');
        } catch (error) {
          code = isReelError(error) && error.code;
        }
        write('chat/b', 'other');
        return cassette('outer');
      });
      expect(code).toBe('REEL_CASSETTE_LOCKED');
      expect(questionsIn('chat/a')).toEqual(['outer']);
      expect(questionsIn('chat/b')).toEqual(['other']);
    });

    it('has a revision that changes with the bytes and with nothing else', () => {
      write('chat/a', 'one');
      const first = store.read('chat/a')!.revision;
      write('chat/a', 'two');
      expect(store.read('chat/a')!.revision).not.toBe(first);
      write('chat/a', 'one');
      expect(store.read('chat/a')!.revision).toBe(first);
    });

    it('lists names in order, without their extension', () => {
      for (const name of ['chat/b', 'chat/a', 'zeta', 'chat.v2/x', 'chat/deep/er/c']) write(name, 'x');
      expect(store.list()).toEqual(['chat.v2/x', 'chat/a', 'chat/b', 'chat/deep/er/c', 'zeta']);
    });

    it('keeps blobs with their cassette, and drops those it no longer refers to', () => {
      const [one, two] = ['1', '2'].map((digit) => digit.repeat(32)) as [string, string];
      const blob = Uint8Array.of(1, 2, 3);
      store.update('chat/a', () => ({
        ...cassette('x'),
        blobs: new Map([
          [one, blob],
          [two, blob],
        ]),
      }));
      expect(store.readBlob('chat/a', one)).toEqual(expect.objectContaining(blob));
      expect(store.readBlob('chat/b', one)).toBeUndefined();
      expect(store.list()).toEqual(['chat/a']);
      store.update('chat/a', () => ({ ...cassette('y'), blobs: new Map([[two, blob]]) }));
      expect(store.readBlob('chat/a', one)).toBeUndefined();
      expect([...store.readBlob('chat/a', two)!]).toEqual([1, 2, 3]);
      expect(store.readBlob('chat/a', '../a')).toBeUndefined();
    });

    it('does not see later changes to the arrays it was given', () => {
      const { bytes } = cassette('one');
      const mine = Uint8Array.from(bytes);
      store.update('chat/a', () => ({ bytes: mine, blobs: new Map() }));
      mine.fill(0);
      expect(questionsIn('chat/a')).toEqual(['one']);
    });

    it('removes a cassette with its blobs', () => {
      store.update('chat/a', () => ({
        ...cassette('x'),
        blobs: new Map([['1'.repeat(32), Uint8Array.of(1)]]),
      }));
      store.remove('chat/a');
      expect(store.exists('chat/a')).toBe(false);
      expect(store.list()).toEqual([]);
      expect(store.readBlob('chat/a', '1'.repeat(32))).toBeUndefined();
    });

    it('takes journals at any time, and lists none of them', () => {
      const journal = store.journal('chat/a');
      journal.append(Buffer.from('one\n'));
      journal.append(Buffer.from('two\n'));
      expect(store.list()).toEqual([]);
      expect(store.exists('chat/a')).toBe(false);
      write('chat/a', 'x');
      journal.discard();
      journal.discard();
      journal.append(Buffer.from('late\n'));
      store.journal('chat/never-used').discard();
      expect(store.list()).toEqual(['chat/a']);
    });

    it.each(['../a', '/a', 'a/../../b', 'a\\b', ''])('refuses the name %j everywhere', (name) => {
      const calls = [
        () => store.read(name),
        () => store.update(name, () => undefined),
        () => store.exists(name),
        () => store.remove(name),
        () => store.readBlob(name, '0'.repeat(32)),
        () => store.journal(name),
        () => store.locate(name),
      ];
      for (const call of calls) expect(call).toThrow('REEL_CASSETTE_NAME');
    });

    it('says where a person finds a cassette', () => {
      expect(store.locate('chat/a')).toContain('chat/a');
    });
  });
}

interface Question {
  readonly messages: readonly { readonly content: string }[];
}

export function cassette(...questions: string[]): CassetteFiles {
  return encodeCassette(
    sampleHeader,
    questions.map((question) => plainInteraction(question)),
  );
}
