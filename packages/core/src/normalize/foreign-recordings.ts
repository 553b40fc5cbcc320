import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import type { Interaction } from '../model/interaction.ts';

/**
 * Recordings that other tools made of real APIs, for tests alone: whatever is under the folder that REEL_RECORDINGS names, in
 * the YAML of vcrpy, go-vcr and Ruby's VCR. `undefined` when the variable is not set. Files of other kinds are passed over,
 * and so is what cannot be parsed: reading these formats well is not the business of this reader.
 */
export function foreignRecordings():
  | { readonly file: string; readonly interactions: Interaction[] }[]
  | undefined {
  const folder = process.env['REEL_RECORDINGS'];
  if (folder === undefined || folder === '') return undefined;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .toSorted()
    .flatMap((file) => {
      const interactions = readCassette(readFileSync(path.join(folder, file), 'utf8'));
      return interactions.length > 0 ? [{ file, interactions }] : [];
    });
}

type Fields = Readonly<Record<string, unknown>>;

const binary = (tag: string) => ({ tag, resolve: (text: string) => Buffer.from(text, 'base64') });

function readCassette(text: string): Interaction[] {
  let cassette: Fields;
  try {
    const customTags = [binary('tag:yaml.org,2002:binary'), binary('!binary')];
    cassette = parse(text, { customTags, logLevel: 'silent' }) as Fields;
  } catch {
    return [];
  }
  const items = cassette?.['interactions'] ?? cassette?.['http_interactions'];
  return Array.isArray(items) ? (items as Fields[]).flatMap(readInteraction) : [];
}

function readInteraction(item: Fields): Interaction[] {
  const request = item['request'] as Fields | undefined;
  const response = item['response'] as Fields | undefined;
  if (request === undefined || response === undefined) return [];
  const headers = headerList(response['headers']);
  const body = bodyOf(response);
  const isStream = headers.some(([, value]) => value.startsWith('text/event-stream'));
  return [
    {
      request: {
        method: String(request['method']).toUpperCase(),
        url: String(request['uri'] ?? request['url']),
        headers: headerList(request['headers']),
        body: bodyOf(request),
      },
      response: { status: statusOf(response), headers },
      chunks: (isStream ? eventsOf(body) : [body]).map((bytes) => ({ bytes })),
      ending: { kind: 'end' },
    },
  ];
}

function statusOf(response: Fields): number {
  const status = response['status'];
  const code = typeof status === 'object' ? (status as Fields | null)?.['code'] : response['code'];
  return typeof code === 'number' ? code : 200;
}

function headerList(headers: unknown): [string, string][] {
  return Object.entries((headers ?? {}) as Fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
  );
}

function bodyOf(message: Fields): Uint8Array {
  if (message['parsed_body'] !== undefined) return Buffer.from(JSON.stringify(message['parsed_body']));
  const body = message['body'];
  const content =
    typeof body === 'object' && !Buffer.isBuffer(body) ? (body as Fields | null)?.['string'] : body;
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(String(content ?? ''));
  // The header says nothing about what was stored; the magic bytes do.
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

function eventsOf(body: Uint8Array): Uint8Array[] {
  const events = Buffer.from(body)
    .toString('latin1')
    .match(/[^]*?(?:\r?\n){2,}|[^]+$/g);
  return (events ?? []).map((event) => Buffer.from(event, 'latin1'));
}
