import type { Hit } from './inspect.ts';

/** Looks for known values, plain or encoded, in a text. */
export type KnownSearch = (text: string, hit: Hit) => void;

/**
 * Made of samples and not of the redactor's search, whose faults it must not share: three characters are looked at in every six, and
 * whatever is at least eight long covers one such place whole.
 */
export function createKnownSearch(known: readonly string[]): KnownSearch {
  let search = searches.get(known);
  if (search === undefined) searches.set(known, (search = compile(known)));
  return search;
}

/** Whether a text may hold a known value. */
export type KnownHint = (text: string) => boolean;

/** A form's longest piece that has to be shorter than this to be found everywhere. */
const shortestPiece = 4;

// All but printable ASCII without quote, backslash, `&`, `<` and `>`.
const mayBeEscaped = /[^ !#-%'-;=?-[\]-~]+/;

/**
 * The same for the raw text of JSON, where a character may be written as an escape: looks for the longest piece of each form that has no
 * such character. `none` when a form has no such piece; `undefined` when nothing is known.
 */
export function knownHintOf(known: readonly string[]): KnownHint | 'none' | undefined {
  if (!hints.has(known)) hints.set(known, createHint(known));
  return hints.get(known);
}

const hints = new WeakMap<readonly string[], KnownHint | 'none' | undefined>();

function createHint(known: readonly string[]): KnownHint | 'none' | undefined {
  const pieces = new Set<string>();
  for (const form of formsOf(known)) {
    const [longest = ''] = form.split(mayBeEscaped).toSorted((a, b) => b.length - a.length);
    if (longest.length < shortestPiece) return 'none';
    pieces.add(longest);
  }
  if (pieces.size === 0) return undefined;
  const search = searchFor([...pieces]);
  return (text) => {
    let isThere = false;
    search(text, () => {
      isThere = true;
    });
    return isThere;
  };
}

/** One list serves all cassettes of a run. */
const searches = new WeakMap<readonly string[], KnownSearch>();

const stride = 6;
const sample = 3;

function compile(known: readonly string[]): KnownSearch {
  return searchFor([...formsOf(known)]);
}

function searchFor(forms: readonly string[]): KnownSearch {
  if (forms.length === 0) return () => {};
  const short = forms.filter((form) => form.length < stride + sample - 1);
  const samples = new Map<number, { readonly form: string; readonly offset: number }[]>();
  const mayBe = new Uint8Array(1 << 15);
  for (const form of forms) {
    if (form.length < stride + sample - 1) continue;
    for (let offset = 0; offset < stride; offset += 1) {
      const hash = hashAt(form, offset);
      mayBe[hash] = 1;
      const list = samples.get(hash);
      if (list === undefined) samples.set(hash, [{ form, offset }]);
      else list.push({ form, offset });
    }
  }
  return (text, hit) => {
    const last = text.length - sample;
    for (let at = 0; at <= last; at += stride) {
      const hash = hashAt(text, at);
      if (mayBe[hash] !== 1) continue;
      for (const { form, offset } of samples.get(hash)!) {
        if (at >= offset && text.startsWith(form, at - offset))
          hit('known-value', at - offset, at - offset + form.length);
      }
    }
    for (const form of short) {
      const at = text.indexOf(form);
      if (at !== -1) hit('known-value', at, at + form.length);
    }
  };
}

function hashAt(text: string, at: number): number {
  return (
    (text.charCodeAt(at) * 31 * 31 + text.charCodeAt(at + 1) * 31 * 7 + text.charCodeAt(at + 2)) & 0x7f_ff
  );
}

function formsOf(known: readonly string[]): Set<string> {
  const forms = new Set<string>();
  for (const value of known) {
    const bytes = Buffer.from(value, 'utf8');
    forms.add(value);
    forms.add(encodeURIComponent(value));
    forms.add(JSON.stringify(value).slice(1, -1));
    forms.add(bytes.toString('latin1'));
    if (bytes.length < 8) continue;
    forms.add(bytes.toString('hex'));
    forms.add(bytes.toString('hex').toUpperCase());
    for (const core of alignments(bytes)) {
      forms.add(core);
      forms.add(core.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
  forms.delete('');
  return forms;
}

/** The base64 digits that do not depend on the bytes before and after, for the three places in a group of three where a value can begin. */
function alignments(bytes: Buffer): string[] {
  return [0, 1, 2]
    .map((lead) => {
      const usable = bytes.length - ((3 - lead) % 3) - ((bytes.length - ((3 - lead) % 3)) % 3);
      const from = (3 - lead) % 3;
      return bytes.subarray(from, from + usable).toString('base64');
    })
    .filter((core) => core.length >= 8);
}
