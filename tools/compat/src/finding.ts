/** One thing that an earlier Reel did and this one does not. */
export interface Finding {
  /** What it is about: a scenario, a file, a test. */
  readonly where: string;
  /** What is other, in words. */
  readonly what: string;
}
