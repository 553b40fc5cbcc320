import { gunzipSync } from 'node:zlib';
import { jsonOutline } from '../json/outline.ts';
import { fieldsOf, listOf, type Fields } from '../reading/fields.ts';
import { headSize } from '../reading/recording.ts';
import { utf8 } from '../reading/text.ts';
import { flowOutline, yamlOutline } from './yaml-outline.ts';

/** What the beginning of a file shows. Each part is worked out when a format asks for it. */
export interface Sample {
  /** The beginning as text, without a byte order mark; the last character may be cut. */
  readonly text: string;
  readonly bytes: Uint8Array;
  /** Whether the file goes on: what is not here may be there. */
  readonly isCut: boolean;
  /** What a JSON file holds, as far as it goes; `undefined` for other files. */
  readonly json: unknown;
  /** {@link json} as an object, empty when it is none. */
  readonly object: Fields;
  /** The first element of {@link json} as an object, empty when it is no list of objects. */
  readonly first: Fields;
  /** Paths of the keys of a YAML file: `interactions[].request.uri`. Empty for other files. */
  readonly yaml: ReadonlySet<string>;
}

export function sampleOf(head: Uint8Array): Sample {
  const bytes = head[0] === 0x1f && head[1] === 0x8b ? decompressed(head) : head;
  const text = utf8(bytes).replace(/^\uFEFF/, '');
  const json = once(() => (/^\s*[[{]/.test(text) ? jsonOutline(text) : undefined));
  const yaml = once(() => (json() === undefined && !isBinary(bytes) ? outlineOf(text) : new Set<string>()));
  return {
    bytes,
    text,
    isCut: bytes.byteLength >= headSize,
    get json() {
      return json();
    },
    get object() {
      return fieldsOf(json()) ?? {};
    },
    get first() {
      return fieldsOf(listOf(json())?.[0]) ?? {};
    },
    get yaml() {
      return yaml();
    },
  };
}

/** Whether an object has all of the keys, with whatever value. */
export function hasKeys(value: unknown, ...keys: readonly string[]): boolean {
  const fields = fieldsOf(value);
  return fields !== undefined && keys.every((key) => key in fields);
}

/** A damaged text may have a zero or two. */
function isBinary(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 4096);
  let at = -1;
  for (let zeros = 0; zeros <= 4; zeros++) {
    at = start.indexOf(0, at + 1);
    if (at === -1) return false;
  }
  return true;
}

/** Almost all YAML is in block style; what is not is small, and written by hand. */
function outlineOf(text: string): ReadonlySet<string> {
  const { paths, hasFlow } = yamlOutline(text);
  return hasFlow ? paths.union(flowOutline(text)) : paths;
}

function decompressed(head: Uint8Array): Uint8Array {
  try {
    return gunzipSync(head, { finishFlush: 2, maxOutputLength: 64 << 20 }).subarray(0, headSize);
  } catch {
    return head;
  }
}

function once<T>(make: () => T): () => T {
  let value: { readonly made: T } | undefined;
  return () => (value ??= { made: make() }).made;
}
