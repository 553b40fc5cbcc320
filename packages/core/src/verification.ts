import { compareShapes } from './drift/compare-shapes.ts';
import { endpointName } from './drift/endpoint-name.ts';
import type { DriftFinding } from './drift/finding.ts';
import { shapeOf } from './drift/response-shape.ts';
import type { ExchangeHead } from './interception/transport.ts';
import { LiveIds } from './live-ids.ts';
import { createKeyOf } from './matching/index.ts';
import type { Interaction } from './model/interaction.ts';
import type { Reply } from './model/reply.ts';
import { normalizeInteractions } from './normalize/normalize.ts';
import { findProvider } from './providers/index.ts';
import type { Recorder } from './recorder.ts';
import { Capture } from './recording/capture.ts';
import { now, wait } from './replay/clock.ts';
import { createReply } from './replay/reply.ts';
import { sendUpstream } from './send-upstream.ts';
import { verifyOutcome, writeVerifyLog, type VerifiedScope, type VerifyOutcome } from './verify-report.ts';

/** One recorded call that was made again. */
export interface VerifiedCall {
  readonly method: string;
  /** Redacted. */
  readonly url: string;
  readonly endpoint: string;
  /** How the live answer differs in shape. Empty: not at all. */
  readonly findings: readonly DriftFinding[];
  /** Why nothing was compared; absent when it was. */
  readonly notLooked?: string;
  /** The live answer, for what it cost. */
  readonly live?: Interaction;
}

export interface VerifyRequest {
  readonly head: ExchangeHead;
  readonly url: URL;
  readonly body: Uint8Array;
  /** What is on tape for it. */
  readonly recorded: Interaction;
}

/** Statuses that say something about the moment or the key, and nothing about the API: RFC 9110, RFC 6585. */
const ofTheMoment = new Set([401, 402, 403, 407, 408, 409, 429]);

/**
 * Mode `verify` in one scope: each recorded call is made again beside the replay, and the two answers are compared by shape. The
 * application gets the answer on tape, so that the test runs as it does in replay; the body of it waits until the live one is
 * there, so that calls go out in the order in which they were recorded.
 */
export class Verification {
  readonly #recorder: Recorder;
  readonly #ids = new LiveIds();
  readonly #calls: VerifiedCall[] = [];
  readonly #pending = new Map<VerifyRequest, () => void>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** The recorded answer, to be played while the provider is asked the same. */
  reply(request: VerifyRequest): Reply {
    const reply = createReply(request.recorded, this.#recorder.replyOptions);
    const status = request.recorded.response?.status ?? 0;
    // A refusal of the moment, or a broken connection, on tape: nobody expects it again.
    if (status === 0 || isOfTheMoment(status)) return reply;
    const answered = this.#ask(request);
    return {
      ...reply,
      isPaced: true,
      delayBefore: (index) => Math.max(index === 0 ? 1 : 0, reply.delayBefore(index)),
      async wait(ms, signal) {
        await Promise.race([answered, aborted(signal)]);
        await reply.wait(ms, signal);
      },
    };
  }

  /** Something that is on tape and cannot be verified. */
  cannotLook(method: string, url: string, notLooked: string): void {
    this.#calls.push({ ...this.#nameOf(method, url), findings: [], notLooked });
  }

  /** Waits, up to `limit` milliseconds, for live answers that the application did not wait for. */
  async settle(limit: number): Promise<void> {
    const deadline = now() + limit;
    while (this.#pending.size > 0 && now() < deadline) await wait(5);
  }

  /**
   * Ends it: what it says of the test, and of what is not answered yet, which is given up. The file that `REEL_VERIFY_LOG` names gets
   * a line of it.
   */
  end(scope: VerifiedScope): VerifyOutcome {
    for (const [{ head }, giveUp] of this.#pending) {
      giveUp();
      this.cannotLook(head.method, head.url, 'the test ended before the provider had answered');
    }
    this.#pending.clear();
    const outcome = verifyOutcome(this.#calls, scope);
    const log = this.#recorder.environment['REEL_VERIFY_LOG'];
    if (log !== undefined && log !== '') writeVerifyLog(log, outcome.entry);
    return outcome;
  }

  /** What the providers answered, for what it cost. */
  liveAnswers(): Interaction[] {
    return this.#calls.flatMap(({ live }) => live ?? []);
  }

  #ask(request: VerifyRequest): Promise<void> {
    const { head, url, body } = request;
    const target = this.#recorder.upstreamOf(new URL(this.#ids.apply(url.href)), head.headers);
    return new Promise((resolve) => {
      const capture = new Capture({
        request: { method: head.method, url: head.url, headers: head.headers },
        body,
        timing: false,
        now,
        onEnd: (live) => {
          if (this.#pending.delete(request)) this.#judge(request, live);
          resolve();
        },
      });
      this.#pending.set(request, () => {});
      try {
        const giveUp = sendUpstream(
          {
            method: head.method,
            url: target.url,
            headers: target.headers ?? head.headers,
            body: this.#ids.applyToBody(body),
          },
          capture,
        );
        if (this.#pending.has(request)) this.#pending.set(request, giveUp);
      } catch (error) {
        // Node refuses what it would not send: a header with a control character.
        capture.ended({ kind: 'aborted', by: 'upstream', message: (error as Error).message });
      }
    });
  }

  #judge({ head, recorded }: VerifyRequest, live: Interaction): void {
    const call = this.#nameOf(head.method, head.url);
    const notLooked = this.#whyNotLooked(recorded, live);
    if (notLooked !== undefined) {
      this.#calls.push({ ...call, findings: [], notLooked, live });
      return;
    }
    this.#ids.learn(recorded, live);
    const findings = compareShapes(shapeOf(recorded), shapeOf(this.#asOnTape(live)));
    this.#calls.push({
      ...call,
      findings: findings.map((finding) => ({
        ...finding,
        path: this.#recorder.redactor.text(finding.path),
        what: this.#recorder.redactor.text(finding.what),
      })),
      live,
    });
  }

  #whyNotLooked(recorded: Interaction, { response, ending }: Interaction): string | undefined {
    if (response !== undefined && isOfTheMoment(response.status)) {
      return `the provider answered with status ${response.status}`;
    }
    if (ending.kind !== 'aborted' || ending.by !== 'upstream' || recorded.ending.kind === 'aborted')
      return undefined;
    const reason = ending.code ?? ending.message ?? 'no reason given';
    return response === undefined
      ? `the provider could not be reached (${this.#recorder.redactor.text(reason)})`
      : `the provider's answer broke off (${this.#recorder.redactor.text(reason)})`;
  }

  /** Normalization gives some fields a constant: with the same constants the two compare. */
  #asOnTape(live: Interaction): Interaction {
    if (this.#recorder.options.normalize === false) return live;
    return normalizeInteractions([live], { keyOf: createKeyOf({}), provider: findProvider })[0] ?? live;
  }

  #nameOf(method: string, url: string): Pick<VerifiedCall, 'endpoint' | 'method' | 'url'> {
    return { method, url: this.#recorder.redactor.url(url), endpoint: endpointName(method, url) };
  }
}

function isOfTheMoment(status: number): boolean {
  return ofTheMoment.has(status) || status >= 500;
}

/** Settles when the signal aborts; {@link Reply.wait} then says so itself. */
function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal === undefined) return;
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
