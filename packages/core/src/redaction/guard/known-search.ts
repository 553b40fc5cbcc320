/**
 * A test whether a text has one of the known values in it, plain or encoded. Made of one regular expression and not of the redactor's
 * search, whose faults it must not share.
 */
export function createKnownSearch(known: readonly string[]): (text: string) => boolean {
  let search = searches.get(known);
  if (search === undefined) searches.set(known, (search = compile(known)));
  return search;
}

/** One list serves all cassettes of a run. */
const searches = new WeakMap<readonly string[], (text: string) => boolean>();

function compile(known: readonly string[]): (text: string) => boolean {
  const forms = new Set<string>();
  for (const value of known) {
    const bytes = Buffer.from(value, 'utf8');
    forms.add(value);
    forms.add(encodeURIComponent(value));
    if (bytes.length < 8) continue;
    forms.add(bytes.toString('hex'));
    forms.add(bytes.toString('hex').toUpperCase());
    for (const core of alignments(bytes)) {
      forms.add(core);
      forms.add(core.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
  if (forms.size === 0) return () => false;
  const any = new RegExp(
    [...forms].map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)).join('|'),
  );
  const shortest = Math.min(...[...forms].map(({ length }) => length));
  return (text) => text.length >= shortest && any.test(text);
}

/** The base64 digits that do not depend on the bytes before and after, for the three places in a group of three where a value can begin. */
function alignments(bytes: Buffer): string[] {
  return [0, 1, 2].map((lead) => {
    const usable = bytes.length - ((3 - lead) % 3) - ((bytes.length - ((3 - lead) % 3)) % 3);
    const from = (3 - lead) % 3;
    return bytes.subarray(from, from + usable).toString('base64');
  });
}
