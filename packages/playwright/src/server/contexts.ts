import type { BrowserContext, Request } from '@playwright/test';
import { testCookie, testHeader } from '@reel/core/adapter';
import { namesOf, serverOrigins } from './addresses.ts';

/** The browser contexts of a worker, whose requests tell the servers under test which test they belong to. */
export class ServerContexts {
  readonly #testId: () => string | undefined;
  readonly #origins = serverOrigins();
  readonly #contexts = new Set<BrowserContext>();

  /** @param testId of what is running now */
  constructor(testId: () => string | undefined) {
    this.#testId = testId;
  }

  /** By a cookie, which page navigations carry too, and which needs no leave of other origins as a header would. */
  async add(context: BrowserContext): Promise<void> {
    if (this.#origins.length === 0) return;
    this.#contexts.add(context);
    context.once('close', () => this.#contexts.delete(context));
    await this.#mark(context);
    // `fetch` sends no cookies to another origin unless it is asked to: a page of one server that calls a second one.
    if (this.#origins.length > 1) {
      await context.route(
        (url) => this.#isServer(url),
        (route, request) => route.fallback(isForeign(request) ? { headers: this.#withId(request) } : {}),
      );
    }
  }

  /** Another test begins: contexts that outlived the one before belong to it now. */
  async renew(): Promise<void> {
    for (const context of this.#contexts) await this.#mark(context);
  }

  async #mark(context: BrowserContext): Promise<void> {
    const id = this.#testId();
    if (id === undefined) return;
    const urls = new Set(this.#origins.flatMap(namesOf));
    await context.addCookies([...urls].map((url) => ({ name: testCookie, value: id, url })));
  }

  #isServer(url: URL): boolean {
    return this.#origins.some((origin) => namesOf(origin).includes(url.origin));
  }

  #withId(request: Request): Record<string, string> {
    const id = this.#testId();
    return { ...request.headers(), ...(id !== undefined && { [testHeader]: id }) };
  }
}

function isForeign(request: Request): boolean {
  const { origin } = request.headers();
  return origin !== undefined && origin !== new URL(request.url()).origin;
}
