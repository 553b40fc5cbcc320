import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import WsWebSocket, { type WebSocket as ServerSocket } from 'ws';
import type { CassetteStore } from '../../src/cassette/store.ts';
import { createMemoryStore } from '../../src/cassette/stores/memory.ts';
import { useCassette } from '../../src/use-cassette.ts';
import { clients, connectStandard, connectWs, type Client } from './clients.ts';
import { startRealtimeServer } from './realtime-server.ts';

const realtime = 'wss://api.openai.com/v1/realtime?model=gpt-realtime';

describe.each(clients)('a session through %s', (_, connect) => {
  it('is recorded, and replayed frame by frame with the server gone', async () => {
    const server = await startRealtimeServer((socket) => {
      socket.send('{"type":"session.created"}');
      socket.on('message', (data: Buffer, isBinary) => {
        if (isBinary) socket.send(Buffer.concat([data, data]), { binary: true });
        else socket.send(`{"type":"echo","of":${data.toString()}}`);
      });
    });
    const store = createMemoryStore();
    const talk = async (): Promise<unknown[]> => {
      const client = await connect(realtime);
      const heard = [await client.next()];
      client.send('{"text":"grüße"}');
      heard.push(await client.next());
      client.send(new Uint8Array([1, 2, 255]));
      heard.push(await client.next());
      client.close(1000, 'bye');
      return [...heard, await client.closed()];
    };
    const options = { store, upstreams: { 'https://api.openai.com': server.origin } };
    const live = await useCassette('talk', { ...options, mode: 'record' }, talk);
    await server.close();
    expect(live).toEqual([
      '{"type":"session.created"}',
      '{"type":"echo","of":{"text":"grüße"}}',
      new Uint8Array([1, 2, 255, 1, 2, 255]),
      { code: 1000, reason: 'bye' },
    ]);
    const tape = Buffer.from(store.read('talk')!.bytes).toString('utf8');
    expect(tape).toContain('{"sent":1,"json":{"text":"grüße"}}');
    expect(tape).toContain('{"sent":1,"binary":true,"base64":"AQL/"}');
    expect(tape).toContain('{"closed":1,"by":"client","code":1000,"reason":"bye"}');
    expect(await useCassette('talk', { store, mode: 'replay' }, talk)).toEqual(live);
    expect(server.handshakes).toBe(1);
  });

  it('replays a hundred times, two sessions side by side, with the same frames in the same order', async () => {
    const server = await startRealtimeServer((socket) => {
      socket.on('message', (data: Buffer) => {
        for (let part = 0; part < 5; part++) socket.send(`{"part":${part},"of":${data.toString()}}`);
      });
    });
    const store = createMemoryStore();
    const talk = async (): Promise<unknown[][]> => {
      const one = async (name: string): Promise<unknown[]> => {
        const client = await connect(`${realtime}&call=${name}`);
        const heard: unknown[] = [];
        for (let turn = 0; turn < 3; turn++) {
          client.send(`{"turn":"${name} ${turn}"}`);
          for (let part = 0; part < 5; part++) heard.push(await client.next());
        }
        client.close(1000);
        return [...heard, await client.closed()];
      };
      return Promise.all(['a', 'b'].map(one));
    };
    const upstreams = { 'https://api.openai.com': server.origin };
    const live = await useCassette('talk', { store, mode: 'record', upstreams }, talk);
    await server.close();
    for (let run = 0; run < 100; run++) {
      expect(await useCassette('talk', { store, mode: 'replay' }, talk)).toEqual(live);
    }
  }, 60_000);
});

