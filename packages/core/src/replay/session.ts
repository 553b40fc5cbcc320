import type { HeaderList } from '../model/headers.ts';
import type { SessionPlayer, SessionWire } from '../model/session-player.ts';
import type { Frame, Session } from '../model/session.ts';
import { startTimer, wait } from './clock.ts';
import type { Timing } from './reply.ts';

/** What a client did that the recording does not have. `index` counts its frames from 0. */
export type SessionProblem =
  | {
      readonly kind: 'different';
      readonly index: number;
      readonly live: Uint8Array;
      readonly recorded: Frame;
    }
  | { readonly kind: 'extra'; readonly index: number; readonly live: Uint8Array }
  /** The next frame on tape never came: the client waits, closed the session, or its test is over. */
  | {
      readonly kind: 'missing';
      readonly index: number;
      readonly recorded: Frame;
      readonly because: 'silence' | 'close' | 'end of test';
    };

export interface SessionPlayOptions {
  readonly session: Session;
  /** Headers of the accepted handshake. */
  readonly headers: HeaderList;
  /** Whether a frame of the client's is the recorded one. */
  readonly matches: (live: { bytes: Uint8Array; isBinary: boolean }, recorded: Frame) => boolean;
  /** A recorded frame of the server's as it goes to the client of today. */
  readonly echo: (recorded: Frame) => Frame;
  readonly timing: Timing;
  /** How long a client may keep the tape waiting, in milliseconds. */
  readonly patience: number;
  /** Called once, at the first problem. Returns what to tell the client: a last message, and the reason of the close. */
  readonly onProblem: (problem: SessionProblem) => { readonly message?: Uint8Array; readonly reason: string };
}

/** Close code of a session that the recording does not go on with: policy violation (RFC 6455, section 7.4.1). */
const violation = 1008;

/**
 * Plays a session causally: a frame of the server's goes out when as many frames of the client's have come as stood before it on
 * tape. So it never answers what was not asked yet, and a client that is faster than the recorded one does not matter.
 */
export class SessionPlay implements SessionPlayer {
  readonly headers: HeaderList;
  readonly #options: SessionPlayOptions;
  readonly #asked: readonly Frame[];
  #wire: SessionWire | undefined;
  /** On tape: the next frame. */
  #position = 0;
  /** Frames of the client's: that came, and of those the ones the position has passed. */
  #came = 0;
  #passed = 0;
  #isSending = false;
  #isOver = false;
  #stopTimer: (() => void) | undefined;

  constructor(options: SessionPlayOptions) {
    this.#options = options;
    this.headers = options.headers;
    this.#asked = options.session.frames.filter(({ from }) => from === 'client');
  }

  start(wire: SessionWire): void {
    this.#wire = wire;
    this.#advance();
  }

  message(bytes: Uint8Array, isBinary: boolean): void {
    if (this.#isOver) return;
    const index = this.#came;
    const recorded = this.#asked[index];
    if (recorded === undefined) {
      this.#fail({ kind: 'extra', index, live: bytes });
    } else if (this.#options.matches({ bytes, isBinary }, recorded)) {
      this.#came++;
      this.#advance();
    } else {
      this.#fail({ kind: 'different', index, live: bytes, recorded });
    }
  }

  closed(): void {
    this.#expectNothing('close');
    this.gone();
  }

  gone(): void {
    this.#isOver = true;
    this.#stopTimer?.();
  }

  /** The test is over: what the tape still waits for will not come. */
  finish(): void {
    this.#expectNothing('end of test');
    this.gone();
  }

  #expectNothing(because: 'close' | 'end of test'): void {
    const recorded = this.#asked[this.#came];
    if (!this.#isOver && recorded !== undefined)
      this.#fail({ kind: 'missing', index: this.#came, recorded, because });
  }

  #advance(): void {
    this.#stopTimer?.();
    if (this.#isOver || this.#isSending || this.#wire === undefined) return;
    const { frames } = this.#options.session;
    while (frames[this.#position]?.from === 'client' && this.#passed < this.#came) {
      this.#position++;
      this.#passed++;
    }
    const frame = frames[this.#position];
    if (frame === undefined) this.#end();
    else if (frame.from === 'client') this.#awaitClient();
    else void this.#send(frame);
  }

  async #send(frame: Frame): Promise<void> {
    this.#isSending = true;
    const pause = this.#pauseBefore(frame);
    if (pause > 0) await wait(pause);
    if (this.#isOver) return;
    const { bytes, isBinary } = this.#options.echo(frame);
    this.#wire!.send(bytes, isBinary, () => {
      this.#position++;
      this.#isSending = false;
      this.#advance();
    });
  }

  #pauseBefore({ at }: Frame): number {
    if (this.#options.timing !== 'recorded' || at === undefined) return 0;
    const before = this.#options.session.frames[this.#position - 1]?.at ?? 0;
    return Math.max(0, at - before);
  }

  #awaitClient(): void {
    this.#stopTimer = startTimer(this.#options.patience, () => {
      const index = this.#came;
      this.#fail({ kind: 'missing', index, recorded: this.#asked[index]!, because: 'silence' });
    });
  }

  #end(): void {
    const { end } = this.#options.session;
    // What the client ended is for the client to end again.
    if (end.by === 'client') return;
    this.#isOver = true;
    if (end.kind === 'closed') this.#wire!.close(end.code, end.reason);
    else this.#wire!.cut(end.code);
  }

  #fail(problem: SessionProblem): void {
    this.gone();
    const { message, reason } = this.#options.onProblem(problem);
    const wire = this.#wire;
    if (message === undefined) wire?.close(violation, reason);
    else wire?.send(message, false, () => wire.close(violation, reason));
  }
}
