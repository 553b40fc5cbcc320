import type { Frame, Session } from '../../model/session.ts';
import { parseJson, text } from '../json-reading.ts';
import { formatSize } from '../size.ts';

const longest = 400;

/** A WebSocket session, one message a line: `→` from the client, `←` from the server. */
export function* sessionLines({ frames, end }: Session): Generator<string> {
  yield '';
  let said = '';
  for (const frame of frames) {
    const piece = frame.isBinary ? undefined : deltaOf(frame);
    if (piece !== undefined) {
      said += piece;
      continue;
    }
    if (said !== '') yield* said.split('\n').map((line) => `  ${line}`);
    said = '';
    yield `${frame.from === 'client' ? '→' : '←'} ${frameText(frame)}`;
  }
  if (said !== '') yield* said.split('\n').map((line) => `  ${line}`);
  const why = [end.code, end.kind === 'closed' ? end.reason : undefined].filter((part) => part !== undefined);
  yield `${end.kind === 'closed' ? 'closed' : '✂ cut'} by the ${end.by}${why.length === 0 ? '' : ` (${why.join(': ')})`}`;
}

/** The words of an event that brings more of a text, as realtime APIs stream it; they are shown joined. */
function deltaOf(frame: Frame): string | undefined {
  if (frame.from === 'client') return undefined;
  const value = parseJson(utf8(frame));
  const type = text(value, 'type') ?? '';
  return /(?:text|transcript)\.delta$/.test(type) ? text(value, 'delta') : undefined;
}

function frameText(frame: Frame): string {
  if (frame.isBinary) return `[binary, ${formatSize(frame.bytes.byteLength)}]`;
  const written = utf8(frame);
  const type = text(parseJson(written), 'type');
  const whole = withoutSound(written);
  const shown =
    whole.length > longest ? `${whole.slice(0, longest)}… (${formatSize(frame.bytes.byteLength)})` : whole;
  return type === undefined ? shown : `${type}  ${shown}`;
}

/** Sound travels as base64 inside of JSON. */
function withoutSound(json: string): string {
  return json.replaceAll(
    /"([A-Za-z0-9+/]{200,}={0,2})"/g,
    (_, base64: string) => `"[${formatSize((base64.length * 3) / 4)}]"`,
  );
}

function utf8({ bytes }: Frame): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
