import { readdirSync, readFileSync } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { encodeCassette } from '../cassette/format.ts';
import { openCassette } from '../cassette/tape.ts';
import { createKeyOf } from '../matching/index.ts';
import { findSecrets } from './guard.ts';
import { createRedactor } from './redactor.ts';
import { foreignRecordings } from '../../test/fixtures/foreign-recordings.ts';
import { needsRealTraffic, realTraffic } from '../../test/fixtures/real-traffic.ts';

const root = realTraffic;
const files =
  root !== undefined
    ? readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !/LICENSE|NOTICE|\.md$/.test(entry.name))
        .map((entry) => path.join(entry.parentPath, entry.name))
    : [];

const redactor = createRedactor({}, {});

function read(file: string): Buffer {
  const bytes = readFileSync(file);
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Every string of a recording that is itself a streamed body. */
function* streams(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    if (/^(?:event|data|id):/.test(value)) yield value;
  } else if (typeof value === 'object' && value !== null)
    for (const element of Object.values(value)) yield* streams(element);
}

function count(text: string, counts: Map<string, number>): void {
  for (const [, id] of text.matchAll(/\[redacted:([a-z0-9-]+)\]/g))
    counts.set(id!, (counts.get(id!) ?? 0) + 1);
}

describe('recorded traffic of other projects', () => {
  test('is redacted without harm: JSON stays JSON, text stays text, and a second pass changes nothing', (context) => {
    needsRealTraffic(context);
    const counts = new Map<string, number>();
    const harmed = files.filter((file) => {
      const original = read(file);
      const redacted = redactor.body(original, '');
      count(Buffer.from(redacted).toString(), counts);
      if (redactor.body(redacted, '') !== redacted || isUtf8(redacted) !== isUtf8(original)) return true;
      return (
        (parse(original.toString()) === undefined) !== (parse(Buffer.from(redacted).toString()) === undefined)
      );
    });
    console.log(`redactions in ${files.length} files:`, Object.fromEntries([...counts].toSorted()));
    expect(harmed).toEqual([]);
  }, 120_000);

  test('streams keep their events, each still JSON where it was', (context) => {
    needsRealTraffic(context);
    const data = /^data: ?(.*)$/m;
    let seen = 0;
    const harmed = files.filter((file) =>
      [...streams(parse(read(file).toString()))].some((body) => {
        const events = body.split(/(?<=\n\n)/);
        seen += events.length;
        const redacted = redactor.stream(
          events.map((event) => Buffer.from(event)),
          'text/event-stream',
        );
        const isJson = (event: string): boolean => parse(data.exec(event)?.[1] ?? '') !== undefined;
        return events.some(
          (event, index) => isJson(event) !== isJson(Buffer.from(redacted[index]!).toString()),
        );
      }),
    );
    expect(harmed).toEqual([]);
    expect(seen).toBeGreaterThan(1000);
  }, 120_000);

  test('passes the guard once it is redacted', (context) => {
    needsRealTraffic(context);
    const counts = new Map<string, number>();
    for (const file of files) {
      const text = Buffer.from(redactor.body(read(file), '')).toString();
      const parsed = parse(text);
      const findings = findSecrets(Buffer.from(parsed === undefined ? text : JSON.stringify(parsed)), {
        known: [],
      });
      for (const { ruleId, line, path: place, encoding } of findings) {
        counts.set(ruleId, (counts.get(ruleId) ?? 0) + 1);
        console.log(`${path.relative(root!, file)}:${line} ${place ?? ''} ${ruleId} ${encoding}`);
      }
    }
    console.log('guard:', Object.fromEntries(counts));
    expect(Object.fromEntries(counts)).toEqual({});
  }, 120_000);

  test('is stored, found again by the request that made it, and replayed as it was but for secrets', (context) => {
    needsRealTraffic(context);
    const keyOf = createKeyOf({});
    const counts = new Map<string, number>();
    const problems: string[] = [];
    let seen = 0;
    for (const { file, interactions } of foreignRecordings() ?? []) {
      const redacted = interactions.map((interaction) => redactor.interaction(interaction));
      const { bytes } = encodeCassette(
        { reel: 1, name: 'a', recordedAt: '2026-11-20T10:00:00Z', by: 'a', rules: redactor.id },
        redacted,
        { blobAbove: Number.POSITIVE_INFINITY },
      );
      count(Buffer.from(bytes).toString(), counts);
      const tape = openCassette({ bytes, where: file, readBlob: () => undefined });
      for (const [index, original] of interactions.entries()) {
        seen += 1;
        const stored = tape.interactionAt(index);
        const body = (chunks: readonly { readonly bytes: Uint8Array }[]): Buffer =>
          Buffer.concat(chunks.map(({ bytes }) => bytes));
        if (keyOf(redactor.request(original.request)) !== keyOf(stored.request))
          problems.push(`${file}: key`);
        if (!body(stored.chunks).equals(body(redacted[index]!.chunks))) problems.push(`${file}: body`);
        if (redactor.interaction(stored) !== stored) problems.push(`${file}: not a fixed point`);
      }
    }
    console.log(`redactions in ${seen} interactions:`, Object.fromEntries([...counts].toSorted()));
    expect(seen).toBeGreaterThan(100);
    expect(problems).toEqual([]);
  }, 120_000);
});
