import { realpathSync, statSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { isReelError, type ModelUsage } from '@reel/core';
import type { CassetteFile, DriftFinding, Interaction } from '@reel/core/engine';
import type { Workspace } from '../../commands/shared/workspace.ts';
import { problemOfPath } from '../artifact/cassette-path.ts';
import { changedFiles } from '../changed-files.ts';
import type { Git } from '../git.ts';

/** What recording anew brought to light. */
export interface FreshnessReport {
  /** Version of this format. */
  readonly reelFreshness: 1;
  /**
   * `drift`: something that programs may rely on is gone or different. `notes`: only additions and the like. `fresh`: answers have the
   * shapes they had. `blind`: nothing was recorded anew, or nothing could be compared, so nothing is known.
   */
  readonly verdict: 'blind' | 'drift' | 'fresh' | 'notes';
  readonly drift: readonly (Pick<DriftFinding, 'endpoint' | 'kind' | 'severity'> & {
    readonly text: string;
  })[];
  /** Endpoints that were compared. */
  readonly compared: readonly string[];
  /** Tests whose recording is not what it was, beyond times and ids. */
  readonly changed: readonly { readonly test: string; readonly cassette: string; readonly calls: number }[];
  /** Cassettes that were recorded anew and are the same. */
  readonly same: number;
  readonly added: readonly string[];
  /** Cassettes that were not recorded anew: nothing is known of them. */
  readonly notLooked: readonly string[];
  /** Cassettes that could not be read. */
  readonly problems: readonly { readonly file: string; readonly what: string }[];
  /** Bytes of the cassettes that were recorded anew. */
  readonly size: { readonly before: number; readonly after: number };
  /** Of what is on tape now: what recording it cost. */
  readonly usage: { readonly before: readonly ModelUsage[]; readonly after: readonly ModelUsage[] };
  /** Findings of the scan for secrets. */
  readonly secrets: number;
  /** Whether the tests passed while they were recorded. */
  readonly passed: boolean;
}

interface Pair {
  readonly file: CassetteFile;
  readonly old: readonly Interaction[];
  readonly now: readonly Interaction[];
}

/** Compares the cassettes of the work tree that were recorded anew with those of a revision. */
export async function freshnessReport(
  workspace: Workspace,
  git: Git,
  revision: string,
  passed: boolean,
): Promise<FreshnessReport> {
  const { engine, base, dir, find } = workspace;
  const top = realpathSync(git.folder);
  const changed = new Set(
    changedFiles(git)
      .filter(({ isDeleted }) => !isDeleted)
      .map(({ path }) => path),
  );
  const pathOf = (file: string): string => relative(top, file).split(sep).join('/');
  const files = find([]);
  const known = new Set(files.map(({ path }) => realpathSync(path)));
  // Other data has the ending of cassettes, too.
  const before = engine
    .listAtRevision(revision, dir ?? base, base)
    .filter(({ path }) => known.has(path) || problemOfPath(pathOf(path)) === undefined);
  const wasThere = new Set(before.map(({ path }) => path));
  const anew = files.filter(({ path }) => changed.has(pathOf(realpathSync(path))));
  const problems: { file: string; what: string }[] = [];
  const pairs: Pair[] = [];
  const tests: { test: string; cassette: string; calls: number }[] = [];
  const size = { before: 0, after: 0 };
  const { text } = workspace.redactor();
  for (const file of anew) {
    if (!wasThere.has(realpathSync(file.path))) continue;
    try {
      const oldContent = engine.readAtRevision(revision, file);
      const old = engine.openCassette(oldContent);
      const now = engine.openCassette(engine.readCassetteFile(file));
      const { changes } = engine.compareCassettes(old, now, { redactText: text });
      if (changes.length > 0) tests.push({ test: now.name, cassette: file.where, calls: changes.length });
      pairs.push({ file, old: all(old), now: all(now) });
      size.before += oldContent.bytes.byteLength;
      size.after += statSync(file.path).size;
    } catch (error) {
      if (!isReelError(error)) throw error;
      problems.push({ file: file.where, what: error.what });
    }
  }
  const { findings, compared } = engine.compareRecordings(
    pairs.flatMap(({ old }) => old),
    pairs.flatMap(({ now }) => now),
  );
  const secrets = await countSecrets(workspace, anew);
  const lookedAt = new Set(anew.map(({ path }) => realpathSync(path)));
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return {
    reelFreshness: 1,
    verdict:
      compared.length === 0 || problems.length > 0
        ? 'blind'
        : errors > 0
          ? 'drift'
          : findings.length > 0
            ? 'notes'
            : 'fresh',
    drift: findings.map((finding) => ({
      endpoint: text(finding.endpoint),
      kind: finding.kind,
      severity: finding.severity,
      text: text(engine.describeFinding(finding)),
    })),
    compared: compared.map((name) => text(name)),
    changed: tests,
    same: pairs.length - tests.length,
    added: anew.filter(({ path }) => !wasThere.has(realpathSync(path))).map(({ where }) => where),
    notLooked: before.filter(({ path }) => !lookedAt.has(path)).map(({ where }) => where),
    problems,
    size,
    usage: {
      before: engine.usageOf(pairs.flatMap(({ old }) => old)),
      after: engine.usageOf(pairs.flatMap(({ now }) => now)),
    },
    secrets,
    passed,
  };
}

async function countSecrets(workspace: Workspace, files: readonly CassetteFile[]): Promise<number> {
  if (files.length === 0) return 0;
  const { engine, base, dir } = workspace;
  const { known, allow } = workspace.redactor();
  const paths = files.map(({ path }) => path);
  const { findings } = await engine.check({ base, from: base, dir, paths, known, allow, cache: false });
  return findings.filter(({ kind }) => kind === 'secret').length;
}

function all(tape: { readonly size: number; interactionAt(index: number): Interaction }): Interaction[] {
  return Array.from({ length: tape.size }, (_, index) => tape.interactionAt(index));
}
