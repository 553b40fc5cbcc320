import type { IgnoredPaths } from './ignored-paths.ts';

/**
 * Deeper documents are compared as text: the walk below recurses, and a body must never be able to exhaust the stack.
 * RFC 8259 section 9 allows a reader such a limit; no LLM API nests past a few dozen.
 */
const maxDepth = 500;

/**
 * JSON text in the form of RFC 8785 (JCS): members sorted by UTF-16 code units, no white space, one spelling per string
 * and number. Two texts with one meaning give one result. `undefined` when the text is not JSON.
 *
 * Works on the text and not on what `JSON.parse` makes of it, because parsing loses what can tell two requests apart:
 * - a number that a double cannot hold (`12345678901234567890`, `1e400`) keeps all its digits, in one spelling;
 * - a key given twice stays twice, in the order written: which of the two a server believes is the server's affair.
 *
 * `-0` is written `0`, as JCS asks. Members and elements that `ignored` names are left out.
 */
export function canonicalJson(text: string, ignored?: IgnoredPaths): string | undefined {
  try {
    return new Reader(text).document(ignored);
  } catch (error) {
    if (error === notJson) return undefined;
    throw error;
  }
}

/** Thrown and caught in this file only; one shared object, because bodies that are not JSON are ordinary. */
const notJson = new Error('not JSON');

