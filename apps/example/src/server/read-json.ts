import type { IncomingMessage } from 'node:http';

import { z } from 'zod';

import { HttpProblem } from './http-problem.ts';

const maxBytes = 64 * 1024;

/** Reads a JSON body of the given shape. Throws {@link HttpProblem} for any other body, and for one above 64 KiB. */
export async function readJson<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.infer<Schema>> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new HttpProblem(415, 'not-json', 'Please send JSON.');
  }
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.byteLength;
    if (length > maxBytes)
      throw new HttpProblem(413, 'too-long', 'This is too long for us. Please shorten it.');
    pieces.push(piece);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    throw new HttpProblem(400, 'not-json', 'The body is not JSON.');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new HttpProblem(400, 'wrong-shape', z.prettifyError(parsed.error));
  return parsed.data;
}