describe('a session in replay', () => {
  it('answers a client that is faster than the recorded one in the recorded order', async () => {
    const { store } = await recorded(async (client) => {
      client.send('"one"');
      expect(await client.next()).toBe('"ONE"');
      client.send('"two"');
      expect(await client.next()).toBe('"TWO"');
    });
    await useCassette('talk', { store, mode: 'replay' }, async () => {
      const client = await connectWs(realtime);
      client.send('"one"');
      client.send('"two"');
      expect([await client.next(), await client.next()]).toEqual(['"ONE"', '"TWO"']);
    });
  });

  it('says nothing before the client has said what came before it', async () => {
    const { store } = await recorded(async (client) => {
      client.send('"one"');
      await client.next();
    });
    await useCassette('talk', { store, mode: 'replay' }, async () => {
      const client = await connectWs(realtime);
      const early = await Promise.race([
        client.next(),
        new Promise((resolve) => setTimeout(resolve, 50, 'silence')),
      ]);
      expect(early).toBe('silence');
      client.send('"one"');
      client.close();
    });
  });

  it('is a miss with a diff when one word of a frame differs', async () => {
    const { store } = await recorded(async (client) => {
      client.send('{"type":"say","text":"order a pizza"}');
      await client.next();
    });
    const error = await failureOf(
      useCassette('talk', { store, mode: 'replay' }, async () => {
        const client = await connectWs(realtime);
        client.send('{"type":"say","text":"order a pasta"}');
        expect(await client.next()).toContain('"type":"error"');
        expect(await client.closed()).toMatchObject({
          code: 1008,
          reason: expect.stringContaining('REEL_NO_MATCH'),
        });
      }),
    );
    expect(error.message).toMatch(/frame 1 of the client differs/);
    expect(error.message).toMatch(/pizza/);
    expect(error.message).toMatch(/pasta/);
    expect(error.message).toContain('fix:');
  });

  it('is a miss when the client sends more than was recorded', async () => {
    const { store } = await recorded(async (client) => {
      client.send('"one"');
      await client.next();
    });
    const error = await failureOf(
      useCassette('talk', { store, mode: 'replay' }, async () => {
        const client = await connectWs(realtime);
        client.send('"one"');
        client.send('"two"');
        await client.closed();
      }),
    );
    expect(error.message).toContain('a frame more than was recorded (2): "two"');
  });

  it.each([
    ['keeps silent', async () => {}, 'waits for a frame that the client does not send'],
    ['closes', async (client: Client) => client.close(1000), 'closed the session before it sent all'],
  ])('fails within bounds a client that %s, and says what was expected', async (_, act, reason) => {
    const { store } = await recorded(async (client) => {
      client.send('"first"');
      await client.next();
      client.send('"the one that is missing"');
      await client.next();
    });
    const error = await failureOf(
      useCassette('talk', { store, mode: 'replay', sessionPatience: 100 }, async () => {
        const client = await connectWs(realtime);
        client.send('"first"');
        await client.next();
        await act(client);
        await client.closed();
      }),
    );
    expect(error.message).toContain(reason);
    expect(error.message).toContain('frame 2 would be: "the one that is missing"');
  });

  it('is a miss when its test ends before the client sent all that was recorded', async () => {
    const { store } = await recorded(async (client) => {
      client.send('"first"');
      await client.next();
      client.send('"second"');
      await client.next();
    });
    const error = await failureOf(
      useCassette('talk', { store, mode: 'replay' }, async () => {
        const client = await connectWs(realtime);
        client.send('"first"');
        await client.next();
      }),
    );
    expect(error.message).toContain('the test ended before the client sent all that was recorded');
  });

  it('takes ids that the client makes up by their place, and echoes those of today', async () => {
    const ask = async (client: Client): Promise<unknown> => {
      const id = `event_${crypto.randomUUID()}`;
      client.send(JSON.stringify({ type: 'say', event_id: id }));
      const answer = JSON.parse(String(await client.next())) as { OF: string; event_id: string };
      expect(answer.event_id).toBe(id);
      return answer.event_id;
    };
    const { store } = await recorded(ask, (text) => text.replace('"say"', '"said"'));
    await useCassette('talk', { store, mode: 'replay' }, async () => {
      await ask(await connectWs(realtime));
    });
  });

  it('ends as it was recorded: closed by the server, or cut', async () => {
    const ends: [(socket: ServerSocket) => void, { code: number; reason: string }][] = [
      [(socket) => socket.close(4001, 'quota'), { code: 4001, reason: 'quota' }],
      [(socket) => socket.terminate(), { code: 1006, reason: '' }],
    ];
    for (const [end, expected] of ends) {
      const server = await startRealtimeServer((socket) => {
        socket.send('"hello"');
        socket.on('message', () => end(socket));
      });
      const talk = async (): Promise<unknown> => {
        const client = await connectWs(realtime);
        await client.next();
        client.send('"end"');
        return client.closed();
      };
      const store = createMemoryStore();
      const upstreams = { 'https://api.openai.com': server.origin };
      expect(await useCassette('talk', { store, mode: 'record', upstreams }, talk)).toEqual(expected);
      await server.close();
      expect(await useCassette('talk', { store, mode: 'replay' }, talk)).toEqual(expected);
    }
  });

  it('refuses a handshake that was refused, with status and body', async () => {
    const server = await startRealtimeServer(() => {}, { refuseWith: 429 });
    const store = createMemoryStore();
    const upstreams = { 'https://api.openai.com': server.origin };
    const refused = async (): Promise<unknown> => {
      const socket = new WsWebSocket(realtime, { headers: { authorization: 'Bearer sk-live' } });
      socket.on('error', () => {});
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
      return { status: response.statusCode, body: await text(response) };
    };
    const live = await useCassette('refused', { store, mode: 'record', upstreams }, refused);
    await server.close();
    expect(live).toEqual({ status: 429, body: '{"error":"quota"}' });
    expect(await useCassette('refused', { store, mode: 'replay' }, refused)).toEqual(live);
  });

  it('that was never recorded is accepted and closed with the reason, and never goes out', async () => {
    const error = await failureOf(
      useCassette('nothing', { store: createMemoryStore(), mode: 'replay' }, async () => {
        const client = await connectWs(realtime);
        expect(await client.closed()).toMatchObject({ code: 1008 });
      }),
    );
    expect(error.message).toContain('REEL_CASSETTE_NOT_FOUND');
  });

  it('does not mix with another one of the same test, nor with those of concurrent tests', async () => {
    const server = await startRealtimeServer((socket) => {
      socket.on('message', (data: Buffer) => socket.send(`{"echo":${data.toString()}}`));
    });
    const upstreams = { 'https://api.openai.com': server.origin };
    const store = createMemoryStore();
    const talk = (name: string) => async (): Promise<void> => {
      const both = [1, 2].map(async (number) => {
        const client = await connectWs(`${realtime}&call=${number}`);
        for (let turn = 0; turn < 20; turn++) {
          client.send(`"${name} ${number} ${turn}"`);
          expect(await client.next()).toBe(`{"echo":"${name} ${number} ${turn}"}`);
        }
      });
      await Promise.all(both);
    };
    const run = (options: { mode: string; upstreams?: Record<string, string> }): Promise<unknown> =>
      Promise.all(['a', 'b', 'c'].map((name) => useCassette(name, { store, ...options }, talk(name))));
    await run({ mode: 'record', upstreams });
    await server.close();
    await run({ mode: 'replay' });
  });

  it('keeps keys off the tape, in the subprotocol and over two frames', async () => {
    const key = `sk-proj-${'Ab3'.repeat(20)}`;
    const server = await startRealtimeServer((socket) => {
      socket.on('message', (data: Buffer) => socket.send(data.toString()));
    });
    const store = createMemoryStore();
    const upstreams = { 'https://api.openai.com': server.origin };
    const talk = async (): Promise<void> => {
      const client = await connectStandard(globalThis.WebSocket as never, realtime);
      client.send(JSON.stringify({ type: 'delta', delta: key.slice(0, 30) }));
      await client.next();
      client.send(JSON.stringify({ type: 'delta', delta: key.slice(30) }));
      await client.next();
      client.send(JSON.stringify({ text: `my key is ${key}` }));
      await client.next();
    };
    await useCassette('secret', { store, mode: 'record', upstreams }, talk);
    await server.close();
    const tape = Buffer.from(store.read('secret')!.bytes).toString('utf8');
    expect(tape).toContain('openai-insecure-api-key.[redacted:');
    expect(tape).not.toContain('sk-live');
    expect(tape).not.toContain(key);
    await useCassette('secret', { store, mode: 'replay' }, talk);
  });
});

/** Records a client against a server that shouts back. */
async function recorded(
  talk: (client: Client) => Promise<unknown>,
  answer: (text: string) => string = (text) => text.toUpperCase(),
): Promise<{ store: CassetteStore }> {
  const server = await startRealtimeServer((socket) => {
    socket.on('message', (data: Buffer) => socket.send(answer(data.toString())));
  });
  const store = createMemoryStore();
  const upstreams = { 'https://api.openai.com': server.origin };
  await useCassette('talk', { store, mode: 'record', upstreams }, async () =>
    talk(await connectWs(realtime)),
  );
  await server.close();
  return { store };
}

async function failureOf(run: Promise<unknown>): Promise<Error> {
  return run.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: Error) => error,
  );
}
