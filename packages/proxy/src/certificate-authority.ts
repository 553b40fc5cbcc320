import type { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import type * as X509 from '@peculiar/x509';

/** A certificate authority that lives as long as its proxy. Its keys are in memory only. */
export interface CertificateAuthority {
  /** The certificate that clients have to trust, as PEM. */
  readonly certificate: string;
  /** What a TLS server for this host needs; made once per host. */
  contextFor(host: string): Promise<SecureContext>;
}

const day = 24 * 60 * 60 * 1000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/**
 * Makes an authority. Elliptic curves, because a key of theirs takes a millisecond where one of RSA takes a hundred and more.
 */
export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  // Only who starts a forward proxy pays for loading this. The library's container of classes needs the polyfill first.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const keys = await newKeys();
  const usage = x509.KeyUsageFlags;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['Reel proxy, throw-away'] }],
    keys,
    ...validity(),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(usage.keyCertSign | usage.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  // One key serves all hosts: it never leaves this process, and none of them is the real one.
  const leafKeys = await newKeys();
  const leafKey = await toPem(x509, leafKeys.privateKey);
  const contexts = new Map<string, Promise<SecureContext>>();

  async function issue(host: string): Promise<SecureContext> {
    const leaf = await x509.X509CertificateGenerator.create({
      subject: [{ CN: [host.slice(0, 64)] }],
      issuer: certificate.subjectName,
      publicKey: leafKeys.publicKey,
      signingKey: keys.privateKey,
      ...validity(),
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(usage.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: isIP(host) === 0 ? 'dns' : 'ip', value: host }]),
        await x509.SubjectKeyIdentifierExtension.create(leafKeys.publicKey),
        // Python from 3.13 on refuses certificates that do not say whose key signed them (RFC 5280, section 4.2.1.1).
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    // The authority goes along: Chromium can be told to trust its key, wherever in a chain it finds it, and nothing else.
    return createSecureContext({
      key: leafKey,
      cert: `${leaf.toString('pem')}\n${certificate.toString('pem')}`,
    });
  }

  return {
    certificate: `${certificate.toString('pem').trim()}\n`,
    contextFor(host) {
      let context = contexts.get(host);
      if (context === undefined) {
        if (contexts.size >= 1000) contexts.clear();
        context = issue(host);
        contexts.set(host, context);
      }
      return context;
    },
  };
}

/** From yesterday, because clocks differ, to next week: longer than any test, shorter than anyone could want the key for. */
function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - day), notAfter: new Date(now + 7 * day) };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function toPem(x509: typeof X509, key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}
