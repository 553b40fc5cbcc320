import { createMemoryStore, useCassette, type CassetteStore, type ReelOptions } from '@reel/core';
import { createRedactor, findProvider, readResponse, type Interaction } from '@reel/core/engine';
import { clients, type Client, type Seen } from './clients.ts';
import { EchoedIds } from './echoed-ids.ts';
import { ProviderServer } from './provider-server.ts';

/** What became of one exchange. */
export interface Proof {
  /** `undefined`: the same. Otherwise what differs. */
  readonly differs: string | undefined;
}

const redactor = createRedactor({}, {});

/**
 * Records the exchanges of a cassette from a server that answers as their providers did, stops it, replays them through the same
 * client, and compares what the client saw: status, headers, bytes. Nothing is normalized; what redaction takes out of
 * headers and bodies is taken out of both sides.
 */
export async function proveExact(
  interactions: readonly Interaction[],
  name: keyof typeof clients,
): Promise<Proof[]> {
  const client = clients[name];
  const { store, live } = await recordAll(interactions, client, { normalize: false });
  const proofs: Proof[] = [];
  await useCassette('proof', { ...base, store, mode: 'replay', normalize: false }, async () => {
    for (const [index, { request }] of interactions.entries()) {
      try {
        proofs.push({ differs: difference(live[index]!, await client(request)) });
      } catch (error) {
        proofs.push({ differs: reason(error) });
      }
    }
  }).catch(() => {});
  return proofs;
}

/**
 * The same with redaction and normalization, as a conversation: a later request quotes what the client was answered in
 * this run, so in replay it quotes the normalized ids.
 */
export async function proveConversation(interactions: readonly Interaction[]): Promise<Proof[]> {
  const { store, live } = await recordAll(interactions, clients.fetch, {});
  const ids = new EchoedIds();
  const proofs: Proof[] = [];
  await useCassette('proof', { ...base, store, mode: 'replay' }, async () => {
    for (const [index, { request }] of interactions.entries()) {
      const before = live[index]!;
      if ('error' in before) {
        proofs.push({ differs: before.error });
        continue;
      }
      try {
        const after = await clients.fetch(ids.rewrite(request));
        ids.learn(before, after);
        proofs.push({
          differs:
            reading(request.url, before) === reading(request.url, after)
              ? undefined
              : 'the answer reads otherwise after normalization',
        });
      } catch (error) {
        proofs.push({ differs: reason(error) });
      }
    }
  }).catch(() => {});
  return proofs;
}

const base: ReelOptions = { retries: 'keep', intercept: ['*'] };

type Live = Seen | { readonly error: string };

async function recordAll(
  interactions: readonly Interaction[],
  client: Client,
  options: ReelOptions,
): Promise<{ store: CassetteStore; live: Live[] }> {
  const server = await ProviderServer.start();
  const store = createMemoryStore();
  const live: Live[] = [];
  const upstreams = Object.fromEntries(originsOf(interactions).map((origin) => [origin, server.url]));
  server.play(interactions);
  try {
    await useCassette('proof', { ...base, ...options, store, mode: 'record', upstreams }, async () => {
      for (const { request } of interactions) {
        try {
          live.push(await client(request));
        } catch (error) {
          live.push({ error: reason(error) });
        }
      }
    });
  } finally {
    await server.stop();
  }
  return { store, live };
}

/** What an application reads from an answer, but for the values that normalization changes. */
function reading(url: string, { status, headers, body }: Seen): string {
  const provider = findProvider(url);
  const readable = readResponse({
    request: { method: 'POST', url, headers: [], body: new Uint8Array(0) },
    response: { status, headers },
    chunks: [{ bytes: body }],
    ending: { kind: 'end' },
  });
  const { events, json } = readable;
  return JSON.stringify({
    status,
    events: events?.map(({ event, data }) => [event, shapeOf(data)]),
    json: shapeOf(json),
    usage: provider?.usage(readable),
    isComplete: provider?.isComplete(readable),
  });
}

/** Keys and types, and the texts that are long enough to be content. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => shapeOf(item));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]));
  return typeof value === 'string' && value.includes(' ') ? value.length : typeof value;
}

function originsOf(interactions: readonly Interaction[]): string[] {
  return [...new Set(interactions.map(({ request }) => new URL(request.url).origin))];
}

function difference(live: Live, replayed: Seen): string | undefined {
  if ('error' in live) return `not recorded: ${live.error}`;
  if (live.status !== replayed.status) return `status ${live.status} became ${replayed.status}`;
  const headers = redactor.responseHeaders(live.headers);
  const before = headers.map((pair) => pair.join(': '));
  const after = replayed.headers.map((pair) => pair.join(': '));
  const lost = before.filter((line) => !after.includes(line));
  const added = after.filter((line) => !before.includes(line));
  if (lost.length > 0 || added.length > 0)
    return `headers differ: lost ${lost.join(' | ').slice(0, 120)}; added ${added.join(' | ').slice(0, 120)}`;
  if (live.body.equals(replayed.body)) return undefined;
  return `bytes differ (${live.body.byteLength}, ${replayed.body.byteLength})`;
}

function reason(error: unknown): string {
  const text = (value: unknown): string =>
    value instanceof Error
      ? `${value.message.split('\n')[0]}${value.cause === undefined ? '' : `: ${text(value.cause)}`}`
      : String(value);
  return text(error).slice(0, 200);
}
