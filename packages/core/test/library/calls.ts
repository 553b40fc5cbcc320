import type { Interaction } from '../../src/model/interaction.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export interface CallOptions {
  readonly url?: string;
  readonly status?: number;
  readonly type?: string;
}

/** A JSON call with a JSON answer. */
export function call(request: unknown, answer: unknown, options: CallOptions = {}): Interaction {
  const {
    url = 'https://api.openai.com/v1/chat/completions',
    status = 200,
    type = 'application/json',
  } = options;
  return {
    request: {
      method: 'POST',
      url,
      headers: [['content-type', 'application/json']],
      body: bytes(JSON.stringify(request)),
    },
    response: { status, headers: [['content-type', type]] },
    chunks: [{ bytes: bytes(JSON.stringify(answer)) }],
    ending: { kind: 'end' },
  };
}

/** A JSON call with a stream: each event is `data`, or `[name, data]`; strings are sent as they are. */
export function stream(request: unknown, events: readonly unknown[], options: CallOptions = {}): Interaction {
  return {
    ...call(request, {}, { type: 'text/event-stream', ...options }),
    chunks: events.map((event) => {
      const [name, data] = Array.isArray(event) ? (event as [string, unknown]) : [undefined, event];
      const line = `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
      return { bytes: bytes(name === undefined ? line : `event: ${name}\n${line}`) };
    }),
  };
}

/** A question to a chat model and its answer. */
export function chat(question: string, answer: string, model = 'gpt-4o-mini'): Interaction {
  return call(
    { model, messages: [{ role: 'user', content: question }] },
    {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 0,
      model,
      choices: [{ index: 0, message: { role: 'assistant', content: answer }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    },
  );
}

/** The same, streamed word by word; without `[DONE]` when it is not `whole`. */
export function chatStream(question: string, words: readonly string[], whole = true): Interaction {
  const events = words.map((content, index) => ({
    id: 'chatcmpl-1',
    choices: [
      { index: 0, delta: { content }, finish_reason: whole && index === words.length - 1 ? 'stop' : null },
    ],
  }));
  return stream({ model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: question }] }, [
    ...events,
    ...(whole ? ['[DONE]'] : []),
  ]);
}

/** A frame of an AWS event stream, without a checksum that anybody could check. */
export function eventFrame(type: string, payload: unknown): Uint8Array {
  const header = (name: string, value: string): Buffer => {
    const [key, text] = [Buffer.from(name), Buffer.from(value)];
    const length = Buffer.alloc(2);
    length.writeUInt16BE(text.length);
    return Buffer.concat([Buffer.from([key.length]), key, Buffer.from([7]), length, text]);
  };
  const headers = Buffer.concat([header(':message-type', 'event'), header(':event-type', type)]);
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + headers.length + body.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  return Buffer.concat([prelude, headers, body, Buffer.alloc(4)]);
}
