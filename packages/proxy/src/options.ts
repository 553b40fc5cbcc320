import type { ReelError, ReelOptions, ScopeReport } from '@reel/core';
import type { HeaderList, Recorder, TestScope } from '@reel/core/engine';

/** A request as {@link SharedOptions.scopeOf} sees it, before its body. */
export interface ProxiedRequest {
  readonly method: string;
  /** Absolute public URL: what the cassette will say. Secrets included: not to be printed. */
  readonly url: string;
  /** As sent, secrets included. */
  readonly headers: HeaderList;
  /** The cassette that the request itself named, by header or path. */
  readonly cassette: string | undefined;
}

/** What both proxies take. */
export interface SharedOptions {
  /** Port on loopback. Default 0: any free one, see `port` of the result. */
  readonly port?: number;
  /** `127.0.0.1` (default) or `::1`. Nothing but loopback is offered: whoever reaches a proxy spends your key. */
  readonly host?: '127.0.0.1' | '::1';
  /**
   * The cassette of requests that name none: a name (`billing/refund`) below `dir`, or a file ending in `.jsonl`, relative to `dir`
   * or the config's folder. Default: the variable `REEL_CASSETTE`. Without either, every request has to name one.
   */
  readonly cassette?: string;
  /** Mode, folder, redaction and so on, over those of `reel.config.*` and below those of the variables. */
  readonly options?: ReelOptions;
  /** Where the search for `reel.config.*` begins. Default: the working directory. */
  readonly from?: string;
  /** Default: that of the process. */
  readonly environment?: Record<string, string | undefined>;
  /** A recorder that is set up already, instead of `options`, `from` and `environment`. */
  readonly recorder?: Recorder;
  /** Gives a request a scope of the caller's own, who also closes it. `undefined`: the cassette decides. */
  readonly scopeOf?: (request: ProxiedRequest) => TestScope | undefined;
  /** The command that records anew, for the message of a miss. */
  readonly rerecord?: string;
  /** Bytes a request body may have; more are refused with 413. Default 104857600 (100 MiB). */
  readonly maxBody?: number;
  /** Milliseconds a client may take for the head of a request. Default 15000. */
  readonly headersTimeout?: number;
  /** Milliseconds a client may take for a whole request. Default 300000. */
  readonly requestTimeout?: number;
  /** Called with each problem as it happens: what was refused, what could not be reached. Texts are redacted. */
  readonly onError?: (error: ReelError) => void;
  /** Called with what a person would want to know and nothing has to fail for: an upstream that broke off. Redacted. */
  readonly onWarning?: (text: string) => void;
}

/** What {@link startProxy} takes. All of it is optional. */
export interface ProxyOptions extends SharedOptions {
  /**
   * Names and where they lead: `{ local: 'http://127.0.0.1:8000/v1' }` makes `/local/...` one. With the name of a known provider, the
   * gateway that stands in for it: the cassette keeps the provider's own URL.
   */
  readonly upstream?: Readonly<Record<string, string>>;
  /** Origins beside loopback ones whose web pages may use the proxy: `https://app.example`. Default: none. */
  readonly allowOrigins?: readonly string[];
}

/** How a proxy is stopped. */
export interface CloseOptions {
  /** `failed` drops what was recorded, as a failed test does. Default `passed`. */
  readonly outcome?: 'passed' | 'failed';
  /** Milliseconds for answers that are under way; then they are cut, and recorded as cut. Default 5000. */
  readonly grace?: number;
}

/** What happened between start and stop. */
export interface ProxyReport {
  /** One for each time a cassette was closed. Misses are in them. */
  readonly reports: readonly ScopeReport[];
  /**
   * What else went wrong, texts redacted: cassettes that could not be saved, requests that were refused. At most a hundred.
   */
  readonly errors: readonly ReelError[];
  /** Upstreams that could not be reached or broke off, which is recorded as it happened. Redacted; at most a hundred. */
  readonly warnings: readonly string[];
}
