import { isUtf8 } from 'node:buffer';
import { STATUS_CODES } from 'node:http';
import { binaryTag, CORE_SCHEMA, dump } from 'js-yaml';
import type { HeaderList } from '@reel/core/engine';
import { codedBody, grouped, wholeBody } from './bodies.ts';
import type { ExportedExchange, ExportedFile } from './exported.ts';

/** vcrpy's YAML, version 1, in the order and with the types that its own serializer gives. */
export function toVcrpy(exchanges: readonly ExportedExchange[]): ExportedFile {
  const interactions = exchanges.map((exchange) => interactionOf(exchange));
  const text = dump(
    { interactions, version: 1 },
    { schema: CORE_SCHEMA.withTags(binaryTag), lineWidth: -1, noRefs: true },
  );
  return { text, extension: '.yaml' };
}

function interactionOf({ interaction, lose }: ExportedExchange): unknown {
  const { request } = interaction;
  const response = interaction.response!;
  const { body } = codedBody(wholeBody(interaction), response.headers);
  return {
    request: {
      body: request.body.byteLength === 0 ? null : scalar(request.body),
      headers: mapOf(request.headers, lose),
      method: request.method,
      uri: request.url,
    },
    response: {
      body: { string: scalar(body) },
      headers: mapOf(response.headers, lose),
      status: { code: response.status, message: response.statusText ?? STATUS_CODES[response.status] ?? '' },
    },
  };
}

/** Text as text; everything else as `!!binary`, as PyYAML writes bytes. */
function scalar(body: Uint8Array): string | Uint8Array {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return isUtf8(body) && !buffer.includes(0) ? buffer.toString('utf8') : new Uint8Array(body);
}

function mapOf(headers: HeaderList, lose: (what: string) => void): Record<string, string[]> {
  const { map, isLossy } = grouped(headers);
  if (isLossy) lose('the order of headers that repeat is not carried');
  return Object.fromEntries(map);
}
