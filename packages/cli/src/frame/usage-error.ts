/** The command line cannot be understood, or asks for what cannot be done. Printed as it is, without a stack; exit code 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
  /** What to do instead. */
  readonly fix: string | undefined;
  readonly exitCode: number = 2;

  constructor(what: string, fix?: string) {
    super(what);
    this.fix = fix;
  }
}
