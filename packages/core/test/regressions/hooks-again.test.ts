import { expect, test } from 'vitest';
import { createRecorder } from '../../src/recorder.ts';
import type { ReelOptions } from '../../src/options.ts';
import type { ScopeReport } from '../../src/report.ts';
import { connectWs } from '../websocket/clients.ts';
import { startRealtimeServer } from '../websocket/realtime-server.ts';
import { chatBody, chatHeaders, chatUrl, useTape } from './tape.ts';

const tape = useTape();
const ask = async (prompt: string, headers: object = {}): Promise<string> => {
  const response = await fetch(chatUrl, {
    method: 'POST',
    headers: { ...chatHeaders, ...headers },
    body: chatBody(prompt),
  });
  return response.text();
};

/** The hooks of a file in one worker: each round is what they do for one part of the file. */
async function hooks(
  mode: 'record' | 'record-if-missing' | 'replay',
  options: ReelOptions,
  ...rounds: (() => Promise<unknown>)[]
): Promise<ScopeReport> {
  const recorder = createRecorder({
    mode: { mode, source: 'test' },
    options: { upstreams: tape.provider.upstreams, ...options },
  }).start();
  try {
    const scope = recorder.open({
      cassette: 'tape',
      store: recorder.storeAt(tape.dir),
      test: 'hooks',
      inParts: true,
    });
    for (const [number, round] of rounds.entries()) {
      if (number > 0) scope.nextRound();
      await scope.run(round);
    }
    return await scope.close('passed');
  } finally {
    recorder.stop();
  }
}

const requests = (): number => tape.read().match(/^\{"request":/gm)?.length ?? 0;

test('hooks that run again are recorded once, and answered again as the first time', async () => {
  const live: string[] = [];
  const round = (heard: string[]) => async (): Promise<unknown> =>
    heard.push(await ask('one'), await ask('two'), await ask('one'));
  const { recorded } = await hooks('record', {}, round(live), round([]), round([]));
  expect([recorded, requests()]).toEqual([3, 3]);

  const first: string[] = [];
  const later: string[] = [];
  const report = await hooks('replay', {}, round(first), round(later), round(later));
  expect(first).toHaveLength(live.length);
  expect(later).toEqual([...first, ...first]);
  expect(report).toMatchObject({ replayed: 9, misses: [], unused: [] });
});

test('what hooks that run again cost is counted, although it is recorded once', async () => {
  const { spentUsage } = await hooks(
    'record',
    {},
    () => ask('one'),
    () => ask('one'),
  );
  expect(spentUsage).toMatchObject([{ calls: 2 }]);
});

test('what is asked once more than it is recorded, by hooks that ran once, is a miss', async () => {
  await hooks('record', {}, () => ask('one'));
  const { misses } = await hooks('replay', {}, async () => {
    await ask('one');
    await ask('one');
  });
  expect(misses).toMatchObject([{ code: 'REEL_NO_MATCH' }]);
});

test('what one worker does not ask for is not unused: the hooks of another part of the file may', async () => {
  await hooks(
    'record',
    {},
    () => ask('one'),
    () => ask('two'),
  );
  const report = await hooks('replay', { unused: 'fail' }, () => ask('one'));
  expect(report).toMatchObject({ replayed: 1, unused: [], misses: [] });
});

test('with record-if-missing, hooks that run again ask the provider nothing that is on tape', async () => {
  await hooks('record', {}, () => ask('one'));
  const asked = tape.provider.requests.length;
  const { recorded } = await hooks(
    'record-if-missing',
    {},
    () => ask('one'),
    () => ask('one'),
  );
  expect([recorded, tape.provider.requests.length - asked, requests()]).toEqual([0, 0, 1]);
});

test('a matcher of your own decides for hooks that run again, too', async () => {
  const match: ReelOptions['match'] = {
    custom: [({ body }, recorded) => body.byteLength === recorded.body.byteLength],
    ignore: ['$.messages'],
  };
  const round = (heard: string[]) => async (): Promise<unknown> =>
    heard.push(await ask('a'), await ask('aaaa'));
  await hooks('record', { match }, round([]));
  const first: string[] = [];
  const later: string[] = [];
  const back = async (): Promise<unknown> => later.push(await ask('aaaa'), await ask('a'));
  await hooks('replay', { match }, round(first), back);
  expect(later).toEqual(first.toReversed());
});

test('a request that is still under way when a test ends belongs to the hooks that sent it', async () => {
  let open: Promise<string> | undefined;
  await hooks(
    'record',
    {},
    async () => {
      await ask('one');
      open = ask('one');
      await new Promise((resolve) => setImmediate(resolve));
    },
    () => open!,
  );
  expect(requests()).toBe(2);
});

test('a WebSocket session of hooks that run again is recorded once, and played again', async () => {
  await using server = await startEcho();
  const options = { upstreams: { 'https://api.openai.com': server.origin } };
  const talk = async (): Promise<void> => {
    const client = await connectWs('wss://api.openai.com/v1/realtime?model=gpt-realtime');
    client.send('{"text":"hello"}');
    expect(await client.next()).toBe('{"text":"hello"}');
    client.close(1000);
    await client.closed();
  };
  expect(await hooks('record', options, talk, talk)).toMatchObject({ recorded: 1 });
  expect(await hooks('replay', options, talk, talk)).toMatchObject({ replayed: 2, misses: [] });
});

async function startEcho(): Promise<AsyncDisposable & { readonly origin: string }> {
  const server = await startRealtimeServer((socket) => {
    socket.on('message', (data: Buffer) => socket.send(data.toString()));
  });
  return { origin: server.origin, [Symbol.asyncDispose]: () => server.close() };
}
