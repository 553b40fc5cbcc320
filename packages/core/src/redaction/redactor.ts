import { ReelError } from '../errors.ts';
import { type HeaderList, headerValue } from '../model/headers.ts';
import type { Chunk } from '../model/chunk.ts';
import type { Ending, Interaction } from '../model/interaction.ts';
import { basicRuleId, bearerRuleId } from './authorization.ts';
import { redactBody, redactStream } from './body.ts';
import { checkAllowed } from './allow-list.ts';
import { contextRuleIds } from './context-keys.ts';
import { createFieldNames, nameRuleIds } from './field-names.ts';
import type { AllowedFinding } from './guard/finding.ts';
import { createHeaderRedactor } from './headers.ts';
import { formsOf, replayKey, secretsOfEnvironment } from './known-values.ts';
import { createLiteralSet } from './literal-set.ts';
import { memoize } from './memoize.ts';
import { type JsonPath, parseJsonPath } from './json-paths.ts';
import type { Find, PatternRule } from './pattern-rules.ts';
import { pemRuleId } from './pem.ts';
import { type PersonalDataKind, personalDataKinds, personalDataRules } from './personal-data.ts';
import { isRuleId, placeholder } from './placeholder.ts';
import { shapeRules } from './rules/index.ts';
import { redactSession } from './session.ts';
import { createShapeScanner } from './shape-scanner.ts';
import { isCalm, redactText, type TextRules } from './text-scanner.ts';
import { redactUrl } from './url.ts';

/** What is not stored, beside the defaults. Everything is optional. */
export interface RedactOptions {
  /** Rules to switch off, by the id that stands in their placeholder: `{ jwt: false }`. */
  readonly rules?: Readonly<Record<string, false>>;
  /** Exact values that must never be stored, in whatever encoding. At least 4 characters each. */
  readonly secrets?: readonly string[];
  readonly headers?: {
    /** Request headers to store beside the usual ones; response headers to leave as they are although they name an account. */
    readonly allow?: readonly string[];
    /** Request headers not to store; response headers whose value not to store. Wins over `allow`. */
    readonly deny?: readonly string[];
  };
  /** More names of query parameters that are secret. */
  readonly query?: readonly string[];
  /** More names of JSON, form and multipart fields that are secret, at any depth. Case and `_`, `-`, `.` do not matter. */
  readonly fields?: readonly string[];
  /**
   * Places in JSON bodies, events and frames: `$.user.email`, `messages.*.metadata`, `**.ssn`. Every value there or below becomes
   * `[redacted:json-path]`.
   */
  readonly paths?: readonly string[];
  /**
   * What else is secret, by an expression or by a function that says where (pairs of offsets, end exclusive). What is found is
   * replaced by `[redacted:<id>]` or `replacement`, which must not be found again. Looks at the joined text of a stream and at what
   * its events spell together.
   */
  readonly patterns?: readonly {
    readonly id: string;
    readonly pattern: RegExp | Find;
    readonly replacement?: string;
  }[];
  /**
   * Functions that get each text (a URL, a header value, a request body, a piece of a response) and return it without
   * secrets. Must return the same for what they returned: `f(f(x)) === f(x)`.
   */
  readonly custom?: readonly ((text: string) => string)[];
  /**
   * Findings of the guard that somebody looked at, each with a reason. An entry names the guard's rule and a place or a fingerprint of the
   * value; it must not hold the value.
   */
  readonly allow?: readonly AllowedFinding[];
  /** Personal data: `true` for all kinds, or some of `email`, `phone`, `card`, `iban`. Default: none. */
  readonly pii?: boolean | readonly string[];
}

/** As much of a request as redaction looks at. */
export interface RedactableRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

/**
 * Takes secrets out of what is stored, compared and printed. The same rules run on save, on load and on the incoming request, so
 * redaction never breaks matching. All methods are deterministic and idempotent, never throw on odd input, and return the
 * very same object when there was nothing to take out.
 */
