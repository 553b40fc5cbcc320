import type { DriftFinding, DriftKind } from './finding.ts';
import { isChoiceOfField, isChoiceOfKind } from './model-choices.ts';
import type { BodyKind, ResponseShape } from './response-shape.ts';
import type { ObjectShape, Shape } from './shape.ts';
import type { JsonType } from './value-class.ts';

/**
 * What changed between the answers of one endpoint then and now. A field that is gone, another type, another status, a stream that does
 * not end as it should are errors; a new field is a note. So is a way of answering that the model did not take this time. Kinds of objects and events (by their `type`) that are missing are a
 * note as long as nothing stands in their place: an answer without a tool call says nothing about tool calls.
 */
export function compareShapes(was: ResponseShape, now: ResponseShape): DriftFinding[] {
  const findings: DriftFinding[] = [];
  const { endpoint } = now;
  const add: Add = (severity, kind, path, what) =>
    void findings.push({ severity, kind, endpoint, path, what });
  if (was.status !== now.status) {
    add(
      'error',
      'status-changed',
      '',
      `the status is ${statusText(now.status)}; it was ${statusText(was.status)}`,
    );
    // The body of an error has another shape than that of a success: one finding says it all.
    return findings;
  }
  const bodies = [...now.bodies].filter((body) => !was.bodies.has(body));
  if (was.bodies.size > 0 && bodies.length > 0) {
    add('error', 'body-changed', '', `the body is ${list(bodies)}; it was ${list([...was.bodies])}`);
    return findings;
  }
  const types = [...now.mediaTypes].filter((type) => !was.mediaTypes.has(type));
  if (was.mediaTypes.size > 0 && types.length > 0) {
    const isReadable = [...now.bodies].some((body) => readable.has(body));
    add(
      isReadable ? 'note' : 'error',
      'media-type-changed',
      '',
      `the media type is ${list(types)}; it was ${list([...was.mediaTypes])}`,
    );
  }
  if (was.isFinished && !now.isFinished) {
    add('error', 'stream-unfinished', '', "the stream does not end as the provider's protocol says; it did");
  }
  const comparison: Comparison = {
    add,
    seesAll: !now.isPartial,
    sawAll: !was.isPartial,
    leavesOutZeros: /^\S+ [^/]*\.googleapis\.com\//.test(endpoint),
  };
  if (was.json.seen > 0 && now.json.seen > 0) compareValues(was.json, now.json, '', comparison);
  compareEvents(was.events, now.events, comparison);
  return findings;
}

type Add = (severity: DriftFinding['severity'], kind: DriftKind, path: string, what: string) => void;

interface Comparison {
  readonly add: Add;
  /** Whether what is not there now is really not there: nothing was cut. */
  readonly seesAll: boolean;
  readonly sawAll: boolean;
  /** Google writes JSON as protocol buffers do: 0, false and empty text are left out (ProtoJSON, "Presence and default values"). */
  readonly leavesOutZeros: boolean;
}

const readable: ReadonlySet<BodyKind> = new Set<BodyKind>([
  'JSON',
  'a stream of events',
  'a WebSocket session',
  'empty',
]);

function compareEvents(
  was: ReadonlyMap<string, Shape>,
  now: ReadonlyMap<string, Shape>,
  comparison: Comparison,
): void {
  if (was.size === 0 || now.size === 0) return;
  compareKinds([...was.keys()], [...now.keys()], comparison, {
    path: '',
    label: (name) => (name === '' ? 'event' : `event ${name}`),
  });
  for (const [name, shape] of was) {
    const other = now.get(name);
    if (other === undefined) continue;
    const place = name === '' ? 'events: ' : `event ${name}: `;
    compareEventValues(shape, other, place, comparison);
  }
}

/** The kind is in the event's name already. */
function compareEventValues(was: Shape, now: Shape, place: string, comparison: Comparison): void {
  const [a, b] = [objectsAsOne(was), objectsAsOne(now)];
  if (a !== undefined && b !== undefined) compareFields(a, b, place, comparison);
  else compareTypes(was, now, place.replace(/: $/, ''), comparison);
}

