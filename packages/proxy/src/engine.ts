import type { ServerResponse } from 'node:http';
import { isReelError, ReelError } from '@reel/core';
import {
  createSession,
  findProvider,
  parseHostPattern,
  endpointOf,
  type Recorder,
  type TestScope,
} from '@reel/core/engine';
import { BodyTooLarge } from './body-limit.ts';
import { Cassettes } from './cassettes.ts';
import { ErrorLog } from './error-log.ts';
import { serveExchange, type ProxiedExchange } from './exchange.ts';
import type { ProxiedRequest, ProxyReport, SharedOptions } from './options.ts';
import { refuse } from './refuse.ts';
import { createUpstreamPool, type UpstreamPool } from './upstream-pool.ts';
import { serveUpgrade, type Upgrading } from './upgrade.ts';
import type { WireClient } from './wire-client.ts';

/** Hosts of this proxy that the recorder has to know of. */
export interface KnownHosts {
  /** Public origin to the gateway in its place. */
  readonly pins: Readonly<Record<string, string>>;
  /** Origins or host patterns to record whatever they are. */
  readonly intercept: readonly string[];
}

/** Of requests that are none of Reel's business. */
const passing: Pick<TestScope, 'plan'> = { plan: () => ({ kind: 'passthrough' }) };

const defaultMaxBody = 100 * 1024 * 1024;

/** What the reverse and the forward proxy have in common: requests whose public URL is known become exchanges of a scope. */
export class ProxyEngine {
  readonly recorder: Recorder;
  readonly errors: ErrorLog;
  readonly cassettes: Cassettes;
  readonly #pool: UpstreamPool = createUpstreamPool();
  readonly #scopeOf: SharedOptions['scopeOf'];
  readonly #maxBody: number;
  readonly #warnings = new Set<string>();
  readonly #onWarning: SharedOptions['onWarning'];

  /** @throws every error of the configuration. */
  constructor(options: SharedOptions, hosts: KnownHosts) {
    this.recorder = options.recorder ?? sessionOf(options, hosts);
    if (options.recorder !== undefined) assertKnows(options.recorder, hosts);
    this.errors = new ErrorLog(this.recorder, options.onError);
    this.cassettes = new Cassettes(this.recorder, this.errors, options);
    this.#scopeOf = options.scopeOf;
    this.#maxBody = options.maxBody ?? defaultMaxBody;
    this.#onWarning = options.onWarning;
  }

  /** Carries one request out. Never rejects: what goes wrong is answered, or at least reported. */
  async serve(client: WireClient, request: ProxiedRequest): Promise<void> {
    const { url, headers } = request;
    try {
      const scope = this.#scopeFor(request);
      await this.#carryOut(client, { url, headers, scope: scope instanceof Promise ? await scope : scope });
    } catch (error) {
      const told = this.errors.addThrown(error, 'the proxy failed to find the cassette of a request');
      this.refuse(client.response, 400, told, url);
    }
  }

