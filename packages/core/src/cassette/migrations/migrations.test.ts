import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../model/session.ts';
import { FORMAT_VERSION } from '../format.ts';
import { openCassette } from '../tape.ts';
import { migrate, migrations } from './index.ts';

const samples = join(import.meta.dirname, 'samples');

/** What each sample of each version must give, whatever version reads it. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'v1/every-line.jsonl': [
    'POST https://api.openai.com/v1/chat/completions 200 chunks=1 end',
    'POST https://api.openai.com/v1/chat/completions 200 chunks=3 end',
    'POST http://localhost:11434/api/chat 200 chunks=2 end+trailers',
    'POST https://api.openai.com/v1/audio/speech 200 chunks=1 end',
    'POST https://api.anthropic.com/v1/messages 200 chunks=2 aborted by upstream ECONNRESET',
    'GET https://api.example.com/ - chunks=0 aborted by upstream ENOTFOUND',
    'DELETE https://api.openai.com/v1/files/file-1 204 chunks=0 aborted by client',
    'POST https://generativelanguage.googleapis.com/v1beta/models/x:generateContent 503 Overloaded chunks=1 end',
  ],
  'v1/empty.jsonl': [],
  'v1/sessions.jsonl': [
    'GET wss://api.openai.com/v1/realtime?model=gpt-realtime 101 ' +
      'server {"type":"session.created","session":{"id":"sess_1"}} | ' +
      'client@3.5 {"type": "response.create", "event_id": "event_1"} | ' +
      'server@9 pong | client 3 binary bytes | server 300 binary bytes | closed by client 1000 enough',
    'GET https://api.openai.com/v1/models 200 chunks=1 end',
    'GET wss://generativelanguage.googleapis.com/ws/live 101 client {"setup":{"temperature":1.0}} | closed by server',
    'GET wss://api.openai.com/v1/realtime 101 server {\n  "type": "error"\n}\n | cut by server ECONNRESET',
  ],
};

describe('every released version stays readable', () => {
  const found = readdirSync(samples).flatMap((version) =>
    readdirSync(join(samples, version))
      .filter((file) => file.endsWith('.jsonl'))
      .map((file) => `${version}/${file}`),
  );

  it('with samples of each of them', () => {
    expect(found.toSorted()).toEqual(Object.keys(expected).toSorted());
    for (let version = 1; version <= FORMAT_VERSION; version++) {
      expect(found.some((file) => file.startsWith(`v${version}/`))).toBe(true);
    }
  });

  it.each(found)('%s', (file) => {
    const path = join(samples, file);
    const tape = openCassette({
      bytes: readFileSync(path),
      where: path,
      readBlob: (hash) => readFileSync(join(path.replace(/\.jsonl$/, '.blobs'), `${hash}.bin`)),
    });
    const told = tape.allInteractions().map(({ request, response, chunks, ending, session }) => {
      const status =
        response === undefined ? '-' : [response.status, response.statusText].filter(Boolean).join(' ');
      const end =
        ending.kind === 'end'
          ? `end${ending.trailers === undefined ? '' : '+trailers'}`
          : `aborted by ${[ending.by, ending.code].filter(Boolean).join(' ')}`;
      const middle = session === undefined ? `chunks=${chunks.length} ${end}` : tellSession(session);
      return `${request.method} ${request.url} ${status} ${middle}`;
    });
    expect(told).toEqual(expected[file]);
  });
});

function tellSession({ frames, end }: Session): string {
  const told = frames.map(({ from, bytes, isBinary, at }) => {
    const content = isBinary ? `${bytes.byteLength} binary bytes` : Buffer.from(bytes).toString('utf8');
    return `${from}${at === undefined ? '' : `@${at}`} ${content}`;
  });
  return [
    ...told,
    [end.kind, 'by', end.by, end.code, end.kind === 'closed' ? end.reason : undefined]
      .filter((part) => part !== undefined)
      .join(' '),
  ].join(' | ');
}

describe('migrate', () => {
  it('has a step from every version but the current one', () => {
    for (let version = 1; version < FORMAT_VERSION; version++) expect(migrations.has(version)).toBe(true);
  });

  it('goes from version to version, and leaves the current one alone', () => {
    const table = new Map([1, 2].map((from) => [from, (bytes: Uint8Array) => Uint8Array.of(...bytes, from)]));
    expect(migrate(Uint8Array.of(0), 1, table, 3)).toEqual(Uint8Array.of(0, 1, 2));
    const bytes = Uint8Array.of(0);
    expect(migrate(bytes, 3, table, 3)).toBe(bytes);
    expect(() => migrate(bytes, 1, new Map(), 2)).toThrow('no migration');
  });
});
