import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Behavior } from './behavior.ts';
import { parseJson, record, type JsonObject } from './json.ts';

/** A request as it arrived, its body read whole. Also what {@link RequestLog} keeps. */
export interface ReceivedRequest {
  /** Mount it came in by: `openai`, `mistral`... `http` for the plain corner. */
  readonly provider: string;
  readonly method: string;
  /** Path below the mount, without the query: `/v1/chat/completions`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case; values of repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Order, repetition and spelling kept. */
  readonly rawHeaders: ReadonlyArray<readonly [name: string, value: string]>;
  readonly body: Buffer;
  /** The body as text. */
  readonly text: string;
  /** The parsed body; `undefined` when it is not JSON. */
  readonly json: unknown;
}

/** A request on its way through a route. */
export interface Call {
  readonly request: ReceivedRequest;
  /** Members of the JSON body; empty when it is none. */
  readonly body: JsonObject;
  /** What the route's pattern captured. */
  readonly params: Readonly<Record<string, string>>;
  readonly behavior: Behavior;
  /** `http://127.0.0.1:4010`: for answers that carry links. */
  readonly origin: string;
}

/** Reads a request whole. */
export async function receive(message: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const url = new URL(message.url ?? '/', 'http://sim');
  const [, provider = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(url.pathname)!;
  const headers: Record<string, string> = {};
  const rawHeaders: [string, string][] = [];
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2) {
    const [name, value] = [message.rawHeaders[i]!, message.rawHeaders[i + 1]!];
    const key = name.toLowerCase();
    rawHeaders.push([name, value]);
    headers[key] = key in headers ? `${headers[key]}, ${value}` : value;
  }
  const text = body.toString();
  return {
    provider,
    method: message.method ?? 'GET',
    path: rest === '' ? '/' : rest,
    query: url.searchParams,
    headers,
    rawHeaders,
    body,
    text,
    json: parseJson(text),
  };
}

/** A call for a request, before a route has captured anything. */
export function toCall(request: ReceivedRequest, behavior: Behavior, origin: string): Call {
  return { request, body: record(request.json), params: {}, behavior, origin };
}

/** Equal for equal requests; retries of one request share it. */
export function fingerprint({ provider, method, path, body }: ReceivedRequest): string {
  return createHash('sha256').update(`${provider} ${method} ${path}\n`).update(body).digest('hex');
}
