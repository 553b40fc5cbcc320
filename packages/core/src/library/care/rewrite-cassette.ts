import { encodeCassette, FORMAT_VERSION, type CassetteHeader } from '../../cassette/format.ts';
import { openCassette, type CassetteTape } from '../../cassette/tape.ts';
import { isReelError, type ReelError } from '../../errors.ts';
import { createKeyOf } from '../../matching/index.ts';
import type { Interaction } from '../../model/interaction.ts';
import { normalizeInteractions, normalizeRulesId } from '../../normalize/normalize.ts';
import { findProvider } from '../../providers/index.ts';
import { assertNoSecrets, findSecrets } from '../../redaction/guard.ts';
import type { Redactor } from '../../redaction/redactor.ts';
import { version } from '../../version.ts';
import type { CassetteFiles } from '../../cassette/store.ts';
import {
  readCassetteFile,
  storeOf,
  type CassetteContent,
  type CassetteFile,
} from '../files/cassette-file.ts';
import { notTooDeep } from '../too-deep.ts';
import { describeRewrite } from './describe-rewrite.ts';

/** A set of rules to be applied again to a cassette that exists. */
export type RewriteKind = 'normalize' | 'redact' | 'upgrade';

export interface RewriteOptions {
  readonly redactor: Redactor;
  /** Says what would change, and writes nothing. */
  readonly dryRun: boolean;
  /** The option of the same name. */
  readonly blobAbove?: number | undefined;
}

/** What became of one cassette. */
export interface RewrittenCassette {
  readonly where: string;
  /** Whether it is, or with `dryRun` would be, another file now. */
  readonly changed: boolean;
  /** What changes, in words, without a value that might be secret. */
  readonly changes: readonly string[];
  /** Places that still look like secrets; after `redact` only. */
  readonly left: number;
  /** Why nothing could be done. */
  readonly problem?: ReelError;
}

/**
 * Applies rules to a cassette and writes it through the store, under its lock, when anything changed. A file that needs no change keeps
 * its bytes and times. What is written passes the guard; after `redact` it is written even if the guard still finds
 * something, because less of a secret on disk is better than all of it, and `left` counts what stays.
 */
export function rewriteCassette(
  file: CassetteFile,
  kind: RewriteKind,
  options: RewriteOptions,
): RewrittenCassette {
  try {
    if (options.dryRun)
      return outcome(
        file,
        notTooDeep(file.where, () => rewrite(readCassetteFile(file), kind, options)),
      );
    let done: Rewritten | undefined;
    const { store, name } = storeOf(file);
    // A file that is gone by now is told by reading it; the store would take it for one to be made.
    readCassetteFile(file);
    store.update(name, (current) => {
      if (current === undefined) return undefined;
      const content = {
        ...file,
        bytes: current.bytes,
        readBlob: (hash: string) => store.readBlob(name, hash),
      };
      done = notTooDeep(file.where, () => rewrite(content, kind, options));
      return done?.files;
    });
    return outcome(file, done);
  } catch (error) {
    if (!isReelError(error)) throw error;
    return { where: file.where, changed: false, changes: [], left: 0, problem: error };
  }
}

interface Rewritten {
  /** Absent when nothing changes. */
  readonly files?: CassetteFiles;
  readonly changes: readonly string[];
  readonly left: number;
}

function outcome({ where }: CassetteFile, done: Rewritten | undefined): RewrittenCassette {
  return { where, changed: done?.files !== undefined, changes: done?.changes ?? [], left: done?.left ?? 0 };
}

function rewrite(
  content: CassetteContent,
  kind: RewriteKind,
  options: RewriteOptions,
): Rewritten | undefined {
  const tape = openCassette(content);
  if (kind === 'upgrade') return upgrade(content, tape, options);
  const before = tape.allInteractions();
  const after = kind === 'redact' ? redacted(before, options.redactor) : normalized(before);
  const isSame = after.every((interaction, index) => interaction === before[index]);
  const { known, allow } = options.redactor;
  const leftIn = (bytes: Uint8Array): number =>
    kind === 'redact' ? findSecrets(bytes, { known, allow }).length : 0;
  if (isSame) return { changes: [], left: leftIn(content.bytes) };
  const files = encode(tape.header, after, kind, options);
  if (kind !== 'redact') assertNoSecrets(files, { redactor: options.redactor, where: content.where });
  return { files, changes: describeRewrite(before, after), left: leftIn(files.bytes) };
}

function redacted(interactions: readonly Interaction[], redactor: Redactor): Interaction[] {
  return interactions.map((interaction) => redactor.interaction(interaction));
}

function normalized(interactions: readonly Interaction[]): Interaction[] {
  return normalizeInteractions(interactions, { keyOf: createKeyOf({}), provider: findProvider });
}

/** Nothing to do for a cassette in the current format, however it is laid out. */
function upgrade(
  content: CassetteContent,
  tape: CassetteTape,
  options: RewriteOptions,
): Rewritten | undefined {
  const found = versionOf(content);
  if (found === FORMAT_VERSION) return undefined;
  return {
    files: encode(tape.header, tape.allInteractions(), 'upgrade', options),
    changes: [`format version ${found} → ${FORMAT_VERSION}`],
    left: 0,
  };
}

function versionOf({ bytes }: CassetteContent): number {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', 0, 32);
  return Number(/^\{"reel":(\d+)/.exec(start)?.[1]);
}

function encode(
  header: CassetteHeader,
  interactions: readonly Interaction[],
  kind: RewriteKind,
  { redactor, blobAbove }: RewriteOptions,
): CassetteFiles {
  const [redactRules = '', normalizeRules = ''] = header.rules.split(' ');
  const rules = [
    kind === 'redact' ? redactor.id : redactRules,
    kind === 'normalize' ? normalizeRulesId : normalizeRules,
  ];
  return encodeCassette(
    { ...header, reel: FORMAT_VERSION, by: `@reel/core ${version}`, rules: rules.join(' ').trim() },
    interactions,
    // Times are on chunks only where they were asked for.
    { timing: true, ...(blobAbove !== undefined && { blobAbove }) },
  );
}
