import type { ReelError } from '../errors.ts';
import type { Recorder } from '../public-types.ts';
import type { ScopeReport } from '../report.ts';

/** Requests that no open test owns, reported as misses of the file or run that was going on: nobody else can show them. */
export interface Strays {
  readonly reports: readonly ScopeReport[];
  /** The first of them, to fail what can still fail. */
  readonly problem: Error | undefined;
}

/**
 * The requests since the last call that came outside of any test or after theirs had ended.
 * @param test whom to name in the summary: `hooks of src/chat.test.ts`
 */
export function takeStrays(recorder: Recorder, test: string): Strays {
  const strays = recorder.takeStrays();
  return { reports: strays.map((stray) => strayReport(recorder, test, stray)), problem: strays[0] };
}

function strayReport(recorder: Recorder, test: string, { code, message, what }: ReelError): ScopeReport {
  return {
    cassette: '',
    test,
    mode: recorder.mode.mode,
    outcome: 'failed',
    replayed: 0,
    recorded: 0,
    used: [],
    saved: false,
    misses: [{ code, method: '', url: what, message }],
    unused: [],
    savedUsage: [],
    spentUsage: [],
    warnings: [],
  };
}
