/** Every code Reel can raise. Stable: tests and CI may match on them. Each has a page under `docs/errors/`, which the package ships. */
export type ReelErrorCode =
  | 'REEL_NO_MATCH'
  | 'REEL_CASSETTE_NOT_FOUND'
  | 'REEL_CASSETTE_DAMAGED'
  | 'REEL_CASSETTE_CONFLICT'
  | 'REEL_CASSETTE_VERSION'
  | 'REEL_CASSETTE_NAME'
  | 'REEL_CASSETTE_STALE'
  | 'REEL_CASSETTE_TAKEN'
  | 'REEL_CASSETTE_LOCKED'
  | 'REEL_STORE_UNWRITABLE'
  | 'REEL_STORE_UNREADABLE'
  | 'REEL_SECRET_FOUND'
  | 'REEL_UNKNOWN_MODE'
  | 'REEL_RECORDING_IN_CI'
  | 'REEL_UNKNOWN_OPTION'
  | 'REEL_INVALID_OPTION'
  | 'REEL_CONFIG_UNREADABLE'
  | 'REEL_OUTSIDE_TEST'
  | 'REEL_SCOPE_CLOSED'
  | 'REEL_BODY_UNREADABLE'
  | 'REEL_NO_API_KEY'
  | 'REEL_RECORDING_CUT'
  | 'REEL_DRIFT'
  | 'REEL_NOT_VERIFIED'
  | 'REEL_NETWORK_BLOCKED'
  | 'REEL_UNSUPPORTED_PROTOCOL'
  | 'REEL_UNUSED_RECORDING'
  | 'REEL_RECEIPT_UNREADABLE'
  | 'REEL_RUNNER_UNSUPPORTED'
  | 'REEL_SERVER_LEFT'
  | 'REEL_SETUP_MISSING'
  | 'REEL_TWO_COPIES'
  | 'REEL_FILE_NOT_FOUND'
  | 'REEL_GIT_FAILED'
  | 'REEL_MERGE_REFUSED'
  | 'REEL_PRICES_UNREADABLE'
  | 'REEL_PRUNE_REFUSED'
  | 'REEL_PROXY_FOREIGN_ORIGIN'
  | 'REEL_PROXY_LISTEN'
  | 'REEL_PROXY_REQUEST'
  | 'REEL_PROXY_UNKNOWN_UPSTREAM'
  | 'REEL_BODY_TOO_LARGE';

/** What an error message is made of; all parts are shown, in this order. */
export interface ReelErrorParts {
  /** What happened, in one sentence. */
  readonly what: string;
  /** File, line, test or variable it happened at. */
  readonly where?: string;
  /** The command or edit that repairs it. */
  readonly fix?: string;
  readonly cause?: unknown;
}

const brand = Symbol.for('reel.error');
const inspected = Symbol.for('nodejs.util.inspect.custom');

/**
 * Base of every error Reel raises. Recognise it with {@link isReelError}, not `instanceof`: an ESM and a CommonJS copy
 * of the package may live in one process, and test runners have realms of their own.
 */
export class ReelError extends Error {
  override readonly name: string = 'ReelError';
  readonly code: ReelErrorCode;
  readonly what: string;
  readonly where: string | undefined;
  readonly fix: string | undefined;
  /** Page that explains this code. */
  readonly docs: string;

  constructor(code: ReelErrorCode, parts: ReelErrorParts) {
    super(formatError(code, parts), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = code;
    this.what = parts.what;
    this.where = parts.where;
    this.fix = parts.fix;
    this.docs = docsPage(code);
    if (this.stack !== undefined) this.stack = userFrames(this.stack);
    Object.defineProperty(this, brand, { value: true });
    // Node prints the fields of an error that nobody caught, and the message is made of them.
    for (const field of ['code', 'what', 'where', 'fix', 'docs'])
      Object.defineProperty(this, field, { enumerable: false });
    // Runners print a wrong configuration as `console.error` does, which would add the cause: the message says it.
    Object.defineProperty(this, inspected, { value: () => this.stack ?? this.message });
  }
}

/** Whether a value is an error of Reel's, whichever copy of the package made it. */
export function isReelError(value: unknown): value is ReelError {
  return typeof value === 'object' && value !== null && brand in value;
}

/** A stack without the frames of installed packages (this one, the runner) and of Node: what is left are the user's own lines. */
export function userFrames(stack: string): string {
  return stack.replaceAll(/\n {4}at .*(?:[\\/]node_modules[\\/]|node:|<anonymous>).*/g, '');
}

function docsPage(code: ReelErrorCode): string {
  return `@reel/core/docs/errors/${code}.md`;
}

function formatError(code: ReelErrorCode, { what, where, fix }: ReelErrorParts): string {
  const lines = [`${code}: ${what}`];
  if (where !== undefined) lines.push(`  where: ${where}`);
  if (fix !== undefined) lines.push(`  fix:   ${fix}`);
  lines.push(`  docs:  ${docsPage(code)}`);
  return lines.join('\n');
}
