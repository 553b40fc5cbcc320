import { list, record, text, type JsonObject } from '../server/json.ts';
import type { Findings } from './findings.ts';
import { hash } from './hash.ts';
import { overlap, stem, stems, words } from './words.ts';

/** What a value is made from. */
export interface Material {
  readonly findings: Findings;
  /** Values seen in tool results by property name: `order_id` of a result goes into `order_id` of the next call. */
  readonly known: ReadonlyMap<string, unknown>;
}

/**
 * A value that fits a JSON schema, made from what the prompt says. Knows the keywords that tools and structured outputs
 * use: `type` (also a list), `enum`, `const`, `properties`, `required`, `items`, `anyOf`, `oneOf`, `allOf`, `$ref` into
 * `$defs` or `definitions`, `format`, `default`, numeric, length and item bounds. Type names may be in upper case, as
 * Gemini writes them.
 */
export function fillSchema(schema: JsonObject, material: Material): unknown {
  return fill(schema, { material, root: schema, name: '', depth: 0 });
}

interface Place {
  readonly material: Material;
  readonly root: JsonObject;
  /** Property name the value is for. */
  readonly name: string;
  readonly depth: number;
}

// A schema may refer to itself; no sensible answer is nested deeper than this.
const MAX_DEPTH = 6;

function fill(given: JsonObject, place: Place): unknown {
  const schema = resolve(given, place.root);
  if ('const' in schema) return schema['const'];
  const options = list(schema['enum']);
  if (options.length > 0) return chooseOption(options, place);
  const known = place.material.known.get(place.name);
  if (known !== undefined && fits(known, typeOf(schema))) return known;

  switch (typeOf(schema)) {
    case 'object':
      return fillObject(schema, place);
    case 'array':
      return fillArray(schema, place);
    case 'integer':
      return Math.round(fillNumber(schema, place));
    case 'number':
      return fillNumber(schema, place);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return fillString(schema, place);
  }
}

function resolve(schema: JsonObject, root: JsonObject): JsonObject {
  const ref = text(schema['$ref']);
  if (ref.startsWith('#')) {
    let target: unknown = root;
    for (const key of ref.split('/').slice(1))
      target = record(target)[key.replaceAll('~1', '/').replaceAll('~0', '~')];
    return resolve(record(target), root);
  }
  for (const keyword of ['anyOf', 'oneOf']) {
    const branches = list(schema[keyword]).map(record);
    const branch = branches.find((branch) => text(branch['type']).toLowerCase() !== 'null') ?? branches[0];
    if (branch !== undefined) return resolve(branch, root);
  }
  const parts = list(schema['allOf']).map((part) => resolve(record(part), root));
  if (parts.length === 0) return schema;
  const properties = Object.assign(
    {},
    ...parts.map((part) => record(part['properties'])),
    schema['properties'],
  );
  const required = parts.flatMap((part) => list(part['required'])).concat(list(schema['required']));
  return { ...Object.assign({}, ...parts), ...schema, allOf: undefined, properties, required };
}

function typeOf(schema: JsonObject): string {
  const types = (Array.isArray(schema['type']) ? schema['type'] : [schema['type']]).map((type) =>
    text(type).toLowerCase(),
  );
  const type = types.find((type) => type !== 'null') ?? types[0] ?? '';
  if (type !== '') return type;
  if ('properties' in schema) return 'object';
  return 'items' in schema ? 'array' : 'string';
}

function fits(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return type === 'string' || type === 'number' || type === 'boolean' ? typeof value === type : false;
}

function chooseOption(options: readonly unknown[], { material }: Place): unknown {
  const said = stems(material.findings.text);
  return options.find((option) => overlap(stems(String(option)), said) > 0) ?? options[0];
}

function fillObject(schema: JsonObject, place: Place): JsonObject {
  const properties = record(schema['properties']);
  const required = new Set(list(schema['required']));
  const value: JsonObject = {};
  if (place.depth >= MAX_DEPTH) return value;
  for (const [name, property] of Object.entries(properties)) {
    // Optional parameters are left out unless the prompt names them, as models do.
    if (
      required.size > 0 &&
      !required.has(name) &&
      !mentions(place.material.findings, name, record(property))
    )
      continue;
    value[name] = fill(record(property), { ...place, name, depth: place.depth + 1 });
  }
  return value;
}

