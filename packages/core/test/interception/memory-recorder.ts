import zlib from 'node:zlib';
import type { Ending } from '../../src/model/interaction.ts';
import type { HeaderList } from '../../src/model/headers.ts';
import type {
  Endpoint,
  ExchangeHandler,
  Plan,
  Reply,
  ScopeRef,
  Tap,
} from '../../src/interception/transport.ts';

/** One exchange as the transport reported it. */
export interface Taped {
  readonly key: string;
  readonly transport: string;
  readonly scope: ScopeRef | undefined;
  readonly sent: Uint8Array[];
  response?: { status: number; statusText: string; headers: HeaderList };
  readonly received: Uint8Array[];
  ending?: Ending;
}

const realSetTimeout = globalThis.setTimeout;

/**
 * The smallest recorder that is one: it keeps exchanges in memory by method and URL and plays them back in their order.
 * Enough to hold a transport to the contract, and independent of the product's.
 */
export class MemoryRecorder implements ExchangeHandler {
  mode: 'record' | 'record-after-body' | 'replay' | 'passthrough' = 'record';
  readonly tape: Taped[] = [];
  /** What was asked for and not on tape. */
  readonly misses: string[] = [];
  /** Replies whose client left before the end. */
  abandoned = 0;
  /** Milliseconds before each chunk of a replay. */
  pace = 0;
  /** Scope of the moment, as an adapter would keep it in an async context. */
  currentScope: () => ScopeRef | undefined = () => undefined;
  /** Where to send instead, by origin. */
  readonly gateways = new Map<string, string>();
  readonly #watched: (endpoint: Endpoint) => boolean;

  constructor(watched: (endpoint: Endpoint) => boolean) {
    this.#watched = watched;
  }

  rewind(): void {
    this.mode = 'replay';
    this.#played.clear();
  }

  readonly #played = new Set<Taped>();

  watches(endpoint: Endpoint): boolean {
    return this.#watched(endpoint);
  }

  captureScope(): ScopeRef | undefined {
    return this.currentScope();
  }

  refusesConnection(endpoint: Endpoint): Error | undefined {
    return this.mode === 'replay'
      ? Object.assign(new Error(`refused ${endpoint.host}:${endpoint.port}`), {
          code: 'REEL_NETWORK_BLOCKED',
        })
      : undefined;
  }

  plan(head: Parameters<ExchangeHandler['plan']>[0], scope?: ScopeRef): Plan {
    if (this.mode === 'passthrough') return { kind: 'passthrough' };
    const key = `${head.method} ${head.url}`;
    if (this.mode === 'replay') return { kind: 'decide', decide: () => this.#replay(key) };
    const upstream = (body?: Uint8Array) => {
      const taped: Taped = { key, transport: head.transport, scope, sent: body ? [body] : [], received: [] };
      this.tape.push(taped);
      const { origin } = new URL(head.url);
      const gateway = this.gateways.get(origin);
      return {
        url: gateway === undefined ? head.url : head.url.replace(origin, gateway),
        tap: tapInto(taped),
      };
    };
    if (this.mode === 'record') return { kind: 'stream', open: () => upstream() };
    return { kind: 'decide', decide: (body) => ({ kind: 'upstream', upstream: upstream(body) }) };
  }

  #replay(key: string): ReturnType<Extract<Plan, { kind: 'decide' }>['decide']> {
    const taped = this.tape.find((candidate) => candidate.key === key && !this.#played.has(candidate));
    if (taped === undefined) {
      this.misses.push(key);
      return {
        kind: 'fail',
        error: Object.assign(new Error(`no recording of ${key}`), { code: 'REEL_NO_MATCH' }),
      };
    }
    this.#played.add(taped);
    return { kind: 'reply', reply: this.#replyOf(taped) };
  }

  #replyOf({ response, received, ending = { kind: 'aborted', by: 'client' } }: Taped): Reply {
    const contentEncoding = response?.headers.find(
      ([name]) => name.toLowerCase() === 'content-encoding',
    )?.[1];
    const chunks = contentEncoding === undefined ? received : [decode(received, contentEncoding)];
    return {
      ...(response && { response }),
      contentEncoding,
      chunks,
      isPaced: this.pace > 0,
      delayBefore: () => this.pace,
      wait: (ms, signal) =>
        new Promise((resolve, reject) => {
          const timer = realSetTimeout(resolve, ms);
          signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason);
          });
        }),
      ending,
      error: () => {
        const { code = 'REEL_RECORDING_CUT', message = code } = ending.kind === 'aborted' ? ending : {};
        return Object.assign(new Error(message), { code });
      },
      abandoned: () => {
        this.abandoned++;
      },
    };
  }
}

function tapInto(taped: Taped): Tap {
  return {
    sent: (bytes) => taped.sent.push(bytes),
    response: (status, statusText, headers) => {
      taped.response = { status, statusText, headers };
    },
    received: (bytes) => taped.received.push(bytes),
    ended: (ending) => {
      if (taped.ending !== undefined) throw new Error('ended twice');
      taped.ending = ending;
    },
  };
}

function decode(pieces: readonly Uint8Array[], encoding: string): Uint8Array {
  const whole = Buffer.concat(pieces);
  if (encoding === 'gzip') return zlib.gunzipSync(whole, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
  if (encoding === 'deflate') return zlib.inflateSync(whole, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
  if (encoding === 'br')
    return zlib.brotliDecompressSync(whole, { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH });
  if (encoding === 'zstd')
    return zlib.zstdDecompressSync(whole, { finishFlush: zlib.constants.ZSTD_e_flush });
  return whole;
}