interface Member {
  /** Decoded: JCS orders by the key's own code units, not by its escapes. */
  readonly name: string;
  /** `"key":value`, canonical. */
  readonly text: string;
}

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(ignored: IgnoredPaths | undefined): string {
    this.#space();
    const value = this.#value(ignored);
    this.#space();
    if (this.#at !== this.#text.length) throw notJson;
    return value;
  }

  #value(ignored: IgnoredPaths | undefined): string {
    switch (this.#text.charCodeAt(this.#at)) {
      case 0x22 /* " */:
        return this.#string();
      case 0x7b /* { */:
        return this.#object(ignored);
      case 0x5b /* [ */:
        return this.#array(ignored);
      case 0x74 /* t */:
        return this.#word('true');
      case 0x66 /* f */:
        return this.#word('false');
      case 0x6e /* n */:
        return this.#word('null');
      default:
        return this.#number();
    }
  }

  #object(ignored: IgnoredPaths | undefined): string {
    this.#enter();
    const members: Member[] = [];
    let sorted = true;
    let last = '';
    if (!this.#closes(0x7d)) {
      do {
        this.#space();
        if (this.#text.charCodeAt(this.#at) !== 0x22) throw notJson;
        const key = this.#string();
        const name = key.includes('\\') ? (JSON.parse(key) as string) : key.slice(1, -1);
        this.#space();
        if (this.#text.charCodeAt(this.#at) !== 0x3a /* : */) throw notJson;
        this.#at++;
        this.#space();
        const inner = ignored?.step(name);
        const value = this.#value(inner);
        if (inner?.whole === true) continue;
        if (name < last) sorted = false;
        last = name;
        members.push({ name, text: `${key}:${value}` });
      } while (this.#continues(0x7d));
    }
    this.#depth--;
    if (!sorted) sortMembers(members);
    let out = '{';
    for (let i = 0; i < members.length; i++) out += i === 0 ? members[i]!.text : `,${members[i]!.text}`;
    return `${out}}`;
  }

  #array(ignored: IgnoredPaths | undefined): string {
    this.#enter();
    let out = '';
    let index = 0;
    if (!this.#closes(0x5d)) {
      do {
        this.#space();
        const inner = ignored?.step(String(index));
        index++;
        const value = this.#value(inner);
        if (inner?.whole === true) continue;
        out += out === '' ? value : `,${value}`;
      } while (this.#continues(0x5d));
    }
    this.#depth--;
    return `[${out}]`;
  }

  #enter(): void {
    this.#at++;
    if (++this.#depth > maxDepth) throw notJson;
  }

  /** Consumes `close` right after an opening bracket: the empty object or array. */
  #closes(close: number): boolean {
    this.#space();
    if (this.#text.charCodeAt(this.#at) !== close) return false;
    this.#at++;
    return true;
  }

  /** After a member: consumes a comma (more to come) or `close` (no more). */
  #continues(close: number): boolean {
    this.#space();
    const code = this.#text.charCodeAt(this.#at++);
    if (code === 0x2c /* , */) return true;
    if (code === close) return false;
    throw notJson;
  }

  /** A string token. Nearly always its own canonical form, so it is cut out of the text and not decoded. */
  #string(): string {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    let rewrite = false;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 0x22) break;
      if (code === 0x5c /* \ */) {
        const escape = text.charCodeAt(at + 1);
        // \uXXXX and \/ may stand for what is written plainly; the six short escapes are what JCS itself writes.
        if (escape === 0x75 || escape === 0x2f) rewrite = true;
        else if (!isShortEscape(escape)) throw notJson;
        at += 2;
      } else if (code >= 0x20) {
        at++;
      } else {
        // A control character, or the NaN that charCodeAt gives past the end.
        throw notJson;
      }
    }
    this.#at = at + 1;
    const token = text.slice(start, at + 1);
    return rewrite ? respell(token) : token;
  }

  #number(): string {
    const text = this.#text;
    const start = this.#at;
    let at = start;
    if (text.charCodeAt(at) === 0x2d /* - */) at++;
    const firstDigit = at;
    while (isDigit(text.charCodeAt(at))) at++;
    const digits = at - firstDigit;
    if (digits === 0 || (digits > 1 && text.charCodeAt(firstDigit) === 0x30)) throw notJson;
    let plain = true;
    if (text.charCodeAt(at) === 0x2e /* . */) {
      plain = false;
      const fraction = ++at;
      while (isDigit(text.charCodeAt(at))) at++;
      if (at === fraction) throw notJson;
    }
    const mark = text.charCodeAt(at);
    if (mark === 0x65 /* e */ || mark === 0x45 /* E */) {
      plain = false;
      at++;
      const sign = text.charCodeAt(at);
      if (sign === 0x2b || sign === 0x2d) at++;
      const exponent = at;
      while (isDigit(text.charCodeAt(at))) at++;
      if (at === exponent) throw notJson;
    }
    this.#at = at;
    const token = text.slice(start, at);
    // Up to 15 digits every integer is a double and its own canonical form; only -0 is not.
    if (plain && digits <= 15) return token === '-0' ? '0' : token;
    return canonicalNumber(token);
  }

  #word(word: string): string {
    if (!this.#text.startsWith(word, this.#at)) throw notJson;
    this.#at += word.length;
    return word;
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** `\" \\ \b \f \n \r \t` */
function isShortEscape(code: number): boolean {
  return (
    code === 0x6e ||
    code === 0x22 ||
    code === 0x5c ||
    code === 0x74 ||
    code === 0x72 ||
    code === 0x62 ||
    code === 0x66
  );
}

function respell(token: string): string {
  try {
    return JSON.stringify(JSON.parse(token));
  } catch {
    throw notJson;
  }
}

/** Insertion sort: stable, and for the few members an object has, faster than a comparator call per pair. */
function sortMembers(members: Member[]): void {
  if (members.length > 24) {
    members.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    return;
  }
  for (let i = 1; i < members.length; i++) {
    const member = members[i]!;
    let j = i - 1;
    while (j >= 0 && members[j]!.name > member.name) {
      members[j + 1] = members[j]!;
      j--;
    }
    members[j + 1] = member;
  }
}

/** The ECMAScript spelling when it says the same number, else all the digits, in scientific form. */
function canonicalNumber(token: string): string {
  const exact = scientific(token);
  if (exact === '0') return '0';
  const value = Number(token);
  if (!Number.isFinite(value)) return exact;
  const spelled = String(value);
  return scientific(spelled) === exact ? spelled : exact;
}

/** One spelling for each decimal value: an integer without leading or trailing zeros, times a power of ten. */
function scientific(token: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(
    token,
  )!;
  const digits = whole + fraction;
  let start = 0;
  while (digits.charCodeAt(start) === 0x30) start++;
  if (start === digits.length) return '0';
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === 0x30) end--;
  // BigInt, because an exponent may itself have any number of digits.
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - end);
  return `${sign}${digits.slice(start, end)}e${power}`;
}
