import { ReelError } from '../errors.ts';
import { byteLength, hasOwnEnding, isDeviceName, marked, MAX_BYTES, shorten } from './portable-segment.ts';

/** What a cassette is named after. */
export interface CassetteSubject {
  /**
   * The test file. A path relative to the root's own base gives all its folders to the name; of an absolute path only the
   * file's name counts, as fits a root that lies beside the test file.
   */
  readonly file: string;
  /** Titles of the describe blocks and of the test, outermost first. Empty for the hooks of the file: `_setup`. */
  readonly titlePath: readonly string[];
  /** 2 for the second test of the same titles in the file, and so on. Default 1. */
  readonly ordinal?: number;
}

/**
 * The name of a test's cassette: `chat/summarizer--summarizes-an-article`.
 *
 * The last segment is the titles, joined by `--`, in lower case with a dash for each space. Titles that this does not say
 * exactly (capitals, hyphens, punctuation, more than 80 characters) get a mark made of a hash: `returns-json~1x8k2q`. So
 * different titles have different names, on case-insensitive file systems too. A further test of the same titles gets
 * `~2`, `~3`.
 */
export function cassetteName({ file, titlePath, ordinal = 1 }: CassetteSubject): string {
  const title = titlePath.length === 0 ? SETUP : titleSegment(titlePath);
  const counter = ordinal > 1 ? `~${ordinal}` : '';
  return [...fileSegments(file), title + counter].join('/');
}

/** Holds what file-level hooks ask. No title gives this name, because clean ones do not begin with `_`. */
const SETUP = '_setup';

/** Removed without a trace in the readable part: joiners, variation selectors, direction marks. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** What a slug is made of beside the dash. */
const OUTSIDE_SLUG = /[^\p{L}\p{N}\p{M}\p{So}\p{Emoji_Modifier}._]+/gu;

function titleSegment(titlePath: readonly string[]): string {
  const parts = titlePath.map(slug);
  const joined = parts.filter((part) => part !== '').join('--');
  const short = shorten(joined);
  const isExact =
    short === joined &&
    titlePath.every((title, index) => parts[index] !== '' && says(parts[index]!, title)) &&
    !isDeviceName(joined) &&
    !hasOwnEnding(joined);
  return isExact ? joined : marked(joined, JSON.stringify(titlePath));
}

