import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Interaction } from '../model/interaction.ts';
import { readResponse } from './readable.ts';
import { eventStream, recorded } from '../../test/fixtures/recorded.ts';

const url = 'https://api.openai.com/v1/chat/completions';
const gemini = 'https://generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent?key=x';
const read = (body: string, type?: string, at = url) => {
  const { json, events } = readResponse(recorded(at, body, type === undefined ? {} : { type }));
  return { json, events };
};

describe('readResponse', () => {
  it('reads a JSON document, also behind the blank lines of a busy gateway', () => {
    expect(read('\n\n   \n{"a":1}')).toEqual({ json: { a: 1 } });
  });

  it('reads server-sent events by name, and keeps data that is not JSON as text', () => {
    const body = eventStream([['message_start', { a: 1 }], { b: 2 }, '[DONE]']);
    expect(read(body, 'text/event-stream')).toEqual({
      events: [{ event: 'message_start', data: { a: 1 } }, { data: { b: 2 } }, { data: '[DONE]' }],
    });
  });

  it.each(['\n', '\r\n', '\r'])('takes %j as the end of a line, comments, and several data lines', (end) => {
    const body = [': keep-alive', '', 'id: 7', 'data: {"a":', 'data: 1}', '', ''].join(end);
    expect(read(body, 'text/event-stream').events).toEqual([{ data: { a: 1 } }]);
  });

  it('reads the last event of a server that leaves out the blank line', () => {
    expect(read('data: {"a":1}\n\ndata: {"b":2}', 'text/event-stream').events).toEqual([
      { data: { a: 1 } },
      { data: { b: 2 } },
    ]);
  });

  it('believes the body and not its label', () => {
    expect(read('{"error":{"message":"no"}}', 'text/event-stream')).toEqual({
      json: { error: { message: 'no' } },
    });
    expect(read('data: {"a":1}\n\n', 'application/json').events).toEqual([{ data: { a: 1 } }]);
    expect(read('event: x\ndata: {"a":1}\n\n', '').events).toEqual([{ event: 'x', data: { a: 1 } }]);
    expect(read('{"a":1}\n{"a":2}\n', 'application/json').events).toEqual([
      { data: { a: 1 } },
      { data: { a: 2 } },
    ]);
  });

  it('reads NDJSON up to the line that was cut', () => {
    expect(read('{"a":1}\n{"a":2}\n{"a"', 'application/x-ndjson').events).toEqual([
      { data: { a: 1 } },
      { data: { a: 2 } },
    ]);
  });

  it('reads the array of a Gemini stream as its events, also when it was cut', () => {
    const body = '[{"a":1}\n,\r\n{"a":2}\n]';
    expect(read(body, 'application/json', gemini)).toEqual({
      events: [{ data: { a: 1 } }, { data: { a: 2 } }],
    });
    expect(read(body.slice(0, -2), 'application/json', gemini).events).toEqual([
      { data: { a: 1 } },
      { data: { a: 2 } },
    ]);
    expect(read(body.slice(0, -5), 'application/json', gemini).events).toEqual([{ data: { a: 1 } }]);
    expect(read(body)).toEqual({ json: [{ a: 1 }, { a: 2 }] });
  });

  it.each([
    ['no body', ''],
    ['text', 'Bad gateway'],
    ['HTML', '<html>\n</html>'],
  ])('finds neither document nor events in %s', (_, body) => {
    expect(read(body, 'text/plain')).toEqual({});
  });

  it('tells status 0 when no response arrived', () => {
    const refused: Interaction = {
      request: { method: 'POST', url, headers: [], body: new Uint8Array() },
      chunks: [],
      ending: { kind: 'aborted', by: 'upstream', code: 'ECONNREFUSED' },
    };
    expect(readResponse(refused)).toEqual({ url, status: 0, headers: [] });
  });

  it('never throws, and reads the same whatever the chunks', () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .constantFrom('data: {"é":1}\r\n\r\ndata: [DONE]\r\n\r\n', '[{"é":1}\n,{', '{"a":1}\n{"é')
        .map((text) => Buffer.from(text)),
    );
    const type = fc.constantFrom(
      'application/json',
      'text/event-stream',
      'application/x-ndjson',
      'audio/mpeg',
      '',
    );
    fc.assert(
      fc.property(body, type, fc.nat(), fc.constantFrom(url, gemini), (bytes, label, cut, at) => {
        const whole = recorded(at, 'x', { type: label });
        const middle = cut % (bytes.length + 1);
        const one = readResponse({ ...whole, chunks: [{ bytes }] });
        expect(
          readResponse({
            ...whole,
            chunks: [{ bytes: bytes.subarray(0, middle) }, { bytes: bytes.subarray(middle) }],
          }),
        ).toEqual(one);
      }),
    );
  });
});
