import { createHash, X509Certificate } from 'node:crypto';
import type { Endpoint, ExchangeHead, Plan, Recorder, TestScope } from '@reel/core/engine';
import { createReply } from '@reel/core/engine';
import type { ForwardProxy } from '@reel/proxy';
import { isPreflight, originHeaders, preflightHeaders } from './cors.ts';

/** The proxy of a worker, for its pages. */
export interface PageProxy {
  readonly url: string;
  /** SHA-256 of the public key that vouches for the LLM hosts, base64: what Chromium's `--ignore-certificate-errors-spki-list` takes. */
  readonly keyHash: string;
  close(): Promise<unknown>;
}

/**
 * Starts the proxy. It reads the traffic of LLM hosts alone; everything else of the page passes through unread.
 * @param scopeOf the scope of the test of the moment: a worker runs one at a time
 */
export async function startPageProxy(
  recorder: Recorder,
  takes: (endpoint: Endpoint) => boolean,
  scopeOf: () => TestScope | undefined,
): Promise<PageProxy> {
  // Loaded by who uses it: it brings what makes certificates.
  const { startForwardProxy } = await import('@reel/proxy');
  const proxy: ForwardProxy = await startForwardProxy({
    recorder,
    takes,
    others: 'tunnel',
    scopeOf: () => {
      const scope = scopeOf();
      return (scope ?? outside(recorder)) && (forPages(scope ?? outside(recorder)) as TestScope);
    },
  });
  const { publicKey } = new X509Certificate(proxy.ca.certificate);
  const key = publicKey.export({ type: 'spki', format: 'der' });
  return {
    url: proxy.url,
    keyHash: createHash('sha256').update(key).digest('base64'),
    close: () => proxy.close({ grace: 0 }),
  };
}

type Planner = Pick<TestScope, 'plan' | 'planSession'>;

function outside(recorder: Recorder): Planner {
  return {
    plan: (head) => recorder.planOutside(head),
    planSession: (head) => recorder.planSessionOutside(head),
  };
}

/** Answers preflights itself, and gives pages leave to read what is on tape. */
function forPages(scope: Planner): Planner {
  return {
    plan(head) {
      const asked = Object.fromEntries(head.headers.map(([name, value]) => [name.toLowerCase(), value]));
      if (isPreflight(head.method, asked)) return preflight(asked);
      return readable(scope.plan(head), head, asked['origin']);
    },
    // A page needs no leave for a WebSocket.
    planSession: (head) => scope.planSession(head),
  };
}

function preflight(asked: Readonly<Record<string, string>>): Plan {
  const reply = createReply(
    {
      request: { method: 'OPTIONS', url: '', headers: [], body: new Uint8Array(0) },
      response: { status: 204, headers: preflightHeaders(asked) },
      chunks: [],
      ending: { kind: 'end' },
    },
    { timing: 'instant', chunking: 'event' },
  );
  return { kind: 'decide', decide: () => ({ kind: 'reply', reply }) };
}

function readable(plan: Plan, _head: ExchangeHead, origin: string | undefined): Plan {
  if (plan.kind !== 'decide') return plan;
  return {
    kind: 'decide',
    decide(body) {
      const decision = plan.decide(body);
      if (decision.kind !== 'reply' || decision.reply.response === undefined) return decision;
      const { response } = decision.reply;
      if (response.headers.some(([name]) => name.toLowerCase() === 'access-control-allow-origin'))
        return decision;
      const headers = [...response.headers, ...originHeaders(origin)];
      // A reply has methods: it is inherited from, not copied.
      const reply = Object.create(decision.reply, {
        response: { value: { ...response, headers } },
      }) as typeof decision.reply;
      return { kind: 'reply', reply };
    },
  };
}
