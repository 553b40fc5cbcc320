import type { ReceivedRequest } from './call.ts';
import { ApiFailure } from './failure.ts';

/** A `multipart/form-data` body. */
export interface Form {
  /** Text fields; the first of several of one name. */
  readonly fields: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, UploadedFile>>;
}

export interface UploadedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** Reads a form. Throws {@link ApiFailure} 400 when the body is none. */
export async function readForm({ headers, body }: ReceivedRequest): Promise<Form> {
  const contentType = headers['content-type'] ?? '';
  if (!contentType.startsWith('multipart/form-data'))
    throw new ApiFailure(400, 'The body must be multipart/form-data.');
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData().catch(() => {
    throw new ApiFailure(400, 'The form could not be read.');
  });
  const fields: Record<string, string> = {};
  const files: Record<string, UploadedFile> = {};
  for (const [key, value] of form) {
    if (typeof value === 'string') fields[key] ??= value;
    else files[key] ??= { name: value.name, type: value.type, bytes: Buffer.from(await value.arrayBuffer()) };
  }
  return { fields, files };
}
