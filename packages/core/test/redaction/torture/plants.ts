import { Buffer } from 'node:buffer';
import { crc32, gzipSync } from 'node:zlib';
import { plainSecret, secretsByRule, secretsInContext, seeded } from '../../fixtures/synthetic-secrets.ts';
import type { LeakSearch } from './leaks.ts';

/** What one request says, and what the server answers. */
export interface Exchange {
  readonly name: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  readonly answer: {
    readonly headers: Record<string, string | string[]>;
    readonly pieces: readonly Buffer[];
  };
}

/** A way to make secrets of one rule, with the words around them that they need. */
export interface Kind {
  readonly ruleId: string;
  make(): readonly [before: string, secret: string, after: string];
}

/** Kinds of every rule. Fresh values each time, but for known values, which have to be the configured ones. */
export function kindsOf(seed: number, known: Readonly<Record<string, string>>): Kind[] {
  const random = seeded(seed);
  return [
    ...Object.entries(secretsByRule).flatMap(([ruleId, makers]) =>
      makers.map((make): Kind => ({ ruleId, make: () => ['', make(random), ''] })),
    ),
    ...Object.entries(secretsInContext).flatMap(([ruleId, makers]) =>
      makers.map((make): Kind => {
        // What stands around is no secret and the same in replay: the id of a bot, a host.
        const [before, , after] = make(seeded(7));
        return { ruleId, make: () => [before, make(random)[1], after] };
      }),
    ),
    ...['MISTRAL_API_KEY=', 'cohere_api_key: ', 'AZURE_OPENAI_API_KEY=', 'password=', 'client_secret: '].map(
      (before): Kind => ({ ruleId: 'named', make: () => [before, plainSecret(random), ''] }),
    ),
    ...Object.entries(known).map(([ruleId, value]): Kind => ({ ruleId, make: () => ['', value, ''] })),
  ];
}

/** Makes the exchanges of a kind and tells the search of every secret in them. */
export class Planter {
  readonly #search: LeakSearch;
  planted = 0;

  constructor(search: LeakSearch) {
    this.#search = search;
  }

  *exchanges(kind: Kind, id: string): Generator<Exchange> {
    yield this.#document(kind, id);
    yield this.#form(kind, id);
    yield this.#multipart(kind, id);
    yield this.#compressed(kind, id);
    yield this.#text(kind, id);
    yield this.#deltas(kind, id, 'content', 1);
    yield this.#deltas(kind, id, 'arguments', 3);
    yield this.#lines(kind, id);
    yield this.#frames(kind, id);
    yield this.#logProbabilities(kind, id);
  }

