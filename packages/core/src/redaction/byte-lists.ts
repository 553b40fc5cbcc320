import { priority, type Span } from './span.ts';

/** Fewer bytes hold no secret. */
const fewest = 8;
/** More are a picture or audio. */
const most = 65_536;

/**
 * Text written as a list of its bytes, `[115,107,45,...]`: buffers in JSON, the bytes of tokens. The list stays a list, of the bytes of the redacted text.
 * @param redact redacts the text; `isBinary` when the bytes are no text.
 */
export function scanByteLists(
  text: string,
  found: (span: Span) => void,
  redact: (text: string, isBinary: boolean) => string,
): void {
  for (let open = text.indexOf('['); open !== -1; open = text.indexOf('[', open + 1)) {
    const list = readList(text, open);
    if (list === undefined) continue;
    const decoded = Buffer.from(list.bytes).toString('latin1');
    const redacted = redact(decoded, list.isBinary);
    if (redacted !== decoded) {
      found({
        start: open,
        end: list.end,
        replacement: `[${[...Buffer.from(redacted, 'latin1')].join(list.separator)}]`,
        rank: priority.encoded,
      });
    }
    open = list.end - 1;
  }
}

interface ByteList {
  readonly bytes: readonly number[];
  /** Behind the closing bracket. */
  readonly end: number;
  readonly isBinary: boolean;
  readonly separator: string;
}

function readList(text: string, open: number): ByteList | undefined {
  const bytes: number[] = [];
  let isBinary = false;
  let at = open + 1;
  while (bytes.length < most) {
    while (text.charCodeAt(at) <= 0x20) at += 1;
    let value = 0;
    const start = at;
    for (let code = text.charCodeAt(at); code >= 0x30 && code <= 0x39 && at - start < 4;) {
      value = value * 10 + code - 0x30;
      code = text.charCodeAt((at += 1));
    }
    if (at === start || value > 255) return undefined;
    bytes.push(value);
    isBinary ||= value < 0x20 && value !== 0x0a && value !== 0x0d && value !== 0x09;
    while (text.charCodeAt(at) <= 0x20) at += 1;
    const code = text.charCodeAt(at);
    at += 1;
    if (code === 0x5d) {
      const isSpaced = text.slice(open, open + 8).includes(', ');
      return bytes.length < fewest
        ? undefined
        : { bytes, end: at, isBinary, separator: isSpaced ? ', ' : ',' };
    }
    if (code !== 0x2c) return undefined;
  }
  return undefined;
}
