import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { runCommand } from '../run-command.ts';
import { readManifest } from '../workspace.ts';

/** One importable path of a built package, with the names it exports. */
export interface EntryPoint {
  /** As it is imported: `@reel/core/register`. */
  readonly specifier: string;
  /** The key in `exports`: `./register`. */
  readonly key: string;
  /** Whether it has a CommonJS build of its own. Without one, `require` still loads the ES module. */
  readonly hasCommonJs: boolean;
  /** An adapter's `./setup` loads only inside the test runner it belongs to. */
  readonly needsRunner: boolean;
  /** Names that exist at run time, sorted; empty where only a runner can load the module. */
  readonly values: readonly string[];
  /** Names that only the declarations have, sorted. */
  readonly types: readonly string[];
}

/**
 * The entry points in a package's `exports`, each loaded to see what it exports.
 * @param packageFolder the built package
 * @param cwd where the package can be imported by its name: a project that installed it, or the package itself
 * @throws Error for an entry that has no types or does not load.
 */
export async function loadEntryPoints(packageFolder: string, cwd: string): Promise<EntryPoint[]> {
  const manifest = readManifest(packageFolder);
  const paths = Object.entries(manifest.exports ?? {}).filter(([, target]) => typeof target !== 'string');
  return await Promise.all(
    paths.map(async ([key, target]) => {
      const specifier = join(manifest.name, key).replaceAll('\\', '/');
      const conditions = target as {
        types?: string;
        import?: { types?: string };
        require?: unknown;
        default?: string;
      };
      const declarations = conditions.import?.types ?? conditions.types;
      if (declarations === undefined) throw new Error(`${specifier} has no types`);
      const needsRunner = key === './setup';
      const values = needsRunner ? [] : await runtimeNames(specifier, cwd);
      const types = declaredNames(join(packageFolder, declarations)).filter((name) => !values.includes(name));
      // One file for both module systems is CommonJS.
      const hasCommonJs = conditions.require !== undefined || conditions.default?.endsWith('.cjs') === true;
      return { specifier, key, hasCommonJs, needsRunner, values, types };
    }),
  );
}

/** In a process of its own: importing a preload changes the process. */
async function runtimeNames(specifier: string, cwd: string): Promise<string[]> {
  const program = `console.log('names:' + Object.keys(await import('${specifier}')).sort())`;
  const { ok, output } = await runCommand(`node --input-type=module -e "${program}"`, { cwd });
  const list = /^names:(.*)$/m.exec(output)?.[1];
  if (!ok || list === undefined) throw new Error(`${specifier} cannot be imported:\n${output}`);
  // Some Nodes give a CommonJS module's exports this name as well when it is imported, others do not.
  return list === '' ? [] : list.split(',').filter((name) => name !== 'module.exports');
}

/**
 * The names a bundled declaration file exports, sorted. Whether one is a type is not in the file: bundlers drop the `type` of
 * a class or of another package's interface.
 * @throws Error for `export *`, behind which names come and go unseen.
 */
export function declaredNames(declarationFile: string): string[] {
  const { module } = parseSync(declarationFile, readFileSync(declarationFile, 'utf8'));
  const names = module.staticExports
    .flatMap(({ entries }) => entries)
    .map(({ exportName }) => {
      if (exportName.name !== null) return exportName.name;
      if (exportName.kind === 'Default') return 'default';
      throw new Error(`${declarationFile} has an "export *": list the names`);
    });
  return names.toSorted();
}
