import { placeholder } from './placeholder.ts';
import type { PatternRule } from './pattern-rules.ts';

/** Personal data that can be redacted on request. Off by default: tests are full of harmless examples. */
export const personalDataKinds = ['email', 'phone', 'card', 'iban'] as const;
export type PersonalDataKind = (typeof personalDataKinds)[number];

const rules: Readonly<Record<PersonalDataKind, Omit<PatternRule, 'id' | 'replacement'>>> = {
  email: {
    pattern: /(?<![\w.+%-])[\w.+%-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])/g,
    // `icon@2x.png`: a picture for dense screens.
    accept: (match) => !/@[234]x\.[a-z]+$/.test(match),
  },
  // International form only; a national number looks like any other number.
  phone: { pattern: /(?<![\w+])\+[1-9]\d{0,2}(?:[ .()/-]{0,2}\d){6,12}(?!\w)/g },
  card: {
    pattern: /(?<![\w.-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\w-])/g,
    accept: (match) => isLuhn(match.replaceAll(/\D/g, '')),
  },
  iban: {
    pattern: /(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)/g,
    accept: (match) => isIban(match.replaceAll(' ', '')),
  },
};

export function personalDataRules(kinds: readonly PersonalDataKind[]): PatternRule[] {
  return kinds.map((id) => ({ id, replacement: placeholder(id), ...rules[id] }));
}

/** ISO/IEC 7812-1, annex B. */
function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** ISO 13616: the rearranged number leaves 1 when divided by 97. */
function isIban(iban: string): boolean {
  if (iban.length < 15 || iban.length > 34) return false;
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    for (const digit of String(Number.parseInt(character, 36))) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}
