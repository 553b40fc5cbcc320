import { globSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';
import type { PackedPackage } from '../package-checks/local-registry.ts';
import { readManifest } from '../workspace.ts';
import type { VersionedCopy } from './versioned-copy.ts';

/**
 * Packs every package as it would be published, and reads the manifests out of the tarballs.
 * @throws Error for a tarball that depends on another version of a package of the same release, lacks its license, or would come
 * without provenance
 */
export async function packAll(
  { packages, version }: VersionedCopy,
  target: string,
): Promise<PackedPackage[]> {
  const packed: PackedPackage[] = [];
  for (const { folder, manifest } of packages) {
    const place = join(target, manifest.name.replace('/', '-'));
    mkdirSync(join(place, 'package'), { recursive: true });
    await runOrThrow(`pnpm pack --pack-destination "${place}"`, folder);
    const [name = ''] = globSync('*.tgz', { cwd: place });
    const path = join(place, name);
    await runOrThrow(`tar -xzf "${path}"`, place);
    const inside = readManifest(join(place, 'package'));
    for (const [dependency, range] of Object.entries(inside.dependencies ?? {})) {
      if (dependency.startsWith('@reel/') && range !== version)
        throw new Error(
          `${manifest.name} would depend on ${dependency}@${range}; all are released as ${version}`,
        );
    }
    if (manifest.publishConfig?.provenance !== true)
      throw new Error(`${manifest.name} would be published without provenance (publishConfig.provenance)`);
    if (globSync('LICEN[CS]E*', { cwd: join(place, 'package') }).length === 0)
      throw new Error(`${manifest.name} would be published without its license`);
    packed.push({ manifest: inside, path, size: statSync(path).size });
  }
  return packed;
}

async function runOrThrow(line: string, cwd: string): Promise<void> {
  const { ok, output, reason } = await runCommand(line, { cwd });
  if (!ok) throw new Error(`${line}: ${reason}\n${output}`);
}
