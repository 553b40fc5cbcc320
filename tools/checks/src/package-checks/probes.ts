import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';
import type { EntryPoint } from './entry-points.ts';
import type { ExportedNames } from './surface.ts';

/** What a probe found wrong; empty when all is well. */
export type Findings = string;

/** An entry point with the names its declarations promise. */
export interface PromisedEntry extends EntryPoint {
  readonly names: ExportedNames;
}

/** An ES module that imports every name, from every entry point that loads outside a runner. */
export function probeEsm(project: string, entries: readonly PromisedEntry[]): Promise<Findings> {
  const loadable = entries.filter(({ needsRunner }) => !needsRunner);
  const source = loadable
    .map((entry, index) => `${importOf(entry, index)}\n${comparison(entry, index)}`)
    .join('\n');
  return runProbe(project, 'probe.mjs', `${compare}\n${source}`, 'node probe.mjs');
}

/** A CommonJS module that requires the same. */
export function probeCommonJs(project: string, entries: readonly PromisedEntry[]): Promise<Findings> {
  const loadable = entries.filter(({ needsRunner }) => !needsRunner);
  const source = loadable.map((entry, index) => {
    return `const all${index} = require('${entry.specifier}');\n${comparison(entry, index)}`;
  });
  return runProbe(project, 'probe.cjs', [compare, ...source].join('\n'), 'node probe.cjs');
}

/**
 * TypeScript files, as strict as can be, that import every value and every type: as an ES module, which is then run with
 * its types stripped, and as CommonJS where the package has such a build.
 */
export async function probeTypes(project: string, entries: readonly PromisedEntry[]): Promise<Findings> {
  const esm = entries.map((entry, index) => [importOf(entry, index), importOfTypes(entry, index)].join('\n'));
  const commonJs = entries
    .filter(({ hasCommonJs }) => hasCommonJs)
    .map(({ specifier }, index) => `import all${index} = require('${specifier}');\nexport { all${index} };`);
  const files = ['probe.mts', 'probe.cts'];
  writeFileSync(join(project, 'probe.mts'), esm.join('\n'));
  writeFileSync(join(project, 'probe.cts'), commonJs.join('\n'));
  const options = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: false,
    module: 'nodenext',
    target: 'es2023',
    types: ['node'],
    noEmit: true,
    // The declarations themselves are what is checked; those of other packages are not ours to judge.
    skipLibCheck: false,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files }));
  return await run('tsc -p .', project);
}

/** A TypeScript file that imports every value, run by Node as it is. */
export function probeTypeStripping(project: string, entries: readonly PromisedEntry[]): Promise<Findings> {
  const loadable = entries.filter(({ needsRunner }) => !needsRunner);
  const source = loadable.map((entry, index) =>
    [importOf(entry, index), importOfTypes(entry, index)].join('\n'),
  );
  return runProbe(project, 'stripped.ts', source.join('\n'), 'node stripped.ts');
}

/** Named imports, so that a name missing from the module fails at link time, and the whole, for what it has too many. */
function importOf({ specifier, names }: PromisedEntry, index: number): string {
  const list = names.values.map((name, at) => `${name} as value${index}_${at}`);
  const whole = `import * as all${index} from '${specifier}';`;
  const named = list.length === 0 ? '' : `import { ${list.join(', ')} } from '${specifier}';`;
  const used = names.values.map((_, at) => `value${index}_${at}`);
  return [whole, named, `void [all${index}, ${used.join(', ')}];`].join('\n');
}

function importOfTypes({ specifier, names }: PromisedEntry, index: number): string {
  if (names.types.length === 0) return '';
  const list = names.types.map((name, at) => `${name} as Type${index}_${at}`);
  return `import type { ${list.join(', ')} } from '${specifier}';`;
}

function comparison({ specifier, names }: PromisedEntry, index: number): string {
  return `compare(${JSON.stringify(specifier)}, all${index}, ${JSON.stringify(names.values)});`;
}

/** Part of the probes: `default` and `module.exports` are what Node adds when one module system imports the other. */
const compare = `
function compare(specifier, module, promised) {
  const added = ['default', 'module.exports', '__esModule'];
  const found = Object.keys(module).filter((name) => !added.includes(name) || promised.includes(name)).sort();
  if (JSON.stringify(found) !== JSON.stringify(promised)) {
    throw new Error(specifier + ' exports ' + found + '; its declarations say ' + promised);
  }
}`;

async function runProbe(project: string, file: string, source: string, line: string): Promise<Findings> {
  writeFileSync(join(project, file), source);
  return await run(line, project);
}

/** A probe has no settings of Reel's around it: one left in the shell would change what it sees. */
export async function run(line: string, cwd: string): Promise<Findings> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('REEL_')));
  const { ok, output, reason } = await runCommand(line, { cwd, env });
  return ok ? '' : `${line}: ${reason}\n${output}`;
}
