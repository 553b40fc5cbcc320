import {
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  Schema,
  strTag,
  type MappingTagDefinition,
  type ScalarTagDefinition,
  type SequenceTagDefinition,
} from 'js-yaml';
import { DamagedBase64, fromBase64 } from '../reading/base64.ts';
import { PlainScalar } from './plain-scalar.ts';

/** Pairs of a mapping whose key was there already, in the order of the text; absent when there are none. */
export const repeats: unique symbol = Symbol('repeated keys');

export type YamlMap = Record<string, unknown> & { [repeats]?: [string, unknown][] };

const isNever = (): boolean => false;

/** Strings are what they are, whatever type a version of YAML gives them; see {@link PlainScalar}. */
const plain: ScalarTagDefinition<PlainScalar> = defineScalarTag('tag:reel,plain', {
  implicit: true,
  implicitFirstChars: [...'-+.0123456789tTfFyYnNoO'],
  resolve: (text) =>
    /^[-+]?(?:\d|\.\d)[\d_.:eExXa-fA-F+-]*$|^(?:true|false|yes|no|on|off)$|^[-+]?\.(?:inf|nan)$|^\d{4}-\d\d?-\d\d?/i.test(
      text,
    )
      ? new PlainScalar(text)
      : NOT_RESOLVED,
  identify: isNever,
});

function binary(tag: string): ScalarTagDefinition<Uint8Array | DamagedBase64> {
  return defineScalarTag(tag, { resolve: (text) => fromBase64(text), identify: isNever });
}

function createMap(): YamlMap {
  // No prototype: a key named `__proto__` or `constructor` is a key.
  return Object.create(null) as YamlMap;
}

function addPair(map: YamlMap, key: unknown, value: unknown): string {
  const name = keyName(key);
  if (name in map) (map[repeats] ??= []).push([name, map[name]]);
  map[name] = value;
  return '';
}

function keyName(key: unknown): string {
  if (typeof key === 'string') return key;
  if (key instanceof PlainScalar) return key.text;
  if (key instanceof Uint8Array) return Buffer.from(key).toString('utf8');
  return key === null ? 'null' : JSON.stringify(key);
}

const mapping = {
  create: createMap,
  addPair,
  has: isNever,
  keys: (map: YamlMap): string[] => Object.keys(map),
  get: (map: YamlMap, key: unknown): unknown => map[String(key)],
  identify: isNever,
};

const map: MappingTagDefinition<YamlMap, YamlMap> = defineMappingTag('tag:yaml.org,2002:map', mapping);

const list = {
  create: (): unknown[] => [],
  addItem: (items: unknown[], item: unknown): void => {
    items.push(item);
  },
  identify: isNever,
};

const sequence: SequenceTagDefinition<unknown[], unknown[]> = defineSequenceTag(
  'tag:yaml.org,2002:seq',
  list,
);

type ForeignTag =
  | ScalarTagDefinition<unknown>
  | SequenceTagDefinition<unknown[], unknown>
  | MappingTagDefinition<YamlMap, unknown>;

/**
 * Objects of other programs, read as the data they are made of and never as code: the name of a header in
 * `!!python/object/apply:multidict._multidict.istr [Name]`, the pairs of `!ruby/hash:...`. Anything else tagged is read as if
 * it were not.
 */
function foreignTags(seen: () => void): ForeignTag[] {
  return ['tag:', '!'].flatMap((prefix): ForeignTag[] => {
    const options = { matchByTagPrefix: true, identify: isNever };
    return [
      defineScalarTag<unknown>(prefix, {
        ...options,
        resolve: (text, _, tag) => foreignScalar(text, tag, seen),
      }),
      defineSequenceTag<unknown[], unknown>(prefix, {
        ...list,
        ...options,
        finalize: (items) => {
          seen();
          return items.length === 1 && typeof items[0] === 'string' ? items[0] : items;
        },
      }),
      defineMappingTag<YamlMap, unknown>(prefix, {
        ...mapping,
        ...options,
        keys: () => [],
        get: () => undefined,
        finalize: (pairs) => {
          seen();
          const { args } = pairs;
          return Array.isArray(args) && args.length === 1 ? (args[0] as unknown) : pairs;
        },
      }),
    ];
  });
}

function foreignScalar(text: string, tag: string, seen: () => void): unknown {
  if (tag === 'tag:yaml.org,2002:null') return null;
  if (/^tag:yaml\.org,2002:(?:int|float|bool|timestamp)$/.test(tag)) return new PlainScalar(text);
  // Text types of Python and Ruby mean nothing to anybody else.
  if (!/python\/(?:unicode|str)$|ruby\/(?:string|sym)|^!str/.test(tag)) seen();
  return text;
}

const tuple: SequenceTagDefinition<unknown[], unknown[]> = defineSequenceTag(
  'tag:yaml.org,2002:python/tuple',
  list,
);

/**
 * The one schema for all recordings. `onForeignTag` is called for each tag of another program.
 * `!!binary` and Ruby's `!binary` are bytes; wrong base64 is a value that says so, and costs one exchange and not the file.
 */
export function createSchema(onForeignTag: () => void): Schema {
  return new Schema([
    strTag,
    nullYaml11Tag,
    plain,
    binary('tag:yaml.org,2002:binary'),
    binary('!binary'),
    map,
    sequence,
    tuple,
    ...foreignTags(onForeignTag),
  ]);
}
