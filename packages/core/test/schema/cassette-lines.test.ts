import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCassette } from '../../src/cassette/format.ts';
import { openCassette } from '../../src/cassette/tape.ts';
import { isReelError } from '../../src/errors.ts';
import type { Interaction } from '../../src/model/interaction.ts';
import { endingOf } from '../../src/model/session.ts';
import { wildBytes, wildInteraction } from '../cassette/arbitrary-interaction.ts';
import { sampleHeader } from '../cassette/sample-interaction.ts';

const root = join(import.meta.dirname, '../../../..');
const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../schema/cassette-line.schema.json'), 'utf8'),
) as object;
const isLine: ValidateFunction = new Ajv2020({ allowUnionTypes: true }).compile(schema);

/** Lines that the schema refuses, with the reason. */
function refused(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .filter((line) => !isLine(JSON.parse(line)));
}

describe('the schema of cassette lines', () => {
  it('takes every line that is ever written', () => {
    fc.assert(
      fc.property(
        fc.array(wildInteraction, { maxLength: 3 }),
        fc.boolean(),
        fc.constantFrom(0, 16, 65_536),
        (interactions, timing, blobAbove) => {
          const { bytes } = encodeCassette(sampleHeader, interactions, { timing, blobAbove });
          expect(refused(Buffer.from(bytes).toString('utf8'))).toEqual([]);
        },
      ),
    );
  });

  it('takes every line of a session that is ever written', () => {
    const frame = fc.record({
      from: fc.constantFrom('client' as const, 'server' as const),
      bytes: wildBytes,
      isBinary: fc.boolean(),
      at: fc.constantFrom(0, 1.5),
    });
    const by = fc.constantFrom('client' as const, 'server' as const);
    const end = fc.oneof(
      fc.record({ kind: fc.constant('closed' as const), by }),
      fc.record({
        kind: fc.constant('closed' as const),
        by,
        code: fc.integer({ min: 1000, max: 4999 }),
        reason: fc.string({ unit: 'binary' }),
      }),
      fc.record({ kind: fc.constant('cut' as const), by }),
      fc.record({ kind: fc.constant('cut' as const), by, code: fc.constant('ECONNRESET') }),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 4 }), end, fc.boolean(), (frames, end, timing) => {
        const session: Interaction = {
          request: {
            method: 'GET',
            url: 'wss://api.openai.com/v1/realtime',
            headers: [],
            body: new Uint8Array(0),
          },
          response: { status: 101, headers: [['sec-websocket-protocol', 'realtime']] },
          chunks: [],
          ending: endingOf(end),
          session: { frames, end },
        };
        const { bytes } = encodeCassette(sampleHeader, [session], { timing, blobAbove: 16 });
        expect(refused(Buffer.from(bytes).toString('utf8'))).toEqual([]);
      }),
    );
  });

  it.each([
    'packages/core/src/cassette/migrations/samples/v1',
    'apps/example/test/cassettes',
    'tools/checks/consumers',
  ])('takes the cassettes in %s', (folder) => {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.jsonl'),
    );
    expect(files.length).toBeGreaterThan(2);
    for (const file of files)
      expect(refused(readFileSync(join(root, folder, file), 'utf8')), file).toEqual([]);
  });

  it.each([
    ['a key that is not known', '{"end":1,"more":true}'],
    ['no number', '{"end":0}'],
    ['two bodies', '{"request":1,"method":"POST","url":"https://a.example/","text":"a","base64":"YQ=="}'],
    ['a layout without JSON', '{"request":1,"method":"POST","url":"https://a.example/","indent":2}'],
    ['a chunk without bytes', '{"chunk":1}'],
    ['JSON in a chunk', '{"chunk":1,"json":{}}'],
    ['a header of one word', '{"response":1,"status":200,"headers":[["content-type"]]}'],
    ['a newer version', '{"reel":2,"name":"","recordedAt":"2026-11-20T10:00:00Z","by":"","rules":""}'],
    ['a close code out of range', '{"closed":1,"by":"client","code":99}'],
  ])('refuses %s, and so does the reader', (_, line) => {
    expect(refused(line)).toEqual([line]);
    expect(readerTakes(line)).toBe(false);
  });
});

/** Whether a cassette with this line somewhere in it, where its kind may stand, can be read. */
function readerTakes(line: string): boolean {
  const header = JSON.stringify(sampleHeader);
  const request = '{"request":1,"method":"GET","url":"https://a.example/"}';
  const response = '{"response":1,"status":200}';
  const socket = '{"socket":1,"url":"wss://a.example/"}';
  const kind = /^\{"(\w+)"/.exec(line)![1]!;
  const lines =
    {
      reel: [line],
      request: [header, line, response, '{"end":1}'],
      response: [header, request, line, '{"end":1}'],
      chunk: [header, request, response, line, '{"end":1}'],
      end: [header, request, response, line],
      closed: [header, socket, line],
    }[kind] ?? [];
  try {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    openCassette({ bytes, where: 'a.jsonl', readBlob: () => undefined }).allInteractions();
    return true;
  } catch (error) {
    if (isReelError(error)) return false;
    throw error;
  }
}
