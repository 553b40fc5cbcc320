import type { Codes } from './codes.ts';
import { placeholder } from './placeholder.ts';
import { priority, type Span } from './span.ts';

/** A key without a shape: letters and digits of a fixed length, which only the words before it give away. */
export interface ContextRule {
  readonly id: string;
  readonly source: string;
  /** Names of the service, in lower case, as alternatives of an expression. */
  readonly service: string;
  readonly length: number;
  readonly alphabet: 'hex' | 'mixed';
}

export const contextRules: readonly ContextRule[] = [
  {
    id: 'mistral-key',
    source: 'GitHub secret scanning lists it without a shape; 32 letters and digits as issued',
    service: 'mistral',
    length: 32,
    alphabet: 'mixed',
  },
  {
    id: 'cohere-key',
    source: 'gitleaks: 40 letters and digits near "cohere"',
    service: 'cohere',
    length: 40,
    alphabet: 'mixed',
  },
  {
    id: 'azure-openai-key',
    source: 'trufflehog: 32 hexadecimal digits near the service; newer ones have a shape (azure-key)',
    service: 'azure|cognitive services',
    length: 32,
    alphabet: 'hex',
  },
  {
    id: 'wandb-key',
    source: 'trufflehog: 40 hexadecimal digits by context',
    service: 'wandb|weights (?:&|and) biases',
    length: 40,
    alphabet: 'hex',
  },
  {
    id: 'deepgram-key',
    source: 'trufflehog: 40 hexadecimal digits by context',
    service: 'deepgram',
    length: 40,
    alphabet: 'hex',
  },
  {
    id: 'assemblyai-key',
    source: 'trufflehog: 32 hexadecimal digits by context',
    service: 'assembly ?ai',
    length: 32,
    alphabet: 'hex',
  },
  {
    id: 'elevenlabs-key',
    source: 'trufflehog: the older form, 32 hexadecimal digits by context',
    service: 'eleven ?labs',
    length: 32,
    alphabet: 'hex',
  },
  {
    id: 'together-key',
    source: 'the older form as issued, 64 hexadecimal digits; no public scanner has a rule',
    service: 'together',
    length: 64,
    alphabet: 'hex',
  },
];

export const contextRuleIds: readonly string[] = [...new Set(contextRules.map(({ id }) => id))];

/** The service, then "key" or the like, then at most a verb and punctuation. */
const context = new RegExp(
  `(?:${contextRules.map(({ service }) => `(${service})`).join('|')})[^]{0,24}?(?:key|token|secret|credential)s?\\W{0,6}(?:is|was|are)?\\W{0,6}$`,
  'i',
);
const longestContext = 64;
const lengths: ReadonlySet<number> = new Set(contextRules.map(({ length }) => length));

/** Called for each run of token characters: looks at the letters and digits with which it ends. */
export function scanContextKeys(
  text: string,
  codes: Codes,
  start: number,
  end: number,
  isOff: (ruleId: string) => boolean,
  found: (span: Span) => void,
): void {
  if (end - start < 32 || end - start > 256) return;
  let from = end;
  while (from > start && isAlphanumeric(codes[from - 1]!)) from -= 1;
  if (!lengths.has(end - from)) return;
  const before = text.slice(Math.max(0, from - longestContext), from);
  const match = context.exec(before);
  if (match === null) return;
  const service = match.findIndex((group, index) => index > 0 && group !== undefined) - 1;
  const { service: name } = contextRules[service]!;
  const value = text.slice(from, end);
  // One service may have keys of several lengths.
  const rule = contextRules.find(
    (one) => one.service === name && one.length === value.length && isOf(one.alphabet, value),
  );
  if (rule === undefined || isOff(rule.id)) return;
  found({ start: from, end, replacement: placeholder(rule.id), rank: priority.shape });
}

function isOf(alphabet: ContextRule['alphabet'], value: string): boolean {
  if (alphabet === 'hex') return /^[0-9a-f]+$/i.test(value) && /\d/.test(value) && /[a-f]/i.test(value);
  return /\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value);
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
