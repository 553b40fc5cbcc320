import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';

/** An import that points the wrong way. */
export interface WrongImport {
  /** `src/cassette/tape.ts:12`, relative to the package. */
  readonly place: string;
  /** The import as it is written. */
  readonly specifier: string;
  /** What is allowed there instead. */
  readonly rule: string;
}

/**
 * What the files of a stage, a folder in core's `src`, may import beside their own folder. A folder that is not named
 * here is a stage like most. The files directly in `src` put the stages together and may import all of them.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  model: [],
  matching: ['model', 'errors.ts', 'normalize'],
  // Shapes are compared as providers' answers are read.
  drift: ['model', 'errors.ts', 'providers'],
  // Tools for many cassettes stand above all that knows one.
  library: [
    'model',
    'errors.ts',
    'adapter/receipt.ts',
    'cassette',
    'check-worker.ts',
    'drift',
    'matching',
    'normalize',
    'providers',
    'recording/split.ts',
    'redaction',
    'report.ts',
    'version.ts',
  ],
  // Commands of the package itself stand above everything.
  bin: ['model', 'errors.ts', 'check-secrets.ts', 'config.ts', 'redaction'],
  // What adapters share stands above the recorder, as the adapters do.
  adapter: [
    'model',
    'errors.ts',
    'mode.ts',
    'options.ts',
    'public-types.ts',
    'recorder.ts',
    'report.ts',
    'session.ts',
    'shared-test.ts',
    'summary.ts',
    'test-scope.ts',
  ],
  // Servers under test are a second kind of adapter.
  'server-scope': [
    'model',
    'errors.ts',
    'adapter',
    'interception/scope.ts',
    'mode.ts',
    'options.ts',
    'recorder.ts',
    'replay/clock.ts',
    'report.ts',
    'session.ts',
    'shared-test.ts',
    'test-scope.ts',
  ],
};
const allowedByDefault = ['model', 'errors.ts'];

/**
 * The imports of core's shipped files that break the stage directions of the design. Tests are exempt.
 * @param packageFolder of core
 * @param files relative to it, with forward slashes: `src/cassette/tape.ts`
 */
export function wrongStageImports(packageFolder: string, files: readonly string[]): WrongImport[] {
  return files.filter(isShipped).flatMap((file) => {
    const [, stage, rest] = file.split('/');
    if (stage === undefined || rest === undefined) return [];
    const places = [stage, ...(allowed[stage] ?? allowedByDefault)];
    const rule = `${stage}/ may import ${places.map((place) => (place.includes('.') ? place : `${place}/`)).join(', ')}`;
    return importsOf(packageFolder, file)
      .filter(
        ({ target }) => target !== undefined && !places.some((place) => isWithin(target, `src/${place}`)),
      )
      .map(({ place, specifier }) => ({ place, specifier, rule }));
  });
}

/**
 * Imports of shipped files that reach out of the package's `src`, or for the testkit, which is not published. Only `src/version.ts`
 * may read the manifest: the build cuts it down to what that file uses.
 */
export function wrongPackageImports(packageFolder: string, files: readonly string[]): WrongImport[] {
  return files.filter(isShipped).flatMap((file) =>
    importsOf(packageFolder, file).flatMap(({ place, specifier, target }) => {
      const isVersion = file === 'src/version.ts' && target === 'package.json';
      if (target !== undefined && !isWithin(target, 'src') && !isVersion) {
        const rule =
          target === 'package.json'
            ? 'only src/version.ts imports the manifest'
            : 'shipped code imports only files under its own src/';
        return [{ place, specifier, rule }];
      }
      const isTestkit = /^@reel\/testkit(\/|$)/.test(specifier);
      return isTestkit ? [{ place, specifier, rule: 'shipped code never imports the testkit' }] : [];
    }),
  );
}

function isShipped(file: string): boolean {
  return /^src\/.+\.[cm]?tsx?$/.test(file) && !/\.test(-d)?\.[cm]?tsx?$/.test(file);
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

interface Import {
  readonly place: string;
  readonly specifier: string;
  /** Of a relative import: the imported file, relative to the package. */
  readonly target: string | undefined;
}

/** Static imports and re-exports, of types too, and `import()` of a literal; whatever is in a comment is none. */
function importsOf(packageFolder: string, file: string): Import[] {
  const path = join(packageFolder, file);
  const source = readFileSync(path, 'utf8');
  const { module, errors } = parseSync(path, source);
  const error = errors.find(({ severity }) => severity === 'Error');
  if (error !== undefined) throw new Error(`${path} cannot be parsed: ${error.message}`);

  const found = [
    ...module.staticImports.map(({ moduleRequest, start }) => ({ specifier: moduleRequest.value, start })),
    ...module.staticExports.flatMap(({ entries, start }) => {
      const from = entries.find((entry) => entry.moduleRequest !== null)?.moduleRequest;
      return from ? [{ specifier: from.value, start }] : [];
    }),
    ...module.dynamicImports.map(({ moduleRequest, start }) => {
      const written = source.slice(moduleRequest.start, moduleRequest.end);
      return { specifier: written.replaceAll(/^['"`]|['"`]$/g, ''), start };
    }),
  ];
  // The parser sees `import { a } from 'x'; export { a }` as a re-export too: the first place is the one to mend.
  const places = new Map<string, number>();
  for (const { specifier, start } of found) if (!places.has(specifier)) places.set(specifier, start);
  return [...places].map(([specifier, start]) => ({
    place: `${file}:${source.slice(0, start).split('\n').length}`,
    specifier,
    target: specifier.startsWith('.')
      ? relativeTo(packageFolder, resolve(dirname(path), specifier))
      : undefined,
  }));
}

function relativeTo(folder: string, path: string): string {
  return relative(folder, path).replaceAll('\\', '/');
}
