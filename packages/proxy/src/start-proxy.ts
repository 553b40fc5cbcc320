import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { isReelError, ReelError, type Outcome, type ScopeReport } from '@reel/core';
import { baseUrlVariables } from './base-url-variables.ts';
import { refusalOfCaller } from './caller.ts';
import { cassetteHeader, cassettePath, decodeCassetteName } from './cassette-address.ts';
import { controlName, serveControl } from './control.ts';
import { ProxyEngine } from './engine.ts';
import { requestHeaders } from './hop-by-hop.ts';
import { LoopbackServer, type Arrivals } from './loopback-server.ts';
import type { CloseOptions, ProxiedRequest, ProxyOptions, ProxyReport } from './options.ts';
import { refuseOnSocket } from './refuse.ts';
import { readReverseTarget } from './reverse-target.ts';
import { createUpstreamTable, type UpstreamTable } from './upstream-table.ts';
import { WireClient } from './wire-client.ts';

/** A reverse proxy that runs. */
export interface Proxy extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  /** Names that may follow the slash: the known providers that have one host, and what the options name. */
  readonly upstreams: readonly string[];
  /** Cassettes that are open: each from its first request until it is closed. */
  readonly cassettes: readonly string[];
  /** The address that stands for an upstream's own: `http://127.0.0.1:<port>/openai`, with a cassette `.../@<cassette>/openai`. */
  baseUrl(upstream: string, cassette?: string): string;
  /** The variables that SDKs read their base URL from, pointing here. For the environment of a child process. */
  variables(cassette?: string): Record<string, string>;
  /**
   * Ends one cassette while the proxy goes on, as a test's end does: saves what it recorded, and forgets what was replayed.
   * @param cassette default: the proxy's own
   * @returns `undefined` when it is not open
   * @throws what saving throws
   */
  closeCassette(cassette?: string, outcome?: Outcome): Promise<ScopeReport | undefined>;
  /** Finishes what is under way, saves what was recorded, and says what happened. A second call gives the same report. */
  close(options?: CloseOptions): Promise<ProxyReport>;
}

/**
 * Starts a reverse proxy on loopback: `/<provider>/<path>` is recorded from, or replayed instead of, that provider. Nothing is
 * intercepted in this process.
 *
 * @example
 * const proxy = await startProxy({ cassette: 'agent', options: { mode: 'replay' } });
 * spawn('python', ['agent.py'], { env: { ...process.env, ...proxy.variables() } });
 *
 * @throws REEL_PROXY_LISTEN, REEL_INVALID_OPTION, and every error of the configuration.
 */
export async function startProxy(options: ProxyOptions = {}): Promise<Proxy> {
  const table = createUpstreamTable(options.upstream);
  const engine = new ProxyEngine(options, table);
  const arrivals = new ReverseArrivals(engine, table, options.allowOrigins ?? []);
  const server = new LoopbackServer(arrivals, options);
  arrivals.server = server;
  await server.listen(options.port ?? 0);
  const { url, port } = server;
  let closing: Promise<ProxyReport> | undefined;
  const proxy: Proxy = {
    url,
    port,
    upstreams: [...table.bases.keys()],
    get cassettes() {
      return engine.cassettes.open;
    },
    baseUrl: (upstream, cassette) =>
      `${url}${cassette === undefined ? '' : cassettePath(cassette)}/${upstream}`,
    variables: (cassette) =>
      baseUrlVariables(proxy.upstreams, (upstream) => proxy.baseUrl(upstream, cassette)),
    closeCassette: (cassette, outcome = 'passed') => engine.cassettes.close(cassette, outcome),
    close({ outcome = 'passed', grace = 5000 } = {}) {
      closing ??= server.stop(grace, () => engine.close(outcome));
      return closing;
    },
    async [Symbol.asyncDispose]() {
      await proxy.close();
    },
  };
  return proxy;
}

/** A request whose upstream is known. */
interface Found extends ProxiedRequest {
  readonly name: string;
}

