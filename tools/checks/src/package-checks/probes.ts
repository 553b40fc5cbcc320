import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';
import type { EntryPoint } from './entry-points.ts';

/** What a probe found wrong; empty when all is well. */
export type Findings = string;

/** An ES module that imports every name, from every entry point that loads outside a runner. */
export function probeEsm(project: string, entries: readonly EntryPoint[]): Promise<Findings> {
  return runProbe(project, 'probe.mjs', loadable(entries).map(importOfValues));
}

/** A CommonJS module that requires them all and finds the same names. */
export function probeCommonJs(project: string, entries: readonly EntryPoint[]): Promise<Findings> {
  // What Node adds when one module system loads the other.
  const added = ['default', 'module.exports', '__esModule'];
  const source = loadable(entries).map(({ specifier, values }) => {
    const expected = values.filter((name) => !added.includes(name));
    return `compare(Object.keys(require('${specifier}')), ${JSON.stringify(expected)}, '${specifier}');`;
  });
  const compare = `function compare(keys, expected, specifier) {
    const found = keys.filter((name) => !${JSON.stringify(added)}.includes(name)).sort();
    if (found.join() === expected.join()) return;
    throw new Error(specifier + ' required has ' + found + '; imported it has ' + expected);
  }`;
  return runProbe(project, 'probe.cjs', [compare, ...source]);
}

/**
 * TypeScript, as strict as can be, that imports every name: from an ES module, and from CommonJS where the package has such a
 * build. The compiler compares the values it believes in with those that exist, so a class that is exported as a type
 * only, and would crash whoever calls `new`, is found.
 */
export async function probeTypes(project: string, entries: readonly EntryPoint[]): Promise<Findings> {
  const esm = entries.map((entry, index) => {
    const names = entry.values.map((name) => `${JSON.stringify(name)}: true`);
    const record = `export const names${index}: Record<keyof typeof all${index}, true> = { ${names.join(', ')} };`;
    return [importOfValues(entry, index), importOfTypes(entry, index), entry.needsRunner ? '' : record].join(
      '\n',
    );
  });
  const commonJs = entries
    .filter(({ hasCommonJs }) => hasCommonJs)
    .map(({ specifier }, index) => `import all${index} = require('${specifier}');\nexport { all${index} };`);
  writeFileSync(join(project, 'probe.mts'), esm.join('\n'));
  writeFileSync(join(project, 'probe.cts'), commonJs.join('\n'));
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: 'nodenext',
    target: 'es2023',
    types: ['node'],
    noEmit: true,
    // Declarations are what is checked here. A package whose dependencies have broken ones is broken for its users too.
    skipLibCheck: false,
  };
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['probe.mts', 'probe.cts'] }),
  );
  return await run('tsc -p .', project);
}

/** A TypeScript file that imports every name, run by Node as it is. */
export function probeTypeStripping(project: string, entries: readonly EntryPoint[]): Promise<Findings> {
  const source = loadable(entries).flatMap((entry, index) => [
    importOfValues(entry, index),
    importOfTypes(entry, index),
  ]);
  return runProbe(project, 'stripped.ts', source);
}

function loadable(entries: readonly EntryPoint[]): readonly EntryPoint[] {
  return entries.filter(({ needsRunner }) => !needsRunner);
}

/** By name, so that a missing one fails when the modules are linked, and as a whole. */
function importOfValues({ specifier, values }: EntryPoint, index: number): string {
  const list = values.map((name, at) => `${name} as value${index}_${at}`);
  const used = [`all${index}`, ...values.map((_, at) => `value${index}_${at}`)];
  const whole = `import * as all${index} from '${specifier}';`;
  const named = list.length === 0 ? '' : `import { ${list.join(', ')} } from '${specifier}';`;
  return [whole, named, `void [${used.join(', ')}];`].join('\n');
}

function importOfTypes({ specifier, types }: EntryPoint, index: number): string {
  if (types.length === 0) return '';
  const list = types.map((name, at) => `${name} as Type${index}_${at}`);
  return `import type { ${list.join(', ')} } from '${specifier}';`;
}

async function runProbe(project: string, file: string, source: readonly string[]): Promise<Findings> {
  writeFileSync(join(project, file), source.join('\n'));
  return await run(`node ${file}`, project);
}

/** Reel's own settings in the shell must not change what a probe sees. */
export async function run(line: string, cwd: string): Promise<Findings> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('REEL_')));
  const { ok, output, reason } = await runCommand(line, { cwd, env });
  return ok ? '' : `${line}: ${reason}\n${output}`;
}
