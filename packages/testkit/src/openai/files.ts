import { json, bytes, type Answer } from '../server/answer.ts';
import type { Call } from '../server/call.ts';
import { ApiFailure } from '../server/failure.ts';
import { readForm } from '../server/form.ts';
import type { Route } from '../server/provider.ts';
import { randomId } from '../server/random-id.ts';

interface StoredFile {
  readonly object: Readonly<Record<string, unknown>> & { readonly id: string; readonly purpose: string };
  readonly bytes: Buffer;
  readonly type: string;
}

/** `/files`: uploaded by multipart, listed, described, downloaded, deleted. */
export function fileRoutes(prefix: string): Route[] {
  const files = new Map<string, StoredFile>();
  const find = ({ params }: Call): StoredFile => {
    const file = files.get(params['id']!);
    if (file === undefined)
      throw new ApiFailure(404, `No such File object: ${params['id']}`, { param: 'id' });
    return file;
  };
  return [
    { method: 'POST', pattern: `${prefix}/files`, handle: (call) => upload(call, files) },
    {
      method: 'GET',
      pattern: `${prefix}/files`,
      handle: ({ request }) => {
        const purpose = request.query.get('purpose');
        const data = [...files.values()]
          .map(({ object }) => object)
          .filter((file) => purpose === null || file.purpose === purpose);
        return json(
          {
            object: 'list',
            data,
            has_more: false,
            first_id: data[0]?.id ?? null,
            last_id: data.at(-1)?.id ?? null,
          },
          { indent: 2 },
        );
      },
    },
    {
      method: 'GET',
      pattern: `${prefix}/files/{id}`,
      handle: (call) => json(find(call).object, { indent: 2 }),
    },
    {
      method: 'GET',
      pattern: `${prefix}/files/{id}/content`,
      handle: (call) => {
        const file = find(call);
        const disposition = `attachment; filename="${String(file.object['filename'])}"`;
        return bytes(file.bytes, 'application/octet-stream', {
          headers: [['content-disposition', disposition]],
        });
      },
    },
    {
      method: 'DELETE',
      pattern: `${prefix}/files/{id}`,
      handle: (call) => {
        const { id } = find(call).object;
        files.delete(id);
        return json({ object: 'file', deleted: true, id }, { indent: 2 });
      },
    },
  ];
}

async function upload({ request }: Call, files: Map<string, StoredFile>): Promise<Answer> {
  const form = await readForm(request);
  const file = form.files['file'];
  const purpose = form.fields['purpose'] ?? '';
  if (file === undefined) throw new ApiFailure(400, 'A file is needed.', { param: 'file' });
  if (purpose === '') throw new ApiFailure(400, 'A purpose is needed.', { param: 'purpose' });
  const object = {
    object: 'file',
    id: `file-${randomId('base62', 22)}`,
    purpose,
    filename: file.name,
    bytes: file.bytes.length,
    created_at: Math.floor(Date.now() / 1000),
    expires_at: null,
    status: 'processed',
    status_details: null,
  };
  files.set(object.id, { object, bytes: file.bytes, type: file.type });
  return json(object, { indent: 2 });
}
