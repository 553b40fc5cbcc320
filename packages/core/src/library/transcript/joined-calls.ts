import { call } from './parts.ts';
import type { Part } from './turn.ts';

/** Puts a message together that arrives in pieces: text, thoughts and tool calls, each in the order in which it began. */
export class JoinedMessage {
  readonly #parts: { kind: Part['kind']; key: string; text: string; name?: string; id?: string }[] = [];
  #finished: Part[] = [];

  /** More of the text, thought or refusal that is at hand; a piece of another kind begins a new one. */
  addText(kind: 'text' | 'reasoning' | 'refusal', text: string, key = ''): void {
    if (text === '') return;
    const last = this.#parts.findLast((part) => part.kind === kind && part.key === key);
    if (last !== undefined && (key !== '' || last === this.#parts.at(-1))) last.text += text;
    else this.#parts.push({ kind, key, text });
  }

  /** More of a tool call; `key` tells calls apart that arrive at the same time. */
  addCall(
    key: string,
    piece: { name?: string | undefined; id?: string | undefined; arguments?: string | undefined },
  ): void {
    let known = this.#parts.find((part) => part.kind === 'tool-call' && part.key === key);
    if (known === undefined) this.#parts.push((known = { kind: 'tool-call', key, text: '' }));
    if (piece.name !== undefined && piece.name !== '') known.name ??= piece.name;
    if (piece.id !== undefined && piece.id !== '') known.id ??= piece.id;
    known.text += piece.arguments ?? '';
  }

  /** A part that arrived whole. */
  add(part: Part): void {
    this.#flush();
    this.#finished.push(part);
  }

  parts(): Part[] {
    this.#flush();
    return this.#finished;
  }

  #flush(): void {
    this.#finished.push(
      ...this.#parts.splice(0).map((part): Part => {
        if (part.kind === 'tool-call') return call(part.name, part.id, part.text);
        return { kind: part.kind as 'text', text: part.text };
      }),
    );
  }
}
