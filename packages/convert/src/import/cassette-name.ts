import { cassetteName } from '@reel/core/engine';
import { sampleOf } from '../detect/sample.ts';
import { fieldsOf } from '../reading/fields.ts';
import { headOf } from '../reading/recording.ts';
import type { SourceFile } from './sources.ts';

const ending =
  /\.(?:ya?ml|json|jsonl|ndjson|har|gz|txt|httprr|cassette|bin|chunks|responses|log|websocket|sse)$/i;

/** The names of the cassettes of an import, in its order: two files of one name but for their endings get two. */
export function namesFor(sources: readonly SourceFile[]): string[] {
  const taken = new Set<string>();
  return sources.map((source) => {
    if (source.reason !== undefined) return '';
    const wanted = nameFor(source);
    let name = wanted;
    // Compared as case-insensitive file systems do.
    for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${wanted}~${count}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

/**
 * The name a recording's cassette gets: the path of the file without its endings. Polly.js keeps `recording.har` in a folder named
 * after the test with a hash; its cassette is named as Reel's adapters name that test.
 */
export function nameFor(source: SourceFile): string {
  const parts = source.name.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
  const polly = pollyName(source, parts);
  if (polly !== undefined) return polly;
  let last = parts.at(-1) ?? 'recording';
  while (ending.test(last) && last.replace(ending, '') !== '') last = last.replace(ending, '');
  return folderName([...parts.slice(0, -1), last]);
}

function pollyName(source: SourceFile, parts: readonly string[]): string | undefined {
  if (parts.at(-1)?.startsWith('recording.har') !== true) return undefined;
  const name = recordingName(source);
  if (name === undefined) return parts.length > 1 ? folderName(parts.slice(0, -1)) : undefined;
  const titles = name.split('/');
  const folders = parts.slice(0, -1);
  // One folder for each part of the name, when they are below what was given.
  const own = folders.slice(-titles.length).every((folder) => /_\d+$/.test(folder))
    ? titles.length
    : folders.length;
  const above = folders.slice(0, Math.max(0, folders.length - own));
  const title = cassetteName({ file: 'polly.ts', titlePath: titles }).split('/').slice(1).join('/');
  return above.length === 0 ? title : `${folderName(above)}/${title}`;
}

function recordingName({ path }: SourceFile): string | undefined {
  const sample = sampleOf(headOf(path, 65_536));
  const log = fieldsOf(sample.object['log']);
  const name = log?.['_recordingName'] ?? /^ {2}_recordingName: (.+)$/m.exec(sample.text)?.[1];
  return typeof name === 'string' && name.trim() !== ''
    ? name.trim().replaceAll(/^["']|["']$/g, '')
    : undefined;
}

/** Names of folders and files, made safe as Reel makes those of test files. */
function folderName(parts: readonly string[]): string {
  // The name of the hooks of a file is the file's own and one segment more.
  return cassetteName({ file: `${parts.join('/')}.x`, titlePath: [] })
    .split('/')
    .slice(0, -1)
    .join('/');
}
