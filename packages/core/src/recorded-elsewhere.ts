import { openCassette } from './cassette/tape.ts';
import { createMatchIndex } from './matching/index.ts';
import type { MatchRequest } from './matching/matcher.ts';
import { redactedTape } from './redacted-tape.ts';
import type { TestScope } from './test-scope.ts';

/** After a checkout without cassettes every test misses: the first ones of a process are looked into, the others cost nothing. */
let looksLeft = 20;
const mostCandidates = 20;
const mostBytes = 1024 * 1024;

/**
 * The name of another cassette that has this very request on tape, for a test without one: it was renamed, or its file was. Looked for
 * among the tests of the same file, and those of the same title.
 */
export function recordedElsewhere(
  { store, cassette, recorder }: Pick<TestScope, 'cassette' | 'recorder' | 'store'>,
  request: MatchRequest,
): string | undefined {
  if (looksLeft === 0) return undefined;
  looksLeft -= 1;
  const own = partsOf(cassette);
  const has = (name: string): boolean => {
    const stored = store.read(name);
    if (stored === undefined || stored.bytes.byteLength > mostBytes) return false;
    const readBlob = (hash: string): Uint8Array | undefined => store.readBlob(name, hash);
    const tape = openCassette({ bytes: stored.bytes, where: store.locate(name), readBlob });
    const index = createMatchIndex(
      recorder.redactedTape(redactedTape(tape, recorder.redactor)),
      recorder.match,
    );
    return index.find(request) !== undefined;
  };
  try {
    return store
      .list()
      .filter((name) => {
        const { folder, title } = partsOf(name);
        return name !== cassette && (folder === own.folder || title === own.title);
      })
      .slice(0, mostCandidates)
      .find((name) => has(name));
  } catch {
    // One that cannot be read is told of by its own test.
    return undefined;
  }
}

function partsOf(name: string): { folder: string; title: string } {
  const at = name.lastIndexOf('/');
  return { folder: name.slice(0, Math.max(at, 0)), title: name.slice(at + 1) };
}
