/** What sort of thing is wrong. */
export type FindingKind =
  /** It cannot be read. */
  | 'damaged'
  | 'conflict'
  | 'lfs-pointer'
  /** A format version that this Reel does not read, or an older one. */
  | 'format'
  /** The last interaction has no end: whoever wrote it was stopped. */
  | 'unfinished'
  /** A stream that ended in order, but before the provider's own last event. */
  | 'incomplete-stream'
  | 'secret'
  | 'too-large'
  /** A journal, a lock or a temporary file of a process that is gone. */
  | 'leftover'
  /** A large body that no cassette refers to. */
  | 'orphan-blob'
  /** An exchange that was cut, as the tape says itself: perhaps meant so. */
  | 'cut';

/** Something that is wrong with a cassette, or around it. Never quotes what the file holds. */
export interface CheckFinding {
  readonly where: string;
  /** Counted from 1. */
  readonly line?: number;
  /** Number of the interaction, from 1. */
  readonly interaction?: number;
  readonly kind: FindingKind;
  /** Notes do not fail a check. */
  readonly severity: 'error' | 'note';
  /** One sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string;
  /** Error code whose page says more. */
  readonly code?: string;
  /** Of a secret: the rule that found it. */
  readonly rule?: string;
  /** Of a secret, when asked for: what an entry of `redact.allow` names it by. */
  readonly fingerprint?: string;
}
