import { isReelError, ReelError } from '@reel/core';
import type { Recorder } from '@reel/core/engine';

/** So many problems are kept; a client in a loop must not fill the memory. */
const limit = 100;

/** What went wrong in the life of a proxy, for its report and for who listens. */
export class ErrorLog {
  readonly #entries: ReelError[] = [];
  readonly #recorder: Recorder;
  readonly #onError: ((error: ReelError) => void) | undefined;

  constructor(recorder: Recorder, onError: ((error: ReelError) => void) | undefined) {
    this.#recorder = recorder;
    this.#onError = onError;
  }

  get entries(): readonly ReelError[] {
    return this.#entries;
  }

  /** @returns the error, its texts redacted. */
  add(error: ReelError): ReelError {
    const clean = this.redacted(error);
    if (this.#entries.length < limit) this.#entries.push(clean);
    this.#onError?.(clean);
    return clean;
  }

  /** Of anything that was thrown. What is none of Reel's own errors says only its code: its text may quote anything. */
  addThrown(thrown: unknown, what: string): ReelError {
    if (isReelError(thrown)) return this.add(thrown);
    const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
    return this.add(
      new ReelError('REEL_PROXY_REQUEST', {
        what: code === undefined ? what : `${what} (${code})`,
        cause: thrown,
      }),
    );
  }

  redacted(error: ReelError): ReelError {
    const redact = (text: string): string => this.#recorder.redactor.text(text);
    return new ReelError(error.code, {
      what: redact(error.what),
      ...(error.where !== undefined && { where: redact(error.where) }),
      ...(error.fix !== undefined && { fix: redact(error.fix) }),
    });
  }
}
