/**
 * The paths still open at one place of a JSON document. Walked down beside the document with {@link step}; where that
 * gives `undefined`, nothing further down is ignored.
 */
export interface IgnoredPaths {
  /** This very place is named: it and everything in it is not compared. */
  readonly whole: boolean;
  /** What is open one level down, at a key or, written as a string, an index. */
  step(key: string): IgnoredPaths | undefined;
}

export type Segment =
  | { readonly kind: 'key'; readonly key: string }
  /** `*`: any one key or index. */
  | { readonly kind: 'any' }
  /** `**`: any number of levels, none included. */
  | { readonly kind: 'deep' };

/**
 * Makes one matcher of the paths that {@link pathSegments} read; `undefined` when there are none. The result is an automaton that remembers its states, so that a large document costs one look-up per member.
 */
export function compileIgnoredPaths(paths: readonly (readonly Segment[])[]): IgnoredPaths | undefined {
  return paths.length === 0 ? undefined : new Automaton(paths).start();
}

/**
 * Reads a path like `$.metadata.*`, `messages.*.id`, `tools[0].name`, `$['a.b']`, `**.id` or `$..id`. `undefined` when it
 * cannot be read, or names the whole document. Bracketed names need no quotes and
 * `[]` is any index, so that form fields (`metadata[user]`, `include[]`) are paths too.
 */
export function pathSegments(path: string): Segment[] | undefined {
  const segments: Segment[] = [];
  const token = /(\.\.)|\.?\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\]'"]*))\]|\.?([^.[\]]+)/y;
  token.lastIndex = path.startsWith('$') ? 1 : 0;
  while (token.lastIndex < path.length) {
    const found = token.exec(path);
    if (found === null) return undefined;
    const [, descent, single, double, bracketed, plain] = found;
    const quoted = single ?? double;
    const word = bracketed ?? plain;
    if (quoted !== undefined) segments.push({ kind: 'key', key: quoted.replace(/\\(.)/g, '$1') });
    else if (descent !== undefined || word === '**') segments.push({ kind: 'deep' });
    else if (word === '*' || word === '') segments.push({ kind: 'any' });
    else segments.push({ kind: 'key', key: word! });
  }
  // `**` alone would leave nothing to compare, and is surely a slip; `a.**` means everything inside a.
  if (segments.every(({ kind }) => kind === 'deep')) return undefined;
  if (segments.at(-1)?.kind === 'deep') segments.push({ kind: 'any' });
  return segments;
}

/** A place in one path: which path, and how many of its segments lie behind. */
type Position = readonly [path: number, segment: number];

class Automaton {
  readonly #paths: readonly (readonly Segment[])[];
  /** Every other key behaves alike in every state, which is what keeps the states few. */
  readonly #keys = new Set<string>();
  readonly #states = new Map<string, State>();

  constructor(paths: readonly (readonly Segment[])[]) {
    this.#paths = paths;
    for (const path of paths) {
      for (const segment of path) if (segment.kind === 'key') this.#keys.add(segment.key);
    }
  }

  start(): IgnoredPaths {
    return this.#state(this.#paths.map((_, path): Position => [path, 0]))!;
  }

  names(key: string): boolean {
    return this.#keys.has(key);
  }

  /** `undefined` as the key stands for any key that no path names. */
  next(from: readonly Position[], key: string | undefined): State | undefined {
    const reached: Position[] = [];
    const pending = [...from];
    for (let position = pending.pop(); position !== undefined; position = pending.pop()) {
      const [path, at] = position;
      const segment = this.#paths[path]![at];
      if (segment === undefined) continue;
      if (segment.kind === 'deep') {
        reached.push(position);
        pending.push([path, at + 1]);
      } else if (segment.kind === 'any' || segment.key === key) {
        reached.push([path, at + 1]);
      }
    }
    return this.#state(reached);
  }

  #state(positions: readonly Position[]): State | undefined {
    if (positions.length === 0) return undefined;
    const signature = [...new Set(positions.map(([path, at]) => `${path}:${at}`))].toSorted().join(' ');
    let state = this.#states.get(signature);
    if (state === undefined) {
      const whole = positions.some(([path, at]) => at === this.#paths[path]!.length);
      state = new State(this, positions, whole);
      this.#states.set(signature, state);
    }
    return state;
  }
}

class State implements IgnoredPaths {
  readonly whole: boolean;
  readonly #automaton: Automaton;
  readonly #positions: readonly Position[];
  readonly #next = new Map<string | undefined, State | undefined>();

  constructor(automaton: Automaton, positions: readonly Position[], whole: boolean) {
    this.#automaton = automaton;
    this.#positions = positions;
    this.whole = whole;
  }

  step(key: string): State | undefined {
    const known = this.#automaton.names(key) ? key : undefined;
    if (this.#next.has(known)) return this.#next.get(known);
    const state = this.#automaton.next(this.#positions, known);
    this.#next.set(known, state);
    return state;
  }
}
