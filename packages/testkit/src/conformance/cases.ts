import zlib from 'node:zlib';
import type { Ability, OpenClient, Scheme, Seen, Sent } from './client.ts';
import type { Answer, Behave, Call, ConformanceServer } from './server.ts';

/** One thing a client does to a server, and what must be true of what it saw. */
export interface Case {
  readonly title: string;
  readonly needs?: readonly Ability[];
  /** Schemes it makes sense for; all when left out. */
  readonly schemes?: readonly Scheme[];
  readonly behave: Behave;
  /** The requests, one after the other or at once. */
  run(client: OpenClient, origin: string): Promise<Seen[]>;
  /** More than equality with the live run: about the legs that went to the server. */
  check?(seen: Seen[], leg: 'live' | 'record' | 'replay', server: ConformanceServer): void;
  /** Pieces of the body arrive as the server wrote them, in replay as while recording. */
  readonly keepsPieces?: boolean;
}

const json = JSON.stringify({ id: 'chatcmpl-1', choices: [{ message: { content: 'Grüße, 世界' } }] });
const events = Array.from({ length: 6 }, (_, index) => `data: {"delta":"token ${index}"}\n\n`);
const binary = Buffer.from(
  Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31 + (index >> 8)) % 256),
);
const text = Buffer.from('the quick brown fox jumps over the lazy dog. '.repeat(400));

const one =
  (sent: Omit<Sent, 'url'> & { path?: string } = {}) =>
  async (client: OpenClient, origin: string): Promise<Seen[]> => [
    await client.send({ ...sent, url: `${origin}${sent.path ?? '/v1/thing?a=1&b=%20'}` }),
  ];

/** Compressed bodies of every coding, in one piece and piece by piece. */
const codings = {
  gzip: { whole: zlib.gzipSync, stream: () => zlib.createGzip({ flush: zlib.constants.Z_SYNC_FLUSH }) },
  deflate: {
    whole: zlib.deflateSync,
    stream: () => zlib.createDeflate({ flush: zlib.constants.Z_SYNC_FLUSH }),
  },
  br: {
    whole: zlib.brotliCompressSync,
    stream: () => zlib.createBrotliCompress({ flush: zlib.constants.BROTLI_OPERATION_FLUSH }),
  },
  zstd: {
    whole: zlib.zstdCompressSync,
    stream: () => zlib.createZstdCompress({ flush: zlib.constants.ZSTD_e_flush }),
  },
} as const;

