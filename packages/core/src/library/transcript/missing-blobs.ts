import type { CassetteContent } from '../files/cassette-file.ts';

/** The end of a line whose body is a blob. */
const BLOB = /,"blob":"([0-9a-f]{32})","bytes":(\d+)\}(\r?)$/gm;

/**
 * A cassette in which blobs that are not there have a line that names them in their place: git hands a cassette over without the files
 * beside it, and it is readable all the same.
 */
export function withoutMissingBlobs(content: CassetteContent): CassetteContent {
  const bytes = Buffer.from(content.bytes.buffer, content.bytes.byteOffset, content.bytes.byteLength);
  if (!bytes.includes(',"blob":"')) return content;
  const text = bytes.toString('utf8');
  const replaced = text.replaceAll(BLOB, (whole, hash: string, size: string, end: string) =>
    content.readBlob(hash) === undefined ? `,"text":"[blob ${hash}, ${size} bytes]"}${end}` : whole,
  );
  return replaced === text ? content : { ...content, bytes: Buffer.from(replaced, 'utf8') };
}