function slug(title: string): string {
  return (
    caseless(title)
      .replaceAll(INVISIBLE, '')
      .replaceAll(/['’]/g, '')
      .replaceAll(OUTSIDE_SLUG, '-')
      // Dots and underscores only inside words (`v1.2`, `tool_calls`), combining marks only after what they combine with.
      .replaceAll(/(?<=^|[-._])[._\p{M}]+|[._]+(?=-|$)/gu, '')
      .replaceAll(/-{2,}/g, '-')
      .replaceAll(/^-|-$/g, '')
      .normalize('NFC')
  );
}

function caseless(text: string): string {
  return text.normalize('NFC').toLowerCase().normalize('NFC');
}

/** Whether the slug stands for this title alone, also where case does not count. */
function says(slug: string, title: string): boolean {
  // Lower case is not enough: `ſ` is lower case and still the same name as `s` on a case-insensitive file system.
  return slug.replaceAll('-', ' ') === title && title.toUpperCase().toLowerCase().normalize('NFC') === title;
}

const PARENT = '_parent';

function fileSegments(file: string): string[] {
  const path = file.replaceAll('\\', '/');
  const isAbsolute = /^(\/|[a-z]:)/i.test(path);
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const folders = isAbsolute ? [] : parts.slice(0, -1);
  const stem = stemOf(parts.at(-1) ?? '');
  return [...folders, stem].map((part) => (part === '..' ? PARENT : folderSegment(part)));
}

/** `chat.test.ts` and `chat.spec.tsx` are `chat`: runners that share cassettes differ in this. */
function stemOf(fileName: string): string {
  return fileName.replace(/(?<=.)\.[^.]+$/, '').replace(/(?<=.)\.(test|spec|e2e)$/, '');
}

/** Names of files are names already, so they keep their case and are changed only where some system refuses them. */
function folderSegment(name: string): string {
  const clean = name
    .normalize('NFC')
    .replaceAll(INVISIBLE, '')
    .replaceAll(/[^\p{L}\p{N}\p{M}\p{So}\p{Emoji_Modifier}._@+-]+/gu, '-')
    .replace(/^[.\p{M}]+/u, '')
    .replace(/\.+$/, '')
    .normalize('NFC');
  const short = shorten(clean);
  const isExact = short === name && short !== '' && !isDeviceName(short) && !hasOwnEnding(short);
  return isExact ? short : marked(clean, JSON.stringify(name));
}

/**
 * Checks a name chosen by hand (`useCassette('billing/refund')`) and returns it, in normal form C. Throws
 * `REEL_CASSETTE_NAME`, saying what to write instead.
 */
export function checkCassetteName(name: string): string {
  const problem = problemOf(name);
  if (problem === undefined) return name.normalize('NFC');
  throw new ReelError('REEL_CASSETTE_NAME', {
    what: `This cannot be the name of a cassette: ${problem}.`,
    where: typeof name === 'string' ? shown(name) : `a value of type ${typeof name}`,
    fix: `write a relative path with "/" and without an extension, such as ${JSON.stringify(suggestion(name))}.`,
  });
}

function problemOf(name: unknown): string | undefined {
  if (typeof name !== 'string') return 'it is not a string';
  if (name.trim() === '') return 'it is empty';
  if (/^[a-z]:/i.test(name)) return 'it is an absolute path (it begins with a drive letter)';
  if (name.startsWith('/')) return 'it is an absolute path';
  if (name.includes('\\'))
    return 'it holds a backslash, which is a separator on one system and a character on others';
  if (!name.isWellFormed()) return 'it holds half of a surrogate pair';
  for (const segment of name.split('/')) {
    const problem = segmentProblem(segment);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function segmentProblem(segment: string): string | undefined {
  if (segment === '') return 'it has an empty part (a doubled or final "/")';
  if (segment === '..') return 'it climbs out of its folder ("..")';
  if (segment === '.') return 'it has "." as a part';
  if (/\p{Cc}/u.test(segment)) return 'it holds a control character';
  if (/[<>:"|?*]/.test(segment))
    return 'it holds a character that file names cannot have on Windows (< > : " | ? *)';
  if (/^\s|[\s.]$/u.test(segment)) return 'a part begins with a space, or ends with a space or a dot';
  if (segment.startsWith('.')) return 'a part begins with a dot (hidden files are not listed as cassettes)';
  if (isDeviceName(segment)) return 'a part is a device name on Windows (con, nul, aux, com1...)';
  if (hasOwnEnding(segment)) return 'a part ends like a file of the store (.jsonl, .blobs, .lock...)';
  if (byteLength(segment.normalize('NFC')) > MAX_BYTES) return `a part is longer than ${MAX_BYTES} bytes`;
  return undefined;
}

const SHOWN = 120;

function shown(name: string): string {
  return JSON.stringify(name.length > SHOWN ? `${name.slice(0, SHOWN)}...` : name);
}

function suggestion(name: unknown): string {
  const parts = String(name)
    .replace(/^[a-z]:/i, '')
    .split(/[/\\]/)
    .map((part) =>
      shorten(
        part
          .normalize('NFC')
          .replace(/(\.(jsonl|blobs|lock|journal|tmp))+$/i, '')
          .replaceAll(INVISIBLE, '')
          .replaceAll(/[^\p{L}\p{N}\p{M}\p{So}._~ -]+/gu, '-')
          .replace(/^[\s.-]+/u, '')
          .replace(/[\s.-]+$/u, ''),
      ),
    )
    .map((part) => (isDeviceName(part) ? `${part.replace(/\..*/, '')}-cassette` : part))
    .filter((part) => part !== '' && segmentProblem(part) === undefined);
  return parts.length === 0 ? 'billing/refund' : parts.join('/');
}
