import { describe, expect, test } from 'vitest';
import { read } from '../../test/reading.ts';
import { toSession } from './to-session.ts';

const log = (...frames: string[]): string =>
  frames.map((frame) => `${frame[0]}${Buffer.byteLength(frame.slice(1))} ${frame.slice(1)}\n`).join('');

const sessionOf = (content: string | object, baseUrl?: string): ReturnType<typeof toSession> =>
  toSession(read(content).sessions[0]!, { ...(baseUrl !== undefined && { baseUrl }) });

describe('a recorded WebSocket conversation', () => {
  test.each([
    [
      '{"setup":{"model":"models/gemini-live-2.5-flash-preview"}}',
      'wss://generativelanguage.googleapis.com/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent',
    ],
    [
      '{"setup":{"model":"projects/p/locations/us-central1/publishers/google/models/gemini-live"}}',
      'wss://us-central1-aiplatform.googleapis.com/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent',
    ],
  ])('of the Live API is opened where its setup says: %s', (setup, url) => {
    const { interaction, notes } = sessionOf(log(`>${setup}`, '<{"setupComplete":{}}'));
    expect(interaction.request.url).toBe(url);
    expect(interaction.session).toMatchObject({
      frames: [
        { from: 'client', isBinary: false },
        { from: 'server', isBinary: false },
      ],
      end: { kind: 'closed', by: 'client' },
    });
    expect(notes).toEqual(['session-url-derived', 'frame-kind-unknown', 'session-end-unknown']);
  });

  test('of the Realtime API is opened with the model that the server named', () => {
    const created = '<{"type":"session.created","session":{"model":"gpt-realtime"}}';
    expect(sessionOf(log(created)).interaction.request.url).toBe(
      'wss://api.openai.com/v1/realtime?model=gpt-realtime',
    );
    expect(sessionOf(log(created), 'https://me.openai.azure.com').interaction.request.url).toBe(
      'wss://me.openai.azure.com/v1/realtime?model=gpt-realtime',
    );
  });

  test('whose URL nothing tells needs one, and says so', () => {
    expect(() => sessionOf(log('>"hello"'))).toThrow('--base-url');
    expect(sessionOf(log('>"hello"'), 'ws://127.0.0.1:8080/talk').interaction.request.url).toBe(
      'ws://127.0.0.1:8080/talk',
    );
  });

  test('of a HAR keeps its URL, headers, kinds of frames and times, without what one handshake is proved with', () => {
    const { interaction, notes, recordedAt } = sessionOf({
      log: {
        version: '1.2',
        creator: { name: 'a browser', version: '1' },
        entries: [
          {
            startedDateTime: '2026-11-20T10:00:00.000Z',
            _resourceType: 'websocket',
            request: {
              method: 'GET',
              url: 'wss://api.example.com/v1/realtime?model=a',
              headers: [
                { name: 'Origin', value: 'https://app.example' },
                { name: 'Sec-WebSocket-Key', value: 'AAAAAAAAAAAAAAAAAAAAAA==' },
              ],
            },
            response: { status: 101, headers: [{ name: 'Sec-WebSocket-Protocol', value: 'realtime' }] },
            _webSocketMessages: [
              { type: 'send', opcode: 1, data: '{"a":1}', time: 1_795_168_800.25 },
              { type: 'receive', opcode: 2, data: 'AP8=', time: 1_795_168_800.5 },
            ],
          },
        ],
      },
    });
    expect(interaction).toMatchObject({
      request: {
        url: 'wss://api.example.com/v1/realtime?model=a',
        headers: [['Origin', 'https://app.example']],
      },
      response: { status: 101, headers: [['Sec-WebSocket-Protocol', 'realtime']] },
      session: {
        frames: [
          { from: 'client', isBinary: false, at: 250 },
          { from: 'server', isBinary: true, bytes: new Uint8Array([0, 255]), at: 500 },
        ],
      },
    });
    expect(recordedAt).toBe(Date.parse('2026-11-20T10:00:00Z'));
    expect(notes).toEqual(['session-end-unknown']);
  });

  test.each([
    [
      'kind: close\n  code: 1001\n  reason: away',
      { kind: 'closed', by: 'server', code: 1001, reason: 'away' },
    ],
    ['kind: close\n  code: 1005', { kind: 'closed', by: 'server' }],
    ['kind: close\n  code: 1006', { kind: 'cut', by: 'server' }],
  ])('ends as its last line says: %s', (close, end) => {
    const { interaction } = sessionOf(
      `version: 1\ninteractions:\n- kind: message\n  direction: sent\n  data:\n    setup:\n      model: models/a\n- ${close}\n`,
    );
    expect(interaction.session!.end).toEqual(end);
  });
});
