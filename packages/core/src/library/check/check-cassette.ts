import { openCassette, type CassetteTape } from '../../cassette/tape.ts';
import { isReelError, type ReelError } from '../../errors.ts';
import { mediaType } from '../../model/headers.ts';
import type { Interaction } from '../../model/interaction.ts';
import type { Session } from '../../model/session.ts';
import { findProvider } from '../../providers/index.ts';
import { endsInAnswer } from '../../providers/open-answer.ts';
import { readResponse } from '../../providers/readable.ts';
import { framingOf } from '../../recording/split.ts';
import { type AllowedFinding, findSecrets, type SecretFinding } from '../../redaction/guard.ts';
import type { CassetteContent } from '../files/cassette-file.ts';
import { formatSize } from '../size.ts';
import { notTooDeep } from '../too-deep.ts';
import type { CheckFinding, FindingKind } from './finding.ts';

/** Plain data: it goes to worker threads. */
export interface CheckRules {
  /** Secret values that must not occur: `redactor.known`. */
  readonly known: readonly string[];
  /** What somebody looked at and found harmless: `redactor.allow`. */
  readonly allow?: readonly AllowedFinding[] | undefined;
  /** Say the fingerprint of each finding, for an entry of `redact.allow`. Default `false`. */
  readonly fingerprints?: boolean | undefined;
  /** Largest size of a cassette with its blobs, in bytes. Default: any. */
  readonly maxSize?: number | undefined;
}

/** Everything that can be said of one cassette by itself. Reads it whole, and its blobs. */
export function checkCassette(content: CassetteContent, rules: CheckRules): CheckFinding[] {
  const { where, bytes } = content;
  const findings: CheckFinding[] = [];
  let size = bytes.byteLength;
  const seen = new Set<string>();
  const readBlob = (hash: string): Uint8Array | undefined => {
    const blob = content.readBlob(hash);
    if (blob !== undefined && !seen.has(hash)) {
      seen.add(hash);
      size += blob.byteLength;
      findings.push(...secretsIn(blob, rules, `${where} (blob ${hash})`));
    }
    return blob;
  };
  try {
    const tape = openCassette({ ...content, readBlob });
    for (let index = 0; index < tape.size; index++) {
      const finding = checkInteraction(readAt(tape, index), index, where);
      if (finding !== undefined) findings.push(finding);
    }
  } catch (error) {
    if (!isReelError(error)) throw error;
    findings.push(unreadable(error, where));
  }
  // A damaged file may hold secrets as well as any.
  findings.push(...secretsIn(bytes, rules, where));
  if (rules.maxSize !== undefined && size > rules.maxSize)
    findings.push(tooLarge(where, size, rules.maxSize));
  return findings;
}

function readAt(tape: CassetteTape, index: number): Interaction {
  return tape.interactionAt(index);
}

/** `cassettes/a.jsonl:12` in an error's place, as a finding has it. */
export function unreadable(error: ReelError, where: string): CheckFinding {
  const line = /:(\d+)$/.exec(error.where ?? '')?.[1];
  return {
    where,
    ...(line !== undefined && { line: Number(line) }),
    kind: kindOf(error),
    severity: 'error',
    message: error.what,
    ...(error.fix !== undefined && { fix: error.fix }),
    code: error.code,
  };
}

function kindOf({ code, what }: ReelError): FindingKind {
  if (code === 'REEL_CASSETTE_CONFLICT') return 'conflict';
  if (code === 'REEL_CASSETTE_VERSION') return 'format';
  if (what.includes('Git LFS')) return 'lfs-pointer';
  return /cut off: (?:interaction|its last interaction)/.test(what) ? 'unfinished' : 'damaged';
}

function checkInteraction(interaction: Interaction, index: number, where: string): CheckFinding | undefined {
  const { request, response, ending } = interaction;
  const number = index + 1;
  if (ending.kind === 'aborted') {
    const by = ending.by === 'client' ? 'the client' : 'network or server';
    return {
      where,
      interaction: number,
      kind: 'cut',
      severity: 'note',
      message: `Interaction ${number} was cut by ${by}; replay cuts it in the same place.`,
      fix: 'record again if that was not meant',
    };
  }
  if (interaction.session !== undefined) return checkSession(interaction.session, number, where);
  if (response === undefined) return undefined;
  if (response.status >= 400 || framingOf(mediaType(response.headers)) === 'none') return undefined;
  const readable = readResponse(interaction);
  const provider = findProvider(request.url);
  if (readable.events === undefined || provider === undefined || provider.isComplete(readable))
    return undefined;
  return {
    where,
    interaction: number,
    kind: 'incomplete-stream',
    severity: 'error',
    message: `The stream of interaction ${number} ends before the last event that ${provider.id} always sends.`,
    fix: 'record the test again',
  };
}

/** A session that its client left in the middle of an answer may be meant so; one that the server closed there is not whole. */
function checkSession(session: Session, number: number, where: string): CheckFinding | undefined {
  if (!endsInAnswer(session)) return undefined;
  const { by } = session.end;
  return {
    where,
    interaction: number,
    kind: by === 'client' ? 'cut' : 'incomplete-stream',
    severity: by === 'client' ? 'note' : 'error',
    message: `The WebSocket session of interaction ${number} was closed by the ${by} in the middle of an answer.`,
    fix: by === 'client' ? 'record again if that was not meant' : 'record the test again',
  };
}

function secretsIn(
  bytes: Uint8Array,
  { known, allow = [], fingerprints = false }: CheckRules,
  where: string,
): CheckFinding[] {
  try {
    return notTooDeep(where, () => findSecrets(bytes, { known, allow, fingerprints })).map((finding) =>
      secret(finding, where),
    );
  } catch (error) {
    if (!isReelError(error)) throw error;
    return [unreadable(error, where)];
  }
}

function secret({ ruleId, line, path, encoding, fingerprint }: SecretFinding, where: string): CheckFinding {
  const place = path === undefined || path === '' ? '' : ` at ${path}`;
  const form = encoding === 'plain' ? '' : `, ${encoding}`;
  return {
    where,
    line,
    kind: 'secret',
    severity: 'error',
    message: `Something that looks like a secret stands${place === '' ? ' here' : place} (${ruleId}${form}).`,
    fix: 'take the key back (it may be in the history), then run reel redact, or add a rule to `redact` and record again; what is harmless goes to `redact.allow`',
    code: 'REEL_SECRET_FOUND',
    rule: ruleId,
    ...(fingerprint !== undefined && { fingerprint }),
  };
}

function tooLarge(where: string, size: number, maxSize: number): CheckFinding {
  return {
    where,
    kind: 'too-large',
    severity: 'error',
    message: `The cassette has ${formatSize(size)} with its blobs; at most ${formatSize(maxSize)} are allowed.`,
    fix: 'ask for less in the test (fewer tokens, smaller images), or raise --max-size',
  };
}
