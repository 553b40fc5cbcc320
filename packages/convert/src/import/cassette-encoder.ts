import {
  assertNoSecrets,
  encodeCassette,
  encodeInteraction,
  normalizeRulesId,
  type Interaction,
  type Redactor,
} from '@reel/core/engine';
import type { CassetteFiles } from '@reel/core';
import { version } from '../version.ts';

/** Bytes that the guard looks at in one go. */
const batchSize = 1 << 18;

/** Writes interactions as lines of a cassette, in pieces, each looked at by the guard: a large one is never in memory as a whole. */
export class CassetteEncoder {
  readonly #name: string;
  readonly #redactor: Redactor;

  constructor(name: string, redactor: Redactor) {
    this.#name = name;
    this.#redactor = redactor;
  }

  header(recordedAt: number, isNormalized: boolean): CassetteFiles {
    return encodeCassette(
      {
        reel: 1,
        name: this.#name,
        recordedAt: `${new Date(recordedAt).toISOString().slice(0, 19)}Z`,
        by: `@reel/convert ${version}`,
        rules: `${this.#redactor.id} ${isNormalized ? normalizeRulesId : 'as-recorded'}`,
      },
      [],
    );
  }

  /** @param from the number of the first one. @throws ReelError when a secret is in them. */
  *interactions(interactions: Iterable<Interaction>, from: number): Generator<CassetteFiles> {
    let number = from - 1;
    let batch: CassetteFiles[] = [];
    let size = 0;
    const checked = (): CassetteFiles => {
      const files = { bytes: Buffer.concat(batch.map(({ bytes }) => bytes)), blobs: blobsOf(batch) };
      assertNoSecrets(files, {
        redactor: this.#redactor,
        where: `${this.#name}, interactions to ${number}`,
      });
      batch = [];
      size = 0;
      return files;
    };
    for (const interaction of interactions) {
      number++;
      const files = encodeInteraction(number, interaction, { blobAbove: 65_536, timing: true });
      batch.push(files);
      size += files.bytes.byteLength;
      if (size > batchSize) yield checked();
    }
    if (batch.length > 0) yield checked();
  }
}

function blobsOf(batch: readonly CassetteFiles[]): Map<string, Uint8Array> {
  return new Map(batch.flatMap(({ blobs }) => [...blobs]));
}
