import { isReelError, ReelError } from './errors.ts';
import type { ExchangeHead, SessionDecision, SessionPlan } from './interception/transport.ts';
import { handshakeHeaders } from './interception/websocket/accept.ts';
import { createFrameMatcher } from './matching/frames.ts';
import type { MatchRequest } from './matching/matcher.ts';
import { withoutHeaders, type HeaderList } from './model/headers.ts';
import type { Interaction } from './model/interaction.ts';
import type { Frame, SessionEnd } from './model/session.ts';
import type { SessionPlayer } from './model/session-player.ts';
import { findProvider } from './providers/index.ts';
import type { Recorder } from './recorder.ts';
import { redactSession } from './redaction/session.ts';
import { SessionCapture } from './recording/session-capture.ts';
import { now, wait } from './replay/clock.ts';
import { createReply } from './replay/reply.ts';
import { SessionPlay, type SessionProblem } from './replay/session.ts';
import type { ScopeProblems } from './scope-problems.ts';
import type { ScopeRecording } from './scope-recording.ts';
import type { ScopeTape } from './scope-tape.ts';

/** What sessions need of the scope they belong to. */
export interface SessionHost {
  readonly recorder: Recorder;
  readonly problems: ScopeProblems;
  readonly tape: ScopeTape;
  readonly recording: ScopeRecording;
  /** Whether a handshake without a recording goes upstream. */
  readonly recordsMissing: boolean;
  /** Throws when the test has ended. */
  assertOpen(): void;
  /** Throws when the upstream may not be asked: no key, another project's cassette. */
  assertMayRecord(url: URL, headers: HeaderList): void;
}

/** How long a session may be quiet at the end of its test before nothing is held to be under way any more, in milliseconds. */
const quietTime = 30;
/** How long the end of a test waits for its sessions at most, in milliseconds. */
const settleTime = 1000;

/** Over so many frames of a client a secret may be spread and still be seen when they are compared. */
const framesOfOneSecret = 8;
const unknownEnd: SessionEnd = { kind: 'cut', by: 'client' };

/** The WebSocket sessions of one attempt of one test. */
export class WebSocketSessions {
  readonly #host: SessionHost;
  readonly #captures = new Set<SessionCapture>();
  readonly #plays = new Set<SessionPlay>();
  #lastAt = 0;

  constructor(host: SessionHost) {
    this.#host = host;
  }