function compareValues(was: Shape, now: Shape, path: string, comparison: Comparison): void {
  if (!compareTypes(was, now, path, comparison)) return;
  compareClasses(was, now, path, comparison);
  compareObjects(was, now, path, comparison);
  if (was.elements === undefined || now.elements === undefined) return;
  if (was.elements.seen > 0 && now.elements.seen > 0) {
    compareValues(was.elements, now.elements, `${path}[]`, comparison);
  } else if (was.elements.seen > 0 && comparison.seesAll) {
    comparison.add('note', 'empty-now', path, 'is an empty array; it had elements');
  }
}

/** @returns whether it makes sense to look inside. */
function compareTypes(was: Shape, now: Shape, path: string, { add }: Comparison): boolean {
  const before = withoutNull(was);
  const after = withoutNull(now);
  if (before.length === 0 && after.length > 0) {
    add('note', 'null-before', path, `is ${typesText(after)}; it was null`);
    return false;
  }
  const others = after.filter((type) => !was.types.has(type));
  if (others.length > 0) {
    add('error', 'type-changed', path, `is ${typesText(others)}; it was ${typesText(before)}`);
    return false;
  }
  if (!was.types.has('null') && now.types.has('null')) {
    add(
      'note',
      'null-now',
      path,
      `is null${after.length > 0 ? ' at times' : ''}; it was ${typesText(before)}`,
    );
  }
  return after.length > 0;
}

function compareClasses(was: Shape, now: Shape, path: string, { add }: Comparison): void {
  // Only where all of them looked alike before, and some do not any more.
  if (was.classes.size !== 1 || was.classes.has('') || now.classes.size === 0) return;
  const [before] = was.classes;
  const others = [...now.classes].filter((one) => one !== before);
  if (others.length === 0) return;
  const named = others.filter((one) => one !== '');
  add(
    'note',
    'class-changed',
    path,
    named.length > 0 ? `is ${list(named)}; it was ${before}` : `is not ${before} any more`,
  );
}

function compareObjects(was: Shape, now: Shape, path: string, comparison: Comparison): void {
  if (!was.types.has('object') || !now.types.has('object')) return;
  if (was.kinds.size === 0 || now.kinds.size === 0) {
    // Objects that began, or ceased, to name their kind are still compared, field by field.
    const [a, b] = [objectsAsOne(was), objectsAsOne(now)];
    if (a !== undefined && b !== undefined) compareFields(a, b, prefixOf(path), comparison);
    return;
  }
  compareKinds([...was.kinds.keys()], [...now.kinds.keys()], comparison, {
    path,
    label: (kind) => `an object of type ${JSON.stringify(kind)}`,
  });
  for (const [kind, object] of was.kinds) {
    const other = now.kinds.get(kind);
    if (other !== undefined) compareFields(object, other, `${path}(${kind}).`, comparison);
  }
  if (was.plain !== undefined && now.plain !== undefined) {
    compareFields(was.plain, now.plain, prefixOf(path), comparison);
  }
}

function compareKinds(
  was: readonly string[],
  now: readonly string[],
  { add, seesAll, sawAll }: Comparison,
  { path, label }: { readonly path: string; readonly label: (kind: string) => string },
): void {
  const gone = seesAll ? was.filter((kind) => !now.includes(kind)) : [];
  const fresh = now.filter((kind) => !was.includes(kind));
  for (const kind of gone) {
    const isReplaced = fresh.length > 0;
    const instead = isReplaced ? `; instead there is ${list(fresh.map(label))}` : '';
    add(
      isReplaced && !isChoiceOfKind(kind, fresh) ? 'error' : 'note',
      'kind-removed',
      path,
      `${path === '' ? `there is no ${label(kind)}` : `has no ${label(kind).replace(/^an /, '')}`} any more${instead}`,
    );
  }
  if (gone.length > 0 || !sawAll) return;
  for (const kind of fresh) {
    add(
      'note',
      'kind-added',
      path,
      path === '' ? `there is ${label(kind)}, which is new` : `has ${label(kind)}, which is new`,
    );
  }
}

