import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { isReelError, ReelError, type Outcome, type ScopeReport } from '@reel/core';
import { endpointOf, type Endpoint } from '@reel/core/engine';
import { createCertificateAuthority } from './certificate-authority.ts';
import { cassetteHeader, decodeCassetteName } from './cassette-address.ts';
import { ProxyEngine } from './engine.ts';
import { createHostRule, type HostRule, type HostRuleOptions } from './host-rule.ts';
import { requestHeaders } from './hop-by-hop.ts';
import { LoopbackServer, type Arrivals } from './loopback-server.ts';
import type { CloseOptions, ProxiedRequest, ProxyReport, SharedOptions } from './options.ts';
import { refuseOnSocket } from './refuse.ts';
import { TlsTerminator } from './tls-terminator.ts';
import { writeTrustFiles } from './trust-files.ts';
import { openTunnel } from './tunnel.ts';
import { WireClient } from './wire-client.ts';

/** What {@link startForwardProxy} takes. All of it is optional. */
export interface ForwardProxyOptions extends SharedOptions, HostRuleOptions {
  /** Folder for the certificates as files. Default: a new one in the system's temporary folder, removed at the end. */
  readonly trustFolder?: string;
}

/** A forward proxy that runs. */
export interface ForwardProxy extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`: what `HTTPS_PROXY` and `HTTP_PROXY` take. */
  readonly url: string;
  readonly port: number;
  /** The authority that clients have to trust. Its key is in memory only, and gone with the proxy. */
  readonly ca: {
    /** PEM. */
    readonly certificate: string;
    /** The same as a file, for `NODE_EXTRA_CA_CERTS`. */
    readonly file: string;
    /** It and what the machine trusts, for `SSL_CERT_FILE` and `REQUESTS_CA_BUNDLE`. */
    readonly bundle: string;
  };
  /** Cassettes that are open. */
  readonly cassettes: readonly string[];
  /** Variables by which programs find this proxy and trust it. For the environment of a child process. */
  variables(): Record<string, string>;
  /** As of the reverse proxy. */
  closeCassette(cassette?: string, outcome?: Outcome): Promise<ScopeReport | undefined>;
  /** Finishes what is under way, saves what was recorded, removes its files, and says what happened. */
  close(options?: CloseOptions): Promise<ProxyReport>;
}

/**
 * Starts a forward proxy on loopback, for programs whose base URL cannot be changed. It reads the traffic of the configured hosts
 * alone, under certificates of its own; everything else it passes on unread, or refuses.
 *
 * @example
 * const proxy = await startForwardProxy({ cassette: 'agent', options: { mode: 'replay' } });
 * spawn('python', ['agent.py'], { env: { ...process.env, ...proxy.variables() } });
 *
 * @throws REEL_PROXY_LISTEN, REEL_INVALID_OPTION, and every error of the configuration.
 */
export async function startForwardProxy(options: ForwardProxyOptions = {}): Promise<ForwardProxy> {
  const engine = new ProxyEngine(options, { pins: {}, intercept: options.hosts ?? [] });
  const rule = createHostRule(options, engine.recorder.mode.mode);
  const authority = await createCertificateAuthority();
  const arrivals = new ForwardArrivals(engine, rule, new TlsTerminator(authority));
  const server = new LoopbackServer(arrivals, options);
  arrivals.server = server;
  await server.listen(options.port ?? 0);
  const trust = writeTrustFiles(authority.certificate, options.trustFolder, engine.recorder.environment);
  const { url, port } = server;
  let closing: Promise<ProxyReport> | undefined;
  const proxy: ForwardProxy = {
    url,
    port,
    ca: { certificate: authority.certificate, file: trust.certificate, bundle: trust.bundle },
    get cassettes() {
      return engine.cassettes.open;
    },
    variables: () => variablesOf(url, trust),
    closeCassette: (cassette, outcome = 'passed') => engine.cassettes.close(cassette, outcome),
    close({ outcome = 'passed', grace = 5000 } = {}) {
      closing ??= server.stop(grace, () => engine.close(outcome)).finally(() => trust.remove());
      return closing;
    },
    async [Symbol.asyncDispose]() {
      await proxy.close();
    },
  };
  return proxy;
}

/**
 * Read by curl, Python (urllib, requests, httpx), Go, Ruby and most others, in lower case by some and in capitals by others; by
 * Node from 24.5 with `NODE_USE_ENV_PROXY`. `NO_PROXY` is emptied, because an Ollama on loopback is recorded as well.
 */
function variablesOf(url: string, trust: { certificate: string; bundle: string }): Record<string, string> {
  return {
    HTTPS_PROXY: url,
    https_proxy: url,
    HTTP_PROXY: url,
    http_proxy: url,
    NO_PROXY: '',
    no_proxy: '',
    NODE_USE_ENV_PROXY: '1',
    NODE_EXTRA_CA_CERTS: trust.certificate,
    DENO_CERT: trust.certificate,
    SSL_CERT_FILE: trust.bundle,
    REQUESTS_CA_BUNDLE: trust.bundle,
    CURL_CA_BUNDLE: trust.bundle,
    AWS_CA_BUNDLE: trust.bundle,
  };
}

class ForwardArrivals implements Arrivals {
  server: LoopbackServer | undefined;
  readonly #engine: ProxyEngine;
  readonly #rule: HostRule;
  readonly #terminator: TlsTerminator;
  /** What a connection that came out of a tunnel is connected to: scheme, host and port of all its requests. */
  readonly #origins = new WeakMap<Socket, string>();

  constructor(engine: ProxyEngine, rule: HostRule, terminator: TlsTerminator) {
    this.#engine = engine;
    this.#rule = rule;
    this.#terminator = terminator;
  }

  onRequest(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    this.server!.track(this.#serve(request, response, awaitsContinue));
  }

  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      const found = this.#find(request, socket);
      const upgrading = { request, socket, head };
      this.server!.hold(socket);
      if (this.#rule.takes(endpointOf(new URL(found.url)))) void this.#engine.serveUpgrade(upgrading, found);
      else void this.#engine.passUpgrade(upgrading, found);
    } catch (error) {
      this.#refuseSocket(socket, error);
    }
  }

  onConnect(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    this.#connect(request, socket as Socket, head).catch((error: unknown) =>
      this.#refuseSocket(socket, error),
    );
  }

  onBroken(error: ReelError): ReelError {
    return this.#engine.errors.add(error);
  }

  async #serve(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): Promise<void> {
    try {
      const found = this.#find(request, request.socket);
      const client = new WireClient(request, response, awaitsContinue);
      if (this.#rule.takes(endpointOf(new URL(found.url)))) return await this.#engine.serve(client, found);
      return await this.#engine.pass(client, found);
    } catch (error) {
      const { status, told } = this.#told(error);
      return this.#engine.refuse(response, status, told);
    }
  }

  /** @throws what the request is refused with. */
  #find(request: IncomingMessage, socket: Duplex): ProxiedRequest {
    const url = this.#urlOf(request.url!, this.#origins.get(socket as Socket));
    const parsed = new URL(url);
    this.#assertAllowed(endpointOf(parsed));
    const named = request.headers[cassetteHeader];
    return {
      method: request.method!,
      url,
      headers: requestHeaders(request.rawHeaders, parsed.host),
      cassette: typeof named === 'string' ? decodeCassetteName(named) : undefined,
    };
  }

  #urlOf(target: string, origin: string | undefined): string {
    if (origin !== undefined) {
      if (target.startsWith('/')) return origin + target;
      throw malformed('a request inside a tunnel has to begin its path with "/"');
    }
    const url = /^http:\/\/[^/?#\\]+/i.test(target) ? URL.parse(target) : null;
    if (url === null || url.username !== '' || url.password !== '') {
      throw malformed(
        'this is the forward proxy, and the request names no http URL that it could be sent to',
        'set HTTPS_PROXY and HTTP_PROXY to this address; for base URLs start the reverse proxy (docs/proxy.md)',
      );
    }
    return target;
  }

  async #connect(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    if (this.#origins.has(socket)) throw malformed('a tunnel inside a tunnel');
    const endpoint = authorityOf(request.url ?? '');
    if (endpoint === undefined) throw malformed('a CONNECT has to name a host and a port');
    if (this.#rule.takes(endpoint)) {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.byteLength > 0) socket.unshift(head);
      const opened = await this.#terminator.open(socket, endpoint.host);
      if (opened === undefined) return;
      if ('distrust' in opened) {
        this.#engine.warn(
          `a client refused the proxy's certificate for ${endpoint.host} (${opened.distrust}): let it trust the file that SSL_CERT_FILE, NODE_EXTRA_CA_CERTS or REQUESTS_CA_BUNDLE names`,
        );
        return;
      }
      this.#origins.set(opened.connection, originOf(endpoint, opened.isTls));
      this.server!.adopt(opened.connection);
      return;
    }
    this.#assertAllowed(endpoint);
    await openTunnel(socket, endpoint, head);
  }

  /** @throws REEL_PROXY_UNKNOWN_UPSTREAM */
  #assertAllowed(endpoint: Endpoint): void {
    if (this.#rule.takes(endpoint) || this.#rule.passes(endpoint)) return;
    throw new ReelError('REEL_PROXY_UNKNOWN_UPSTREAM', {
      what: `the proxy was not told to let anything through to ${endpoint.host}:${endpoint.port}`,
      fix: `name the host to record it (hosts), or let the proxy pass others on unread (others: 'tunnel')`,
    });
  }

  #told(error: unknown): { status: number; told: ReelError } {
    const told = this.#engine.errors.addThrown(error, 'the proxy could not reach the host of a tunnel');
    if (!isReelError(error)) return { status: 502, told };
    return { status: error.code === 'REEL_PROXY_UNKNOWN_UPSTREAM' ? 403 : 400, told };
  }

  #refuseSocket(socket: Duplex, error: unknown): void {
    const { status, told } = this.#told(error);
    refuseOnSocket(socket, { status, error: told });
  }
}

function originOf({ host, port }: Endpoint, isTls: boolean): string {
  const name = host.includes(':') ? `[${host}]` : host;
  const suffix = port === (isTls ? 443 : 80) ? '' : `:${port}`;
  return `${isTls ? 'https' : 'http'}://${name}${suffix}`;
}

/** The endpoint of `host:port`. */
function authorityOf(authority: string): Endpoint | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+):(\d{1,5})$/i.exec(authority);
  const url = match && URL.parse(`https://${match[1]}`);
  const port = Number(match?.[2]);
  if (!url || port < 1 || port > 65_535) return undefined;
  return { host: endpointOf(url).host, port, tls: true };
}

function malformed(what: string, fix = 'send what HTTP clients send to a proxy'): ReelError {
  return new ReelError('REEL_PROXY_REQUEST', { what, fix });
}