export interface Redactor {
  /** Names the active rules: equal ids redact equally, but for the known values, which are no part of it. */
  readonly id: string;
  /** The known secret values, for the guard. Never to be printed. */
  readonly known: readonly string[];
  /** Findings of the guard that are known to be harmless. */
  readonly allow: readonly AllowedFinding[];
  request<R extends RedactableRequest>(request: R): R;
  interaction(interaction: Interaction): Interaction;
  url(url: string): string;
  requestHeaders(headers: HeaderList): HeaderList;
  responseHeaders(headers: HeaderList): HeaderList;
  /** A whole body. `contentType` and `contentEncoding` are the values of the headers, `''` when unknown. */
  body(bytes: Uint8Array, contentType: string, contentEncoding?: string): Uint8Array;
  /** A body in pieces (chunks, WebSocket frames of one direction); as many come back, possibly empty ones. */
  stream(pieces: readonly Uint8Array[], contentType: string): readonly Uint8Array[];
  /** Anything a person will read: errors, logs, diffs, summaries. */
  text(text: string): string;
}

/** Raised whenever a change of the rules changes what they do to the same input. */
const rulesVersion = 2;

const environmentRuleId = 'env-value';
const configuredRuleId = 'configured-value';

const ruleIds: ReadonlySet<string> = new Set([
  ...shapeRules.map(({ id }) => id),
  ...nameRuleIds,
  ...contextRuleIds,
  pemRuleId,
  bearerRuleId,
  basicRuleId,
  environmentRuleId,
]);

/**
 * Prepares the rules once per recorder.
 * @param environment variables whose secret-looking values are known secrets; usually `process.env`.
 * @throws ReelError `REEL_INVALID_OPTION` for an unknown rule id, a short secret, or an unusable pattern id or replacement.
 */
