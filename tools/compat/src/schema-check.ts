import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Finding } from './finding.ts';

/** Every cassette below a folder, by path. */
export function tapesIn(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.jsonl') && !path.split(/[\\/]/).includes('node_modules'))
    .toSorted();
  return new Map(paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(folder, path), 'utf8')]));
}

/**
 * Compares lines of cassettes with a schema of them.
 * @param schemas folder with `cassette-line.schema.json`; one that is missing, as before there were schemas, finds nothing
 */
export function checkLines(tapes: ReadonlyMap<string, string>, schemas: string): Finding[] {
  const file = join(schemas, 'cassette-line.schema.json');
  if (!existsSync(file)) return [];
  const ajv = new Ajv2020({ allowUnionTypes: true });
  const isLine = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  return [...tapes].flatMap(([path, text]) => {
    const lines = text.trimEnd().split('\n');
    const bad = lines.findIndex((line) => !isLine(JSON.parse(line)));
    if (bad === -1) return [];
    isLine(JSON.parse(lines[bad]!));
    return [
      { where: `${path}:${bad + 1}`, what: `the schema refuses the line: ${ajv.errorsText(isLine.errors)}` },
    ];
  });
}
