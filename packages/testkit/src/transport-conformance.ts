import { describe, expect, test } from 'vitest';
import { generate } from 'selfsigned';
import { body, cases, decoded, type Case } from './conformance/cases.ts';
import type { Ability, ConformanceClient, Scheme, Seen } from './conformance/client.ts';
import { ConformanceServer, type Certificate } from './conformance/server.ts';

export type { Ability, ConformanceClient, OpenClient, Scheme, Seen, Sent } from './conformance/client.ts';

/** A transport with a recorder above it, as the suite drives it. A fresh one for each case. */
export interface LayerUnderTest {
  /** Starts to record what goes to these ports of 127.0.0.1, and to the host `nonexistent.invalid`. */
  record(ports: readonly number[]): void;
  /** Plays back what was recorded. Nothing may reach the network from here on. */
  replay(): void;
  /** Takes everything back; throws when the layer saw something it should not have. */
  stop(): void;
}

/**
 * Holds a transport to its contract with one client: what the client sees through a recording transport is what it sees
 * without one, and what it sees in replay, with the server gone, is what it saw while recording.
 */
export function transportConformance(client: ConformanceClient, makeLayer: () => LayerUnderTest): void {
  describe.each(client.schemes)(`${client.name} over %s`, (scheme) => {
    for (const each of cases.filter((one) => applies(one, client, scheme))) {
      test(`${each.title}`, async () => {
        const { live, recorded, replayed } = await runCase(each, client, scheme, makeLayer());
        expect(recorded.map(comparable(each))).toEqual(live.map(comparable(each)));
        expect(replayed.map(exact(each))).toEqual(recorded.map(exact(each)));
      });
    }

    test('a connection that is refused', async () => {
      const { live, recorded, replayed } = await runFailure('127.0.0.1', client, scheme, makeLayer());
      expect(live).toBeDefined();
      expect({ recorded, replayed }).toEqual({ recorded: live, replayed: live });
    });

    test('a name that does not resolve', async () => {
      const { live, recorded, replayed } = await runFailure(
        'nonexistent.invalid',
        client,
        scheme,
        makeLayer(),
      );
      expect(live).toBeDefined();
      expect({ recorded, replayed }).toEqual({ recorded: live, replayed: live });
    });

    test('a megabyte cut at random places', async () => {
      // The places differ from run to run; the seed is in the message of a failure.
      const seed = Math.floor(Math.random() * 2 ** 31);
      const { live, recorded, replayed } = await runRandomCuts(seed, client, scheme, makeLayer());
      expect({ seed, recorded: recorded.equals(live), replayed: replayed.equals(live) }).toEqual({
        seed,
        recorded: true,
        replayed: true,
      });
    });
  });
}

/** What was seen without the layer, through it while it recorded, and from its tape. */
interface Legs<T> {
  readonly live: T;
  readonly recorded: T;
  readonly replayed: T;
}

let certificate: Promise<Certificate> | undefined;

/** A certificate of the suite's own, made in the process. */
export async function selfSigned(): Promise<Certificate> {
  certificate ??= generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  }).then(({ private: key, cert }) => ({ key, cert }));
  return certificate;
}

function applies({ needs = [], schemes }: Case, { lacks = [] }: ConformanceClient, scheme: Scheme): boolean {
  return (schemes ?? [scheme]).includes(scheme) && !needs.some((ability: Ability) => lacks.includes(ability));
}

async function runCase(
  each: Case,
  client: ConformanceClient,
  scheme: Scheme,
  layer: LayerUnderTest,
): Promise<Legs<Seen[]>> {
  const cert = await selfSigned();
  const server = await ConformanceServer.start(scheme, cert, each.behave);
  const leg = async (name: 'live' | 'record' | 'replay'): Promise<Seen[]> => {
    server.connections.push(0);
    const open = client.open(scheme, cert.cert);
    try {
      const seen = await each.run(open, server.origin);
      each.check?.(seen, name, server);
      return seen;
    } finally {
      await open.close();
    }
  };
  try {
    const live = await leg('live');
    layer.record([server.port]);
    const recorded = await leg('record');
    // A client that left is heard of a moment later.
    await new Promise((resolve) => setTimeout(resolve, 5));
    await server.stop();
    layer.replay();
    return { live, recorded, replayed: await leg('replay') };
  } finally {
    layer.stop();
    await server.stop();
  }
}

/** Codes of connections that never stand. */
async function runFailure(
  host: string,
  client: ConformanceClient,
  scheme: Scheme,
  layer: LayerUnderTest,
): Promise<Legs<string | undefined>> {
  const cert = await selfSigned();
  const server = await ConformanceServer.start(scheme, cert, () => {});
  await server.stop();
  const url = `${server.origin.replace('127.0.0.1', host)}/v1`;
  const leg = async (): Promise<string | undefined> => {
    const open = client.open(scheme, cert.cert);
    const { error } = await open.send({ url });
    await open.close();
    return error;
  };
  const live = await leg();
  try {
    layer.record([server.port]);
    const recorded = await leg();
    layer.replay();
    return { live, recorded, replayed: await leg() };
  } finally {
    layer.stop();
  }
}

async function runRandomCuts(
  seed: number,
  client: ConformanceClient,
  scheme: Scheme,
  layer: LayerUnderTest,
): Promise<Legs<Buffer>> {
  const random = generator(seed);
  const live = Buffer.from(Uint8Array.from({ length: 1 << 20 }, () => Math.floor(random() * 256)));
  const cert = await selfSigned();
  const server = await ConformanceServer.start(scheme, cert, (_call, answer) => {
    const next = (at: number): void => {
      if (at >= live.byteLength) {
        answer.end();
        return;
      }
      const end = at + 1 + Math.floor(random() ** 3 * 60_000);
      answer.write(live.subarray(at, end));
      setImmediate(next, end);
    };
    next(0);
  });
  const leg = async (): Promise<Buffer> => {
    const open = client.open(scheme, cert.cert);
    const seen = await open.send({ url: `${server.origin}/random` });
    await open.close();
    return body(seen);
  };
  try {
    layer.record([server.port]);
    const recorded = await leg();
    await server.stop();
    layer.replay();
    return { live, recorded, replayed: await leg() };
  } finally {
    layer.stop();
    await server.stop();
  }
}

/** mulberry32: small, seeded, good enough for cutting. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Of two runs against a server, what must be equal: not the time of day. */
function comparable(each: Case): (seen: Seen) => object {
  return (seen) => ({ ...exact(each)(seen), headers: seen.headers?.filter(([name]) => name !== 'date') });
}

function exact({ keepsPieces = false }: Case): (seen: Seen) => object {
  return (seen) => {
    const { status, statusText, headers, trailers, error } = seen;
    const isCoded = headers?.some(([name]) => name === 'content-encoding') === true;
    const whole = isCoded && error === undefined ? decoded(seen) : body(seen);
    // A body that is compressed anew has the same text and a length of its own.
    const kept = isCoded ? headers?.filter(([name]) => name !== 'content-length') : headers;
    const pieces = keepsPieces
      ? seen.pieces.map((piece) => Buffer.from(piece).toString('latin1'))
      : undefined;
    return { status, statusText, headers: kept, trailers, error, pieces, body: whole.toString('latin1') };
  };
}
