// `npm run release:dry`: everything of a release but the publishing. The versions are raised in a copy, the packages are built and packed
// there, and the tarballs are installed in empty projects, by npm and by pnpm, as ES modules and as CommonJS, under every runner, and used.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedVersions, startLocalRegistry } from './package-checks/local-registry.ts';
import { packAll } from './release-dry/pack.ts';
import { trials, tryProject } from './release-dry/try-project.ts';
import { createVersionedCopy } from './release-dry/versioned-copy.ts';
import { stopCommandsOnSignal } from './run-command.ts';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
/** Only the trials that have all of these words in their name: `npm run release:dry -- jest pnpm`. */
const wanted = process.argv.slice(2);
const base = realpathSync(mkdtempSync(join(tmpdir(), 'reel-release-')));
process.once('exit', () => rmSync(base, { recursive: true, force: true }));
stopCommandsOnSignal();

const copy = await createVersionedCopy(root, join(base, 'workspace'));
const packed = await packAll(copy, join(base, 'tarballs'));
for (const { manifest, size } of packed)
  console.log(
    `packed    ${`${manifest.name} ${manifest.version}`.padEnd(28)} ${(size / 1024).toFixed(1).padStart(7)} KiB`,
  );

const registry = await startLocalRegistry(root, packed);
const versions = new Map([
  ...installedVersions(root),
  ...packed.map(({ manifest }): [string, string] => [manifest.name, copy.version]),
]);
let failures = 0;
try {
  for (const trial of trials()) {
    const name = `${trial.project}, ${trial.modules}, ${trial.manager}`;
    if (!wanted.every((word) => name.split(', ').includes(word))) continue;
    const started = performance.now();
    const problem = await tryProject(trial, { base, registry: registry.url, versions });
    const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`.padStart(7);
    console.log(`${problem === '' ? 'ok   ' : 'FAIL '} ${seconds}  ${name}`);
    if (problem !== '') console.log(`\n${problem}\n`);
    failures += problem === '' ? 0 : 1;
  }
} finally {
  registry.close();
}
console.log(
  failures === 0
    ? `\n${copy.version} could be released`
    : `\n${failures} projects cannot use ${copy.version}`,
);
process.exitCode = failures === 0 ? 0 : 1;