  #plant(kind: Kind, place: string): string {
    const [before, secret, after] = kind.make();
    this.planted += 1;
    this.#search.add(secret, `${kind.ruleId} in ${place}`);
    return before + secret + after;
  }

  #document(kind: Kind, id: string): Exchange {
    const text = (place: string): string => this.#plant(kind, place);
    const query = `?note=${encodeURIComponent(text('query'))}&b=${base64(text('base64 in query'), 'base64url')}`;
    const inHeader = text('response header').replaceAll('\n', ' ');
    return {
      name: `${id} document`,
      path: `/${id}/document/${encodeURIComponent(text('path'))}${query}`,
      headers: { 'content-type': 'application/json', 'x-kept': text('request header').replaceAll('\n', ' ') },
      body: Buffer.from(this.#everyEncoding(kind, 'request')),
      answer: {
        headers: {
          'content-type': 'application/json',
          'x-note': inHeader,
          'set-cookie': [`sid=${encodeURIComponent(text('cookie'))}; Path=/`],
          location: `https://files.example/f?note=${encodeURIComponent(text('location'))}`,
        },
        pieces: [Buffer.from(this.#everyEncoding(kind, 'response'))],
      },
    };
  }

  #everyEncoding(kind: Kind, side: string): string {
    const text = (encoding: string): string => this.#plant(kind, `${side}, ${encoding}`);
    const escaped = [...text('\\u escapes')]
      .map((letter) => String.raw`\u00` + letter.charCodeAt(0).toString(16).padStart(2, '0'))
      .join('');
    const prose = 'some ordinary words before the key, to make lines long enough: ';
    return JSON.stringify({
      messages: [{ role: 'user', content: `use ${text('plain')} now` }],
      nested: JSON.stringify({ note: `x ${text('JSON in JSON')} y` }),
      deep: JSON.stringify({ a: JSON.stringify({ b: `x ${text('JSON in JSON in JSON')}` }) }),
      escaped: 'ESCAPED',
      percent: `a=${[...Buffer.from(text('percent-encoded'))].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`,
      base64: base64(`note: ${text('base64')} end`),
      twice: base64(`again: ${base64(`note: ${text('base64 twice')} end`)} end`),
      url: `https://host.example/files/${base64(`note: ${text('base64 in a path')} end`, 'base64url')}`,
      mime: (base64(`${prose}${prose}${text('wrapped base64')} end`).match(/.{1,76}/g) ?? []).join('\n'),
      bytes: [...Buffer.from(`say ${text('list of bytes')} now`)],
      list: { passwords: [text('list under a name')] },
    }).replace('ESCAPED', escaped);
  }

  #form(kind: Kind, id: string): Exchange {
    const body = `a=1&note=${encodeURIComponent(this.#plant(kind, 'form'))}&b=2`;
    return this.#plain(`${id} form`, `/${id}/form`, 'application/x-www-form-urlencoded', Buffer.from(body));
  }

  #multipart(kind: Kind, id: string): Exchange {
    const fileName = encodeURIComponent(this.#plant(kind, 'file name'));
    const body = [
      '--b',
      `Content-Disposition: form-data; name="file"; filename="${fileName}.txt"`,
      '',
      `text ${this.#plant(kind, 'multipart')} text`,
      '--b',
      'Content-Disposition: form-data; name="bytes"',
      'Content-Transfer-Encoding: base64',
      '',
      base64(`note: ${this.#plant(kind, 'base64 in multipart')} end`),
      '--b--',
      '',
    ].join('\r\n');
    return this.#plain(
      `${id} multipart`,
      `/${id}/multipart`,
      'multipart/form-data; boundary=b',
      Buffer.from(body),
    );
  }

  #compressed(kind: Kind, id: string): Exchange {
    const body = gzipSync(JSON.stringify({ note: `x ${this.#plant(kind, 'compressed')} y` }));
    const exchange = this.#plain(`${id} gzip`, `/${id}/gzip`, 'application/json', body);
    return { ...exchange, headers: { ...exchange.headers, 'content-encoding': 'gzip' } };
  }

  #text(kind: Kind, id: string): Exchange {
    const text = `first ${this.#plant(kind, 'text')} last`;
    const pieces = [0, 1, 2, 3].map((part) =>
      Buffer.from(text.slice((text.length * part) / 4, (text.length * (part + 1)) / 4)),
    );
    return this.#plain(
      `${id} text`,
      `/${id}/text`,
      'text/plain',
      Buffer.from(`q ${this.#plant(kind, 'text')}`),
      {
        'content-type': 'text/plain',
      },
      pieces,
    );
  }

  /** One secret for each place at which it can be cut, spelled over two events of an SSE stream. */
  #deltas(kind: Kind, id: string, field: 'content' | 'arguments', step: number): Exchange {
    const parts = this.#cuts(kind, `${field} deltas`, step, field === 'arguments');
    const event = (part: string): Buffer => {
      const delta =
        field === 'content'
          ? { content: part }
          : { tool_calls: [{ index: 0, function: { arguments: part } }] };
      return Buffer.from(`data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta }] })}\n\n`);
    };
    return this.#plain(
      `${id} ${field}`,
      `/${id}/${field}`,
      'application/json',
      Buffer.from('{}'),
      {
        'content-type': 'text/event-stream',
      },
      [...parts.map((part) => event(part)), Buffer.from('data: [DONE]\n\n')],
    );
  }

  #cuts(kind: Kind, place: string, step: number, isJson = false): string[] {
    const parts: string[] = [];
    const first = this.#plant(kind, place);
    let text = first;
    for (let cut = 1; cut < first.length; cut += step) {
      const whole = isJson ? JSON.stringify({ note: `x ${text} y` }) : ` say ${text} then`;
      const at = whole.indexOf(isJson ? 'x ' : 'say ') + (isJson ? 2 : 4) + cut;
      parts.push(whole.slice(0, at), whole.slice(at));
      text = this.#plant(kind, place);
    }
    return parts;
  }

  #lines(kind: Kind, id: string): Exchange {
    const parts = this.#cuts(kind, 'NDJSON', 7);
    const lines = parts.map((content) =>
      Buffer.from(`${JSON.stringify({ message: { role: 'assistant', content } })}\n`),
    );
    return this.#plain(
      `${id} ndjson`,
      `/${id}/ndjson`,
      'application/json',
      Buffer.from('{}'),
      {
        'content-type': 'application/x-ndjson',
      },
      lines,
    );
  }

  #frames(kind: Kind, id: string): Exchange {
    const parts = this.#cuts(kind, 'event stream', 9);
    const frames = parts.map((text) =>
      frame(JSON.stringify({ bytes: base64(JSON.stringify({ type: 'delta', delta: { text } })), p: 'abc' })),
    );
    return this.#plain(
      `${id} frames`,
      `/${id}/frames`,
      'application/json',
      Buffer.from('{}'),
      {
        'content-type': 'application/vnd.amazon.eventstream',
      },
      frames,
    );
  }

  #logProbabilities(kind: Kind, id: string): Exchange {
    const text = `say ${this.#plant(kind, 'log probabilities')} now`;
    const tokens = text.match(/.{1,4}/gs) ?? [];
    const content = tokens.map((token) => {
      const bytes = [...Buffer.from(token)];
      return { token, logprob: -0.1, bytes, top_logprobs: [{ token, logprob: -0.1, bytes }] };
    });
    const body = { choices: [{ index: 0, message: { content: text }, logprobs: { content } }] };
    return this.#plain(
      `${id} logprobs`,
      `/${id}/logprobs`,
      'application/json',
      Buffer.from('{}'),
      {
        'content-type': 'application/json',
      },
      [Buffer.from(JSON.stringify(body))],
    );
  }

  #plain(
    name: string,
    path: string,
    type: string,
    body: Buffer,
    headers: Record<string, string> = { 'content-type': 'application/json' },
    pieces: readonly Buffer[] = [Buffer.from('{"ok":true}')],
  ): Exchange {
    return { name, path, headers: { 'content-type': type }, body, answer: { headers, pieces } };
  }
}

function base64(text: string, form: 'base64' | 'base64url' = 'base64'): string {
  return Buffer.from(text).toString(form);
}

/** An AWS event stream message without headers. */
function frame(payload: string): Buffer {
  const bytes = Buffer.alloc(16 + Buffer.byteLength(payload));
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(0, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  bytes.write(payload, 12);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}
