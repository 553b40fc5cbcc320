import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toByteText } from './byte-text.ts';
import { fromEditList, type Edit } from './edits.ts';
import { IdMap } from './id-map.ts';
import { jsonDocuments } from './json-documents.ts';
import { findJsonSpans } from './json-spans.ts';
import { readBody, type BodyFindings } from './read-body.ts';
import { rulesOfUrl, type CompiledRules } from './rules-of-url.ts';
import { splitIdEdits } from './split-ids.ts';

const provider = () => ({
  ids: [{ path: '**.id' }, { path: 'choices.*.delta.tool_calls.*.id' }, { path: 'index' }],
  volatile: [
    { path: '**.created', value: 0 },
    { path: '**.created', value: 'then' },
    { path: 'p', value: '' },
    { path: '*.0', value: null },
    { path: '', value: 1 },
  ],
  padsEvents: true,
});
/** One for all tests: what is remembered from one body must not show in the next. */
const rules = rulesOfUrl(provider, 'https://x.test/');
const unindexed = rulesOfUrl(
  () => ({ ...provider(), volatile: provider().volatile.filter(({ path }) => path !== '*.0') }),
  'https://x.test/',
);

function read(body: string, by: CompiledRules = unindexed): BodyFindings {
  const bytes = Buffer.from(body);
  return readBody(bytes, toByteText(bytes), by);
}

/** The same by parsing each document and looking for each rule in it. */
function readPlainly(body: string, { paths, actions }: CompiledRules): { ids: string[]; edits: Edit[] } {
  const text = toByteText(Buffer.from(body));
  const ids = new Set<string>();
  const edits: Edit[] = [];
  const typeOf = (written: string) => (/^[-\d]/.test(written) ? 'number' : written[0]);
  for (const { start, end } of jsonDocuments(text)) {
    for (const span of findJsonSpans(text, paths, start, end) ?? []) {
      const written = text.slice(span.start, span.end);
      const { constants, isId } = actions[span.rule]!;
      const constant = constants.find((candidate) => typeOf(candidate) === typeOf(written));
      if (constant !== undefined) {
        if (constant !== written) edits.push({ start: span.start, end: span.end, text: constant });
      } else if (isId && written.startsWith('"') && !written.includes('\\')) ids.add(written.slice(1, -1));
    }
    const padding = /( +)\}$/.exec(text.slice(0, end))?.[1]?.length ?? 0;
    if (padding > 0) edits.push({ start: end - 1 - padding, end: end - 1, text: '' });
  }
  return { ids: [...ids], edits };
}

const names = [
  'id',
  'created',
  'p',
  'index',
  'choices',
  'delta',
  'tool_calls',
  'é',
  'a"b',
  '',
  '0',
  '__proto__',
];
const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom('msg_1', 'x'.repeat(9), 'then', ''),
    ),
    fc.oneof(fc.double(), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 5 }),
  ),
}));

/** A document as some server writes it: with or without white space, with escapes, now and then with a byte that is wrong. */
const written = fc
  .tuple(
    json,
    fc.constantFrom(undefined, ' ', '\t'),
    fc.boolean(),
    fc.option(
      fc.tuple(
        fc.nat(),
        fc.constantFrom('"', '\\', '{', '}', ',', '0', '-', '.', 'e', '\u0001', 'u', ' ', ''),
      ),
    ),
  )
  .map(([value, indent, isEscaped, damage]) => {
    let text = JSON.stringify(value, null, indent).replaceAll('\n', ' ');
    if (isEscaped)
      text = text.replace(
        /"(id|created|index)"/g,
        (name) => `"\\u00${name.charCodeAt(1).toString(16)}${name.slice(2)}`,
      );
    if (damage === null) return text;
    const at = damage[0] % (text.length + 1);
    return text.slice(0, at) + damage[1] + text.slice(at + 1);
  });

const body = fc
  .tuple(
    fc.array(written, { maxLength: 5 }),
    fc.constantFrom('data: ', 'data:', '', ' data:'),
    fc.constantFrom('\n', '\r\n', '\n\n', '\r'),
  )
  .map(([documents, prefix, ending]) => documents.map((document) => prefix + document + ending).join(''));

describe('readBody', () => {
  it('finds what parsing each document and following each path finds', () => {
    fc.assert(
      fc.property(body, (text) => {
        const { ids, volatile } = read(text);
        const plainly = readPlainly(text, unindexed);
        expect(ids).toEqual(plainly.ids);
        expect(fromEditList(volatile)).toEqual(plainly.edits);
      }),
      { numRuns: 2000 },
    );
  });

  it('does so too where a rule names an index, which no walk over like elements can tell', () => {
    fc.assert(
      fc.property(body, (text) => {
        const { ids, volatile, crossings } = read(text, rules);
        const plainly = readPlainly(text, rules);
        expect(ids).toEqual(plainly.ids);
        expect(fromEditList(volatile)).toEqual(plainly.edits);
        expect(crossings ?? '').toBe('');
      }),
    );
  });

  it.each([
    '{"a":1}',
    '{"a":01}',
    '[1,]',
    '{"a":"\u0001"}',
    '{"a":1}x',
    '"\\u12G4"',
    '-',
    '1.',
    '1e+',
    'nul',
    '[[]',
    '{"a" 1}',
    '',
  ])('takes %j for JSON where JSON.parse does', (text) => {
    const padded = `data: {"id":"${text === '' ? '' : 'seen_1234'}","x":${text} }\n\n`;
    expect(read(padded).ids).toEqual(readPlainly(padded, unindexed).ids);
  });

  it('reads what has more names than it remembers', () => {
    const many = Array.from({ length: 9000 }, (_, number) => [`key${number}`, { id: `id_${number}` }]);
    const text = JSON.stringify(Object.fromEntries(many));
    expect(read(text).ids).toHaveLength(9000);
    expect(read(`data: ${text}\n\ndata: ${text}\n\n`).crossings).toBe(undefined);
    // And those that come after it are read as before.
    expect(read('data: {"a":"x"}\n\ndata: {"a":"y"}\n\n').crossings).toBe('');
  });

  it('does not end at the depth of a document', () => {
    const deep = `${'[{"a":'.repeat(50_000)}{"id":"deep_1234"}${'}]'.repeat(50_000)}`;
    expect(read(deep).ids).toEqual(['deep_1234']);
  });
});