export function createRedactor(
  options: RedactOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Redactor {
  const off = new Set(
    Object.entries(options.rules ?? {}).flatMap(([id, on]) => (on === false ? [knownRule(id)] : [])),
  );
  const isOff = (id: string): boolean => off.has(id);
  const pii = personalData(options.pii);
  const patterns = [
    ...(options.patterns ?? []).map((pattern) => toPatternRule(pattern)),
    ...personalDataRules(pii),
  ];
  const configured = (options.secrets ?? []).map((secret) => longEnough(secret));
  const fromEnvironment = isOff(environmentRuleId) ? [] : secretsOfEnvironment(environment);
  const names = createFieldNames({ isOff, fields: options.fields ?? [], query: options.query ?? [] });
  const rules: TextRules = {
    shapes: createShapeScanner(shapeRules.filter(({ id }) => !isOff(id))),
    names,
    ...prepareLiterals(configured, isOff(environmentRuleId) ? [] : [...fromEnvironment, replayKey]),
    patterns,
    paths: (options.paths ?? []).map((path) => toJsonPath(path)),
    isOff,
  };
  const custom = options.custom ?? [];

  const text = (value: string): string => {
    let redacted = redactText(value, rules, { isBytes: false });
    for (const redact of custom) redacted = redact(redacted);
    return redacted;
  };
  // A program asks the same few URLs over and over.
  const url = memoize(512, (value) => redactUrl(value, names, text));
  const customBytes = (bytes: Uint8Array): Uint8Array =>
    custom.length === 0 ? bytes : applyCustom(bytes, custom);
  const body = (bytes: Uint8Array, contentType: string, contentEncoding = ''): Uint8Array =>
    customBytes(redactBody(bytes, contentType, contentEncoding, rules));
  const stream = (pieces: readonly Uint8Array[], contentType: string): readonly Uint8Array[] => {
    const redacted = redactStream(pieces, contentType, rules);
    return custom.length === 0 ? redacted : mapSame(redacted, customBytes);
  };
  const remembered = memoize(512, text);
  const headers = createHeaderRedactor({
    allow: new Set((options.headers?.allow ?? []).map((name) => name.toLowerCase())),
    deny: new Set((options.headers?.deny ?? []).map((name) => name.toLowerCase())),
    names,
    redactText: (value) => (custom.length === 0 && isCalm(value, rules) ? value : remembered(value)),
    redactUrl: url,
  });

  const request = <R extends RedactableRequest>(request: R): R => {
    const safe = {
      url: url(request.url),
      headers: headers.request(request.headers),
      body: body(
        request.body,
        headerValue(request.headers, 'content-type') ?? '',
        headerValue(request.headers, 'content-encoding') ?? '',
      ),
    };
    const isSame = safe.url === request.url && safe.headers === request.headers && safe.body === request.body;
    return isSame ? request : { ...request, ...safe };
  };

  return {
    id: `${rulesVersion}-${fingerprint({ ...options, pii })}`,
    known: [...configured, ...fromEnvironment],
    allow: checkAllowed(options.allow ?? [], text),
    request,
    interaction: (interaction) =>
      redactInteraction(interaction, { request, responseHeaders: headers.response, body, stream, text }),
    url,
    requestHeaders: headers.request,
    responseHeaders: headers.response,
    body,
    stream,
    text,
  };
}

function redactInteraction(
  interaction: Interaction,
  redactor: Pick<Redactor, 'request' | 'responseHeaders' | 'body' | 'stream' | 'text'>,
): Interaction {
  const request = redactor.request(interaction.request);
  const { response } = interaction;
  const headers = response && redactor.responseHeaders(response.headers);
  const statusText = response?.statusText === undefined ? undefined : redactor.text(response.statusText);
  const chunks = redactChunks(
    interaction.chunks,
    (response && headerValue(response.headers, 'content-type')) ?? '',
    redactor,
  );
  const ending = redactEnding(interaction.ending, redactor);
  const session = interaction.session && redactSession(interaction.session, redactor);
  const sameResponse = headers === response?.headers && statusText === response?.statusText;
  if (
    request === interaction.request &&
    sameResponse &&
    chunks === interaction.chunks &&
    ending === interaction.ending &&
    session === interaction.session
  ) {
    return interaction;
  }
  return {
    request,
    ...(response !== undefined && {
      response: sameResponse
        ? response
        : { ...response, headers: headers!, ...(statusText !== undefined && { statusText }) },
    }),
    chunks,
    ending,
    ...(session !== undefined && { session }),
  };
}

/** A chunk that was nothing but the inside of a secret goes; one that was empty from the start stays. */
function redactChunks(
  chunks: readonly Chunk[],
  contentType: string,
  redactor: Pick<Redactor, 'stream'>,
): readonly Chunk[] {
  const pieces = chunks.map(({ bytes }) => bytes);
  const redacted = redactor.stream(pieces, contentType);
  if (redacted === pieces) return chunks;
  return chunks.flatMap((chunk, index) => {
    const bytes = redacted[index]!;
    if (bytes === chunk.bytes) return [chunk];
    return bytes.byteLength === 0 ? [] : [{ ...chunk, bytes }];
  });
}

function redactEnding(ending: Ending, redactor: Pick<Redactor, 'responseHeaders' | 'text'>): Ending {
  if (ending.kind === 'aborted') {
    if (ending.message === undefined) return ending;
    const message = redactor.text(ending.message);
    return message === ending.message ? ending : { ...ending, message };
  }
  if (ending.trailers === undefined) return ending;
  const trailers = redactor.responseHeaders(ending.trailers);
  return trailers === ending.trailers ? ending : { ...ending, trailers };
}

/** Configured values come first: a value that is both keeps the name that does not depend on the machine. */
function prepareLiterals(
  configured: readonly string[],
  environment: readonly string[],
): Pick<TextRules, 'literals' | 'literalSpans'> {
  const replacements = new Map<string, string>();
  const add = (values: readonly string[], ruleId: string): void => {
    for (const form of values.flatMap((value) => formsOf(value))) {
      if (!replacements.has(form)) replacements.set(form, placeholder(ruleId));
    }
  };
  add(configured, configuredRuleId);
  add(environment, environmentRuleId);
  return {
    literals: createLiteralSet([...replacements.keys()]),
    literalSpans: [...replacements].map(([form, replacement]) => ({ length: form.length, replacement })),
  };
}

/** Functions of the user get characters. Bytes that are no text are left as they are. */
function applyCustom(bytes: Uint8Array, custom: readonly ((text: string) => string)[]): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const redacted = custom.reduce((value, redact) => redact(value), text);
  return redacted === text || text.includes('\ufffd') ? bytes : Buffer.from(redacted, 'utf8');
}

