import type { Chunk } from '../model/chunk.ts';
import { joinChunks } from '../model/chunk.ts';
import { headerValue, mediaType, type HeaderList } from '../model/headers.ts';
import type { Ending, Interaction, RecordedRequest, RecordedResponse } from '../model/interaction.ts';
import { standardStatusText } from '../model/status-text.ts';
import type { Tap } from '../model/tap.ts';
import { decodeContent } from './decode.ts';
import { framingOf, splitBody } from './split.ts';

export interface CaptureOptions {
  readonly request: Omit<RecordedRequest, 'body'>;
  /** The request body when it was read before going upstream; otherwise it comes through {@link Tap.sent}. */
  readonly body?: Uint8Array;
  /** Keep the arrival time of each chunk. */
  readonly timing: boolean;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Called once, when the exchange has ended. */
  readonly onEnd: (interaction: Interaction) => void;
}

/** Listens to one exchange and makes an {@link Interaction} of it. Bytes are kept as they come and looked at once, at the end. */
export class Capture implements Tap {
  readonly #options: CaptureOptions;
  readonly #sent: Chunk[] = [];
  readonly #received: Required<Chunk>[] = [];
  #response: RecordedResponse | undefined;
  #headersAt = 0;
  #isDecoded = false;
  #ended = false;

  constructor(options: CaptureOptions) {
    this.#options = options;
    if (options.body !== undefined) this.sent(options.body);
  }

  /** Whether the exchange is over. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  sent(bytes: Uint8Array): void {
    // A copy: the application may use its buffer again as soon as it is sent.
    if (!this.#ended && bytes.byteLength > 0) this.#sent.push({ bytes: new Uint8Array(bytes) });
  }

  response(status: number, statusText: string, headers: HeaderList): void {
    if (this.#ended) return;
    const standard = statusText === '' || statusText === standardStatusText(status);
    this.#response = { status, ...(!standard && { statusText }), headers };
    this.#headersAt = this.#options.now();
  }

  decoded(): void {
    this.#isDecoded = true;
  }

  received(bytes: Uint8Array): void {
    if (!this.#ended && bytes.byteLength > 0) this.#received.push({ bytes, at: this.#options.now() });
  }

  ended(ending: Ending): void {
    if (this.#ended) return;
    this.#ended = true;
    const { request, onEnd } = this.#options;
    onEnd({
      request: { ...request, body: joinChunks(this.#sent) },
      ...(this.#response && { response: this.#response }),
      chunks: this.#chunks(),
      ending,
    });
  }

  #chunks(): Chunk[] {
    if (this.#response === undefined || this.#received.length === 0) return [];
    const { headers } = this.#response;
    const wire = joinChunks(this.#received);
    const encoding = this.#isDecoded ? undefined : headerValue(headers, 'content-encoding');
    const body = decodeContent(wire, encoding) ?? wire;
    const pieces = splitBody(body, framingOf(mediaType(headers)));
    if (!this.#options.timing) return pieces.map((bytes) => ({ bytes }));
    const clock = this.#arrivals(wire.byteLength / Math.max(1, body.byteLength));
    let offset = 0;
    return pieces.map((bytes) => {
      offset += bytes.byteLength;
      return { bytes, at: clock(offset) };
    });
  }

  /**
   * When the last byte of a piece arrived, in whole milliseconds after the headers. In a compressed body the position is
   * scaled: which decoded byte a compressed one completes is known only to the codec.
   */
  #arrivals(scale: number): (end: number) => number {
    const received = this.#received;
    let index = 0;
    let end = received[0]!.bytes.byteLength;
    return (position) => {
      const wanted = Math.floor(position * scale);
      while (end < wanted && index < received.length - 1) end += received[++index]!.bytes.byteLength;
      return Math.max(0, Math.round(received[index]!.at - this.#headersAt));
    };
  }
}
