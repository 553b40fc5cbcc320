// The step of `npm run release` before publishing: writes into each published package which repository it comes from.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workspacePackages } from '../workspace.ts';
import { repositoryOf } from './repository-of.ts';

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '../../../..'));
for (const { folder, path, manifest } of workspacePackages(root)) {
  if (manifest.private === true) continue;
  const file = join(folder, 'package.json');
  const whole = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, `${JSON.stringify({ ...whole, repository: repositoryOf(path) }, null, 2)}\n`);
}
