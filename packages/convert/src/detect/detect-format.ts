import { httprr } from '../formats/httprr/read.ts';
import { formats } from '../formats/index.ts';
import type { Format } from '../formats/format.ts';
import { sampleOf } from './sample.ts';

/** What a file is, or why it is no recording. */
export type Detected = { readonly format: Format } | { readonly reason: string };

/**
 * The format of a recording by its content: the file's name says nothing. `undefined` when it is none.
 * @param bytes the file or the beginning of it (64 KB are enough for most), compressed by gzip or not.
 */
export function detectFormat(bytes: Uint8Array): string | undefined {
  const detected = detect(bytes);
  return 'format' in detected ? detected.format.id : undefined;
}

/** {@link detectFormat} with the reason in words. */
export function detect(bytes: Uint8Array): Detected {
  if (bytes.byteLength === 0) return { reason: 'it is empty' };
  // Windows writes it so: Notepad's "Unicode", and `>` in an older PowerShell.
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return { reason: 'it is text in UTF-16: save it as UTF-8' };
  const sample = sampleOf(bytes);
  const { text } = sample;
  if (/^\s*$/.test(text)) return { reason: 'it holds nothing but white space' };
  if (text.startsWith('version https://git-lfs.github.com/spec/'))
    return { reason: 'it is a Git LFS pointer: fetch the file first (git lfs pull)' };
  // Bodies are as they were on the wire in it, conflicts and all.
  const isWire = httprr.matches(sample);
  if (
    !isWire &&
    /^(?:<<<<<<<|=======|>>>>>>>)(?: |$)/m.test(text.slice(0, 65_536)) &&
    /^<<<<<<< /m.test(text)
  )
    return { reason: 'it holds unresolved merge conflict markers' };
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(text))
    return { reason: 'it is a web page, not a recording (a download that failed?)' };
  if (/^\{"reel":\d/.test(text)) return { reason: 'it is a Reel cassette already' };
  if (sample.bytes.subarray(0, 65_536).includes(0) && !formats.some((format) => format.matches(sample)))
    return { reason: 'it is a binary file of no known format' };
  const format = formats.find((candidate) => candidate.matches(sample));
  return format === undefined ? { reason: 'it is in no format that is known' } : { format };
}
