import { plainBytes } from './body-bytes.ts';

/** Shorter runs are in every text. */
const shortest = 4;
/** Longer ones are base64. */
const longest = 128;

/**
 * The runs of 4 to 128 letters and digits of ASCII that texts had, as 64 bits of hash each: a cassette of 100 MB has millions, and a set of
 * strings would keep all their texts in memory. That two of a cassette have one hash is less likely than a broken disk; an id
 * would then stay as it is.
 */
export class RunSet {
  /** Two numbers for each run; 0 0 is a free place. */
  #table = new Int32Array(512);
  #size = 0;

  /** @param runs of {@link runsOf} */
  addRuns(runs: Int32Array): void {
    for (let at = 0; at < runs.length; at += 2) this.#add(runs[at]!, runs[at + 1]!);
  }

  /** Whether some text had this run, whole. */
  has(run: string): boolean {
    if (run.length < shortest || run.length > longest) return false;
    // The hash of a run alone is all that is gathered of it.
    const [first, second] = runsOf([plainBytes(Buffer.from(run, 'latin1'))]);
    if (first === undefined || second === undefined) return false;
    const place = placeOf(this.#table, first, second);
    return this.#table[place] === first && this.#table[place + 1] === second;
  }

  #add(first: number, second: number): void {
    const table = this.#table;
    const place = placeOf(table, first, second);
    if (table[place] === first && table[place + 1] === second) return;
    table[place] = first;
    table[place + 1] = second;
    this.#size++;
    if (this.#size * 4 > table.length) this.#grow();
  }

  #grow(): void {
    const old = this.#table;
    const table = new Int32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 2) {
      const first = old[at]!;
      const second = old[at + 1]!;
      if (first === 0 && second === 0) continue;
      const place = placeOf(table, first, second);
      table[place] = first;
      table[place + 1] = second;
    }
    this.#table = table;
  }
}

/** Filled by {@link runsOf} and never given away: a list of its own for each text would be grown over and over. */
let gathered = new Int32Array(4096);

/** The runs of texts, two numbers for each: what a {@link RunSet} keeps. In an encoding that leaves ASCII as it is. */
export function runsOf(texts: readonly Uint8Array[]): Int32Array {
  let end = 0;
  for (const text of texts) end = gather(text, end);
  return gathered.slice(0, end);
}

function gather(text: Uint8Array, from: number): number {
  const { length } = text;
  // As many as a text of its length can have, so that the loop below need not look.
  const most = from + 2 * Math.ceil((length + 1) / (shortest + 1));
  if (most > gathered.length) {
    const larger = new Int32Array(most * 2);
    larger.set(gathered.subarray(0, from));
    gathered = larger;
  }
  const runs = gathered;
  let end = from;
  for (let at = 0; at < length; at++) {
    let first: number = seeds[0];
    let second: number = seeds[1];
    const start = at;
    for (; at < length; at++) {
      const code = text[at]!;
      if (isWord[code] !== 1) break;
      first = Math.imul(first ^ code, factors[0]);
      second = Math.imul(second ^ code, factors[1]);
      second ^= second >>> 15;
    }
    if (at - start < shortest || at - start > longest) continue;
    runs[end++] = first;
    runs[end++] = second;
  }
  return end;
}

const seeds = [0x811c9dc5 | 0, 0x9747b28c | 0] as const;
const factors = [0x01000193, 0x5bd1e995] as const;

const isWord = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789')
  isWord[character.charCodeAt(0)] = 1;

/** Where a run is in a table, or the free place where it is to go. The length of a table is a power of two. */
function placeOf(table: Int32Array, first: number, second: number): number {
  const mask = table.length - 1;
  let place = ((first ^ (first >>> 16)) << 1) & mask;
  while (
    (table[place] !== first || table[place + 1] !== second) &&
    (table[place] !== 0 || table[place + 1] !== 0)
  )
    place = (place + 2) & mask;
  return place;
}