export const cases: readonly Case[] = [
  {
    title: 'a JSON answer with its status, reason and headers',
    behave: (_call, answer) => {
      answer.writeHead(201, { 'Content-Type': 'application/json', 'X-Mixed-Case': 'Yes' });
      answer.end(json);
    },
    run: one({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{"prompt":"hi"}'),
    }),
    check: ([seen]) => expectThat(body(seen).toString() === json, 'the body is the one the server sent'),
  },
  {
    title: 'a stream of events, each as it comes',
    keepsPieces: true,
    behave: (_call, answer) => writeSlowly(answer, { 'content-type': 'text/event-stream' }, events),
    run: one({ method: 'POST', body: Buffer.from('{"stream":true}') }),
    check: ([seen]) =>
      expectThat(seen!.pieces.length === events.length, `${seen!.pieces.length} pieces of ${events.length}`),
  },
  {
    title: 'newline-delimited JSON, line by line',
    keepsPieces: true,
    behave: (_call, answer) =>
      writeSlowly(answer, { 'content-type': 'application/x-ndjson' }, [
        '{"a":1}\n',
        '{"a":2}\n',
        '{"done":true}\n',
      ]),
    run: one(),
  },
  {
    title: 'a head long before its body',
    behave: (_call, answer) => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' });
      answer.flushHeaders();
      setTimeout(() => answer.end('at last'), 100);
    },
    run: one(),
    check: ([seen], leg) =>
      expectThat(
        leg === 'replay' || seen!.headAt! < seen!.endAt! - 50,
        `head at ${seen!.headAt}, end at ${seen!.endAt}`,
      ),
  },
  {
    title: 'binary bytes',
    behave: (_call, answer) => {
      answer.writeHead(200, { 'content-type': 'audio/mpeg', 'content-length': String(binary.byteLength) });
      answer.end(binary);
    },
    run: one(),
    check: ([seen]) => expectThat(body(seen).equals(binary), 'every byte is there'),
  },
  ...Object.entries(codings).flatMap(([name, { whole, stream }]): Case[] => [
    {
      title: `a body in ${name} with a length`,
      behave: (_call, answer) => {
        const bytes = whole(text);
        answer.writeHead(200, { 'content-encoding': name, 'content-length': String(bytes.byteLength) });
        answer.end(bytes);
      },
      run: one({ headers: { 'accept-encoding': name } }),
      check: ([seen]) => expectThat(decoded(seen).equals(text), 'it decodes to the text'),
    },
    {
      title: `a stream in ${name}`,
      behave: (_call, answer) => {
        answer.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': name });
        const encoder = stream();
        encoder.pipe(answer);
        const next = (index: number): void => {
          if (index === events.length) encoder.end();
          else encoder.write(events[index], () => setTimeout(next, 5, index + 1));
        };
        next(0);
      },
      run: one({ headers: { 'accept-encoding': name } }),
      check: ([seen]) => expectThat(decoded(seen).toString() === events.join(''), 'it decodes to the events'),
    },
  ]),
  {
    title: 'a redirect that is not followed',
    behave: (_call, answer) => {
      answer.writeHead(307, { location: '/elsewhere' });
      answer.end();
    },
    run: one(),
    check: ([seen]) => expectThat(seen!.status === 307, `status ${seen!.status}`),
  },
  {
    title: 'repeated response headers, apart and in order',
    needs: ['raw-headers'],
    behave: (_call, answer) => {
      answer.setHeader('set-cookie', ['a=1', 'b=2']);
      answer.setHeader('x-many', ['one', 'two']);
      answer.end('ok');
    },
    run: one(),
    check: ([seen]) =>
      expectThat(
        seen!.headers!.filter(([name]) => name === 'set-cookie').length === 2,
        JSON.stringify(seen!.headers),
      ),
  },
  {
    title: 'HEAD: the headers of a body that does not come',
    behave: (_call, answer) => {
      answer.writeHead(200, { 'content-length': '1234', 'content-type': 'application/json' });
      answer.end();
    },
    run: one({ method: 'HEAD' }),
    check: ([seen]) => expectThat(seen!.status === 200 && body(seen).byteLength === 0, 'no body'),
  },
  {
    title: '204 without a body',
    behave: (_call, answer) => {
      answer.writeHead(204);
      answer.end();
    },
    run: one({ method: 'DELETE' }),
    check: ([seen]) => expectThat(seen!.status === 204, `status ${seen!.status}`),
  },
  {
    title: '304 without a body',
    schemes: ['http', 'https'],
    behave: (_call, answer) => {
      answer.writeHead(304, { etag: '"1"' });
      answer.end();
    },
    run: one(),
  },
  {
    title: 'a body without length or chunks, ended by the connection',
    schemes: ['http', 'https'],
    behave: (_call, answer) => {
      answer.removeHeader('transfer-encoding');
      answer.removeHeader('content-length');
      answer.writeHead(200, { connection: 'close' });
      (answer as never as { useChunkedEncodingByDefault: boolean }).useChunkedEncodingByDefault = false;
      answer.write('until the ');
      setTimeout(() => answer.end('end'), 5);
    },
    run: one(),
    check: ([seen]) => expectThat(body(seen).toString() === 'until the end', body(seen).toString()),
  },
  {
    title: 'four megabytes to a slow reader, held back on the way',
    behave: (_call, answer) => {
      answer.writeHead(200, { 'content-type': 'application/octet-stream' });
      answer.end(Buffer.alloc(4 << 20, 'abcdefg'));
    },
    run: one({ rest: 1 }),
    check: ([seen]) =>
      expectThat(body(seen).equals(Buffer.alloc(4 << 20, 'abcdefg')), `${body(seen).byteLength} bytes`),
  },
  {
    title: 'an upload with a length, given back',
    behave: echo,
    run: one({ method: 'PUT', body: binary }),
    check: ([seen]) => expectThat(body(seen).equals(binary), `${body(seen).byteLength} bytes`),
  },
  {
    title: 'an upload piece by piece, given back',
    needs: ['streamed-upload'],
    behave: echo,
    run: one({ method: 'POST', body: [Buffer.from('one '), Buffer.from('two '), binary] }),
    check: ([seen]) =>
      expectThat(body(seen).byteLength === binary.byteLength + 8, `${body(seen).byteLength} bytes`),
  },
  {
    title: 'a multipart upload, given back',
    behave: echo,
    run: one({
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=XX' },
      body: Buffer.concat([
        Buffer.from('--XX\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'),
        binary.subarray(0, 5000),
        Buffer.from('\r\n--XX--\r\n'),
      ]),
    }),
  },
  {
    title: 'Expect: 100-continue',
    needs: ['expect-continue'],
    schemes: ['http', 'https'],
    behave: echo,
    run: one({ method: 'POST', headers: { expect: '100-continue' }, body: Buffer.from('after you') }),
    check: ([seen]) => expectThat(body(seen).toString() === 'after you', body(seen).toString()),
  },
  {
    title: 'requests one after the other over one connection',
    needs: ['keep-alive'],
    behave: echo,
    run: async (client, origin) => {
      const seen: Seen[] = [];
      for (let index = 0; index < 5; index++) {
        seen.push(
          await client.send({ url: `${origin}/${index}`, method: 'POST', body: Buffer.from(`n ${index}`) }),
        );
      }
      return seen;
    },
    check: (_seen, leg, server) => {
      const [live, record] = server.connections;
      if (leg === 'record') expectThat(record! <= live!, `${record} connections, ${live} without Reel`);
    },
  },
  {
    title: 'fifty requests at once',
    behave: (call, answer) => {
      setTimeout(() => answer.end(`you asked for ${call.url}`), 5);
    },
    run: async (client, origin) =>
      Promise.all(Array.from({ length: 50 }, (_, index) => client.send({ url: `${origin}/${index}` }))),
    check: (seen) =>
      seen.forEach((each, index) =>
        expectThat(body(each).toString() === `you asked for /${index}`, body(each).toString()),
      ),
  },
  {
    title: 'trailers',
    needs: ['trailers'],
    behave: (_call, answer) => {
      if (!('stream' in answer)) answer.setHeader('trailer', 'x-checksum');
      answer.write('checked');
      answer.addTrailers({ 'x-checksum': 'abc' });
      answer.end();
    },
    run: one(),
    check: ([seen]) => expectThat(seen!.trailers?.[0]?.[1] === 'abc', JSON.stringify(seen!.trailers)),
  },
  {
    title: 'the client leaves before the headers',
    behave: () => {},
    run: one({ leaveAfter: 0 }),
    check: ([seen]) => expectThat(seen!.error === 'left', `error ${seen!.error}`),
  },
  {
    title: 'the client leaves in the middle of the body',
    behave: (_call, answer) => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' });
      answer.write(events[0]);
    },
    run: one({ leaveAfter: 5 }),
    check: ([seen]) => expectThat(seen!.error === 'left' && seen!.status === 200, `error ${seen!.error}`),
  },
  {
    title: 'the client runs out of patience',
    behave: () => {},
    run: one({ patience: 40 }),
    check: ([seen]) => expectThat(seen!.error === 'left', `error ${seen!.error}`),
  },
  ...(['reset', 'hang-up'] as const).flatMap((how): Case[] => [
    {
      title: `a ${how} before the headers`,
      schemes: how === 'reset' ? ['http', 'https'] : ['http', 'https', 'h2c', 'h2'],
      behave: (_call, _answer, server) => server.cut(how),
      run: one(),
      check: ([seen]) =>
        expectThat(seen!.error !== undefined && seen!.status === undefined, JSON.stringify(seen)),
    },
    {
      title: `a ${how} right after the headers`,
      schemes: ['http', 'https'],
      behave: (_call, answer, server) => {
        answer.writeHead(200, { 'content-type': 'text/event-stream' });
        answer.flushHeaders();
        setTimeout(() => server.cut(how), 20);
      },
      run: one(),
      check: ([seen]) => expectThat(seen!.error !== undefined && seen!.status === 200, JSON.stringify(seen)),
    },
    {
      title: `a ${how} in the middle of the body`,
      schemes: how === 'reset' ? ['http', 'https'] : ['http', 'https', 'h2c', 'h2'],
      behave: (_call, answer, server) => {
        answer.writeHead(200, { 'content-type': 'text/event-stream' });
        answer.write(events[0]);
        setTimeout(() => server.cut(how), 20);
      },
      run: one(),
      check: ([seen]) =>
        expectThat(seen!.error !== undefined && body(seen).toString() === events[0], JSON.stringify(seen)),
    },
  ]),
  {
    title: 'a stream that the server resets',
    schemes: ['h2c', 'h2'],
    behave: (_call, answer) => {
      answer.writeHead(200);
      answer.write('half');
      setTimeout(() => answer.stream!.close(2), 20);
    },
    run: one(),
    check: ([seen]) => expectThat(seen!.error === 'ERR_HTTP2_STREAM_ERROR', `error ${seen!.error}`),
  },
];

