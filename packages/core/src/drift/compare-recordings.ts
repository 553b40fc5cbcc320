import type { Interaction } from '../model/interaction.ts';
import { compareShapes } from './compare-shapes.ts';
import { endpointName } from './endpoint-name.ts';
import type { DriftFinding } from './finding.ts';
import { addToShape, shapeOf, type ResponseShape } from './response-shape.ts';

export interface DriftReport {
  /** Errors first, in the order of the old recordings. The same finding is there once, however many recordings show it. */
  readonly findings: readonly DriftFinding[];
  /** Endpoints that are in both, and so were compared. */
  readonly compared: readonly string[];
}

/**
 * Compares two sets of recordings endpoint by endpoint, whatever cassettes and order they are in. Streamed and unstreamed calls of an
 * endpoint are told apart, and so are statuses.
 */
export function compareRecordings(was: Iterable<Interaction>, now: Iterable<Interaction>): DriftReport {
  const before = collect(was);
  const after = collect(now);
  const findings: DriftFinding[] = [];
  const compared = new Set<string>();
  for (const [key, old] of before) {
    const fresh = after.get(key);
    if (fresh === undefined) {
      const what = 'is not in the new recordings, and was not compared';
      findings.push({ severity: 'note', kind: 'endpoint-missing', endpoint: key, path: '', what });
      continue;
    }
    compared.add(key);
    findings.push(...compareStatuses(old, fresh, key));
  }
  for (const key of after.keys()) {
    if (before.has(key)) continue;
    const what = 'is in the new recordings only';
    findings.push({ severity: 'note', kind: 'endpoint-added', endpoint: key, path: '', what });
  }
  return { findings: findings.toSorted((a, b) => rank(a) - rank(b)), compared: [...compared] };
}

type ByStatus = Map<number, ResponseShape>;

function collect(interactions: Iterable<Interaction>): Map<string, ByStatus> {
  const endpoints = new Map<string, ByStatus>();
  for (const interaction of interactions) {
    const key = callName(interaction);
    let statuses = endpoints.get(key);
    if (statuses === undefined) {
      statuses = new Map();
      endpoints.set(key, statuses);
    }
    const status = interaction.response?.status ?? 0;
    const shape = statuses.get(status);
    if (shape === undefined) statuses.set(status, shapeOf(interaction));
    else addToShape(shape, interaction);
  }
  return endpoints;
}

/** The endpoint, and whether a stream was asked for in the body. */
function callName({ request: { method, url, body } }: Interaction): string {
  const name = endpointName(method, url);
  return /"stream"\s*:\s*true/.test(Buffer.from(body).toString('latin1')) ? `${name} (streamed)` : name;
}

function compareStatuses(was: ByStatus, now: ByStatus, endpoint: string): DriftFinding[] {
  const findings = [...was].flatMap(([status, shape]) => {
    const other = now.get(status);
    return other === undefined ? [] : compareShapes(shape, other);
  });
  const fresh = [...now.keys()].filter((status) => !was.has(status));
  if (fresh.length > 0) {
    const isAllNew = fresh.length === now.size;
    const isWorse = fresh.some((status) => status === 0 || status >= 400);
    findings.push({
      severity: isAllNew || isWorse ? 'error' : 'note',
      kind: 'status-changed',
      endpoint,
      path: '',
      what: `there are answers with status ${fresh.join(', ')}; there were ${[...was.keys()].join(', ')}`,
    });
  }
  return findings.map((finding) => ({ ...finding, endpoint }));
}

function rank({ severity }: DriftFinding): number {
  return severity === 'error' ? 0 : 1;
}
