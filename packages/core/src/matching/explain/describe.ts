import { digest } from '../../normalize/digest.ts';
import type { RequestChange } from './compare-requests.ts';
import { Described } from './described.ts';
import { isObject, textAt } from './json.ts';
import { diffText, shorten, type DiffMarks } from './text-diff.ts';

/** One difference between the request and the recording nearest to it. All texts are redacted and shortened. */
export interface Difference {
  /** As seen from the tape: `added` is only in the request that was sent now. */
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  /** In LLM terms: `model`, `messages[3] (user)`, `tool "get_weather", schema at properties.city`, `query parameter version`... */
  readonly part: string;
  /** `$.messages[3].content`, `?version`, `method`, `url.host`, `url.path`, `header:x-tenant`, `form:file`, `line:3`, `body`. */
  readonly path: string;
  /** The value on tape; absent for `added`. */
  readonly recorded?: string;
  /** The value sent now; absent for `removed`. */
  readonly incoming?: string;
  /** The difference as lines to print, the first of which names the part. */
  readonly lines: readonly string[];
}

export function describeChange(
  change: RequestChange,
  redact: (text: string) => string,
  marks: DiffMarks,
): Difference {
  const { kind, term, path } = change;
  const part = redact(term.part);
  const recorded = kind === 'added' ? undefined : redact(valueText(change.recorded));
  const incoming = kind === 'removed' ? undefined : redact(valueText(change.incoming));
  return {
    kind,
    part,
    path: redact(path),
    ...(recorded !== undefined && { recorded }),
    ...(incoming !== undefined && { incoming }),
    lines: linesOf(change, part, { recorded, incoming }, redact, marks),
  };
}

function linesOf(
  change: RequestChange,
  part: string,
  { recorded, incoming }: { recorded: string | undefined; incoming: string | undefined },
  redact: (text: string) => string,
  marks: DiffMarks,
): string[] {
  switch (change.kind) {
    case 'added':
      return [marks.addedLine(`${part}: ${incoming} (not on tape)`)];
    case 'removed':
      return [marks.removedLine(`${part}: ${recorded} (not sent now)`)];
    case 'moved':
      return [`~ ${part} is in another place than on tape: ${incoming}`];
    case 'changed': {
      const texts = [change.recorded, change.incoming];
      if (texts.every(isProse)) {
        const [before, now] = texts as [string, string];
        return [`~ ${part}:`, ...diffText(before, now, redact, marks).map((line) => `    ${line}`)];
      }
      if (recorded === incoming)
        return [`~ ${part}: differs only in what redaction hides, or past what is shown`];
      return [`~ ${part}: ${recorded} on tape, ${incoming} now`];
    }
    default:
      return change.kind satisfies never;
  }
}

/** A text to be read, as opposed to a short value or encoded bytes. */
function isProse(value: unknown): boolean {
  return typeof value === 'string' && !isEncoded(value) && (/\s/.test(value) || value.length > 40);
}

/** Long base64, alone or in a `data:` URL: images, audio, files. */
function isEncoded(text: string): boolean {
  if (text.length < 200) return false;
  const start = text.startsWith('data:') ? text.indexOf(',') + 1 : 0;
  // The first thousand characters tell.
  return /^[A-Za-z0-9+/_=-]+$/.test(text.slice(start, start + 1_000));
}

const maxValue = 160;

function valueText(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value instanceof Described) return value.text;
  if (typeof value === 'string') return isEncoded(value) ? encodedText(value) : quoted(value);
  const content = contentOf(value);
  if (content !== undefined) return quoted(content);
  return shorten(
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'string' && isEncoded(inner) ? encodedText(inner) : inner,
    ),
    maxValue,
  );
}

function quoted(text: string): string {
  return text.length > maxValue ? shorten(text, maxValue) : JSON.stringify(text);
}

function encodedText(text: string): string {
  const type = /^data:([^;,]*)/.exec(text)?.[1];
  return `<${type === undefined || type === '' ? 'encoded data' : type}, ${text.length} characters, sha256 ${digest(text).slice(0, 12)}>`;
}

/** The text of a whole message or tool, when it has one that says enough. */
function contentOf(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const direct =
    textAt(value, 'content') ??
    textAt(value, 'text') ??
    textAt(value, 'output') ??
    textAt(value, 'description') ??
    textAt(value['function'], 'description') ??
    textAt(value['toolSpec'], 'description');
  if (direct !== undefined && direct !== '') return direct;
  const parts = value['content'] ?? value['parts'];
  if (!Array.isArray(parts) || parts.length === 0) return undefined;
  const texts = parts.map((part) => textAt(part, 'text'));
  return texts.every((text) => text !== undefined) ? texts.join(' ') : undefined;
}
