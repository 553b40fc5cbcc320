import {
  createServer as createHttp1,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttp2, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/cassette/stores/memory.ts';
import { createRecorder } from '../../src/recorder.ts';

/** An answer of Bedrock's Converse API, as its reference gives it. */
const answer = {
  output: { message: { role: 'assistant', content: [{ text: 'Lisbon is sunny.' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 9, outputTokens: 5, totalTokens: 14 },
  metrics: { latencyMs: 100 },
};

let calls = 0;
function respond(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  request.on('end', () => {
    calls++;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
}

const servers: Record<string, Server | Http2Server> = {
  http1: createHttp1(respond),
  http2: createHttp2(respond as never),
};
const urls: Record<string, string> = {};
beforeAll(async () => {
  for (const [name, server] of Object.entries(servers)) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
});
afterAll(() => {
  for (const server of Object.values(servers)) server.close();
});

const handlers = {
  http1: () => new NodeHttpHandler(),
  http2: () => new NodeHttp2Handler({ disableConcurrentStreams: true }),
};

describe.each(['http1', 'http2'] as const)('the AWS SDK over %s', (protocol) => {
  test('records and replays a signed request, and keeps no part of the signature', async () => {
    const store = createMemoryStore();
    const ask = async (mode: 'record' | 'replay', secretAccessKey: string): Promise<string | undefined> => {
      const recorder = createRecorder({
        mode: { mode, source: 'the matrix' },
        options: { intercept: [new URL(urls[protocol]!).host] },
      }).start();
      // Built per run: the signature has the time in it, and so differs at each call.
      const client = new BedrockRuntimeClient({
        region: 'us-east-1',
        endpoint: urls[protocol]!,
        credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey },
        requestHandler: handlers[protocol](),
        maxAttempts: 1,
      });
      try {
        const scope = recorder.open({ cassette: 'bedrock', store, test: 'bedrock' });
        const result = await scope.run(() =>
          client.send(
            new ConverseCommand({
              modelId: 'a.model-v1:0',
              messages: [{ role: 'user', content: [{ text: 'Weather?' }] }],
            }),
          ),
        );
        await scope.close('passed');
        scope.assertNoMisses();
        return result.output?.message?.content?.[0]?.text;
      } finally {
        client.destroy();
        recorder.stop();
      }
    };
    expect(await ask('record', 'first-secret-of-the-test')).toBe('Lisbon is sunny.');
    const before = calls;
    expect(await ask('replay', 'another-secret-of-the-test')).toBe('Lisbon is sunny.');
    expect(calls).toBe(before);
    const tape = Buffer.from(store.read('bedrock')!.bytes).toString();
    expect(tape).toContain('/model/a.model-v1%3A0/converse');
    expect(tape).not.toMatch(/AWS4-HMAC-SHA256|Signature=|AKIDEXAMPLE/);
  });
});
