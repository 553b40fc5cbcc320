import type { Interaction } from './model/interaction.ts';
import { isDistinctive } from './normalize/generated-id.ts';
import { readResponse } from './providers/readable.ts';

/**
 * Which id of a live answer stands for which on tape. The application is given what is on tape and sends those ids back; the provider
 * knows only its own.
 */
export class LiveIds {
  readonly #live = new Map<string, string>();

  /** Pairs the ids of two answers by where they stand and in which order. */
  learn(recorded: Interaction, live: Interaction): void {
    const theirs = idsByPath(live);
    for (const [path, ids] of idsByPath(recorded)) {
      const others = theirs.get(path) ?? [];
      ids.forEach((id, index) => {
        const other = others[index];
        if (other !== undefined && other !== id && !this.#live.has(id)) this.#live.set(id, other);
      });
    }
  }

  /** The text with the ids of the provider's in place of the recorded ones. */
  apply(text: string): string {
    let result = text;
    // The longest first: one id may be the beginning of another.
    for (const [recorded, live] of [...this.#live].toSorted(([a], [b]) => b.length - a.length)) {
      result = result.replaceAll(recorded, live);
    }
    return result;
  }

  /** {@link apply} for a body. One that holds no recorded id comes back as it is. */
  applyToBody(body: Uint8Array): Uint8Array {
    if (this.#live.size === 0 || body.byteLength === 0) return body;
    // One character per byte: whatever else the body is, it stays.
    const text = Buffer.from(body).toString('latin1');
    const result = this.apply(text);
    return result === text ? body : Buffer.from(result, 'latin1');
  }
}

function idsByPath(interaction: Interaction): Map<string, string[]> {
  const { json, events } = readResponse(interaction);
  const found = new Map<string, string[]>();
  if (events === undefined) collect(json, '', found);
  else for (const { event, data } of events) collect(data, event ?? '', found);
  return found;
}

function collect(value: unknown, path: string, found: Map<string, string[]>, depth = 0): void {
  if (typeof value === 'string') {
    if (!isDistinctive(value)) return;
    const sofar = found.get(path);
    if (sofar === undefined) found.set(path, [value]);
    else if (!sofar.includes(value)) sofar.push(value);
  } else if (typeof value === 'object' && value !== null && depth < 50) {
    const isArray = Array.isArray(value);
    for (const [name, inner] of Object.entries(value)) {
      collect(inner, `${path}.${isArray ? '' : name}`, found, depth + 1);
    }
  }
}
