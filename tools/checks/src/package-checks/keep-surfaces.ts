// `npm run surfaces`: accepts the public names of the built packages as they are.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workspacePackages } from '../workspace.ts';
import { loadEntryPoints } from './entry-points.ts';
import { keepSurface, surfaceChanges } from './surface.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..');
for (const { folder, manifest } of workspacePackages(root)) {
  if (manifest.private === true) continue;
  const entries = await loadEntryPoints(folder, folder);
  const changes = surfaceChanges(manifest.name, entries);
  keepSurface(manifest.name, entries);
  console.log([manifest.name, ...(changes.length === 0 ? ['unchanged'] : changes)].join('\n  '));
}
