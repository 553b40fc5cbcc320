import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bodyText, header, read, requestText } from '../../../test/reading.ts';
import { findSources } from '../../import/sources.ts';
import { nameFor } from '../../import/cassette-name.ts';
import { readFileSync } from 'node:fs';

interface Parts {
  readonly content?: object;
  readonly response?: object;
  readonly request?: object;
  readonly entry?: object;
}

function har({ content = {}, response = {}, request = {}, entry = {} }: Parts): object {
  return {
    log: {
      version: '1.2',
      creator: { name: 'Browser', version: '1' },
      entries: [
        {
          startedDateTime: '2026-11-20T10:00:00.000Z',
          ...entry,
          request: { method: 'POST', url: 'https://api.example.com/v1/x', headers: [], ...request },
          response: {
            status: 200,
            statusText: '',
            headers: [],
            content: { mimeType: 'application/json', ...content },
            ...response,
          },
        },
      ],
    },
  };
}

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');

describe('HAR', () => {
  const zipped = gzipSync('{"zipped":true}');
  test.each([
    ['text', { text: '{"a":1}' }, '{"a":1}'],
    ['base64 of a browser', { text: base64('{"a":1}'), encoding: 'base64' }, '{"a":1}'],
    [
      'slices of a compressed body',
      {
        text: JSON.stringify([base64(zipped.subarray(0, 9)), base64(zipped.subarray(9))]),
        encoding: 'base64',
      },
      '{"zipped":true}',
    ],
    ['text under utf8', { text: 'data: 1\n\n', encoding: 'utf8' }, 'data: 1\n\n'],
    ['hexadecimal of an old Polly.js', { text: '6869', _isBinary: true }, 'hi'],
    ['JSON that is a list of strings', { text: '["aGk="]' }, '["aGk="]'],
    ['nothing', { size: 0 }, ''],
  ])('reads a body that is %s', (_, content, expected) => {
    const { format, interactions, skipped } = read(har({ content }));
    expect({ format, skipped }).toEqual({ format: 'har', skipped: [] });
    expect(bodyText(interactions[0]!)).toBe(expected);
  });

  test('reads a form from its parameters, and says that a multipart body is lost', () => {
    const form = har({
      content: { text: '1' },
      request: {
        headers: [{ name: 'Content-Type', value: 'application/x-www-form-urlencoded' }],
        postData: { mimeType: '', params: [{ name: 'a b', value: '1&2' }] },
      },
    });
    expect(requestText(read(form).interactions[0]!)).toBe('a+b=1%262');
    const multipart = har({
      content: { text: '1' },
      request: { postData: { mimeType: 'multipart/form-data; boundary=x', params: [] } },
    });
    expect(read(multipart).notes).toContain('multipart-lost');
  });

  test('leaves out what is no header, and refuses a body that was not saved', () => {
    const { interactions } = read(
      har({
        content: { text: '1' },
        request: {
          headers: [
            { name: ':authority', value: 'x' },
            { name: 'accept', value: '*/*' },
          ],
        },
      }),
    );
    expect(interactions[0]!.request.headers).toEqual([['accept', '*/*']]);
    expect(read(har({ content: { size: 10 } })).skipped).toEqual([
      'its response body is not in the file (save the HAR with content)',
    ]);
  });

  test('leaves out what came out of the cache of a browser, with a body and no status', () => {
    const { interactions, skipped } = read(har({ response: { status: 0 }, content: { text: 'body{}' } }));
    expect(interactions).toEqual([]);
    expect(skipped).toEqual(["it came from the browser's cache, without status (record with the cache off)"]);
  });

  test('keeps a failed request as one, and a WebSocket as a session', () => {
    const failed = read(har({ response: { status: 0, _error: 'net::ERR_CONNECTION_RESET' } }))
      .interactions[0]!;
    expect(failed).toMatchObject({ ending: { kind: 'aborted', message: 'net::ERR_CONNECTION_RESET' } });
    const { sessions } = read(
      har({
        request: { url: 'wss://api.example.com/v1/realtime' },
        entry: {
          _webSocketMessages: [
            { type: 'send', opcode: 1, data: 'a' },
            { type: 'receive', opcode: 2, data: 'aGk=' },
          ],
        },
      }),
    );
    expect(
      sessions[0]!.frames.map(({ direction, data }) => [direction, Buffer.from(data).toString()]),
    ).toEqual([
      ['sent', 'a'],
      ['received', 'hi'],
    ]);
  });

  test('reads YAML with times that are not quoted', () => {
    const { format, interactions } = read(`log:
  _recordingName: a/b
  entries:
    - _id: 1
      request:
        bodySize: 2
        headers:
          - _fromType: array
            name: content-type
            value: application/json
        method: POST
        postData: {mimeType: application/json, params: [], text: '{}'}
        url: https://api.example.com/
      response:
        content: {mimeType: application/json, size: 2, text: '{"a": 1}'}
        headers: []
        status: 200
        statusText: OK
      startedDateTime: 2024-01-02T03:04:05.678Z
`);
    expect(format).toBe('har');
    expect(bodyText(interactions[0]!)).toBe('{"a": 1}');
  });

  test('reads a file that was cut up to there', () => {
    const two = har({ content: { text: '1' } }) as { log: { entries: object[] } };
    two.log.entries.push(...two.log.entries);
    const text = JSON.stringify(two);
    const { interactions, skipped } = read(text.slice(0, -60));
    expect(interactions).toHaveLength(1);
    expect(skipped).toEqual(['the file ends in the middle of it']);
  });

  test(
    'reads what Polly.js itself records, and names it as the adapters name the test',
    { timeout: 60_000 },
    async () => {
      const { Polly } = await import('@pollyjs/core');
      const { default: FetchAdapter } = await import('@pollyjs/adapter-fetch');
      const { default: FSPersister } = await import('@pollyjs/persister-fs');
      const folder = mkdtempSync(join(tmpdir(), 'reel-polly-'));
      const server = createServer((request, response) => {
        request
          .resume()
          .on('end', () =>
            response
              .writeHead(200, { 'content-type': 'text/event-stream', 'x-a': '1' })
              .end('data: {"a":1}\n\ndata: [DONE]\n\n'),
          );
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
      Polly.register(FetchAdapter as never);
      Polly.register(FSPersister as never);
      const polly = new Polly('chat/streams an answer', {
        adapters: ['fetch'],
        persister: 'fs',
        persisterOptions: { fs: { recordingsDir: folder } },
      });
      await (
        await fetch(url, {
          method: 'POST',
          body: '{"stream":true}',
          headers: { 'content-type': 'application/json' },
        })
      ).text();
      await polly.stop();
      server.close();
      const [source] = findSources([folder]);
      expect(nameFor(source!)).toBe('chat--streams-an-answer');
      const { format, interactions } = read(readFileSync(source!.path));
      rmSync(folder, { recursive: true });
      expect(format).toBe('har');
      expect(requestText(interactions[0]!)).toBe('{"stream":true}');
      expect(interactions[0]!.chunks).toHaveLength(2);
      expect(header(interactions[0]!, 'x-a')).toBe('1');
    },
  );
});
