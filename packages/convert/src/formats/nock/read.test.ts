import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bodyText, header, read, requestText } from '../../../test/reading.ts';

const call = (rest: object): object[] => [
  {
    scope: 'https://api.example.com:443',
    method: 'POST',
    path: '/v1/x?a=1',
    body: '',
    status: 200,
    response: '',
    rawHeaders: [],
    ...rest,
  },
];
const json = ['Content-Type', 'application/json'];

describe('nock', () => {
  test.each([
    ['parsed JSON', { response: { a: 1 }, rawHeaders: json }, '{"a":1}'],
    ['text', { response: 'data: 1\n\n', rawHeaders: { 'content-type': 'text/event-stream' } }, 'data: 1\n\n'],
    ['a JSON string', { response: 'hi', rawHeaders: json }, '"hi"'],
    ['a stream under a JSON type', { response: 'data: 1\n\n', rawHeaders: json }, 'data: 1\n\n'],
    [
      'hexadecimal',
      { response: 'fffb90', responseIsBinary: true, rawHeaders: ['content-type', 'audio/mpeg'] },
      Buffer.from([0xff, 0xfb, 0x90]).toString('utf8'),
    ],
    [
      'hexadecimal slices of a compressed body',
      { response: [gzipSync('{"z":1}').toString('hex')], rawHeaders: ['Content-Encoding', 'gzip'] },
      '{"z":1}',
    ],
    [
      'slices that fetch had decoded already',
      { response: [Buffer.from('{"z":1}').toString('hex')], rawHeaders: { 'content-encoding': 'br' } },
      '{"z":1}',
    ],
    ['a list of JSON', { response: ['ab', 'cd'], rawHeaders: json }, '["ab","cd"]'],
    ['nothing', {}, ''],
  ])('reads a response that is %s', (_, rest, expected) => {
    const { format, interactions, skipped } = read(call(rest));
    expect({ format, skipped }).toEqual({ format: 'nock', skipped: [] });
    expect(bodyText(interactions[0]!)).toBe(expected);
    expect(interactions[0]!.request.url).toBe('https://api.example.com/v1/x?a=1');
  });

  test('tells a request in hexadecimal from text that looks like it', () => {
    expect([...read(call({ body: 'ff00fe' })).interactions[0]!.request.body]).toEqual([0xff, 0, 0xfe]);
    expect(requestText(read(call({ body: 'abcdef12'.replaceAll(/[a-f]/g, '3') })).interactions[0]!)).toMatch(
      /^3+12$/,
    );
  });

  test('reads what nock itself records', async () => {
    const { default: nock } = await import('nock');
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        if (request.url === '/gzip')
          response
            .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
            .end(gzipSync('{"zipped":true}'));
        else
          response.writeHead(201, { 'content-type': 'application/json', 'x-a': '1' }).end('{"plain": true}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    nock.restore();
    nock.recorder.rec({ dont_print: true, output_objects: true, enable_reqheaders_recording: true });
    await (
      await fetch(`${base}/plain?x=1`, {
        method: 'POST',
        body: '{"model":"m"}',
        headers: { 'content-type': 'application/json' },
      })
    ).text();
    await (await fetch(`${base}/gzip`)).text();
    // The recorder writes after the answer was read.
    for (let wait = 0; wait < 100 && nock.recorder.play().length < 2; wait++)
      await new Promise((go) => setTimeout(go, 20));
    const calls = nock.recorder.play();
    nock.restore();
    server.close();
    const { format, interactions } = read(calls as object);
    expect(format).toBe('nock');
    const [plain, zipped] = interactions.toSorted((a, b) => b.response!.status - a.response!.status);
    expect([plain!.request.url, requestText(plain!), bodyText(plain!)]).toEqual([
      `${base}/plain?x=1`,
      '{"model":"m"}',
      '{"plain":true}',
    ]);
    expect(bodyText(zipped!)).toBe('{"zipped":true}');
    expect(header(zipped!, 'content-encoding')).toBe('gzip');
  });
});
