import type { HeaderList } from '../model/headers.ts';
import type { Interaction } from '../model/interaction.ts';
import { endingOf, type Frame, type SessionEnd } from '../model/session.ts';
import type { SessionTap } from '../model/session-player.ts';
import { standardStatusText } from '../model/status-text.ts';

export interface SessionCaptureOptions {
  /** Public URL, with `ws:` or `wss:`. */
  readonly url: string;
  readonly headers: HeaderList;
  readonly timing: boolean;
  readonly now: () => number;
  readonly onEnd: (interaction: Interaction) => void;
  /** One side could not be understood: the recording lacks what it said. */
  readonly onUnreadable: (from: Frame['from'], why: Error) => void;
}

/** Turns a session that streams past into an interaction. One that the server refused is an exchange like any other. */
export class SessionCapture implements SessionTap {
  readonly #options: SessionCaptureOptions;
  readonly #frames: Frame[] = [];
  #accepted: HeaderList | undefined;
  #startedAt = 0;
  #lastAt: number;
  #isOver = false;

  constructor(options: SessionCaptureOptions) {
    this.#options = options;
    this.#lastAt = options.now();
  }

  /** When something was last said, on the clock of `now`. */
  get lastAt(): number {
    return this.#lastAt;
  }

  accepted(headers: HeaderList): void {
    this.#accepted = headers;
    this.#startedAt = this.#options.now();
  }

  refused(status: number, statusText: string, headers: HeaderList, body: Uint8Array): void {
    const isStandard = statusText === '' || statusText === standardStatusText(status);
    this.#finish({
      response: { status, ...(!isStandard && { statusText }), headers },
      chunks: body.byteLength === 0 ? [] : [{ bytes: body }],
      ending: { kind: 'end' },
    });
  }

  message(from: Frame['from'], bytes: Uint8Array, isBinary: boolean): void {
    if (this.#isOver) return;
    this.#lastAt = this.#options.now();
    const at = Math.round(this.#lastAt - this.#startedAt);
    this.#frames.push({ from, bytes, isBinary, ...(this.#options.timing && { at }) });
  }

  unreadable(from: Frame['from'], why: Error): void {
    if (!this.#isOver) this.#options.onUnreadable(from, why);
  }

  ended(end: SessionEnd): void {
    if (this.#accepted === undefined) {
      this.#finish({ chunks: [], ending: endingOf(end) });
      return;
    }
    this.#finish({
      response: { status: 101, headers: this.#accepted },
      chunks: [],
      ending: endingOf(end),
      session: { frames: this.#frames, end },
    });
  }

  #finish(answer: Omit<Interaction, 'request'>): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { url, headers, onEnd } = this.#options;
    onEnd({ request: { method: 'GET', url, headers, body: new Uint8Array(0) }, ...answer });
  }
}
