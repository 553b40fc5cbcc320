// `npm run surfaces`: accepts the public names of the built packages as they are.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workspacePackages } from '../workspace.ts';
import { keepSurface } from './surface.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..');
for (const pkg of workspacePackages(root)) {
  if (pkg.manifest.private !== true) console.log(keepSurface(pkg));
}
