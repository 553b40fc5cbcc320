import type { Edit, EditList } from './edits.ts';
import { FieldFindings } from './field-findings.ts';
import { lineDocuments, mayBeWhole, type Stretch } from './json-documents.ts';
import { JsonWalk, type JsonVisitor } from './json-walk.ts';
import type { CompiledRules } from './rules-of-url.ts';
import type { Shape } from './shape.ts';
import { deepestDelta, StreamStrands } from './stream-strands.ts';

/** What a body tells about itself. */
export interface BodyFindings {
  /** Distinct values at id paths, in the order of the text. */
  readonly ids: readonly string[];
  /** The edits of volatile fields. */
  readonly volatile: EditList;
  /** See `Places`. */
  readonly crossings: string | undefined;
}

/**
 * Reads a body in one walk over its documents.
 * @param text the bytes, as byte text
 * @param documents where they are; default: `jsonDocuments` of the text
 */
export function readBody(
  bytes: Uint8Array,
  text: string,
  rules: CompiledRules,
  documents?: readonly Stretch[],
): BodyFindings {
  if (documents === undefined && mayBeWhole(text)) {
    const whole = new BodyReader(bytes, text, rules, false);
    if (whole.read(0, text.length)) return whole.end();
  }
  const stretches = documents ?? lineDocuments(text);
  const reader = new BodyReader(bytes, text, rules, stretches.length > 1);
  for (const { start, end } of stretches) reader.read(start, end);
  return reader.end();
}

class BodyReader implements JsonVisitor {
  readonly #bytes: Uint8Array;
  readonly #text: string;
  readonly #rules: CompiledRules;
  readonly #walk: JsonWalk;
  readonly #fields: FieldFindings;
  /** Of one document, strings make deltas only where it is an array: Gemini streams JSON that way. */
  #strands: StreamStrands | undefined;

  constructor(bytes: Uint8Array, text: string, rules: CompiledRules, isStream: boolean) {
    this.#bytes = bytes;
    this.#text = text;
    this.#rules = rules;
    this.#walk = new JsonWalk(bytes, text, rules.shapes, this);
    this.#fields = new FieldFindings(text, rules.actions);
    if (isStream) this.#strands = new StreamStrands(bytes, text);
  }

  read(start: number, end: number): boolean {
    if (this.#strands === undefined && beginsArray(this.#text, start, end))
      this.#strands = new StreamStrands(this.#bytes, this.#text);
    const isJson = this.#walk.walk(start, end);
    this.#fields.endDocument(isJson);
    this.#strands?.endEvent(isJson);
    const padding = this.#rules.padsEvents ? paddingBefore(this.#text, end) : undefined;
    if (padding !== undefined) this.#fields.edit(padding);
    return isJson;
  }

  end(): BodyFindings {
    return { ...this.#fields.end(), crossings: this.#crossings() };
  }

  #crossings(): string | undefined {
    if (this.#strands === undefined) return '';
    // Where elements have places of their own, what grows in them is not together.
    return this.#rules.paths.isIndexed ? undefined : this.#strands.tokens();
  }

  object(shape: Shape, owner: number): number {
    return this.#strands === undefined ? 0 : this.#strands.object(shape, owner);
  }

  key(shape: Shape, owner: number): void {
    this.#strands?.key(shape, owner);
  }

  string(shape: Shape, owner: number, depth: number, start: number, end: number, hasEscapes: boolean): void {
    if (shape.rule !== -1) this.#fields.scalar(shape, start, end, hasEscapes);
    if (this.#strands !== undefined && depth <= deepestDelta)
      this.#strands.string(shape, owner, start + 1, end - 1, hasEscapes);
  }

  literal(shape: Shape, owner: number, start: number, end: number): void {
    if (shape.rule !== -1) this.#fields.scalar(shape, start, end, false);
    if (shape.mark !== -1 && this.#strands !== undefined) this.#strands.literal(shape, owner, start, end);
  }
}

function beginsArray(text: string, start: number, end: number): boolean {
  let at = start;
  while (at < end && text.charCodeAt(at) <= 0x20) at++;
  return text[at] === '[';
}

/** The blanks before the last brace of the JSON that ends at `end`. */
function paddingBefore(text: string, end: number): Edit | undefined {
  if (text[end - 1] !== '}') return undefined;
  let start = end - 1;
  while (text[start - 1] === ' ') start--;
  return start === end - 1 ? undefined : { start, end: end - 1, text: '' };
}
