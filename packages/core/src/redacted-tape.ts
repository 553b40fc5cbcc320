import type { CassetteTape } from './cassette/tape.ts';
import type { Redactor } from './redaction/redactor.ts';

/**
 * A tape whose answers are redacted by today's rules, so that a cassette of older rules hands out nothing that would not be stored now.
 * One that was written under the same rules is what they make of it, and comes back as it is.
 */
export function redactedTape(tape: CassetteTape, redactor: Redactor): CassetteTape {
  if (tape.header.rules.split(' ', 1)[0] === redactor.id) return tape;
  return {
    header: tape.header,
    name: tape.name,
    bytes: tape.bytes,
    get size() {
      return tape.size;
    },
    requestAt: (index) => tape.requestAt(index),
    interactionAt: (index) => redactor.interaction(tape.interactionAt(index)),
    allInteractions: () => tape.allInteractions().map((interaction) => redactor.interaction(interaction)),
    verify: () => tape.verify(),
  };
}
