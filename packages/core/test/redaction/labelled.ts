import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findSecrets } from '../../src/redaction/guard.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';
import { seeded } from '../fixtures/synthetic-secrets.ts';

const folder = join(import.meta.dirname, 'rules');

/** How a rule does on its fixtures. */
export interface Row {
  readonly rule: string;
  readonly secrets: number;
  /** Secrets of which the redactor left nothing. */
  readonly found: number;
  /** Lines without a secret. */
  readonly harmless: number;
  /** Harmless lines that were changed, and lines with a secret of which more was changed. */
  readonly falseAlarms: number;
  /** Lines with a secret that the guard reports, were they not redacted. */
  readonly guarded: number;
  /** Harmless lines that the guard reports. */
  readonly falseGuards: number;
  /** The lines behind the misses and false alarms, as templates: no secret is in them. */
  readonly problems: readonly string[];
}

/** Every folder under `rules/`: `bad/` has lines with a secret, `good/` lines that look like it and are harmless. */
export function measure(): Row[] {
  return readdirSync(folder)
    .toSorted()
    .map((rule) => measureRule(rule));
}

export function formatTable(rows: readonly Row[]): string {
  const head = ['rule', 'secrets', 'recall', 'harmless', 'precision', 'guard recall', 'guard false'];
  const lines = [...rows, total(rows)].map(
    ({ rule, secrets, found, harmless, falseAlarms, guarded, falseGuards }) => [
      rule,
      String(secrets),
      percent(found, secrets),
      String(harmless),
      percent(found, found + falseAlarms),
      percent(guarded, secrets),
      String(falseGuards),
    ],
  );
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]!.length)));
  return [head, ...lines]
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)).join('  '))
    .join('\n');
}

function total(rows: readonly Row[]): Row {
  const sum = (pick: (row: Row) => number): number => rows.reduce((so, row) => so + pick(row), 0);
  return {
    rule: 'all',
    secrets: sum(({ secrets }) => secrets),
    found: sum(({ found }) => found),
    harmless: sum(({ harmless }) => harmless),
    falseAlarms: sum(({ falseAlarms }) => falseAlarms),
    guarded: sum(({ guarded }) => guarded),
    falseGuards: sum(({ falseGuards }) => falseGuards),
    problems: [],
  };
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)}%`;
}

function measureRule(rule: string): Row {
  const isPersonal = ['email', 'phone', 'card', 'iban'].includes(rule);
  const redactor = createRedactor(isPersonal ? { pii: [rule] } : {}, {});
  const random = seeded(rule.length * 1000 + rule.charCodeAt(0));
  const row = {
    rule,
    secrets: 0,
    found: 0,
    harmless: 0,
    falseAlarms: 0,
    guarded: 0,
    falseGuards: 0,
    problems: [] as string[],
  };
  for (const template of casesOf(rule, 'bad')) {
    const { text, secrets, around } = expand(template, random);
    const redacted = redactor.text(text);
    row.secrets += secrets.length;
    row.found += secrets.filter((secret) => !leavesAny(redacted, secret, around)).length;
    if (secrets.some((secret) => leavesAny(redacted, secret, around)))
      row.problems.push(`missed: ${template}`);
    if (!keeps(redacted, around)) {
      row.falseAlarms += 1;
      row.problems.push(`took too much: ${template}`);
    }
    if (findSecrets(Buffer.from(JSON.stringify({ text })), { known: [] }).length > 0)
      row.guarded += secrets.length;
  }
  for (const template of casesOf(rule, 'good')) {
    const { text } = expand(template, random);
    row.harmless += 1;
    if (redactor.text(text) !== text) {
      row.falseAlarms += 1;
      row.problems.push(`false alarm: ${template}`);
    }
    if (findSecrets(Buffer.from(JSON.stringify({ text })), { known: [] }).length > 0) {
      row.falseGuards += 1;
      row.problems.push(`false alarm of the guard: ${template}`);
    }
  }
  return row;
}

function casesOf(rule: string, kind: 'bad' | 'good'): string[] {
  try {
    return readFileSync(join(folder, rule, kind, 'cases.txt'), 'utf8')
      .trimEnd()
      .split('\n');
  } catch {
    return [];
  }
}

const alphabets: Readonly<Record<string, string>> = {
  digits: '0123456789',
  hex: '0123456789abcdef',
  letters: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  lowdig: '0123456789abcdefghijklmnopqrstuvwxyz',
  alnum: '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  word: '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_',
  b64: '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/',
};

/** `⟦a|hex*8⟧` is a secret: the letter a and eight hexadecimal digits. `⟨hex*8⟩` is the same and harmless. */
function expand(
  template: string,
  random: () => number,
): { readonly text: string; readonly secrets: readonly string[]; readonly around: readonly string[] } {
  const secrets: string[] = [];
  const around: string[] = [];
  let text = '';
  const parts = template.replaceAll(/⟨([^⟩]*)⟩/g, (_, spec: string) => generate(spec, random)).split(/[⟦⟧]/);
  for (const [index, part] of parts.entries()) {
    const value = index % 2 === 0 ? part : generate(part, random);
    (index % 2 === 0 ? around : secrets).push(value);
    text += value;
  }
  return { text, secrets, around };
}

function generate(spec: string, random: () => number): string {
  return spec
    .split('|')
    .map((piece) => {
      const [, name, count] = /^([a-z0-9]+)\*(\d+)$/.exec(piece) ?? [];
      if (name === 'basic')
        return Buffer.from(`user:${draw('alnum', Number(count), random)}`).toString('base64');
      return name === undefined ? piece : draw(name, Number(count), random);
    })
    .join('');
}

/** Real keys have a digit and, where the alphabet has them, both cases. */
function draw(name: string, count: number, random: () => number): string {
  const alphabet = alphabets[name]!;
  let text = '';
  for (let i = 0; i < count; i += 1) text += alphabet[Math.floor(random() * alphabet.length)];
  if (count < 8 || !['alnum', 'word', 'b64', 'hex', 'lowdig'].includes(name)) return text;
  return /[A-Z]/.test(alphabet) ? `a7${text.slice(4)}Qz` : `a7${text.slice(2)}`;
}

/** Whether six letters of a secret in a row are left that do not stand around it anyway. */
function leavesAny(redacted: string, secret: string, around: readonly string[]): boolean {
  const clean = redacted.replaceAll(/\[redacted:[a-z0-9-]+\]/g, '|');
  const context = around.join('|');
  for (let at = 0; at + 6 <= secret.length; at += 1) {
    const piece = secret.slice(at, at + 6);
    if (clean.includes(piece) && !context.includes(piece)) return true;
  }
  return clean.includes(secret);
}

function keeps(redacted: string, around: readonly string[]): boolean {
  let at = 0;
  for (const part of around) {
    const found = redacted.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return true;
}