  async #carryOut(client: WireClient, exchange: ProxiedExchange): Promise<void> {
    const { url } = exchange;
    client.onFailure = (error) => {
      // The client sees a broken connection, and no text.
      if (isReelError(error)) this.errors.add(error);
    };
    try {
      await serveExchange(exchange, client, {
        pool: this.#pool,
        maxBody: this.#maxBody,
        onUpstreamFailure: (failure) => this.warn(`${client.method} ${url} failed upstream: ${failure}`),
      });
    } catch (error) {
      if (error instanceof BodyTooLarge) this.#refuseBody(client, url);
      else {
        const told = this.errors.addThrown(error, 'the proxy failed to carry out a request');
        this.refuse(client.response, isReelError(error) ? 400 : 502, told, url);
      }
    }
  }

  /** Carries out a handshake, and the session after it. Never rejects. */
  serveUpgrade(upgrading: Upgrading, request: ProxiedRequest): Promise<void> {
    return serveUpgrade(this, upgrading, request, () => this.#scopeFor(request));
  }

  /** Lets one handshake and its session pass unheard. Never rejects. */
  passUpgrade(upgrading: Upgrading, request: ProxiedRequest): Promise<void> {
    return serveUpgrade(this, upgrading, request, () => undefined);
  }

  /** Sends one request on without looking at it or recording it. Never rejects. */
  async pass(client: WireClient, { url, headers }: ProxiedRequest): Promise<void> {
    await this.#carryOut(client, { url, headers, scope: passing });
  }

  /** Answers a request with an error that is in the log already. */
  refuse(response: ServerResponse, status: number, error: ReelError, url?: string): void {
    refuse(response, { status, error, provider: url === undefined ? undefined : findProvider(url) });
  }

  /** Of everything so far. */
  report(): ProxyReport {
    return { reports: this.cassettes.reports, errors: this.errors.entries, warnings: [...this.#warnings] };
  }

  /** Saves, or drops, what was recorded. */
  async close(outcome: 'passed' | 'failed'): Promise<ProxyReport> {
    await this.cassettes.closeAll(outcome);
    this.#pool.close();
    return this.report();
  }

  #scopeFor(request: ProxiedRequest): Pick<TestScope, 'plan' | 'planSession'> | Promise<TestScope> {
    const own = this.#scopeOf?.(request);
    if (own !== undefined) return own;
    const { recorder } = this;
    // Nothing is read or written: no cassette has to be named for that.
    if (recorder.mode.mode === 'live') {
      return {
        plan: (head) => recorder.planLive(new URL(head.url)),
        planSession: (head) => recorder.planLiveSession(new URL(head.url), head.headers),
      };
    }
    return this.cassettes.scopeOf(request.cassette);
  }

  #refuseBody(client: WireClient, url: string): void {
    const error = this.errors.add(
      new ReelError('REEL_BODY_TOO_LARGE', {
        what: `the body of the request is longer than ${this.#maxBody} bytes`,
        where: `${client.method} ${this.#shown(url)}`,
        fix: 'send less, or start the proxy with a larger maxBody',
      }),
    );
    refuse(client.response, { status: 413, error, provider: findProvider(url), unread: client.body });
  }

  #shown(url: string): string {
    return this.recorder.redactor.url(url);
  }

  /** For the report, and for who listens; the text is redacted here. */
  warn(text: string): void {
    const clean = this.recorder.redactor.text(text);
    if (this.#warnings.has(clean) || this.#warnings.size >= 100) return;
    this.#warnings.add(clean);
    this.#onWarning?.(clean);
  }
}

function sessionOf({ options, from, environment }: SharedOptions, { pins, intercept }: KnownHosts): Recorder {
  return createSession({
    options: {
      ...options,
      intercept: [...intercept, ...(options?.intercept ?? [])],
      upstreams: { ...pins, ...options?.upstreams },
    },
    optionsSource: 'the options of the proxy',
    ...(from !== undefined && { from }),
    ...(environment !== undefined && { environment }),
  });
}

/** @throws REEL_INVALID_OPTION where requests would pass the given recorder by. */
function assertKnows(recorder: Recorder, { pins, intercept }: KnownHosts): void {
  const unknown =
    Object.keys(pins).find((origin) => recorder.options.upstreams?.[origin] !== pins[origin]) ??
    intercept.find((text) => {
      const url = URL.parse(text);
      if (url !== null) return recorder.routes.of(endpointOf(url)) === 'passthrough';
      return parseHostPattern(text) === undefined;
    });
  if (unknown === undefined) return;
  throw new ReelError('REEL_INVALID_OPTION', {
    what: `the recorder that was handed to the proxy does not record ${unknown}`,
    where: 'the options recorder and upstream of the proxy',
    fix: 'create the recorder with that host in intercept (or the gateway in upstreams), or let the proxy create it',
  });
}
