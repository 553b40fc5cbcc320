import { describe, expect, test } from 'vitest';
import { generate } from 'selfsigned';
import { body, cases, decoded, expectThat, type Case } from './conformance/cases.ts';
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
    for (const each of cases) {
      if (!applies(each, client, scheme)) continue;
      test(each.title, () => runCase(each, client, scheme, makeLayer()));
    }
    for (const [title, url] of [
      ['a connection that is refused', undefined],
      ['a name that does not resolve', 'nonexistent.invalid'],
    ] as const) {
      test(title, () => runFailure(url, client, scheme, makeLayer()));
    }
    test('a megabyte cut at random places', () => runRandomCuts(client, scheme, makeLayer()));
  });
}

let certificate: Promise<Certificate> | undefined;

/** A certificate of the suite's own, made in the process. */
export async function selfSigned(): Promise<Certificate> {
  certificate ??= generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }, { type: 2, value: 'localhost' }] }],
  }).then(({ private: key, cert }) => ({ key, cert }));
  return certificate;
}

function applies({ needs = [], schemes }: Case, { lacks = [] }: ConformanceClient, scheme: Scheme): boolean {
  return (schemes ?? [scheme]).includes(scheme) && !needs.some((ability: Ability) => lacks.includes(ability));
}

async function runCase(each: Case, client: ConformanceClient, scheme: Scheme, layer: LayerUnderTest): Promise<void> {
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
    expect(recorded.map(comparable)).toEqual(live.map(comparable));
    if (each.keepsPieces === true) expect(recorded.map(pieces)).toEqual(live.map(pieces));
    // A client that left is heard of a moment later.
    await new Promise((resolve) => setTimeout(resolve, 20));
    await server.stop();
    layer.replay();
    const replayed = await leg('replay');
    expect(replayed.map(exact)).toEqual(recorded.map(exact));
    if (each.keepsPieces === true) expect(replayed.map(pieces)).toEqual(recorded.map(pieces));
  } finally {
    layer.stop();
    await server.stop();
  }
}

/** Connections that never stand: the code of the error is what the client sees without Reel. */
async function runFailure(
  host: string | undefined,
  client: ConformanceClient,
  scheme: Scheme,
  layer: LayerUnderTest,
): Promise<void> {
  const cert = await selfSigned();
  const server = await ConformanceServer.start(scheme, cert, () => {});
  await server.stop();
  const origin = host === undefined ? server.origin : server.origin.replace('127.0.0.1', host);
  const leg = async (): Promise<Seen> => {
    const open = client.open(scheme, cert.cert);
    const seen = await open.send({ url: `${origin}/v1` });
    await open.close();
    return seen;
  };
  const live = await leg();
  expectThat(live.error !== undefined, `a failure without Reel, not ${JSON.stringify(live)}`);
  try {
    layer.record([server.port]);
    expect((await leg()).error).toBe(live.error);
    layer.replay();
    expect((await leg()).error).toBe(live.error);
  } finally {
    layer.stop();
  }
}

/** The places differ from run to run; the seed is in the message of a failure. */
async function runRandomCuts(client: ConformanceClient, scheme: Scheme, layer: LayerUnderTest): Promise<void> {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = generator(seed);
  const whole = Buffer.from(Uint8Array.from({ length: 1 << 20 }, () => Math.floor(random() * 256)));
  const cert = await selfSigned();
  const server = await ConformanceServer.start(scheme, cert, (_call, answer) => {
    const next = (at: number): void => {
      if (at >= whole.byteLength) {
        answer.end();
        return;
      }
      const end = at + 1 + Math.floor(random() ** 3 * 60_000);
      answer.write(whole.subarray(at, end));
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
    expectThat((await leg()).equals(whole), `recorded bytes are the server's (seed ${seed})`);
    await server.stop();
    layer.replay();
    expectThat((await leg()).equals(whole), `replayed bytes are the recorded ones (seed ${seed})`);
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
function comparable(seen: Seen): object {
  const headers = seen.headers?.filter(([name]) => name !== 'date');
  return { ...exact(seen), headers };
}

function exact(seen: Seen): object {
  const { status, statusText, headers, trailers, error } = seen;
  const isCoded = headers?.some(([name]) => name === 'content-encoding') === true;
  const whole = isCoded && error === undefined ? decoded(seen) : body(seen);
  // A body that is compressed anew has the same text and a length of its own.
  const kept = isCoded ? headers?.filter(([name]) => name !== 'content-length') : headers;
  return { status, statusText, headers: kept, trailers, error, body: whole.toString('latin1') };
}

function pieces(seen: Seen): string[] {
  return seen.pieces.map((piece) => Buffer.from(piece).toString('latin1'));
}
