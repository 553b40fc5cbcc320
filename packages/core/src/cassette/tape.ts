import type { Chunk } from '../model/chunk.ts';
import type { Ending, Interaction, RecordedRequest, RecordedResponse } from '../model/interaction.ts';
import { endingOf, type Frame, type SessionEnd } from '../model/session.ts';
import type { Tape } from '../model/tape.ts';
import type { ReadBlob } from './body.ts';
import { damaged, newerVersion } from './damage.ts';
import { diagnose } from './diagnosis.ts';
import { FORMAT_VERSION, type CassetteHeader } from './format.ts';
import { readLineHead } from './grammar.ts';
import {
  decodeAborted,
  decodeChunk,
  decodeClosed,
  decodeEnd,
  decodeFrame,
  decodeHeader,
  decodeRequest,
  decodeResponse,
  decodeSocket,
  type Line,
} from './line.ts';
import { migrate } from './migrations/index.ts';
import { SectionScanner, type Section } from './scanner.ts';

export interface CassetteSource {
  readonly bytes: Uint8Array;
  /** How errors name the file: {@link CassetteStore.locate}. */
  readonly where: string;
  /** The blob of that hash, kept beside the cassette. Asked for only when a body is decoded. */
  readonly readBlob: ReadBlob;
}

/** A stored cassette, read as far as it is asked for. Keeps the bytes it was given and copies none of them. */
export interface CassetteTape extends Tape {
  readonly header: CassetteHeader;
  readonly name: string;
  /** Length in bytes, as stored. */
  readonly bytes: number;
  /** Number of interactions. Looks at the first bytes of every line; throws `REEL_CASSETTE_DAMAGED`. */
  readonly size: number;
  /** All interactions, to be written again. */
  allInteractions(): Interaction[];
  /** Decodes everything. Throws at the first damage. */
  verify(): void;
}

/**
 * Up to this size the structure of the whole file is checked when it is opened (a few milliseconds); of larger ones the
 * header, the encoding and the end, and the rest on the way to what is asked for.
 */
const CHECKED_AT_OPEN = 4 * 1024 * 1024;

/**
 * Opens a cassette. Throws `REEL_CASSETTE_DAMAGED`, `REEL_CASSETTE_CONFLICT` or `REEL_CASSETTE_VERSION`, each with file,
 * line and remedy and without a character of the content.
 */
export function openCassette(source: CassetteSource): CassetteTape {
  return new JsonLinesTape(source);
}

const NEWLINE = 0x0a;

class JsonLinesTape implements CassetteTape {
  readonly header: CassetteHeader;
  readonly bytes: number;
  readonly #bytes: Buffer;
  readonly #where: string;
  readonly #readBlob: ReadBlob;
  readonly #scanner: SectionScanner;

  constructor({ bytes, where, readBlob }: CassetteSource) {
    this.bytes = bytes.byteLength;
    this.#where = where;
    this.#readBlob = readBlob;
    this.#bytes = toCurrentVersion(asBuffer(bytes), where);
    const headerEnd = this.#bytes.indexOf(NEWLINE);
    this.header = decodeHeader(this.#line(0, headerEnd, 1));
    this.#scanner = new SectionScanner(this.#bytes, headerEnd + 1, where);
    if (this.#bytes.length <= CHECKED_AT_OPEN) this.#scanner.count();
  }

  get name(): string {
    return this.header.name;
  }

  get size(): number {
    return this.#scanner.count();
  }

  requestAt(index: number): RecordedRequest | undefined {
    const section = this.#scanner.sectionAt(index);
    if (section === undefined) return undefined;
    const end = this.#bytes.indexOf(NEWLINE, section.start);
    const line = this.#line(section.start, end, section.line);
    const isSocket = readLineHead(this.#bytes, section.start, end)!.kind === 'socket';
    return isSocket ? decodeSocket(line).request : decodeRequest(line);
  }

  interactionAt(index: number): Interaction {
    const section = this.#scanner.sectionAt(index);
    if (section === undefined) throw new RangeError(`there is no interaction ${index + 1} in ${this.#where}`);
    return this.#decode(section);
  }

  allInteractions(): Interaction[] {
    return Array.from({ length: this.size }, (_, index) => this.interactionAt(index));
  }

  verify(): void {
    const { size } = this;
    for (let index = 0; index < size; index++) this.interactionAt(index);
  }

  #decode({ start, end, line: firstLine }: Section): Interaction {
    const bytes = this.#bytes;
    const chunks: Chunk[] = [];
    let request: RecordedRequest | undefined;
    let response: RecordedResponse | undefined;
    let ending: Ending | undefined;
    const frames: Frame[] = [];
    let closed: SessionEnd | undefined;
    let hasInlineBody = false;
    let number = firstLine;
    for (let at = start; at < end; number++) {
      const newline = bytes.indexOf(NEWLINE, at);
      const line = this.#line(at, newline, number);
      // The scan has seen every line of a section: it has a head, and the kinds come in their order.
      switch (readLineHead(bytes, at, newline)!.kind) {
        case 'request':
          request = decodeRequest(line);
          break;
        case 'response': {
          const decoded = decodeResponse(line);
          response = decoded.response;
          if (decoded.body !== undefined) {
            hasInlineBody = true;
            chunks.push({ bytes: decoded.body });
          }
          break;
        }
        case 'chunk':
          if (hasInlineBody) throw damaged(this.#where, number, 'a response has both a body and chunks');
          chunks.push(decodeChunk(line));
          break;
        case 'end':
          ending = decodeEnd(line);
          break;
        case 'aborted':
          ending = decodeAborted(line);
          break;
        case 'socket':
          ({ request, response } = decodeSocket(line));
          break;
        case 'sent':
          frames.push(decodeFrame(line, 'sent'));
          break;
        case 'received':
          frames.push(decodeFrame(line, 'received'));
          break;
        case 'closed':
          closed = decodeClosed(line);
          break;
      }
      at = newline + 1;
    }
    if (closed !== undefined) {
      return {
        request: request!,
        response: response!,
        chunks,
        ending: endingOf(closed),
        session: { frames, end: closed },
      };
    }
    return { request: request!, ...(response !== undefined && { response }), chunks, ending: ending! };
  }

  #line(start: number, end: number, number: number): Line {
    return {
      text: this.#bytes.toString('utf8', start, end),
      where: this.#where,
      number,
      readBlob: this.#readBlob,
    };
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The bytes in the current format, or an error when they are damaged or newer. */
export function toCurrentVersion(bytes: Buffer, where: string): Buffer {
  const found = Number(/^\{"reel":([1-9]\d{0,8})[,}]/.exec(bytes.toString('latin1', 0, 32))?.[1]);
  // Before anything else is judged: what is damage in this version may be right in a later one.
  if (found > FORMAT_VERSION) throw newerVersion(where, found, FORMAT_VERSION);
  const problem = diagnose(bytes, where);
  if (problem !== undefined) throw problem;
  if (Number.isNaN(found)) throw damaged(where, 1, '"reel" is not a format version');
  return asBuffer(migrate(bytes, found));
}
