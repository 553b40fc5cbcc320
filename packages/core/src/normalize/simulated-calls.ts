import type { Interaction } from '../model/interaction.ts';

/**
 * Conversations with simulated providers, for tests. The same script gives the same behaviour; the seed gives everything that
 * a server makes up anew each time: ids, times, padding, headers.
 */
export interface Script {
  readonly api: 'chat' | 'chat-stream' | 'responses' | 'messages' | 'gemini-stream' | 'files';
  readonly name: string;
  /** What the user says in each turn; all but the last are answered with tool calls. */
  readonly turns: readonly { readonly says: string; readonly tools: number }[];
}

/** The interactions of one run of a script, in the order in which its requests were sent. */
export function perform(script: Script, seed: number): Interaction[] {
  return apis[script.api](script, new Server(seed));
}

class Server {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761 + 12_345) >>> 0;
  }

  number(below: number): number {
    // Marsaglia's xorshift.
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    this.#state >>>= 0;
    return this.#state % below;
  }

  token(length: number): string {
    const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz0123456789';
    // A letter in both cases and a figure: what a token of real length has anyway.
    return `a7K${Array.from({ length: length - 3 }, () => letters[this.number(letters.length)]).join('')}`;
  }

  headers(contentType: string): [string, string][] {
    return [
      ['date', new Date(1.7e12 + this.number(1e9)).toUTCString()],
      ['Content-Type', contentType],
      ['openai-processing-ms', String(this.number(2000))],
      ['x-ratelimit-remaining-requests', String(1 + this.number(9999))],
      ['x-ratelimit-reset-requests', `${this.number(900)}ms`],
      ['x-request-id', `req_${this.token(32)}`],
      ['cf-ray', `9a11b5e6${this.number(1e6)}fb-${['SJC', 'FRA', 'CDG'][this.number(3)]}`],
    ];
  }

  seconds(): number {
    return 1_700_000_000 + this.number(1e7);
  }

  padding(): string {
    return this.token(4 + this.number(12));
  }
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'utf8'));

function exchange(
  server: Server,
  method: string,
  url: string,
  body: unknown,
  contentType: string,
  pieces: readonly string[],
): Interaction {
  const length = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
  const headers = server.headers(contentType);
  if (!contentType.startsWith('text/event-stream')) headers.push(['content-length', String(length)]);
  return {
    request: {
      method,
      url,
      headers: [['content-type', 'application/json']],
      body: body === undefined ? new Uint8Array() : bytes(JSON.stringify(body)),
    },
    response: { status: 200, headers },
    chunks: pieces.map((piece) => ({ bytes: bytes(piece) })),
    ending: { kind: 'end' },
  };
}

const sse = (data: unknown, event?: string, end = '\n') =>
  `${event === undefined ? '' : `event: ${event}${end}`}data: ${JSON.stringify(data)}${end}${end}`;

function chat(script: Script, server: Server, stream: boolean): Interaction[] {
  const messages: unknown[] = [];
  return script.turns.map(({ says, tools }) => {
    messages.push({ role: 'user', content: `${script.name}: ${says}` });
    const id = `chatcmpl-${server.token(29)}`;
    const created = server.seconds();
    const calls = Array.from({ length: tools }, (_, index) => ({
      index,
      id: `call_${server.token(24)}`,
      type: 'function',
      function: { name: 'look_up', arguments: JSON.stringify({ n: index }) },
    }));
    const message = { role: 'assistant', content: tools > 0 ? null : `ok ${says}`, tool_calls: calls };
    const request = { model: 'gpt-4o', stream, messages: [...messages] };
    const head = {
      id,
      object: stream ? 'chat.completion.chunk' : 'chat.completion',
      created,
      model: 'gpt-4o',
    };
    const pieces = stream
      ? [
          ...calls.map((call) =>
            sse({
              ...head,
              choices: [{ index: 0, delta: { tool_calls: [call] } }],
              obfuscation: server.padding(),
            }),
          ),
          sse({
            ...head,
            choices: [{ index: 0, delta: { content: message.content }, finish_reason: 'stop' }],
          }),
          'data: [DONE]\n\n',
        ]
      : [
          JSON.stringify(
            { ...head, choices: [{ index: 0, message }], system_fingerprint: `fp_${server.token(10)}` },
            null,
            2,
          ),
        ];
    messages.push(message);
    for (const call of calls)
      messages.push({ role: 'tool', tool_call_id: call.id, content: `result of ${call.id}` });
    const type = stream ? 'text/event-stream; charset=utf-8' : 'application/json';
    return exchange(server, 'POST', 'https://api.openai.com/v1/chat/completions', request, type, pieces);
  });
}

