import { mediaType, type HeaderList } from '../model/headers.ts';
import { applyEdits, type Edit } from './edits.ts';
import type { Stretch } from './json-documents.ts';

/** Whether a body is an AWS event stream, by its label: Bedrock's streams always have it. */
export function isFramed(headers: HeaderList): boolean {
  return mediaType(headers) === 'application/vnd.amazon.eventstream';
}

/** The payload of a message. */
export interface FramePayload extends Stretch {
  /** Where the message begins. */
  readonly frame: number;
}

const preludeLength = 12;
const checksumLength = 4;

/**
 * The JSON payloads of the messages of an AWS event stream, as byte text (docs.aws.amazon.com, "Event stream encoding": total length,
 * length of the headers, checksum of both, headers, payload, checksum). What is cut has none.
 */
export function framePayloads(text: string): FramePayload[] {
  const stretches: FramePayload[] = [];
  for (let start = 0; start + preludeLength + checksumLength <= text.length;) {
    const end = start + uint32(text, start);
    const payload = start + preludeLength + uint32(text, start + 4);
    if (end > text.length || payload > end - checksumLength || end <= start) break;
    if (text[payload] === '{') stretches.push({ start: payload, end: end - checksumLength, frame: start });
    start = end;
  }
  return stretches;
}

/**
 * The edits, and with them those of lengths and checksums of the messages they change: clients check both.
 * @param edits settled ones. Those outside of payloads are left out: headers say what a message is, and no id is there.
 */
export function sealedEdits(text: string, edits: readonly Edit[]): Edit[] {
  const sealed: Edit[] = [];
  let next = 0;
  for (const payload of framePayloads(text)) {
    const inside: Edit[] = [];
    for (; next < edits.length && edits[next]!.start < payload.end; next++) {
      const edit = edits[next]!;
      if (edit.start >= payload.start && edit.end <= payload.end) inside.push(edit);
    }
    if (inside.length === 0) continue;
    const start = payload.frame;
    const end = payload.end + checksumLength;
    const local = inside.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
    const frame = Buffer.from(applyEdits(text.slice(start, end), local), 'latin1');
    const { crc32 } = process.getBuiltinModule('node:zlib');
    frame.writeUInt32BE(frame.length, 0);
    frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
    frame.writeUInt32BE(crc32(frame.subarray(0, -checksumLength)), frame.length - checksumLength);
    sealed.push(
      { start, end: start + preludeLength, text: frame.toString('latin1', 0, preludeLength) },
      ...inside,
      { start: end - checksumLength, end, text: frame.toString('latin1', frame.length - checksumLength) },
    );
  }
  return sealed;
}

function uint32(text: string, at: number): number {
  return (
    text.charCodeAt(at) * 0x1_00_00_00 +
    text.charCodeAt(at + 1) * 0x1_00_00 +
    text.charCodeAt(at + 2) * 0x1_00 +
    text.charCodeAt(at + 3)
  );
}
