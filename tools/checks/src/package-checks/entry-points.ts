import { join } from 'node:path';
import type { Manifest } from '../workspace.ts';

/** One importable path of a package. */
export interface EntryPoint {
  /** As it is imported: `@reel/core/register`. */
  readonly specifier: string;
  /** The key in `exports`: `./register`. */
  readonly key: string;
  /** Declaration file an ESM importer gets, relative to the package. */
  readonly types: string;
  /** Whether it has a CommonJS build of its own. Without one, `require` still loads the ES module. */
  readonly hasCommonJs: boolean;
  /** An adapter's `./setup` loads only inside the test runner it belongs to. */
  readonly needsRunner: boolean;
}

/**
 * The entry points of a package, from its `exports`.
 * @throws Error for an entry without types.
 */
export function entryPoints(manifest: Manifest): EntryPoint[] {
  return Object.entries(manifest.exports ?? {})
    .filter(([, target]) => typeof target !== 'string')
    .map(([key, target]) => {
      const conditions = target as { types?: string; import?: { types?: string }; require?: unknown };
      const types = conditions.import?.types ?? conditions.types;
      const specifier = join(manifest.name, key).replaceAll('\\', '/');
      if (types === undefined) throw new Error(`${specifier} has no types`);
      return {
        specifier,
        key,
        types,
        hasCommonJs: conditions.require !== undefined,
        needsRunner: key === './setup',
      };
    });
}