function mapSame<T>(values: readonly T[], change: (value: T) => T): readonly T[] {
  const changed = values.map((value) => change(value));
  return changed.every((value, index) => value === values[index]) ? values : changed;
}

function knownRule(id: string): string {
  if (ruleIds.has(id)) return id;
  throw invalid(
    `redact.rules names a rule that does not exist: "${id}"`,
    `use one of: ${[...ruleIds].toSorted().join(', ')}`,
  );
}

function longEnough(secret: string): string {
  if (secret.length >= 4) return secret;
  throw invalid(
    'redact.secrets has a value of fewer than 4 characters',
    'it would be found everywhere; redact its field by name (redact.fields) instead',
  );
}

function personalData(pii: RedactOptions['pii']): PersonalDataKind[] {
  if (pii === true) return [...personalDataKinds];
  return (Array.isArray(pii) ? (pii as readonly string[]) : []).map((kind) => {
    const known = personalDataKinds.find((id) => id === kind);
    if (known !== undefined) return known;
    throw invalid(
      `redact.pii names an unknown kind: "${kind}"`,
      `use some of: ${personalDataKinds.join(', ')}`,
    );
  });
}

function toPatternRule({
  id,
  pattern,
  replacement,
}: NonNullable<RedactOptions['patterns']>[number]): PatternRule {
  if (!isRuleId(id)) {
    throw invalid(
      `redact.patterns has an id that cannot stand in a placeholder: "${id}"`,
      'use lower-case letters, digits and hyphens',
    );
  }
  // Such characters would end a JSON string, a header or an SSE line in the middle.
  if (replacement !== undefined && /["\\\p{Cc}]/u.test(replacement)) {
    throw invalid(
      `the replacement of the pattern "${id}" has a quote, backslash or control character`,
      'leave them out',
    );
  }
  if (typeof pattern === 'function') return { id, pattern, replacement: replacement ?? placeholder(id) };
  const flags = pattern.flags.replace('y', '');
  return {
    id,
    pattern: new RegExp(pattern.source, flags.includes('g') ? flags : `${flags}g`),
    replacement: replacement ?? placeholder(id),
  };
}

function toJsonPath(path: string): JsonPath {
  const parsed = parseJsonPath(path);
  if (parsed !== undefined) return parsed;
  throw invalid(
    'redact.paths has an entry that is no path, or that names the whole document',
    'write it like $.user.email, messages.*.metadata or **.ssn',
  );
}

function invalid(what: string, fix: string): ReelError {
  return new ReelError('REEL_INVALID_OPTION', { what, fix });
}

/** A short hash of the options that are not secret themselves (32-bit FNV-1a): a name, not a protection. */
function fingerprint({ rules, headers, query, fields, paths, patterns, custom, pii }: RedactOptions): string {
  const parts = [
    Object.keys(rules ?? {}).toSorted(),
    [headers?.allow, headers?.deny, query, fields].map((list) => [...(list ?? [])].toSorted()),
    (patterns ?? []).map(({ id, pattern, replacement }) => [id, String(pattern), replacement]),
    (custom ?? []).map((redact) => redact.toString()),
    pii,
    ...(paths === undefined ? [] : [[...paths].toSorted()]),
  ];
  let hash = 0x81_1c_9d_c5;
  for (const byte of Buffer.from(JSON.stringify(parts))) hash = Math.imul(hash ^ byte, 0x01_00_01_93);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
