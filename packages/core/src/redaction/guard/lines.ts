import { uncompressed } from './content-coding.ts';
import type { Look } from './look.ts';
import { payloadsOf } from './payloads.ts';
import { Place } from './spelled.ts';

/** A line that carries one piece of a stream. */
export interface Piece {
  readonly line: number;
  /** Read when it is asked for. */
  text(): string;
  readonly isBinary: boolean;
  /** Where the line stands in the bytes of the file, behind the number of its stream; for {@link ReadPiece}. */
  readonly start: number;
  readonly end: number;
}

/** What a piece says, without parsing it. */
export interface Said {
  /** Lines that carry no JSON. */
  readonly rest: string;
  /** Something began like JSON and was none. */
  readonly isCut: boolean;
  /** The piece ends where a line does. */
  readonly isWhole: boolean;
}

/** A quicker way for pieces that hold nothing: adds what they say to `place`, or gives `undefined` and has done nothing. */
export interface PieceReader {
  read(piece: Piece, place: Place): Said | undefined;
  /** Told of pieces that were read the other way, and in which nothing was found. */
  learn(piece: Piece): void;
}

/** Keys of lines that carry one piece of a stream. */
const pieceKeys = ['chunk', 'sent', 'received'] as const;

/** The parsed lines of a cassette: each for itself, and what the pieces of a stream say together. */
export class Lines {
  readonly #look: Look;
  readonly #reader: PieceReader | undefined;
  readonly #streams = new Map<string, Piece[]>();
  readonly #sessions = new Map<string, Place>();

  constructor(look: Look, reader?: PieceReader) {
    this.#look = look;
    this.#reader = reader;
  }

  add(value: Readonly<Record<string, unknown>>): void {
    const look = this.#look;
    const kind = pieceKeys.find((key) => typeof value[key] === 'number');
    const { text, base64, json } = value;
    if (kind !== undefined && typeof json === 'object' && json !== null) {
      const key = `${kind} ${String(value[kind])}`;
      let place = this.#sessions.get(key);
      if (place === undefined) this.#sessions.set(key, (place = new Place()));
      look.path.push('json');
      look.value(json, undefined, place);
      look.path.pop();
      return;
    }
    if (kind === undefined || (typeof text !== 'string' && typeof base64 !== 'string')) {
      look.value(value, undefined, undefined);
      if (typeof base64 === 'string') this.#compressed(value, base64);
      return;
    }
    const isBinary = typeof base64 === 'string';
    const content = isBinary ? Buffer.from(base64, 'base64').toString('latin1') : (text as string);
    const { line } = look;
    this.addPiece(`${kind} ${String(value[kind])}`, {
      line,
      text: () => content,
      isBinary,
      start: -1,
      end: -1,
    });
  }

  /** `stream` is its kind and number: `chunk 1`. */
  addPiece(stream: string, piece: Piece): void {
    const pieces = this.#streams.get(stream);
    if (pieces === undefined) this.#streams.set(stream, [piece]);
    else pieces.push(piece);
  }

  /** Looks at the streams, once all lines are there. */
  finish(): void {
    for (const pieces of this.#streams.values()) this.#stream(pieces);
    for (const place of this.#sessions.values()) this.#spelled(place, 1);
  }

  #compressed(line: Readonly<Record<string, unknown>>, base64: string): void {
    const body = uncompressed(line, Buffer.from(base64, 'base64'));
    if (body === undefined) return;
    this.#look.path.push('base64~');
    this.#look.string(body.toString('utf8'), undefined);
    this.#look.path.pop();
  }

  /** Each piece for itself, then what they say together: as text where they are text, and string by string where they are JSON. */
  #stream(pieces: readonly Piece[]): void {
    const look = this.#look;
    const before = look.hits;
    const place = new Place();
    const rests: string[] = [];
    let isCut = false;
    let areWhole = this.#reader !== undefined;
    for (const piece of pieces) {
      look.line = piece.line;
      const said = this.#reader?.read(piece, place) ?? this.#piece(piece, place);
      isCut ||= said.isCut;
      areWhole &&= said.isWhole || (piece === pieces.at(-1) && !piece.isBinary);
      if (said.rest !== '') rests.push(said.rest);
    }
    look.line = pieces[0]!.line;
    let times = 1;
    if (pieces.length > 1) {
      if (rests.length > 1) look.check(rests.join(''), 'joined-stream');
      if (isCut && areWhole && look.hits === before) {
        // Put together they say what each said, and in the same lines: it was looked at, but for what the end of all spells with their beginning.
        if (rests.length === 1) look.check(rests[0]!, 'joined-stream');
        times = 2;
      } else if (isCut) this.#together(pieces, place);
    }
    this.#spelled(place, times);
  }

  #piece(piece: Piece, place: Place): Said {
    const look = this.#look;
    const { hits } = look;
    const text = piece.text();
    const { values, rest, isCut } = payloadsOf(text, piece.isBinary);
    this.#payloads(values, place);
    if (rest !== '') {
      look.path.push(piece.isBinary ? 'base64' : 'text');
      look.check(rest, piece.isBinary ? 'base64' : 'plain');
      look.path.pop();
    }
    if (look.hits === hits && !look.isFull) this.#reader?.learn(piece);
    return { rest, isCut, isWhole: !piece.isBinary && text.endsWith('\n') };
  }

  #together(pieces: readonly Piece[], place: Place): void {
    const whole = payloadsOf(pieces.map((piece) => piece.text()).join(''), false);
    this.#payloads(whole.values, place);
    this.#look.check(whole.rest, 'joined-stream');
  }

  /** What the strings at one place of successive payloads say together. */
  #spelled(whole: Place, times: number): void {
    const look = this.#look;
    for (const { path, line, text } of whole.spelled(times)) {
      look.line = line;
      look.path.push(path);
      look.check(text, 'joined-stream');
      look.path.pop();
    }
  }

  #payloads(values: readonly object[], place: Place): void {
    if (values.length === 0) return;
    this.#look.path.push('text~');
    for (const value of values) this.#look.value(value, undefined, place);
    this.#look.path.pop();
  }
}
