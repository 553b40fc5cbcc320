import { loadAll, YAMLException, type Schema } from 'js-yaml';
import { indentQuoted } from './indent-quoted.ts';
import { createSchema } from './schema.ts';

/** What is wrong with a YAML text, without quoting it. */
export class YamlProblem extends Error {
  /** Line in the text that was given, from 1. */
  readonly line: number | undefined;

  constructor(reason: string, line: number | undefined) {
    super(reason);
    this.line = line;
  }
}

/** Recordings nest little; bodies that are stored as trees nest more. */
const maxDepth = 400;

/** Nothing writes more: PyYAML makes an alias for every object it meets twice, mostly headers. */
const maxAliases = 100_000;

/** Reads YAML written by any program, safely: no code, no types but text, lists, maps and bytes. One per file. */
export class YamlReader {
  readonly #schema: Schema;
  /** Whether a tag of another program was seen. */
  hasForeignTags = false;

  constructor() {
    this.#schema = createSchema(() => {
      this.hasForeignTags = true;
    });
  }

  /**
   * All documents of a text.
   * @throws YamlProblem
   */
  documents(text: string): unknown[] {
    try {
      return loadAll(text, { schema: this.#schema, maxDepth, maxAliases });
    } catch (error) {
      if (error instanceof YAMLException) {
        const { reason, mark } = error as YAMLException & { mark?: { line?: number } };
        const indented = reason.startsWith('deficient indentation') ? indentQuoted(text) : text;
        if (indented !== text) return this.documents(indented);
        throw new YamlProblem(plainReason(reason), mark?.line === undefined ? undefined : mark.line + 1);
      }
      if (error instanceof RangeError) throw new YamlProblem('it is nested too deeply', undefined);
      throw error;
    }
  }
}

/** Reasons name anchors and tags, which are text of the file: what follows a quote or a colon is left out. */
function plainReason(reason: string): string {
  return reason.replace(/\s*[:"<'`].*$/su, '');
}
