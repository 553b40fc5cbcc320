import { ModelFailure, type FailureKind } from '../llm/model-failure.ts';

/** An error as the page shows it. */
export interface Problem {
  readonly status: number;
  /** Stable word for programs: a {@link FailureKind}, or what was wrong with the request. */
  readonly kind: string;
  /** Sentence for people. Never the text of an inner error: providers quote keys and prompts in theirs. */
  readonly message: string;
}

/** A request that we do not answer. */
export class HttpProblem extends Error implements Problem {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly kind: string;

  constructor(status: number, kind: string, message: string) {
    super(message);
    this.status = status;
    this.kind = kind;
  }
}

const failures: Record<FailureKind, { status: number; message: string }> = {
  busy: { status: 503, message: 'Many people are asking at the moment. Please try again in a minute.' },
  unavailable: {
    status: 503,
    message: 'Our assistant is out of order at the moment. Please try again soon.',
  },
  unreachable: {
    status: 503,
    message: 'We cannot reach our assistant at the moment. Please try again soon.',
  },
  interrupted: { status: 502, message: 'The answer broke off. Please ask again.' },
  rejected: {
    status: 502,
    message: 'Our assistant could not take this question. Please put it in other words.',
  },
  misconfigured: {
    status: 500,
    message: 'Our assistant is not set up correctly. We have been told about it.',
  },
  canceled: { status: 499, message: 'The question was canceled.' },
};

export function toProblem(error: unknown): Problem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof ModelFailure) return { kind: error.kind, ...failures[error.kind] };
  return { status: 500, kind: 'internal', message: 'Something went wrong on our side. Please try again.' };
}