function mentions(findings: Findings, name: string, property: JsonObject): boolean {
  const said = stems(findings.text);
  const options = list(property['enum']);
  if (options.length > 0) return options.some((option) => overlap(stems(String(option)), said) > 0);
  return overlap(stems(name), said) > 0;
}

function fillArray(schema: JsonObject, place: Place): unknown[] {
  if (place.depth >= MAX_DEPTH) return [];
  const items = record(schema['items']);
  const { findings } = place.material;
  const least = Number(schema['minItems'] ?? 1);
  const most = Number(schema['maxItems'] ?? Math.max(3, least));
  if (list(items['enum']).length > 0 || typeOf(resolve(items, place.root)) !== 'string') {
    const item = fill(items, { ...place, depth: place.depth + 1 });
    return Array.from({ length: Math.min(Math.max(least, 1), most) }, () => item);
  }
  const several = [findings.quoted, findings.ids.map(({ value }) => value), findings.names].find(
    (some) => some.length > 1,
  );
  const values = several ?? findings.keyWords;
  const padded = [...values, 'one', 'two', 'three', 'four', 'five'].slice(
    0,
    Math.max(least, Math.min(values.length, most), 1),
  );
  return padded.slice(0, most);
}

function fillNumber(schema: JsonObject, { material }: Place): number {
  const least = Number(schema['minimum'] ?? Number(schema['exclusiveMinimum'] ?? -Infinity) + 1);
  const most = Number(schema['maximum'] ?? Number(schema['exclusiveMaximum'] ?? Infinity) - 1);
  const wanted =
    material.findings.numbers[0] ?? sum(material.findings.text) ?? (hash(material.findings.text) % 9) + 1;
  return Math.min(Math.max(wanted, least), most);
}

function sum(said: string): number | undefined {
  const operands = /(\d+)\s*\+\s*(\d+)/.exec(said);
  return operands === null ? undefined : Number(operands[1]) + Number(operands[2]);
}

function fillString(schema: JsonObject, place: Place): string {
  const value = chooseString(schema, place);
  const most = schema['maxLength'];
  return (typeof most === 'number' ? value.slice(0, most) : value).padEnd(
    Number(schema['minLength'] ?? 0),
    '.',
  );
}

function chooseString(schema: JsonObject, { name, material }: Place): string {
  const { findings } = material;
  const about = new Set([...words(name), ...words(text(schema['description']))].map(stem));
  const named = new Set(words(name).map(stem));
  const is = (...hints: string[]): boolean => hints.some((hint) => named.has(hint));

  const format = text(schema['format']);
  if (format === 'email' || is('email', 'mail')) return findings.emails[0] ?? 'someone@example.com';
  if (format === 'uri' || format === 'url' || is('url', 'link', 'uri'))
    return findings.urls[0] ?? 'https://example.com/';
  if (format === 'date' || is('date', 'day')) return findings.dates[0] ?? '2026-01-15';
  if (format === 'date-time') return `${findings.dates[0] ?? '2026-01-15'}T09:00:00Z`;

  const quoted = findings.quoted[0];
  if (
    is('city', 'location', 'place', 'country', 'person', 'name', 'town', 'address') &&
    findings.names.length > 0
  ) {
    return quoted ?? findings.names[0]!;
  }
  const identifier = findings.ids.find(({ noun }) => noun !== '' && named.has(stem(noun))) ?? findings.ids[0];
  const wantsCode = is('id', 'number', 'code', 'sku', 'key', 'reference', 'ref') || about.has('id');
  if (wantsCode && identifier !== undefined) return identifier.value;
  if (wantsCode && findings.numbers.length > 0) return String(findings.numbers[0]);
  if (is('query', 'question', 'search', 'text', 'topic', 'reason', 'summary', 'message', 'note')) {
    return quoted ?? phrase(findings);
  }
  return quoted ?? identifier?.value ?? findings.emails[0] ?? phrase(findings);
}

function phrase(findings: Findings): string {
  return findings.keyWords.slice(0, 6).join(' ') || findings.text.slice(0, 40) || 'nothing in particular';
}
