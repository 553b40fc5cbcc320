import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import tls from 'node:tls';

/** Certificates as files, which is how programs in other languages are told whom to trust. */
export interface TrustFiles {
  /** The proxy's own certificate alone: for programs that add it to what they trust anyway (`NODE_EXTRA_CA_CERTS`). */
  readonly certificate: string;
  /**
   * It and everything this machine trusts: for programs that trust nothing else than the file (`SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`) and
   * that still have to reach hosts behind the tunnel.
   */
  readonly bundle: string;
  remove(): void;
}

/**
 * @param folder where to; default a new one that is removed with the files
 * @param environment a `SSL_CERT_FILE` that is set there stays trusted
 */
export function writeTrustFiles(
  certificate: string,
  folder: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): TrustFiles {
  const isOwn = folder === undefined;
  const path = isOwn ? mkdtempSync(join(tmpdir(), 'reel-proxy-')) : resolve(folder);
  mkdirSync(path, { recursive: true });
  const files = { certificate: join(path, 'reel-ca.pem'), bundle: join(path, 'reel-ca-bundle.pem') };
  writeFileSync(files.certificate, certificate);
  writeFileSync(
    files.bundle,
    [certificate, ...trusted(environment)].map((pem) => `${pem.trim()}\n`).join(''),
  );
  return {
    ...files,
    remove() {
      if (isOwn) rmSync(path, { recursive: true, force: true });
      else for (const file of Object.values(files)) rmSync(file, { force: true });
    },
  };
}

function trusted(environment: Readonly<Record<string, string | undefined>>): string[] {
  const own = environment['SSL_CERT_FILE'] ?? environment['REQUESTS_CA_BUNDLE'];
  const certificates = new Set([...tls.getCACertificates('default'), ...systemCertificates()]);
  return own === undefined || own === '' ? [...certificates] : [readIfThere(own), ...certificates];
}

function systemCertificates(): string[] {
  try {
    return tls.getCACertificates('system');
  } catch {
    return []; // A machine without a store of its own.
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
