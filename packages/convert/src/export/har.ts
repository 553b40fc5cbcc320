import { isUtf8 } from 'node:buffer';
import { STATUS_CODES } from 'node:http';
import { headerValue, type HeaderList, type Interaction } from '@reel/core/engine';
import { version } from '../version.ts';
import { wholeBody } from './bodies.ts';
import type { ExportedExchange, ExportedFile } from './exported.ts';

/** HTTP Archive 1.2 (w3c.github.io/web-performance/specs/HAR). Bodies are decoded, as browsers write them. */
export function toHar(exchanges: readonly ExportedExchange[], recordedAt: string): ExportedFile {
  const log = {
    version: '1.2',
    creator: { name: '@reel/convert', version },
    pages: [],
    entries: exchanges.map((exchange) => entry(exchange, recordedAt)),
  };
  return { text: `${JSON.stringify({ log }, null, 2)}\n`, extension: '.har' };
}

function entry({ interaction, lose }: ExportedExchange, recordedAt: string): unknown {
  const { request, response, ending } = interaction;
  if (response === undefined && ending.kind === 'aborted' && ending.code !== undefined)
    lose('the code of a network error is not carried');
  return {
    startedDateTime: new Date(recordedAt).toISOString(),
    time: 0,
    request: {
      method: request.method,
      url: request.url,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: pairs(request.headers),
      queryString: [...new URL(request.url).searchParams].map(([name, value]) => ({ name, value })),
      ...(request.body.byteLength > 0 && {
        postData: { mimeType: headerValue(request.headers, 'content-type') ?? '', ...written(request.body) },
      }),
      headersSize: -1,
      bodySize: request.body.byteLength,
    },
    response: responseOf(interaction),
    cache: {},
    timings: { send: 0, wait: 0, receive: 0 },
  };
}

function responseOf(interaction: Interaction): unknown {
  const { response, ending } = interaction;
  const body = wholeBody(interaction);
  const headers = response?.headers ?? [];
  return {
    status: response?.status ?? 0,
    statusText: response === undefined ? '' : (response.statusText ?? STATUS_CODES[response.status] ?? ''),
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: pairs(headers),
    content: {
      size: body.byteLength,
      mimeType: headerValue(headers, 'content-type') ?? '',
      ...(body.byteLength > 0 && written(body)),
    },
    redirectURL: headerValue(headers, 'location') ?? '',
    headersSize: -1,
    bodySize: body.byteLength,
    ...(response === undefined &&
      ending.kind === 'aborted' && { _error: ending.message ?? ending.code ?? 'aborted' }),
  };
}

/** HAR has `encoding` for responses; for requests it is what some tools add, and the only way to keep bytes that are no text. */
function written(body: Uint8Array): { text: string; encoding?: string } {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const isSlices = /^\s*\[\s*"/.test(buffer.toString('latin1', 0, 64));
  return isUtf8(body) && !isSlices
    ? { text: buffer.toString('utf8') }
    : { text: buffer.toString('base64'), encoding: 'base64' };
}

function pairs(headers: HeaderList): { name: string; value: string }[] {
  return headers.map(([name, value]) => ({ name, value }));
}