function responses(script: Script, server: Server): Interaction[] {
  let previous: string | null = null;
  let outputs: unknown[] = [];
  return script.turns.map(({ says, tools }) => {
    const request = {
      model: 'gpt-5',
      previous_response_id: previous,
      input: [...outputs, `${script.name}: ${says}`],
    };
    const id = `resp_${server.token(48)}`;
    const created = server.seconds();
    const output = Array.from({ length: tools }, () => ({
      id: `fc_${server.token(48)}`,
      call_id: `call_${server.token(24)}`,
      type: 'function_call',
    }));
    const response = {
      id,
      object: 'response',
      created_at: created,
      completed_at: null,
      previous_response_id: previous,
    };
    const pieces = [
      sse({ type: 'response.created', response }, 'response.created'),
      ...output.flatMap((item, index) => [
        sse({ type: 'response.output_item.added', output_index: index, item }, 'response.output_item.added'),
        sse(
          {
            type: 'response.function_call_arguments.delta',
            item_id: item.id,
            delta: '{}',
            obfuscation: server.padding(),
          },
          'response.function_call_arguments.delta',
        ),
      ]),
      sse(
        { type: 'response.completed', response: { ...response, completed_at: created + 2, output } },
        'response.completed',
      ),
    ];
    previous = id;
    outputs = output.map((item) => ({ type: 'function_call_output', call_id: item.call_id, output: 'done' }));
    return exchange(
      server,
      'POST',
      'https://api.openai.com/v1/responses',
      request,
      'text/event-stream',
      pieces,
    );
  });
}

function messagesApi(script: Script, server: Server): Interaction[] {
  const messages: unknown[] = [];
  return script.turns.map(({ says, tools }) => {
    messages.push({ role: 'user', content: `${script.name}: ${says}` });
    const blocks = Array.from({ length: tools }, () => ({
      type: 'tool_use',
      id: `toolu_${server.token(24)}`,
      name: 't',
    }));
    const message = {
      id: `msg_${server.token(24)}`,
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-5',
    };
    const pieces = [
      sse({ type: 'message_start', message }, 'message_start'),
      ...blocks.map((block, index) =>
        sse({ type: 'content_block_start', index, content_block: block }, 'content_block_start'),
      ),
      sse({ type: 'message_stop' }, 'message_stop'),
    ];
    const request = { model: 'claude-opus-5', stream: true, messages: [...messages] };
    messages.push({ role: 'assistant', content: blocks });
    messages.push({
      role: 'user',
      content: blocks.map(({ id }) => ({ type: 'tool_result', tool_use_id: id })),
    });
    return exchange(
      server,
      'POST',
      'https://api.anthropic.com/v1/messages',
      request,
      'text/event-stream',
      pieces,
    );
  });
}

function gemini(script: Script, server: Server): Interaction[] {
  const contents: unknown[] = [];
  return script.turns.map(({ says, tools }) => {
    contents.push({ role: 'user', parts: [{ text: `${script.name}: ${says}` }] });
    const responseId = server.token(23);
    const calls = Array.from({ length: tools }, () => ({
      functionCall: { id: server.token(8), name: 't', args: {} },
    }));
    const pieces = [
      ...calls.map((call) =>
        sse({ candidates: [{ content: { parts: [call] } }], responseId }, undefined, '\r\n'),
      ),
      sse(
        { candidates: [{ content: { parts: [{ text: 'ok' }] }, finishReason: 'STOP' }], responseId },
        undefined,
        '\r\n',
      ),
    ];
    const request = { contents: [...contents] };
    contents.push({ role: 'model', parts: calls });
    contents.push({
      role: 'user',
      parts: calls.map(({ functionCall }) => ({ functionResponse: { id: functionCall.id, name: 't' } })),
    });
    const url =
      'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse';
    return exchange(server, 'POST', url, request, 'text/event-stream', pieces);
  });
}

function files(script: Script, server: Server): Interaction[] {
  return script.turns.flatMap(({ says }) => {
    const file = {
      id: `file-${server.token(22)}`,
      object: 'file',
      created_at: server.seconds(),
      expires_at: server.seconds(),
      filename: says,
    };
    const url = 'https://api.openai.com/v1/files';
    const request = { file: `${script.name} ${says}` };
    return [
      exchange(server, 'POST', url, request, 'application/json', [JSON.stringify(file)]),
      exchange(server, 'GET', `${url}/${file.id}?x=${file.id}`, undefined, 'application/json', [
        JSON.stringify(file),
      ]),
      exchange(server, 'GET', `${url}/${file.id}/content`, undefined, 'text/plain', [
        `${says} in ${file.id}`,
      ]),
    ];
  });
}

const apis: Record<Script['api'], (script: Script, server: Server) => Interaction[]> = {
  chat: (script, server) => chat(script, server, false),
  'chat-stream': (script, server) => chat(script, server, true),
  responses,
  messages: messagesApi,
  'gemini-stream': gemini,
  files,
};
