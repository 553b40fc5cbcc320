import { rewriteInteraction, type IdMap, type Interaction, type Redactor } from '@reel/core/engine';
import type { CassetteFiles } from '@reel/core';
import { CassetteEncoder } from '../cassette-encoder.ts';
import { decompress, type CompressedBlock } from '../compressed-block.ts';
import type { FileOptions } from '../file-options.ts';
import { reasonOf } from '../reason.ts';
import { CassetteWriter } from '../write-cassette.ts';

export interface Half {
  /** The cassette. */
  readonly name: string;
  /** Absent in a dry run. */
  readonly path: string | undefined;
  /** Let go as they are written. */
  readonly blocks: CompressedBlock[];
  readonly ids: IdMap;
  /** The number of the first interaction. */
  readonly from: number;
  /** Of the first half; when the cassette was recorded. */
  readonly recordedAt?: number;
}

/** Writes half of a cassette into a file of its own. Returns why it could not; in a dry run everything is done but the writing. */
export function writeHalf(half: Half, options: FileOptions, redactor: Redactor): string | undefined {
  try {
    const pieces = encoded(half, options, redactor);
    if (options.to === undefined || half.path === undefined) for (const _ of pieces);
    else new CassetteWriter(options.to).writePart(half.name, half.path, pieces);
    return undefined;
  } catch (error) {
    return reasonOf(error, redactor, options.maxBytes);
  }
}

function* encoded(
  { name, blocks, ids, from, recordedAt }: Half,
  { normalize }: FileOptions,
  redactor: Redactor,
): Generator<CassetteFiles> {
  const encoder = new CassetteEncoder(name, redactor);
  if (recordedAt !== undefined) yield encoder.header(recordedAt, normalize);
  yield* encoder.interactions(finished(blocks, normalize ? ids : undefined), from);
}

function* finished(blocks: CompressedBlock[], ids: IdMap | undefined): Generator<Interaction> {
  for (let block = blocks.shift(); block !== undefined; block = blocks.shift())
    for (const { interaction, reading } of decompress(block))
      yield ids === undefined ? interaction : rewriteInteraction(interaction, reading, ids);
}