  plan(head: ExchangeHead): SessionPlan {
    return { kind: 'session', open: () => this.#open(head) };
  }

  /** Waits until what the clients have just sent or closed has arrived. */
  async settle(): Promise<void> {
    if (this.#captures.size + this.#plays.size === 0) return;
    const deadline = now() + settleTime;
    this.#lastAt = now();
    while (this.#captures.size + this.#plays.size > 0 && now() < deadline) {
      const last = Math.max(this.#lastAt, ...[...this.#captures].map(({ lastAt }) => lastAt));
      if (now() - last > quietTime) return;
      await wait(5);
    }
  }

  /** The test is over. Recordings end here; a session that is played and waits for its client is a miss if the test passed. */
  finish(isPassed: boolean): void {
    for (const capture of this.#captures) capture.ended({ kind: 'cut', by: 'client' });
    for (const play of this.#plays) {
      if (isPassed) play.finish();
      else play.gone();
    }
    this.#plays.clear();
  }

  #open(head: ExchangeHead): SessionDecision {
    const url = socketUrl(head.url);
    try {
      const { recorder, tape } = this.#host;
      this.#host.assertOpen();
      if (tape.isRecordedAnew()) return this.#record(head, url);
      const request = recorder.redactor.request({
        method: 'GET',
        url,
        headers: head.headers,
        body: new Uint8Array(0),
      });
      const found = tape.find(request);
      if (found !== undefined && 'index' in found) {
        return this.#replay(request, tape.take(found.index));
      }
      if (this.#host.recordsMissing) return this.#record(head, url);
      return this.#refuse(request.url, tape.missError(request, found?.exhausted));
    } catch (error) {
      if (!isReelError(error)) return { kind: 'fail', error: error as Error };
      return this.#refuse(this.#host.recorder.redactor.url(url), error);
    }
  }

  #record(head: ExchangeHead, url: string): SessionDecision {
    const { recorder } = this.#host;
    const asked = new URL(head.url);
    this.#host.assertMayRecord(asked, head.headers);
    const keep = this.#host.recording.reserve();
    const capture: SessionCapture = new SessionCapture({
      url,
      headers: withoutHeaders(head.headers, handshakeHeaders),
      timing: recorder.replyOptions.timing === 'recorded',
      now,
      onEnd: (interaction) => {
        this.#captures.delete(capture);
        keep(interaction);
      },
      onUnreadable: (from, { message }) => {
        const shown = recorder.redactor.url(url);
        this.#host.problems.warnings.add(
          `the WebSocket session ${shown} is not recorded whole: what the ${from} sent could not be read (${message})`,
        );
      },
    });
    this.#captures.add(capture);
    return { kind: 'upstream', upstream: { ...recorder.upstreamOf(asked, head.headers), tap: capture } };
  }

  #replay(request: MatchRequest, interaction: Interaction): SessionDecision {
    const { recorder } = this.#host;
    const { session, response } = interaction;
    // A handshake that was refused, or never answered.
    if (session === undefined) {
      return { kind: 'reply', reply: createReply(interaction, recorder.replyOptions) };
    }
    const matcher = createFrameMatcher(recorder.match);
    const { redactor } = recorder;
    const recent: Frame[] = [];
    const play: SessionPlay = new SessionPlay({
      session,
      headers: response?.headers ?? [],
      matches: (live, recorded) => {
        this.#lastAt = now();
        const frame: Frame = { ...live, from: 'client' };
        recent.push(frame);
        if (recent.length > framesOfOneSecret) recent.shift();
        // Without a look for secrets first: most frames are equal as they are.
        if (matcher.matches(live, recorded)) return true;
        const redacted = redactSession({ frames: recent, end: unknownEnd }, redactor).frames.at(-1)!;
        return redacted !== frame && matcher.matches(redacted, recorded);
      },
      echo: (recorded) => matcher.echo(recorded),
      timing: recorder.replyOptions.timing,
      patience: recorder.options.sessionPatience ?? 4000,
      onProblem: (problem) => {
        this.#plays.delete(play);
        const error = this.#describe(problem, request);
        this.#host.problems.miss('GET', request.url, error);
        return closing(request.url, error);
      },
    });
    this.#plays.add(play);
    return { kind: 'play', player: forgetting(play, () => this.#plays.delete(play)) };
  }

  #refuse(url: string, error: ReelError): SessionDecision {
    this.#host.problems.miss('GET', url, error);
    return { kind: 'play', player: refusedSession(url, error) };
  }

  #describe(problem: SessionProblem, request: MatchRequest): ReelError {
    const { recorder } = this.#host;
    const number = problem.index + 1;
    const what = (): string => {
      switch (problem.kind) {
        case 'different':
          return `frame ${number} of the client differs from the recorded one\n${this.#explain(problem.live, problem.recorded, request)}`;
        case 'extra':
          return `the client sent a frame more than was recorded (${number}): ${brief(recorder, problem.live)}`;
        case 'missing': {
          const reasons = {
            silence: 'the recording waits for a frame that the client does not send',
            close: 'the client closed the session before it sent all that was recorded',
            'end of test': 'the test ended before the client sent all that was recorded',
          };
          return `${reasons[problem.because]}; frame ${number} would be: ${brief(recorder, problem.recorded.bytes)}`;
        }
      }
    };
    return new ReelError('REEL_NO_MATCH', {
      what: `the WebSocket session ${request.url} does not go as recorded: ${what()}`,
      where: this.#host.problems.where,
      fix: this.#host.problems.fix,
    });
  }

  #explain(live: Uint8Array, recorded: Frame, { url }: MatchRequest): string {
    const { redactor } = this.#host.recorder;
    return this.#host.recorder.explainFrame(
      url,
      redactor.body(live, 'application/json'),
      redactor.body(recorded.bytes, 'application/json'),
    );
  }
}

/** The URL of a handshake as clients write it. Google's JavaScript SDK doubles the first slash, and no server minds. */
function socketUrl(url: string): string {
  return url.replace(/^http/i, 'ws').replace(/^(wss?:\/\/[^/]*)\/{2,}/i, '$1/');
}

/** The beginning of a frame, redacted, for a message. */
function brief(recorder: Recorder, bytes: Uint8Array): string {
  const text = Buffer.from(recorder.redactor.body(bytes, 'application/json')).toString('utf8');
  const printable = recorder.redactor.text(text).replaceAll(/[^\P{C}\n]/gu, '\u{fffd}');
  return printable.length > 200 ? `${printable.slice(0, 200)}...` : printable;
}

/** What a client that is told of a miss shows: an event in the provider's shape, and the reason of the close. */
function closing(url: string, error: ReelError): { message?: Uint8Array; reason: string } {
  const body = findProvider(url)?.errorBody(error.message, error.code);
  const event = body === undefined ? undefined : { type: 'error', ...(body as object) };
  return {
    ...(event !== undefined && { message: Buffer.from(JSON.stringify(event)) }),
    reason: `${error.code}: see the output of the test`,
  };
}

/**
 * A handshake that has no recording is accepted, and the session closed with the reason: what a refused handshake says no client
 * shows.
 */
export function refusedSession(url: string, error: ReelError): SessionPlayer {
  const { message, reason } = closing(url, error);
  return {
    headers: [],
    start(wire) {
      if (message === undefined) wire.close(1008, reason);
      else wire.send(message, false, () => wire.close(1008, reason));
    },
    message() {},
    closed() {},
    gone() {},
  };
}

function forgetting(play: SessionPlay, forget: () => void): SessionPlayer {
  return {
    headers: play.headers,
    start: (wire) => play.start(wire),
    message: (bytes, isBinary) => play.message(bytes, isBinary),
    closed() {
      play.closed();
      forget();
    },
    gone() {
      play.gone();
      forget();
    },
  };
}
