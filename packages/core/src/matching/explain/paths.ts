/** A segment of a URL path that differs. */
export interface DifferentSegment {
  readonly recorded: string;
  readonly incoming: string;
  /** The segment before it, equal on both sides or not. */
  readonly after: string;
}

/** The segments in which two paths of equal length differ; `undefined` when their lengths do. */
export function differentSegments(recorded: string, incoming: string): DifferentSegment[] | undefined {
  const before = recorded.split('/');
  const now = incoming.split('/');
  if (before.length !== now.length) return undefined;
  const different: DifferentSegment[] = [];
  for (let i = 0; i < before.length; i++) {
    if (before[i] !== now[i])
      different.push({ recorded: before[i]!, incoming: now[i]!, after: now[i - 1] ?? '' });
  }
  return different;
}