class ReverseArrivals implements Arrivals {
  server: LoopbackServer | undefined;
  readonly #engine: ProxyEngine;
  readonly #table: UpstreamTable;
  readonly #allowedOrigins: readonly string[];

  constructor(engine: ProxyEngine, table: UpstreamTable, allowedOrigins: readonly string[]) {
    this.#engine = engine;
    this.#table = table;
    this.#allowedOrigins = allowedOrigins;
  }

  onRequest(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    this.server!.track(this.#serve(request, response, awaitsContinue));
  }

  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      const found = this.#find(request);
      if (found.name === controlName) throw noSessions();
      this.server!.hold(socket);
      void this.#engine.serveUpgrade({ request, socket, head }, found);
    } catch (error) {
      const { status, told } = this.#told(error);
      refuseOnSocket(socket, { status, error: told });
    }
  }

  onConnect(_request: IncomingMessage, socket: Duplex): void {
    const error = new ReelError('REEL_PROXY_REQUEST', {
      what: 'this is the reverse proxy, and it opens no tunnels (CONNECT)',
      fix: 'give the program a base URL instead (docs/proxy.md), or start the forward proxy and set HTTPS_PROXY to that',
    });
    refuseOnSocket(socket, { status: 405, error: this.#engine.errors.add(error) });
  }

  onBroken(error: ReelError): ReelError {
    return this.#engine.errors.add(error);
  }

  async #serve(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): Promise<void> {
    try {
      const found = this.#find(request);
      if (found.name === controlName) {
        return await serveControl(this.#engine, request, response, [...this.#table.bases.keys()]);
      }
      return await this.#engine.serve(new WireClient(request, response, awaitsContinue), found);
    } catch (error) {
      const { status, told } = this.#told(error);
      return this.#engine.refuse(response, status, told);
    }
  }

  /** @throws what the caller or the target is refused with. */
  #find(request: IncomingMessage): Found {
    const refusal = refusalOfCaller(request, this.#allowedOrigins);
    if (refusal !== undefined) throw refusal;
    const { cassette, name, rest } = readReverseTarget(request.url!);
    if (name === controlName && cassette === undefined) {
      return { method: request.method!, name, url: '', headers: [], cassette };
    }
    const base = this.#table.bases.get(name);
    if (base === undefined) throw this.#unknown(name);
    const url = base.url + rest;
    const named = request.headers[cassetteHeader];
    return {
      method: request.method!,
      name,
      url,
      headers: requestHeaders(request.rawHeaders, base.host),
      cassette: typeof named === 'string' ? decodeCassetteName(named) : cassette,
    };
  }

  #unknown(name: string): ReelError {
    const isWild = name === 'azure-openai';
    return new ReelError('REEL_PROXY_UNKNOWN_UPSTREAM', {
      what: isWild
        ? 'azure-openai has a host of its own for every customer, and the proxy was not told yours'
        : `there is no upstream ${JSON.stringify(name.slice(0, 40))}`,
      where: 'the first part of the path',
      fix: isWild
        ? 'start the proxy with --upstream azure-openai=https://<resource>.openai.azure.com'
        : `use one of ${[...this.#table.bases.keys()].join(', ')}, or start the proxy with --upstream <name>=<url>`,
    });
  }

  #told(error: unknown): { status: number; told: ReelError } {
    const told = this.#engine.errors.addThrown(error, 'the proxy failed to read a request');
    return { status: isReelError(error) ? statusOf(error) : 500, told };
  }
}

function noSessions(): ReelError {
  return new ReelError('REEL_PROXY_REQUEST', {
    what: 'the proxy speaks no other protocol than HTTP itself',
    fix: 'ask for GET /-/status or POST /-/close?cassette=<name>&outcome=passed',
  });
}

function statusOf({ code }: ReelError): number {
  if (code === 'REEL_PROXY_FOREIGN_ORIGIN') return 403;
  return code === 'REEL_PROXY_UNKNOWN_UPSTREAM' ? 404 : 400;
}
