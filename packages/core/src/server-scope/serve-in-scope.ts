import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Server } from 'node:net';
import { basename } from 'node:path';
import type { ScopeContext } from '../interception/scope.ts';
import type { TestScope } from '../test-scope.ts';
import type { ServerTest } from './server-test.ts';
import { probeHeader, runHeader, testIdOf } from './test-id.ts';

/** Events with which a server hands a request to the application. */
const requestEvents = new Set<unknown>([
  'request',
  'checkContinue',
  'checkExpectation',
  'upgrade',
  'connect',
  'stream',
]);

export interface Serving {
  readonly runFolder: string;
  readonly scopes: ScopeContext<TestScope>;
  find(id: string): ServerTest | undefined;
}

/** A request that is being served. */
export interface Served {
  /** Method and path, without the query: it may hold secrets. */
  readonly target: string;
  /** The test it belongs to. */
  readonly test: ServerTest | undefined;
}

const served = new AsyncLocalStorage<Served>();

/** The request that the current code serves. */
export function servedRequest(): Served | undefined {
  return served.getStore();
}

/**
 * From now on every HTTP server of this process serves each request in the scope of the test it belongs to. All of them, plain
 * and with TLS, HTTP/1 and HTTP/2, are `net.Server`s, so its `emit` is the one place.
 */
export function serveInScope({ runFolder, scopes, find }: Serving): void {
  const { prototype } = Server as unknown as { prototype: EventEmitter };
  const { emit } = prototype;
  prototype.emit = function (this: EventEmitter, ...args: Parameters<typeof emit>): boolean {
    const head = requestEvents.has(args[0]) ? headOf(args) : undefined;
    if (head === undefined) return Reflect.apply(emit, this, args);
    const [event, request, answer] = args as unknown as [string, EventEmitter, EventEmitter];
    if (head.headers[probeHeader] !== undefined) {
      // An HTTP/2 request comes as a stream first, and is answered when it comes as a request.
      if (event === 'request') answerProbe(answer as ServerResponse, runFolder);
      return event === 'request' || Reflect.apply(emit, this, args);
    }
    const id = testIdOf(head.headers);
    const test = id === undefined ? undefined : find(id);
    const scope = test?.scope;
    const serve = (): boolean =>
      served.run({ target: head.target, test }, () => Reflect.apply(emit, this, args));
    if (test === undefined || scope === undefined) return serve();
    const inScope = <T>(work: () => T): T => scopes.run(scope, work);
    // Bodies and messages come from the connection, and a connection belongs to no test.
    emitInside(request, inScope);
    if (event !== 'stream') emitInside(answer, inScope);
    if (event === 'stream') request.once('close', test.serving());
    if (event === 'request') answer.once('close', test.serving());
    return inScope(serve);
  };
}

interface Head {
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

/** `undefined` for what only looks like a request: applications make servers of their own with events of their own. */
function headOf([event, request, headers]: readonly unknown[]): Head | undefined {
  const isStream = event === 'stream';
  const head = isStream ? headers : (request as IncomingMessage | undefined)?.headers;
  if (typeof head !== 'object' || head === null) return undefined;
  const known = head as IncomingHttpHeaders;
  const { method, url } = request as Partial<IncomingMessage>;
  const path = String((isStream ? known[':path'] : url) ?? '').split('?', 1)[0]!;
  return { target: `${String((isStream ? known[':method'] : method) ?? '')} ${path}`, headers: known };
}

function answerProbe(answer: ServerResponse, runFolder: string): void {
  answer.writeHead(204, { [runHeader]: basename(runFolder), 'cache-control': 'no-store' }).end();
}

function emitInside(emitter: EventEmitter, inScope: <T>(work: () => T) => T): void {
  const { emit } = emitter;
  emitter.emit = function (this: EventEmitter, ...args: Parameters<typeof emit>): boolean {
    return inScope(() => Reflect.apply(emit, this, args));
  };
}
