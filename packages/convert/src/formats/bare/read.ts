import { findShape } from './shape.ts';
import { fromText } from '../../reading/body.ts';
import { sseEvent } from '../../reading/event.ts';
import type { FoundExchange } from '../../reading/found.ts';
import { unknownHost } from '../../reading/host.ts';
import type { NoteCode } from '../../reading/notes.ts';
import type { Recording } from '../../reading/recording.ts';
import { isSse, isEventStream } from '../../reading/sniff.ts';
import type { Format } from '../format.ts';

/** A response body and nothing else: an SSE stream as it was on the wire, or the frames of an AWS event stream. */
export const bareStream: Format = {
  id: 'bare-stream',
  label: 'a bare stream (SSE, AWS event stream)',
  matches: ({ text, bytes }) => isSse(text) || isEventStream(bytes),
  *read(recording) {
    yield answerAlone(recording, recording.bytes(), ['chunk-boundaries']);
  },
};

/** The payloads of a stream, one JSON document to a line, without `data:` and `[DONE]`; or a stream of JSON lines as it was. */
export const bareLines: Format = {
  id: 'bare-lines',
  label: 'a bare stream (JSON Lines)',
  matches: ({ text }) => areJsonLines(text) && findShape(text) !== undefined,
  *read(recording) {
    const lines = recording
      .text()
      .split('\n')
      .filter((line) => line.trim() !== '');
    const shape = findShape(lines[0]!);
    if (shape?.framing !== 'sse') {
      yield answerAlone(recording, recording.bytes(), ['chunk-boundaries']);
      return;
    }
    const events = lines.map((line) => {
      const name = shape.eventNames ? /^\{"type":\s*"([\w.]+)"|"type":\s*"([\w.]+)"/.exec(line) : null;
      return sseEvent(line.trim(), name?.[1] ?? name?.[2], { lineEnd: shape.lineEnd ?? '\n' });
    });
    const body = fromText(`${events.join('')}${shape.done === true ? 'data: [DONE]\n\n' : ''}`);
    yield answerAlone(recording, body, ['chunk-boundaries', 'stream-rebuilt']);
  },
};

/** One JSON document. */
export const bareJson: Format = {
  id: 'bare-json',
  label: 'a bare JSON answer',
  matches: ({ json, text }) => json !== undefined && isAnswer(text, json),
  *read(recording) {
    yield answerAlone(recording, recording.bytes(), []);
  },
};

function answerAlone(recording: Recording, body: Uint8Array, notes: readonly NoteCode[]): FoundExchange {
  const { baseUrl } = recording.hints;
  const shape = findShape(
    Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 65_536)).toString('utf8'),
  );
  // Where the shape leaves it open, one document is the answer that is no stream.
  const isDocument = notes.length === 0;
  const known = isDocument ? shape?.path.replace(':streamGenerateContent', ':generateContent') : shape?.path;
  const path = known ?? `/${encodeURI(recording.name)}`;
  return {
    kind: 'exchange',
    where: 'the answer',
    request: {
      method: 'POST',
      url: `${baseUrl?.replace(/\/$/, '') ?? unknownHost}${path}`,
      headers: [],
      body: new Uint8Array(0),
    },
    response: { status: shape?.status ?? 200, headers: [], body },
    notes: ['request-derived', 'response-headers-missing', 'status-assumed', ...notes],
  };
}

/** Every line begins as an object and at least one is whole: a damaged payload is a payload. */
function areJsonLines(text: string): boolean {
  const lines = text
    .slice(0, 262_144)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.length > 1 && lines.every((line) => /^\s*\{/.test(line)) && lines.some((line) => isJson(line));
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** JSON that some API answers with; any other JSON file (settings, packages) is no recording. */
function isAnswer(text: string, json: unknown): boolean {
  return typeof json === 'object' && findShape(text) !== undefined;
}
