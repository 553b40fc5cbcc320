import { jsonType, valueClass, type JsonType } from './value-class.ts';

/** What is known of the values at one place, over all samples: types, and the shapes inside. Values are not kept. */
export interface Shape {
  readonly types: Set<JsonType>;
  /** How often a value was seen here, `null` included. */
  seen: number;
  /** Looks of scalars, see {@link valueClass}. */
  readonly classes: Set<string>;
  /** Objects that do not name their kind. */
  plain?: ObjectShape;
  /** Objects by the text of their `type` field: content blocks, stream events, output items. */
  readonly kinds: Map<string, ObjectShape>;
  /** All elements of all arrays as one. */
  elements?: Shape;
}

export interface ObjectShape {
  seen: number;
  readonly fields: Map<string, Shape>;
}

export function emptyShape(): Shape {
  return { types: new Set(), seen: 0, classes: new Set(), kinds: new Map() };
}

/** Deeper than any answer of an API; whoever nests more is after the stack. */
const deepest = 100;

/**
 * Fields whose objects are filled by a model or by the application, not by the API: arguments of tool calls, schemas, metadata.
 * That they are objects is part of the shape; what is in them differs from answer to answer.
 */
const filledByOthers = new Set([
  'args',
  'arguments',
  'input',
  'input_schema',
  'logit_bias',
  'metadata',
  'parameters',
  'parsed',
  'properties',
  'schema',
]);

/** Adds a sample to a shape. */
export function addValue(shape: Shape, value: unknown, depth = 0): void {
  const type = jsonType(value);
  shape.types.add(type);
  shape.seen++;
  switch (type) {
    case 'string':
    case 'number':
      shape.classes.add(valueClass(value as string | number));
      break;
    case 'array':
      if (depth >= deepest) break;
      shape.elements ??= emptyShape();
      for (const element of value as unknown[]) addValue(shape.elements, element, depth + 1);
      break;
    case 'object':
      if (depth < deepest) addFields(objectShapeFor(shape, value as object), value as object, depth);
      break;
    default:
  }
}

function objectShapeFor(shape: Shape, value: object): ObjectShape {
  const kind = (value as { type?: unknown }).type;
  if (typeof kind !== 'string') return (shape.plain ??= { seen: 0, fields: new Map() });
  let known = shape.kinds.get(kind);
  if (known === undefined) {
    known = { seen: 0, fields: new Map() };
    shape.kinds.set(kind, known);
  }
  return known;
}

function addFields(object: ObjectShape, value: object, depth: number): void {
  object.seen++;
  for (const [name, inner] of Object.entries(value)) {
    let field = object.fields.get(name);
    if (field === undefined) {
      field = emptyShape();
      object.fields.set(name, field);
    }
    // An array under such a name is the API's own: the input items of a response, a list of parameters.
    const isFilled = filledByOthers.has(name) && jsonType(inner) === 'object';
    addValue(field, inner, isFilled ? deepest : depth + 1);
  }
}
