import { isUtf8 } from 'node:buffer';
import type { HeaderList } from '@reel/core/engine';
import { codedBody, grouped, wholeBody } from './bodies.ts';
import type { ExportedExchange, ExportedFile } from './exported.ts';

/** What nock's recorder writes with `output_objects` and `nock.back` and `nock.define` read. */
export function toNock(exchanges: readonly ExportedExchange[]): ExportedFile {
  return {
    text: `${JSON.stringify(
      exchanges.map((exchange) => call(exchange)),
      null,
      2,
    )}\n`,
    extension: '.json',
  };
}

function call({ interaction, lose }: ExportedExchange): unknown {
  const { request } = interaction;
  const response = interaction.response!;
  const url = new URL(request.url);
  // As it is written: `URL` would make its letters small.
  const [origin = url.origin] = /^https?:\/\/[^/?#]+/i.exec(request.url) ?? [];
  const { body, isCoded } = codedBody(wholeBody(interaction), response.headers);
  const isBinary = !isCoded && !isUtf8(body);
  if (response.statusText !== undefined) lose('the reason phrase is not carried');
  return {
    scope: `${origin}${url.port === '' ? (url.protocol === 'https:' ? ':443' : ':80') : ''}`,
    method: request.method,
    path: request.url.slice(origin.length) || '/',
    body: asked(request.body),
    status: response.status,
    response: isCoded
      ? [body.toString('hex')]
      : isBinary
        ? body.toString('hex')
        : parsed(body.toString('utf8')),
    rawHeaders: response.headers.flat(),
    ...(request.headers.length > 0 && { reqheaders: requestHeaders(request.headers, lose) }),
    responseIsBinary: isBinary,
  };
}

function asked(body: Uint8Array): unknown {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return isUtf8(body) ? parsed(buffer.toString('utf8')) : buffer.toString('hex');
}

/** Objects and lists whose text nock would write again byte for byte; everything else stays text. */
function parsed(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text ? value : text;
  } catch {
    return text;
  }
}

function requestHeaders(headers: HeaderList, lose: (what: string) => void): Record<string, string> {
  const { map, isLossy } = grouped(headers);
  if (isLossy || [...map.values()].some((values) => values.length > 1))
    lose('request headers that repeat become one');
  return Object.fromEntries([...map].map(([name, values]) => [name, values.join(', ')]));
}
