import type { JsonPaths } from './json-paths.ts';
import { compilePaths } from './json-spans.ts';
import { ShapeTree } from './shape.ts';

/** What normalization needs to know of an API; a `Provider` has it. Paths as in {@link compilePaths}. */
export interface NormalizationRules {
  /** Fields whose value the server made up to name something. */
  readonly ids: readonly PathRule[];
  /** Fields that get a constant. A value of another JSON type than the constant, above all `null`, stays. */
  readonly volatile: readonly (PathRule & { readonly value: string | number | null })[];
  /** Whether the server pads JSON with blanks before its last brace. */
  readonly padsEvents?: boolean;
}

interface PathRule {
  readonly path: string;
  /** Only for URLs whose path contains this text. */
  readonly endpoint?: string;
}

/** What is done with the value at a path. */
export interface Action {
  /** JSON texts, one of each type at most. */
  readonly constants: string[];
  isId: boolean;
}

export class CompiledRules {
  readonly paths: JsonPaths;
  /** By the rule's number in `paths`. */
  readonly actions: readonly Action[];
  readonly padsEvents: boolean;
  #shapes: ShapeTree | undefined;

  constructor(actions: ReadonlyMap<string, Action>, padsEvents: boolean) {
    this.paths = compilePaths([...actions.keys()]);
    this.actions = [...actions.values()];
    this.padsEvents = padsEvents;
  }

  /** Where the documents of answers under these rules have their fields. */
  get shapes(): ShapeTree {
    if (this.#shapes === undefined || this.#shapes.isFull) this.#shapes = new ShapeTree(this.paths);
    return this.#shapes;
  }
}

/** For answers of which nothing is known. */
export const noRules: CompiledRules = new CompiledRules(new Map(), false);

/**
 * By rules, then by which endpoints they name are in the URL. Kept for good: a provider has a handful, and each folder that is imported
 * has thousands of cassettes.
 */
const compiled = new WeakMap<NormalizationRules, Map<string, CompiledRules>>();

/** A program calls a handful of URLs; a crawler that calls very many must not fill the memory. */
const mostRememberedUrls = 256;
const remembered = new WeakMap<ProviderOf, Map<string, CompiledRules>>();

/** The rules for a URL; `undefined` when nothing is known about it. */
export type ProviderOf = (url: string) => NormalizationRules | undefined;

/** The rules that apply to a URL, ready for use. */
export function rulesOfUrl(provider: ProviderOf, url: string): CompiledRules {
  let byUrl = remembered.get(provider);
  if (byUrl === undefined) remembered.set(provider, (byUrl = new Map<string, CompiledRules>()));
  let rules = byUrl.get(url);
  if (rules === undefined) {
    const known = provider(url);
    rules = known === undefined ? noRules : compiledFor(known, url);
    if (byUrl.size === mostRememberedUrls) byUrl.clear();
    byUrl.set(url, rules);
  }
  return rules;
}

function compiledFor(rules: NormalizationRules, url: string): CompiledRules {
  const path = URL.parse(url)?.pathname ?? url;
  let byEndpoints = compiled.get(rules);
  if (byEndpoints === undefined) compiled.set(rules, (byEndpoints = new Map<string, CompiledRules>()));
  const applies = ({ endpoint }: PathRule): boolean => endpoint === undefined || path.includes(endpoint);
  let key = '';
  for (const rule of rules.volatile) if (rule.endpoint !== undefined) key += applies(rule) ? '1' : '0';
  for (const rule of rules.ids) if (rule.endpoint !== undefined) key += applies(rule) ? '1' : '0';
  let known = byEndpoints.get(key);
  if (known === undefined) byEndpoints.set(key, (known = compileRules(rules, applies)));
  return known;
}

function compileRules(rules: NormalizationRules, applies: (rule: PathRule) => boolean): CompiledRules {
  const byPath = new Map<string, Action>();
  const actionAt = (path: string): Action => {
    const action = byPath.get(path) ?? { constants: [], isId: false };
    byPath.set(path, action);
    return action;
  };
  // Volatile fields first: where a field is both, the constant wins.
  for (const rule of rules.volatile)
    if (applies(rule)) actionAt(rule.path).constants.push(JSON.stringify(rule.value));
  for (const rule of rules.ids) if (applies(rule)) actionAt(rule.path).isId = true;
  return new CompiledRules(byPath, rules.padsEvents === true);
}