function compareFields(was: ObjectShape, now: ObjectShape, prefix: string, comparison: Comparison): void {
  const { add, seesAll, sawAll } = comparison;
  for (const [name, shape] of was.fields) {
    const path = `${prefix}${fieldText(name)}`;
    const other = now.fields.get(name);
    if (other === undefined) {
      if (!seesAll) continue;
      const severity = mayBeMissing(name, shape, now, comparison) ? 'note' : 'error';
      add(severity, 'field-removed', path, `is gone; it was ${typesText([...shape.types])}`);
      continue;
    }
    if (shape.seen === was.seen && other.seen < now.seen && seesAll) {
      add('note', 'sometimes-missing', path, 'is missing at times; it was always there');
    }
    compareValues(shape, other, path, comparison);
  }
  if (!sawAll) return;
  for (const [name, shape] of now.fields) {
    if (was.fields.has(name)) continue;
    add('note', 'field-added', `${prefix}${fieldText(name)}`, `is new: ${typesText([...shape.types])}`);
  }
}

/** Whether a program that reads the field has to be ready for its absence anyway. */
function mayBeMissing(name: string, shape: Shape, now: ObjectShape, { leavesOutZeros }: Comparison): boolean {
  const types = withoutNull(shape);
  return (
    types.length === 0 ||
    isChoiceOfField(name, now.fields.keys()) ||
    (leavesOutZeros && types.every((type) => type !== 'object' && type !== 'array'))
  );
}

function objectsAsOne({ plain, kinds }: Shape): ObjectShape | undefined {
  const all = [...(plain === undefined ? [] : [plain]), ...kinds.values()];
  if (all.length <= 1) return all[0];
  const fields = new Map<string, Shape>();
  for (const object of all) {
    for (const [name, shape] of object.fields) {
      const sofar = fields.get(name);
      fields.set(name, sofar === undefined ? shape : joined(sofar, shape));
    }
  }
  return { seen: all.reduce((sum, { seen }) => sum + seen, 0), fields };
}

function joined(a: Shape, b: Shape): Shape {
  const plain = objectsAsOne({ ...emptyOf, ...(a.plain && { plain: a.plain }), kinds: pair(b.plain) });
  const kinds = new Map(a.kinds);
  for (const [kind, object] of b.kinds) {
    const sofar = kinds.get(kind);
    kinds.set(
      kind,
      sofar === undefined ? object : objectsAsOne({ ...emptyOf, plain: sofar, kinds: pair(object) })!,
    );
  }
  return {
    types: a.types.union(b.types),
    seen: a.seen + b.seen,
    classes: a.classes.union(b.classes),
    kinds,
    ...(plain && { plain }),
    ...((a.elements ?? b.elements) && {
      elements: a.elements && b.elements ? joined(a.elements, b.elements) : (a.elements ?? b.elements)!,
    }),
  };
}

const emptyOf: Shape = { types: new Set(), seen: 0, classes: new Set(), kinds: new Map() };

function pair(object: ObjectShape | undefined): Map<string, ObjectShape> {
  return new Map(object === undefined ? [] : [['', object]]);
}

function prefixOf(path: string): string {
  return path === '' ? '' : `${path}.`;
}

/** A name that is no word stands in quotes; a long one is cut, because it may be anything. */
function fieldText(name: string): string {
  return /^[\w$-]{1,60}$/.test(name) ? name : JSON.stringify(name.slice(0, 60));
}

function withoutNull({ types }: Shape): JsonType[] {
  return [...types].filter((type) => type !== 'null');
}

const typeNames: Readonly<Record<JsonType, string>> = {
  null: 'null',
  boolean: 'true or false',
  number: 'a number',
  string: 'text',
  array: 'an array',
  object: 'an object',
};

function typesText(types: readonly JsonType[]): string {
  const named = types.length > 1 ? types.filter((type) => type !== 'null') : types;
  return list(named.map((type) => typeNames[type]));
}

function list(items: readonly string[]): string {
  const shown = items.length > 4 ? [...items.slice(0, 4), `${items.length - 4} more`] : items;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

function statusText(status: number): string {
  return status === 0 ? 'none: no answer came' : String(status);
}
