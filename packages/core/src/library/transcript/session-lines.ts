import type { Frame, Session } from '../../model/session.ts';
import { parseJson } from '../json-reading.ts';
import { formatSize } from '../size.ts';
import { briefJson, readSessionEvent, type SessionEvent } from './session-event.ts';
import { turnLines } from './turn-lines.ts';

const longest = 400;

/**
 * A WebSocket session as the conversation it was: what each side said as turns, pieces of a text joined, sound by size. Events that say
 * nothing new are named on one line: `→` from the client, `←` from the server.
 * @param raw one line a message, with all of it
 */
export function* sessionLines({ frames, end }: Session, raw = false): Generator<string> {
  if (raw) yield '';
  yield* raw
    ? frames.map((frame) => `${arrowOf(frame)} ${rawText(frame)}`)
    : new Conversation().lines(frames);
  const why = [end.code, end.kind === 'closed' ? end.reason : undefined].filter((part) => part !== undefined);
  yield '';
  yield `${end.kind === 'closed' ? 'closed' : '✂ cut'} by the ${end.by}${why.length === 0 ? '' : ` (${why.join(': ')})`}`;
}

/** Successive messages of one side, to be named on one line. */
interface Names {
  readonly arrow: string;
  readonly counts: Map<string, { times: number; media: number }>;
}

class Conversation {
  #said: { role: string; text: string } | undefined;
  #names: Names | undefined;

  *lines(frames: readonly Frame[]): Generator<string> {
    for (const frame of frames) {
      const text = utf8(frame);
      const value = /^\s*[{[]/.test(text) ? parseJson(text) : undefined;
      const event = readSessionEvent(value, frame.from);
      if (event === undefined) {
        yield* this.#flush();
        yield '';
        yield `${arrowOf(frame)} ${plainText(frame, value)}`;
      } else yield* this.#event(event, frame);
    }
    yield* this.#flush();
  }

  *#event(event: SessionEvent, frame: Frame): Generator<string> {
    const { name, piece, turns, json } = event;
    if (piece !== undefined) {
      if (this.#said?.role !== piece.role) {
        yield* this.#flush();
        this.#said = { role: piece.role, text: '' };
      }
      this.#said.text += piece.text;
      return;
    }
    if (turns === undefined && json === undefined) {
      // The other side has its say: what was noted of this one is told first.
      if (this.#names !== undefined && this.#names.arrow !== arrowOf(frame)) yield* this.#flush();
      this.#note(event, frame);
      return;
    }
    yield* this.#flush();
    for (const turn of turns ?? []) yield* turnLines(turn);
    if (json === undefined) return;
    yield '';
    yield `${arrowOf(frame)} ${name}  ${briefJson(json, longest)}`;
  }

  /** Between the pieces of a text, sound and bookkeeping come in; the text goes on. */
  #note({ name, media = 0 }: SessionEvent, frame: Frame): void {
    const arrow = arrowOf(frame);
    this.#names ??= { arrow, counts: new Map() };
    const known = this.#names.counts.get(name) ?? { times: 0, media: 0 };
    this.#names.counts.set(name, { times: known.times + 1, media: known.media + media });
  }

  *#flush(): Generator<string> {
    if (this.#said !== undefined) {
      const { role, text } = this.#said;
      yield* turnLines({ role, parts: [{ kind: 'text', text }] });
      this.#said = undefined;
    }
    if (this.#names === undefined) return;
    const { arrow, counts } = this.#names;
    this.#names = undefined;
    yield '';
    yield `${arrow} ${[...counts].map(([name, { times, media }]) => `${name}${times > 1 ? ` ×${times}` : ''}${media > 0 ? ` [sound or pictures, ${formatSize((media * 3) / 4)}]` : ''}`).join(', ')}`;
  }
}

function arrowOf({ from }: Frame): string {
  return from === 'client' ? '→' : '←';
}

function plainText(frame: Frame, value: unknown): string {
  if (value !== undefined) return briefJson(value, longest);
  if (frame.isBinary) return `[binary, ${formatSize(frame.bytes.byteLength)}]`;
  const text = utf8(frame);
  return text.length > longest ? `${text.slice(0, longest)}… (${formatSize(frame.bytes.byteLength)})` : text;
}

function rawText(frame: Frame): string {
  const text = utf8(frame);
  return frame.isBinary && text.includes('\uFFFD') ? `[binary, ${formatSize(frame.bytes.byteLength)}]` : text;
}

function utf8({ bytes }: Frame): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
