import type { Chunk } from '../model/chunk.ts';
import type { HeaderList } from '../model/headers.ts';
import type { Interaction } from '../model/interaction.ts';
import type { Frame } from '../model/session.ts';
import { isFramed, sealedEdits } from './aws-frames.ts';
import { bodyBytes, plainBytes } from './body-bytes.ts';
import { fromByteText, toByteText } from './byte-text.ts';
import { applyEdits, areSettled, fromEditList, mergeEdits, settleEdits, type EditList } from './edits.ts';
import { frameText } from './frame-text.ts';
import { isEncoded, replaceHeader, withLengthChange } from './header-edits.ts';
import type { IdMap } from './id-map.ts';
import { documentsOf } from './json-documents.ts';
import type { Places, Reading } from './reading.ts';
import { rewriteChunks } from './rewrite-chunks.ts';
import { splitIdEdits } from './split-ids.ts';
import { headersWithIds } from './with-ids.ts';

/**
 * The second pass over one interaction: as it is to be on tape. Depends on the other interactions by the ids alone, so that interactions
 * may be rewritten anywhere and in any order. One that does not change is returned as it is.
 * @param ids all of the cassette
 */
export function rewriteInteraction(interaction: Interaction, reading: Reading, ids: IdMap): Interaction {
  const { response, session } = interaction;
  const { request } = reading;
  if (response === undefined)
    return request === interaction.request ? interaction : { ...interaction, request };
  if (session !== undefined && reading.frames !== undefined) {
    const frames = rewriteFrames(session.frames, reading.frames, ids);
    const headers = headersWithIds(reading.headers, ids);
    if (request === interaction.request && frames === session.frames && headers === response.headers)
      return interaction;
    return { ...interaction, request, response: { ...response, headers }, session: { ...session, frames } };
  }
  const chunks = rewriteBody(interaction.chunks, response.headers, reading, ids);
  const headers = withBodyLength(headersWithIds(reading.headers, ids), interaction, chunks);
  if (request === interaction.request && chunks === interaction.chunks && headers === response.headers)
    return interaction;
  return { ...interaction, request, response: { ...response, headers }, chunks };
}

function rewriteFrames(frames: readonly Frame[], edits: readonly EditList[], ids: IdMap): readonly Frame[] {
  let changed: Frame[] | undefined;
  for (const [index, frame] of frames.entries()) {
    const text = frameText(frame);
    if (text === undefined) continue;
    const all = settleEdits([...fromEditList(edits[index]!), ...ids.findIn(plainBytes(frame.bytes), text)]);
    const rewritten = all.length === 0 ? text : applyEdits(text, all);
    if (rewritten === text) continue;
    changed ??= [...frames];
    changed[index] = { ...frame, bytes: fromByteText(rewritten) };
  }
  return changed ?? frames;
}

function rewriteBody(
  chunks: readonly Chunk[],
  headers: HeaderList,
  { isSearched, volatile, crossings }: Places,
  ids: IdMap,
): readonly Chunk[] {
  if (!isSearched || chunks.length === 0) return chunks;
  const bytes = bodyBytes(chunks);
  const found = ids.findIn(bytes);
  const isCut = mayBeCut(crossings, ids);
  if (found.length === 0 && volatile.texts.length === 0 && !isCut) return chunks;
  const text = toByteText(bytes);
  const split = isCut ? splitIdEdits(text, documentsOf(text, headers), ids) : [];
  const edits =
    split.length === 0 && areSettled(found)
      ? mergeEdits(fromEditList(volatile), found)
      : settleEdits([...fromEditList(volatile), ...split, ...found]);
  if (edits.length === 0) return chunks;
  return rewriteChunks(chunks, text, isFramed(headers) ? sealedEdits(text, edits) : edits);
}

/** Whether a stream may have cut an id in two: if so, the id is in the text of its crossings. */
function mayBeCut(crossings: string | undefined, ids: IdMap): boolean {
  return crossings === undefined || (crossings !== '' && ids.find(crossings).length > 0);
}

function withBodyLength(
  headers: HeaderList,
  { chunks: before, ending }: Interaction,
  after: readonly Chunk[],
): HeaderList {
  const length = lengthOf(after);
  if (!isEncoded(headers)) return withLengthChange(headers, length - lengthOf(before));
  // What a cut answer promised cannot be known in other units than those it was promised in.
  if (ending.kind !== 'end' || length === 0) return headers;
  return replaceHeader(headers, 'content-length', () => String(length));
}

function lengthOf(chunks: readonly Chunk[]): number {
  let length = 0;
  for (const { bytes } of chunks) length += bytes.byteLength;
  return length;
}
