import type { Frame, Session, SessionEnd } from '../model/session.ts';

/** What frames need of a redactor. */
interface FrameRedactor {
  body(bytes: Uint8Array, contentType: string): Uint8Array;
  stream(pieces: readonly Uint8Array[], contentType: string): readonly Uint8Array[];
  text(text: string): string;
}

/**
 * The frames of a session without secrets: those of one direction together, because two may share one, then each by itself. Together first: the
 * visible part of a key in one frame would be replaced alone, and its rest in the next be no longer recognized.
 */
export function redactSession(session: Session, redactor: FrameRedactor): Session {
  let frames = session.frames;
  for (const from of ['client', 'server'] as const) {
    for (const isBinary of [false, true]) frames = redactTogether(frames, from, isBinary, redactor);
  }
  const alone = frames.map((frame) => {
    const bytes = redactor.body(frame.bytes, frame.isBinary ? '' : 'application/json');
    return bytes === frame.bytes ? frame : { ...frame, bytes };
  });
  const end = redactEnd(session.end, redactor);
  if (end === session.end && alone.every((frame, index) => frame === session.frames[index])) return session;
  return { frames: alone, end };
}

function redactEnd(end: SessionEnd, redactor: FrameRedactor): SessionEnd {
  if (end.kind === 'cut' || end.reason === undefined) return end;
  const reason = redactor.text(end.reason);
  return reason === end.reason ? end : { ...end, reason };
}

/** As the pieces of one stream. */
function redactTogether(
  frames: readonly Frame[],
  from: Frame['from'],
  isBinary: boolean,
  redactor: FrameRedactor,
): readonly Frame[] {
  const indexes = frames.flatMap((frame, index) =>
    frame.from === from && frame.isBinary === isBinary ? [index] : [],
  );
  if (indexes.length < 2) return frames;
  const pieces = indexes.map((index) => frames[index]!.bytes);
  const redacted = redactor.stream(pieces, '');
  if (redacted === pieces) return frames;
  const changed = [...frames];
  for (const [position, index] of indexes.entries()) {
    const bytes = redacted[position]!;
    if (bytes !== pieces[position]) changed[index] = { ...frames[index]!, bytes };
  }
  return changed;
}
