import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mounts, type ProviderId } from './mounts.ts';
import { serveSessions } from './realtime/serve-sessions.ts';
import { json, type Answer, type HeaderPair } from './server/answer.ts';
import { isEncoding, requestedBehavior, type Behavior, type Encoding } from './server/behavior.ts';
import { fingerprint, receive, toCall, type ReceivedRequest } from './server/call.ts';
import { ApiFailure, failureOf } from './server/failure.ts';
import { findRoute, type SimulatedProvider } from './server/provider.ts';
import { ScriptQueue, type Script } from './server/script.ts';
import { send } from './server/send.ts';

export interface SimulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Wait before each stream event (and before the body of anything else), in ms. Default 0. */
  readonly delayMs?: number;
  /**
   * Compress JSON answers for clients that accept it, as the real providers do. Default `false`, which keeps what is on
   * the wire readable; `x-sim-encoding` and scripts compress anyway.
   */
  readonly compress?: boolean;
}

/** Simulated LLM providers on one loopback HTTP/1.1 server. */
export interface Simulator extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  /** Public origin of each provider -> where it is simulated: what the `upstreams` option takes. */
  readonly upstreams: Readonly<Record<string, string>>;
  /** What the provider's SDK takes as base URL. */
  baseUrl(provider: ProviderId): string;
  /** Everything that arrived, in order, refused and scripted requests included. */
  readonly requests: readonly ReceivedRequest[];
  /** How many WebSocket handshakes arrived, refused ones included. */
  readonly handshakes: number;
  /** How many requests arrived. */
  readonly calls: number;
  /** Queues answers that go wrong; each is for the next request that matches it. */
  script(...scripts: readonly Script[]): void;
  /** Fails the next request (or the next `times` requests) with a status, in the shape of the provider asked. */
  fail(status: number, options?: Omit<Script, 'fail'>): void;
  /** Scripted answers nobody has asked for yet. */
  readonly pendingScripts: number;
  /** Forgets the log and the queued scripts. */
  reset(): void;
  /** Stops, and destroys open connections. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts the providers. Content is a function of the request alone; ids, times and headers are as volatile as in
 * reality. A request without a key is refused in the provider's shape; any key will do, unless it contains `invalid`.
 */
export async function startProviders(options: SimulatorOptions = {}): Promise<Simulator> {
  const providers = new Map<string, SimulatedProvider>(mounts.map(({ id, create }) => [id, create()]));
  const scripts = new ScriptQueue();
  const requests: ReceivedRequest[] = [];
  const seen = new Map<string, number>();
  const server = createServer({ keepAliveTimeout: 60_000 });
  const sessions = serveSessions(server);
  let url = '';

  server.on('connection', (socket) => {
    socket.setNoDelay(true);
    // A client that goes away in the middle is an everyday thing here.
    socket.on('error', () => {});
  });
  server.on('request', (message, response) => {
    serve(message, response).catch((error: unknown) => {
      if (response.destroyed) return;
      const told = error instanceof ApiFailure ? error.message : `The simulator failed: ${describe(error)}`;
      if (!response.headersSent) {
        response.writeHead(error instanceof ApiFailure ? error.status : 500, ['content-type', 'text/plain']);
      }
      response.end(told);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await receive(message);
    requests.push(request);
    const behavior = {
      ...(options.delayMs ? { delayMs: options.delayMs } : {}),
      ...requested(request),
      ...scripts.take(request),
    };
    const provider = providers.get(request.provider);
    const answer =
      provider === undefined ? unknownProvider(request) : await answerOf(provider, request, behavior);
    // Providers let pages of any origin read their answers; programs send no origin, and get no leave.
    if (request.headers['origin'] !== undefined) response.setHeader('access-control-allow-origin', '*');
    await send(response, answer, withCompression(answer, request, { ...answer.behavior, ...behavior }));
  }

  function requested(request: ReceivedRequest): Behavior {
    const { behavior, times } = requestedBehavior(request.headers);
    if (times === Infinity) return behavior;
    const key = fingerprint(request);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count <= times ? behavior : {};
  }

  async function answerOf(
    provider: SimulatedProvider,
    request: ReceivedRequest,
    behavior: Behavior,
  ): Promise<Answer> {
    try {
      provider.authenticate?.(request);
      if (behavior.fail !== undefined) throw failureOf(behavior.fail);
      const found = findRoute(provider.routes, request);
      if (found === undefined)
        throw new ApiFailure(404, `Nothing is served at ${request.method} ${request.path}.`);
      const answer = await found.route.handle({ ...toCall(request, behavior, url), params: found.params });
      return { ...answer, headers: [...answer.headers, ...provider.headers(request, answer.status)] };
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      const { body, contentType, indent } = provider.failure(error, request, behavior);
      const own = behavior.fail === undefined ? [] : retryAfter(behavior);
      const answer = json(body, { status: error.status, ...(indent === undefined ? {} : { indent }) });
      const type: HeaderPair[] = [['content-type', contentType ?? 'application/json']];
      return { ...answer, headers: [...type, ...own, ...provider.headers(request, error.status)] };
    }
  }

  function withCompression(answer: Answer, { headers }: ReceivedRequest, behavior: Behavior): Behavior {
    if (!options.compress || behavior.encoding !== undefined || answer.kind === 'stream') return behavior;
    const accepted = (headers['accept-encoding'] ?? '')
      .split(',')
      .map((entry) => entry.split(';')[0]!.trim());
    const encoding: Encoding | undefined = accepted.includes('gzip') ? 'gzip' : accepted.find(isEncoding);
    return encoding === undefined ? behavior : { ...behavior, encoding };
  }

  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    sessions.close();
    server.closeAllConnections();
    await closed;
  };

  return {
    url,
    port,
    upstreams: Object.fromEntries(
      mounts.flatMap(({ id, upstreams }) => upstreams.map((upstream) => [upstream, `${url}/${id}`])),
    ),
    baseUrl: (provider) => {
      const mount = mounts.find(({ id }) => id === provider);
      if (mount === undefined)
        throw new TypeError(`No provider "${provider}". There are: ${mounts.map(({ id }) => id).join(', ')}`);
      return `${url}/${mount.id}${mount.base}`;
    },
    requests,
    get handshakes() {
      return sessions.handshakes;
    },
    get calls() {
      return requests.length;
    },
    script: (...added) => added.forEach((script) => scripts.add(script)),
    fail: (status, details = {}) => scripts.add({ ...details, fail: status }),
    get pendingScripts() {
      return scripts.pending;
    },
    reset: () => {
      requests.length = 0;
      scripts.clear();
      seen.clear();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function retryAfter({ retryAfter }: Behavior): HeaderPair[] {
  if (retryAfter === undefined) return [];
  return [['retry-after', retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter)]];
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function unknownProvider({ provider }: ReceivedRequest): Answer {
  const known = mounts.map(({ id }) => id).join(', ');
  return json(
    { error: { message: `No provider is simulated below /${provider}. There are: ${known}` } },
    { status: 404 },
  );
}
