import type { BrowserContext, BrowserContextOptions, LaunchOptions } from '@playwright/test';
import { ReelError } from '@reel/core';
import type { Endpoint, Recorder, TestScope } from '@reel/core/engine';
import { pageHosts, takesUrl } from '../llm-hosts.ts';
import { optionsSource, type BrowserWay } from '../options.ts';
import { serverOrigins } from '../server/addresses.ts';
import { answerByRoute } from './route.ts';
import { answerSocketsByRoute } from './route-sockets.ts';
import { startPageProxy, type PageProxy } from './stream.ts';

/** What the pages of a worker say to LLM hosts, and how it is answered. */
export class PageCalls {
  readonly #way: BrowserWay;
  readonly #recorder: Recorder;
  readonly #scopeOf: () => TestScope | undefined;
  readonly #takes: (endpoint: Endpoint) => boolean;
  #proxy: Promise<PageProxy> | undefined;
  #isKeyKnown = false;

  /** @throws REEL_INVALID_OPTION */
  constructor(way: BrowserWay = 'route', recorder: Recorder, scopeOf: () => TestScope | undefined) {
    if (!['route', 'stream', 'off'].includes(way)) throw wrongWay(way);
    this.#way = way;
    this.#recorder = recorder;
    this.#scopeOf = scopeOf;
    this.#takes = pageHosts(recorder.options);
  }

  /** Chromium takes the proxy's certificates by their key, and no others. */
  async launchOptions(browserName: string, { args = [] }: LaunchOptions): Promise<LaunchOptions> {
    if (this.#way !== 'stream' || browserName !== 'chromium') return {};
    const { keyHash } = await this.#startProxy();
    this.#isKeyKnown = true;
    return { args: [...args, `--ignore-certificate-errors-spki-list=${keyHash}`] };
  }

  /** @throws REEL_INVALID_OPTION when the context has a proxy already */
  async contextOptions({ proxy }: BrowserContextOptions): Promise<BrowserContextOptions> {
    if (this.#way !== 'stream') return {};
    if (proxy !== undefined) throw twoProxies();
    const { url } = await this.#startProxy();
    const servers = serverOrigins().map((origin) => new URL(origin).host);
    return {
      proxy: { server: url, ...(servers.length > 0 && { bypass: servers.join(',') }) },
      // Other browsers have no such list: their contexts trust anyone.
      ...(!this.#isKeyKnown && { ignoreHTTPSErrors: true }),
    };
  }

  async add(context: BrowserContext): Promise<void> {
    if (this.#way !== 'route') return;
    const takes = (url: URL): boolean => takesUrl(this.#takes, url);
    await answerByRoute(context, takes, this.#scopeOf);
    await answerSocketsByRoute(context, takes, this.#scopeOf);
  }

  async stop(): Promise<void> {
    await (await this.#proxy)?.close();
  }

  #startProxy(): Promise<PageProxy> {
    return (this.#proxy ??= startPageProxy(this.#recorder, this.#takes, this.#scopeOf));
  }
}

function wrongWay(way: string): ReelError {
  return new ReelError('REEL_INVALID_OPTION', {
    what: `the option browser is wrong: there is no way ${JSON.stringify(way)}`,
    where: optionsSource,
    fix: 'use route, stream or off',
  });
}

function twoProxies(): ReelError {
  return new ReelError('REEL_INVALID_OPTION', {
    what: "browser: 'stream' gives pages a proxy, and the context has one already",
    where: 'the proxy option of the browser context',
    fix: "use reelOptions: { browser: 'route' }, which needs no proxy",
  });
}
