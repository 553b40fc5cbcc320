/** Longest path, in characters, and what a segment of one may be. */
const longest = 1000;

/**
 * Why a path, relative to the repository and with `/`, cannot be one of a cassette or of a blob of one; `undefined` when it can. It comes
 * from another job: it has to name a file below a cassette folder on every system, and nothing that git or a shell treats specially.
 * @param folders cassette folders that are not called `cassettes`, relative to the repository
 */
export function problemOfPath(path: string, folders: readonly string[] = []): string | undefined {
  if (path === '' || path.length > longest) return 'it has no usable name';
  if (/[\p{Cc}\p{Cf}\\:*?"<>|]/u.test(path)) return 'its name has characters that are not portable';
  const parts = path.split('/');
  if (path.startsWith('/') || parts.some((part) => part === '' || part === '.' || part === '..'))
    return 'it leads out of the repository';
  if (parts.some((part) => /^\.|^~|[. ]$|^-|^git~\d/i.test(part)))
    return 'its name begins or ends with a character that is not allowed';
  if (parts.includes('node_modules')) return 'it lies in node_modules';
  if (!path.endsWith('.jsonl') && !isBlob(path)) return 'it is no cassette (.jsonl)';
  return isBelow(parts, folders) ? undefined : 'it lies outside of the cassette folders';
}

export function isBlob(path: string): boolean {
  return /\.blobs\/[0-9a-f]{32}\.bin$/.test(path);
}

/** The path of the cassette that a blob belongs to. */
export function cassetteOfBlob(path: string): string {
  return path.replace(/\.blobs\/[^/]+$/, '.jsonl');
}

function isBelow(parts: readonly string[], folders: readonly string[]): boolean {
  return (
    parts.slice(0, -1).includes('cassettes') ||
    folders.some((folder) => {
      const above = folder.split('/').filter((part) => part !== '' && part !== '.');
      return above.length > 0 && above.length < parts.length && above.every((part, at) => part === parts[at]);
    })
  );
}