/** Fails the test with a sentence; `expect` of any runner is not at hand here. */
export function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`expected: ${otherwise}`);
}

export function body(seen: Seen | undefined): Buffer {
  return Buffer.concat(seen!.pieces);
}

/** The body with its content coding taken off. */
export function decoded(seen: Seen | undefined): Buffer {
  const coding = seen!.headers?.find(([name]) => name === 'content-encoding')?.[1];
  const bytes = body(seen);
  if (bytes.byteLength === 0) return bytes;
  if (coding === 'gzip') return zlib.gunzipSync(bytes);
  if (coding === 'deflate') return zlib.inflateSync(bytes);
  if (coding === 'br') return zlib.brotliDecompressSync(bytes);
  if (coding === 'zstd') return zlib.zstdDecompressSync(bytes);
  return bytes;
}

function echo(call: Call, answer: Answer): void {
  const pieces: Uint8Array[] = [];
  call.on('data', (piece: Uint8Array) => pieces.push(piece));
  call.once('end', () => {
    const whole = Buffer.concat(pieces);
    answer.writeHead(200, {
      'content-type': 'application/octet-stream',
      'x-sent-type': call.headers['content-type'] ?? '-',
    });
    answer.end(whole);
  });
}

function writeSlowly(answer: Answer, headers: Record<string, string>, pieces: readonly string[]): void {
  answer.writeHead(200, headers);
  const next = (index: number): void => {
    if (index === pieces.length) answer.end();
    else {
      answer.write(pieces[index]);
      setTimeout(next, 15, index + 1);
    }
  };
  next(0);
}
