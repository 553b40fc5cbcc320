/** What kind of difference between two shapes was seen. */
export type DriftKind =
  | 'status-changed'
  | 'body-changed'
  | 'media-type-changed'
  | 'stream-unfinished'
  | 'field-removed'
  | 'field-added'
  | 'type-changed'
  | 'kind-removed'
  | 'kind-added'
  | 'sometimes-missing'
  | 'null-now'
  | 'null-before'
  | 'empty-now'
  | 'class-changed'
  | 'endpoint-missing'
  | 'endpoint-added';

/** One difference between the answers of a provider then and now. Holds names and types, never a value. */
export interface DriftFinding {
  /** `error`: a program that reads what was recorded may break. `note`: it should not, and somebody may want to know. */
  readonly severity: 'error' | 'note';
  readonly kind: DriftKind;
  /** `POST api.openai.com/v1/chat/completions`. */
  readonly endpoint: string;
  /** `choices[].message.content`, `event message_delta: usage.output_tokens`; empty when the answer as a whole is meant. */
  readonly path: string;
  /** What happened there, in words that follow the path: `is gone (it was text)`. */
  readonly what: string;
}

/** A finding on one line. */
export function describeFinding({ path, what }: DriftFinding): string {
  return path === '' ? what : `${path} ${what}`;
}