describe('the crossings of a stream', () => {
  const ids = [
    'file-a7KxxxxxxxxxxxxxxB',
    'call_Ab12Cd34',
    '818ddabf-54fe-4920-85f8-f3bae6cf8f01',
    'files/ofyvwkznturs',
  ];

  /** A place of deltas: where the text is in an event, and the numbers that tell it from others. */
  const places: readonly ((text: string, number: number) => unknown)[] = [
    (text, number) => ({ id: 'chatcmpl-1234', choices: [{ index: number, delta: { content: text } }] }),
    (text, number) => ({
      choices: [{ index: 0, delta: { tool_calls: [{ function: { arguments: text }, index: number }] } }],
    }),
    (text, number) => ({ type: 'x.delta', delta: text, output_index: number, content_index: 0 }),
    (text, number) => ({ type: 'content_block_delta', index: number, delta: { partial_json: text } }),
    (text) => text,
    (text) => [text, 'and', { '': text }],
    (text) => ({ parts: [{ text }, 7, { text: 'more' }] }),
  ];

  /** Texts that grow side by side, in pieces. */
  const pieces = fc.array(
    fc.record({
      place: fc.nat({ max: places.length - 1 }),
      number: fc.nat({ max: 1 }),
      text: fc.oneof(
        fc.constantFrom(
          '',
          ' ',
          ' the',
          'constant-text',
          '{"file":"',
          '"}',
          '\\n',
          '\n',
          'é',
          '%2F',
          '\\u0022',
        ),
        fc
          .tuple(fc.constantFrom(...ids), fc.nat(), fc.nat())
          .map(([id, from, length]) => id.slice(from % id.length).slice(0, (length % id.length) + 1)),
        fc.constantFrom(...ids),
      ),
    }),
    { minLength: 2, maxLength: 14 },
  );
  const known = new IdMap();
  for (const id of ids) known.add(id, `${id.slice(0, 5)}000000000000`);

  /** An id cut at random, its parts in order at one place, with what others say between them. */
  const cutId = fc
    .tuple(
      pieces,
      fc.constantFrom(...ids),
      fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      fc.nat({ max: 6 }),
      fc.nat({ max: 1 }),
    )
    .map(([others, id, cuts, place, number]) => {
      const at = [...new Set([0, ...cuts.map((cut) => cut % id.length), id.length])].toSorted(
        (a, b) => a - b,
      );
      const parts = at.slice(1).map((end, index) => ({ place, number, text: id.slice(at[index], end) }));
      return others
        .flatMap((other, index) => [other, ...parts.slice(index, index + 1)])
        .concat(parts.slice(others.length));
    });

  const writings: readonly ((events: readonly unknown[]) => string)[] = [
    (events) => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''),
    (events) => events.map((event) => `${JSON.stringify(event)}\n`).join(''),
    (events) => JSON.stringify(events, null, 1),
    // Unusual, but the same to a client: escapes, a key twice.
    (events) =>
      events
        .map(
          (event) => `data: ${JSON.stringify(event).replaceAll('/', '\\/').replaceAll('-', '\\u002d')}\n\n`,
        )
        .join(''),
    (events) =>
      events
        .map((event) => `data: ${JSON.stringify(event).replace('{', '{"delta":"q","delta":"r",')}\n\n`)
        .join(''),
  ];

  it('hold whatever a cut id is found in', () => {
    let found = 0;
    fc.assert(
      fc.property(fc.oneof(pieces, cutId), fc.constantFrom(...writings), (parts, write) => {
        const stream = write(parts.map(({ place, number, text }) => places[place]!(text, number)));
        const text = toByteText(Buffer.from(stream));
        const edits = splitIdEdits(text, jsonDocuments(text), known);
        if (edits.length === 0) return;
        found++;
        const { crossings } = read(stream);
        expect(crossings === undefined || known.find(crossings).length > 0).toBe(true);
      }),
      { numRuns: 3000 },
    );
    // Or this has shown nothing.
    expect(found).toBeGreaterThan(300);
  });

  it('are none where a stream says words', () => {
    const words = [
      'Hel',
      'lo',
      ' inter',
      'national',
      'ization',
      ', ',
      'model',
      's.',
      ' It',
      "'s",
      ' under_',
      'score',
      'd',
    ];
    const stream = writings[0]!(words.map((text) => places[0]!(text, 0)));
    expect(read(stream).crossings).toBe('');
  });

  it('are not told of a body that is no stream', () => {
    expect(read('{"a":"call_Ab1","b":"2Cd34"}').crossings).toBe('');
  });
});
