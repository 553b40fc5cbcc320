import { createHash } from 'node:crypto';
import { globSync, lstatSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readManifest, type Manifest } from '../workspace.ts';
import { tarballOf } from './tarball.ts';

/** A package that is in no store yet: its tarball. */
export interface PackedPackage {
  /** The one inside the tarball. */
  readonly manifest: Manifest;
  readonly path: string;
  /** Bytes, packed. */
  readonly size: number;
}

export interface LocalRegistry {
  readonly url: string;
  close(): void;
}

/**
 * An npm registry on loopback that holds exactly what the workspace has installed. With it `npm install` resolves the
 * dependencies and peers of a packed package as it would for a user, and needs no network.
 *
 * Tarballs carry no integrity, and a package has only the versions that are installed here.
 * @param packed packages beside those: the only version of their names
 */
export async function startLocalRegistry(
  root: string,
  packed: readonly PackedPackage[] = [],
): Promise<LocalRegistry> {
  const installed = installedPackages(root);
  const released = new Map(packed.map((one) => [one.manifest.name, one]));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname).slice(1);
    const [name = '', version] = path.split('/-/');
    const release = released.get(name);
    if (release !== undefined) {
      if (version !== undefined) return void response.end(readFileSync(release.path));
      response.setHeader('content-type', 'application/json');
      return void response.end(JSON.stringify(packumentOf(release, `http://${request.headers.host}`)));
    }
    const versions = installed.get(name);
    const folder = version === undefined ? undefined : versions?.get(version.replace(/\.tgz$/, ''));
    if (folder !== undefined) {
      response.end(tarballOf(folder));
    } else if (versions !== undefined && version === undefined) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(packument(name, versions, `http://${request.headers.host}`)));
    } else {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not installed here"}');
    }
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject).listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close().closeAllConnections() };
}

/** The newest version of every package that is installed here, by name. */
export function installedVersions(root: string): ReadonlyMap<string, string> {
  return new Map([...installedPackages(root)].map(([name, versions]) => [name, newestOf(versions)]));
}

function packumentOf({ manifest, path }: PackedPackage, url: string): unknown {
  const { name, version = '' } = manifest;
  const integrity = `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}`;
  const dist = { tarball: `${url}/${name}/-/${version}.tgz`, integrity };
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
}

function newestOf(versions: ReadonlyMap<string, unknown>): string {
  return [...versions.keys()].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)!;
}

/** Name to version to folder, for every package in pnpm's virtual store. */
function installedPackages(root: string): Map<string, Map<string, string>> {
  const store = join(root, 'node_modules', '.pnpm');
  const installed = new Map<string, Map<string, string>>();
  for (const path of globSync(['*/node_modules/*/package.json', '*/node_modules/@*/*/package.json'], {
    cwd: store,
  })) {
    const folder = join(store, path, '..');
    // A link is the package of another folder of the store.
    if (lstatSync(folder).isSymbolicLink()) continue;
    const { name, version = '' } = readManifest(folder);
    installed.set(name, (installed.get(name) ?? new Map<string, string>()).set(version, folder));
  }
  return installed;
}

function packument(name: string, versions: ReadonlyMap<string, string>, url: string): unknown {
  const entries = [...versions].map(([version, folder]): [string, Manifest & { dist: unknown }] => {
    const dist = { tarball: `${url}/${name}/-/${version}.tgz` };
    return [version, { ...readManifest(folder), dist }];
  });
  return { name, 'dist-tags': { latest: newestOf(versions) }, versions: Object.fromEntries(entries) };
}
