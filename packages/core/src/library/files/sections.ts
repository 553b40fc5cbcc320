import { decodeHeader, decodeRequest } from '../../cassette/line.ts';
import { encodeHeader, type CassetteHeader } from '../../cassette/format.ts';
import { SectionScanner } from '../../cassette/scanner.ts';
import type { CassetteFiles } from '../../cassette/store.ts';
import { toCurrentVersion } from '../../cassette/tape.ts';
import { isReelError } from '../../errors.ts';
import type { RecordedRequest } from '../../model/interaction.ts';
import { damaged } from '../../cassette/damage.ts';
import type { CassetteContent } from './cassette-file.ts';

/** A cassette as lines: its interactions can be taken out and put together without being decoded, so their bytes stay. */
export interface SectionedCassette {
  readonly header: CassetteHeader;
  /** The lines of each interaction, numbered 0, so that equal interactions are equal texts wherever they stood. */
  readonly sections: readonly string[];
  /** The request of an interaction; `undefined` when it cannot be read because a blob is missing. */
  requestAt(index: number): RecordedRequest | undefined;
}

const NEWLINE = 0x0a;
// Not the flag `m`: to it a line separator (U+2028) inside of a text begins a line, too.
const NUMBER = /(^|\n)(\{"[a-z]+":)\d+/g;

/** @throws REEL_CASSETTE_DAMAGED and the like. What is wrong inside a line is not looked for. */
export function sectionsOf(content: CassetteContent): SectionedCassette {
  const { where, readBlob } = content;
  const raw = Buffer.from(content.bytes.buffer, content.bytes.byteOffset, content.bytes.byteLength);
  const bytes = toCurrentVersion(raw, where);
  const headerEnd = bytes.indexOf(NEWLINE);
  const header = decodeHeader({ text: bytes.toString('utf8', 0, headerEnd), where, number: 1, readBlob });
  const scanner = new SectionScanner(bytes, headerEnd + 1, where);
  const size = scanner.count();
  const sections = Array.from({ length: size }, (_, index) => {
    const { start, end } = scanner.sectionAt(index)!;
    // Line ends that version control changed are no part of what was recorded.
    return renumbered(bytes.toString('utf8', start, end).replaceAll('\r\n', '\n'), 0);
  });
  return {
    header,
    sections,
    requestAt(index) {
      const { start, line } = scanner.sectionAt(index)!;
      const text = bytes.toString('utf8', start, bytes.indexOf(NEWLINE, start));
      try {
        if (text.startsWith('{"socket":')) {
          const { url } = JSON.parse(text) as { url?: unknown };
          return { method: 'GET', url: String(url), headers: [], body: new Uint8Array(0) };
        }
        return decodeRequest({ text, where, number: line, readBlob });
      } catch (error) {
        if (isReelError(error) && !text.includes(',"blob":"')) throw error;
        if (!isReelError(error)) throw damaged(where, line, 'the line is not valid JSON');
        return undefined;
      }
    },
  };
}

function renumbered(section: string, number: number): string {
  return section.replaceAll(NUMBER, (_, start: string, key: string) => `${start}${key}${number}`);
}

/** Puts sections together again, numbered from 1. `readBlob` gives the blobs they refer to. */
export function assemble(
  header: CassetteHeader,
  sections: readonly string[],
  readBlob: (hash: string) => Uint8Array | undefined,
): CassetteFiles {
  const pieces: Uint8Array[] = [encodeHeader(header)];
  const blobs = new Map<string, Uint8Array>();
  sections.forEach((section, index) => {
    pieces.push(Buffer.from(renumbered(section, index + 1), 'utf8'));
    for (const [, hash] of section.matchAll(/,"blob":"([0-9a-f]{32})","bytes":\d+\}$/gm)) {
      const blob = readBlob(hash!);
      if (blob !== undefined) blobs.set(hash!, blob);
    }
  });
  return { bytes: Buffer.concat(pieces), blobs };
}
