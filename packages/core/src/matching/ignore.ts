import { ReelError } from '../errors.ts';
import {
  compileIgnoredPaths,
  pathSegments,
  type IgnoredPaths,
  type Segment,
} from '../normalize/ignored-paths.ts';

/** The `ignore` list of `MatchOptions`, compiled. */
export interface Ignored {
  /** In JSON bodies and NDJSON lines. */
  readonly paths: IgnoredPaths | undefined;
  /** Whether a query parameter is left out. */
  query(name: string): boolean;
  /** Whether a field of a form or of `multipart/form-data` is left out. */
  field(name: string): boolean;
}

/**
 * An entry with a leading `?` is a query name (`*` stands for any characters: `?utm_*`). Every other entry is a path into JSON,
 * and, when it is a single name, a form field too: `user` is both `$.user` and the field `user`.
 * @throws REEL_INVALID_OPTION for an entry that cannot be read.
 */
export function compileIgnore(entries: readonly string[]): Ignored {
  const paths: Segment[][] = [];
  const queries: RegExp[] = [];
  const fields = new Set<string>();
  for (const entry of entries) {
    if (entry.startsWith('?')) {
      if (entry.length === 1) throw unreadable(entry);
      queries.push(wildcard(entry.slice(1)));
      continue;
    }
    const segments = pathSegments(entry);
    if (segments === undefined) throw unreadable(entry);
    paths.push(segments);
    fields.add(entry);
    const [only, ...others] = segments;
    if (others.length === 0 && only?.kind === 'key') fields.add(only.key);
  }
  return {
    paths: compileIgnoredPaths(paths),
    query: (name) => queries.some((query) => query.test(name)),
    field: (name) => fields.has(name),
  };
}

function wildcard(name: string): RegExp {
  const pieces = name.split('*').map((piece) => piece.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${pieces.join('.*')}$`, 's');
}

function unreadable(entry: string): ReelError {
  const whole = entry === '$' || /^[$.*]+$/.test(entry);
  return new ReelError('REEL_INVALID_OPTION', {
    what: `${JSON.stringify(entry)} in match.ignore ${whole ? 'would ignore the whole body' : 'is not a path'}`,
    fix: whole
      ? "to compare no body at all, set match: { by: ['method', 'url'] }"
      : 'write a JSON path ($.metadata.trace, messages.*.id, **.id), a query name (?session) or a form field (user)',
  });
}
