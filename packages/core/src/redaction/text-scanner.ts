import { basicRuleId, bearerRuleId, scanAuthorization } from './authorization.ts';
import {
  decodeBase64Text,
  eachBase64,
  encodeBase64Text,
  wrappedBase64,
  type WrappedBase64,
} from './base64-text.ts';
import { scanByteLists } from './byte-lists.ts';
import { type Codes, codesOf } from './codes.ts';
import { scanContextKeys } from './context-keys.ts';
import type { CutText } from './cut-text.ts';
import { decodeEscapes } from './decoded-view.ts';
import type { FieldNames } from './field-names.ts';
import type { JsonPath } from './json-paths.ts';
import type { LiteralSet } from './literal-set.ts';
import { scanNamedValues } from './named-values.ts';
import { type PatternRule, scanPatterns } from './pattern-rules.ts';
import { pemRuleId, scanPem } from './pem.ts';
import { eachRun } from './runs.ts';
import type { ShapeScanner } from './shape-scanner.ts';
import { priority, replaceSpans, settleSpans, type Span } from './span.ts';
import { trait, traitsOf } from './traits.ts';

/** What to look for, prepared once. */
export interface TextRules {
  readonly shapes: ShapeScanner;
  readonly names: FieldNames;
  /** Known values in all their forms. */
  readonly literals: LiteralSet;
  /** Parallel to the literals. */
  readonly literalSpans: readonly { readonly length: number; readonly replacement: string }[];
  readonly patterns: readonly PatternRule[];
  /** Places in JSON bodies. */
  readonly paths: readonly JsonPath[];
  isOff(ruleId: string): boolean;
}

export interface TextKind {
  /** The characters of the text are bytes (Latin-1), not Unicode. */
  readonly isBytes: boolean;
  /** Line breaks frame events or records and must stay. */
  readonly isFramed?: boolean;
  /** Not text at all: only known values are looked for, because every shape would be chance. */
  readonly isBinary?: boolean;
}

/** Base64 inside base64 inside base64 is read; deeper is not. */
const deepest = 2;

/**
 * What one pass leaves may hold a secret that only now stands free, so passes repeat until nothing is found: that makes the
 * result a fixed point. Two are the rule; more than this only happens with patterns that match their own replacement.
 */
const mostPasses = 8;

/** Repeats a change until it changes nothing. */
export function untilStable(text: string, change: (text: string) => string): string {
  let stable = text;
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const next = change(stable);
    if (next === stable) break;
    stable = next;
  }
  return stable;
}

/**
 * The text without its secrets; the very same string when it has none.
 * @param codes of the text, where they are at hand.
 */
export function redactText(text: string, rules: TextRules, kind: TextKind, depth = 0, codes?: Codes): string {
  let redacted = text;
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const before = redacted;
    const spans = scanText(before, rules, kind, depth, before === text ? codes : undefined);
    if (spans.length === 0) break;
    redacted = replaceSpans(before, spans);
    if (redacted === before) break;
  }
  return redacted;
}

/** Whether a short text has nothing from which the scan starts, so that it stays as it is: most header values. May be wrongly false. */
export function isCalm(text: string, rules: TextRules): boolean {
  if (rules.patterns.length > 0 || traitsOf(text) !== 0) return false;
  let isFound = false;
  rules.literals.search(text, () => {
    isFound = true;
  });
  return !isFound;
}

/** The same for a text cut into pieces, over the joined text: a secret may lie across a cut. Same object when there is nothing. */
export function redactPieces(body: CutText, rules: TextRules, kind: TextKind): CutText {
  let redacted = body;
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const before = redacted;
    const spans = scanText(before.text, rules, kind, 0, before.codes);
    if (spans.length === 0) break;
    redacted = before.replace(spans, kind.isFramed === true);
    if (redacted.text === before.text) break;
  }
  return redacted;
}

/**
 * One pass: what has to go from a text, settled.
 * @param codes of the text, where they are at hand.
 */
export function scanText(
  text: string,
  rules: TextRules,
  kind: TextKind,
  depth: number,
  codes?: Codes,
): readonly Span[] {
  let spans: Span[] | undefined;
  const found = (span: Span): void => {
    (spans ??= []).push(span);
  };
  if (kind.isBinary === true) {
    scanLiterals(text, rules, found);
    return spans === undefined ? nothing : settleSpans(spans, text);
  }
  const traits = traitsOf(text);
  scanPlain(text, traits, rules, depth, found, codes);
  scanPatterns(text, kind.isBytes, rules.patterns, found);
  const view = (traits & trait.escape) === 0 ? undefined : decodeEscapes(text);
  if (view !== undefined) {
    scanPlain(view.text, traitsOf(view.text), rules, deepest, (span) => {
      found({ ...span, start: view.toOriginal(span.start), end: view.toOriginal(span.end) });
    });
  }
  return spans === undefined ? nothing : settleSpans(spans, text);
}

const nothing: readonly Span[] = [];

function scanPlain(
  text: string,
  traits: number,
  rules: TextRules,
  depth: number,
  found: (span: Span) => void,
  codes?: Codes,
): void {
  if ((traits & trait.run) !== 0) scanRuns(text, codes ?? codesOf(text), rules, depth, found);
  if (depth < deepest && (traits & trait.bracket) !== 0) {
    scanByteLists(text, found, (inner, isBinary) =>
      redactText(inner, rules, { isBytes: true, isBinary }, depth + 1),
    );
  }
  if ((traits & trait.hyphen) !== 0 && !rules.isOff(pemRuleId)) scanPem(text, found);
  if ((traits & (trait.separator | trait.bracket)) !== 0) scanNamedValues(text, rules.names, found);
  scanLiterals(text, rules, found);
}

function scanRuns(
  text: string,
  codes: Codes,
  rules: TextRules,
  depth: number,
  found: (span: Span) => void,
): void {
  const readsAuthorization = !(rules.isOff(bearerRuleId) && rules.isOff(basicRuleId));
  let wrappedTo = 0;
  const base64 = (from: number, to: number): void => {
    const wrapped = wrappedBase64(text, codes, from, to);
    if (wrapped !== undefined) wrappedTo = wrapped.end;
    scanBase64(text, from, to, wrapped, rules, depth, found);
  };
  eachRun(codes, (start, end, isDivided) => {
    rules.shapes(text, codes, start, end, found);
    if (readsAuthorization) scanAuthorization(text, start, found);
    scanContextKeys(text, codes, start, end, rules.isOff, found);
    if (depth < deepest && start >= wrappedTo) eachBase64(codes, start, end, isDivided, base64);
  });
}

function scanLiterals(text: string, rules: TextRules, found: (span: Span) => void): void {
  rules.literals.search(text, (start, index) => {
    const { length, replacement } = rules.literalSpans[index]!;
    found({ start, end: start + length, replacement, rank: priority.known });
  });
}

/** Base64 stays base64: what it holds is redacted and encoded again, so whoever decodes it in replay gets text and not an error. */
function scanBase64(
  text: string,
  start: number,
  end: number,
  wrapped: WrappedBase64 | undefined,
  rules: TextRules,
  depth: number,
  found: (span: Span) => void,
): void {
  const encoded = wrapped?.digits ?? text.slice(start, end);
  const decoded = decodeBase64Text(encoded);
  if (decoded === undefined) return;
  const redacted = redactText(decoded, rules, { isBytes: true }, depth + 1);
  if (redacted === decoded) return;
  const digits = encodeBase64Text(redacted, encoded);
  found({
    start,
    end: wrapped?.end ?? end,
    replacement: wrapped?.wrap(digits) ?? digits,
    rank: priority.encoded,
  });
}
