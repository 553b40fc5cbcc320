/** A file that is to be written. */
export interface Change {
  readonly kind: 'file';
  /** Absolute. */
  readonly path: string;
  /** `undefined`: the file is new. */
  readonly before: string | undefined;
  readonly after: string;
  /** What it is for, in a line. */
  readonly why: string;
  readonly isExecutable?: boolean;
}

/** A setting of git that is to be made. */
export interface GitSetting {
  readonly kind: 'git';
  readonly folder: string;
  readonly key: string;
  readonly value: string;
  readonly why: string;
}

/** Something that somebody has to do by hand: the exact edit, or the exact command. */
export interface Advice {
  readonly kind: 'advice';
  readonly title: string;
  readonly text: string;
}

export type Step = Advice | Change | GitSetting;

/** A change, or nothing when the file says so already. */
export function change(
  path: string,
  before: string | undefined,
  after: string,
  why: string,
  isExecutable = false,
): Change[] {
  return before === after
    ? []
    : [{ kind: 'file', path, before, after, why, ...(isExecutable && { isExecutable }) }];
}

export function advice(title: string, text: string): Advice[] {
  return [{ kind: 'advice', title, text }];
}
