import { describe, expect, it } from 'vitest';
import type { Interaction } from '../model/interaction.ts';
import { normalizeInteractions } from '../normalize/normalize.ts';
import { findProvider } from './index.ts';
import { eventStream, recorded } from '../../test/fixtures/recorded.ts';

/** What the tables of ids and volatile fields do to real shapes: the only thing that shows whether they are right. */
function normalize(...interactions: readonly Interaction[]): string[] {
  const keyOf = ({ url }: { readonly url: string }) => url;
  return normalizeInteractions(interactions, { keyOf, provider: findProvider }).map(({ chunks }) =>
    Buffer.concat(chunks.map(({ bytes }) => bytes)).toString('utf8'),
  );
}

const json = (url: string, body: unknown) => recorded(url, JSON.stringify(body));
const after = (url: string, body: unknown): unknown => JSON.parse(normalize(json(url, body))[0]!);

const hex = '[a-f][0-9a-f]{22}\\d';
const id = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}${hex}$`));
const openai = 'https://api.openai.com/v1';
const gemini = 'https://generativelanguage.googleapis.com/v1beta';

describe('normalization with the rules of', () => {
  it('OpenAI chat takes id, time, build and padding, and leaves the tier that was billed', () => {
    const chunk = {
      id: 'chatcmpl-CdVpRQKSNGceawDsCb1qXM4zU9XSc',
      object: 'chat.completion.chunk',
      created: 1_763_533_177,
      model: 'gpt-4o-2024-08-06',
      service_tier: 'default',
      system_fingerprint: 'fp_560af6e559',
      choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'call_jbujoPVdWfu8tZ7UjHPotN9G' }] } }],
      obfuscation: 'dRr85nQl7aQ',
    };
    const [body] = normalize(
      recorded(`${openai}/chat/completions`, eventStream([chunk, '[DONE]']), { type: 'text/event-stream' }),
    );
    expect(JSON.parse(body!.slice(6, body!.indexOf('\n')))).toEqual({
      ...chunk,
      id: id('chatcmpl-'),
      created: 0,
      system_fingerprint: 'fp_0',
      choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: id('call_') }] } }],
      obfuscation: '',
    });
  });

  it('OpenAI responses takes ids at any depth, and keeps the null of what has not happened', () => {
    const body = {
      id: 'resp_0bc6fad39e50a44b00691e09f79f44819b8a01809fe1c1e1e1',
      created_at: 1_763_576_311,
      completed_at: null,
      previous_response_id: null,
      output: [
        {
          id: 'fc_0bc6fad39e50a44b00691e09f8d6bc819bb5',
          call_id: 'call_I670mAzR6AYszdoqaI96qg0k',
          name: 'db_lookup',
        },
      ],
      tools: [{ name: 'db_lookup' }],
    };
    expect(after(`${openai}/responses`, body)).toEqual({
      ...body,
      id: id('resp_'),
      created_at: 0,
      output: [{ id: id('fc_'), call_id: id('call_'), name: 'db_lookup' }],
    });
  });

  it('OpenAI files lets nothing expire', () => {
    const body = {
      id: 'file-CyHtsk7XAWdRabQUBYRjCu',
      created_at: 1_761_861_676,
      expires_at: 1_787_268_484,
      bytes: 17,
    };
    expect(after(`${openai}/files`, body)).toEqual({
      id: id('file-'),
      created_at: 0,
      expires_at: 4_102_444_800,
      bytes: 17,
    });
  });

  it.each([
    [`${openai}/models`, { data: [{ id: 'gpt-4o-2024-11-20', created: 1_649_358_449 }] }],
    [
      `${openai}/models/text-search-babbage-doc-001`,
      { id: 'text-search-babbage-doc-001', created: 1_651_172_509 },
    ],
    [
      'https://api.anthropic.com/v1/models',
      { data: [{ id: 'claude-opus-4-5-20251101', created_at: '2025-11-24T00:00:00Z' }] },
    ],
    [`${gemini}/models`, { models: [{ name: 'models/gemini-2.5-pro', version: '001' }] }],
    [
      'http://localhost:11434/api/tags',
      {
        models: [
          { name: 'llama3.2', digest: 'a80c4f17acd55265feec403c7aef86be0c25983ab279d83f3bcd3abbcb5b8b72' },
        ],
      },
    ],
  ])('nobody touches the list of models at %s', (url, body) => {
    expect(after(url, body)).toEqual(body);
  });

  it('Anthropic takes message, tool and container ids', () => {
    const body = {
      id: 'msg_011CczuLV7CKZK82yVUsU9X1',
      type: 'message',
      content: [
        { type: 'server_tool_use', id: 'srvtoolu_01SPfvT38PDPAFnkcrMNGUrM', name: 'web_search' },
        { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_01SPfvT38PDPAFnkcrMNGUrM' },
      ],
      container: { id: 'container_011CdTdZVCFsK7adq7aaf4ie', expires_at: '2026-07-28T02:01:23.266Z' },
    };
    const result = after('https://api.anthropic.com/v1/messages', body) as typeof body;
    expect(result).toEqual({
      id: id('msg_'),
      type: 'message',
      content: [
        { type: 'server_tool_use', id: id('srvtoolu_'), name: 'web_search' },
        { type: 'web_search_tool_result', tool_use_id: id('srvtoolu_') },
      ],
      container: { id: id('container_'), expires_at: '2100-01-01T00:00:00Z' },
    });
    expect(result.content[1]!.tool_use_id).toBe(result.content[0]!.id);
  });

  it('Anthropic takes the request id of an error', () => {
    const body = {
      type: 'error',
      error: { type: 'overloaded_error', message: 'x' },
      request_id: 'req_011CczuLUs4rPTDTwzo69rNq',
    };
    expect(after('https://api.anthropic.com/v1/messages', body)).toEqual({ ...body, request_id: id('req_') });
  });

  it('Gemini takes response and call ids and leaves thought signatures, in an object, an event and an array', () => {
    const body = {
      candidates: [
        {
          content: {
            parts: [
              { functionCall: { id: 'whZntcQw', name: 'add' }, thoughtSignature: 'EjQKMgERTTIPnjU7agD4GU' },
            ],
          },
        },
      ],
      responseId: 'OYpyaqycKd2V_uMP65TsgA0',
    };
    const expected = {
      candidates: [
        {
          content: {
            parts: [
              {
                functionCall: { id: expect.stringMatching(/^[a-f][0-9a-f]{6}\d$/), name: 'add' },
                thoughtSignature: 'EjQKMgERTTIPnjU7agD4GU',
              },
            ],
          },
        },
      ],
      responseId: id(''),
    };
    expect(after(`${gemini}/models/m:generateContent`, body)).toEqual(expected);
    expect(after(`${gemini}/models/m:streamGenerateContent`, [body])).toEqual([expected]);
    const stream = recorded(`${gemini}/models/m:streamGenerateContent?alt=sse`, eventStream([body], '\r\n'), {
      type: 'text/event-stream',
    });
    expect(normalize(stream)[0]).toMatch(/^data: .*\r\n\r\n$/);
    expect(JSON.parse(normalize(stream)[0]!.slice(6))).toEqual(expected);
  });

  it('Gemini files follows a name into its URI and into the next URL', () => {
    const name = 'files/ofyvwkznt2rs';
    const file = {
      name,
      uri: `${gemini}/${name}`,
      createTime: '2026-07-28T03:21:18.604327Z',
      expirationTime: '2026-07-30T03:21:18Z',
    };
    const interactions = [
      json('https://generativelanguage.googleapis.com/upload/v1beta/files', { file }),
      json(`${gemini}/${name}`, file),
    ];
    const [first, second] = normalizeInteractions(interactions, {
      keyOf: ({ url }) => url,
      provider: findProvider,
    });
    const stable = JSON.parse(Buffer.from(first!.chunks[0]!.bytes).toString()).file;
    expect(stable).toEqual({
      name: id('files/'),
      uri: `${gemini}/${stable.name}`,
      createTime: '1970-01-01T00:00:00Z',
      expirationTime: '2100-01-01T00:00:00Z',
    });
    expect(second!.request.url).toBe(`${gemini}/${stable.name}`);
    expect(JSON.parse(Buffer.from(second!.chunks[0]!.bytes).toString())).toEqual(stable);
  });

  it('Ollama takes the time and the four durations, and leaves the counts', () => {
    const line = {
      model: 'llama3.2',
      created_at: '2024-05-24T20:01:31.01558Z',
      done: true,
      total_duration: 10_386_172_208,
      load_duration: 8_078_850_750,
      prompt_eval_count: 26,
      prompt_eval_duration: 175_861_000,
      eval_count: 298,
      eval_duration: 2_127_200_000,
    };
    expect(after('http://localhost:11434/api/chat', line)).toEqual({
      ...line,
      created_at: '1970-01-01T00:00:00Z',
      total_duration: 0,
      load_duration: 0,
      prompt_eval_duration: 0,
      eval_duration: 0,
    });
  });

  it('Ollama takes the short ids under /v1 as they are too common to be followed', () => {
    const body = {
      id: 'chatcmpl-178',
      created: 1_763_576_325,
      choices: [{ message: { content: 'chatcmpl-178' } }],
    };
    expect(after('http://localhost:11434/v1/chat/completions', body)).toEqual({
      ...body,
      id: 'chatcmpl-0',
      created: 0,
    });
  });

  it('Groq takes its timings, request id and seed', () => {
    const usage = {
      queue_time: 0.05,
      prompt_time: 0.001,
      completion_time: 0.007,
      total_time: 0.008,
      prompt_tokens: 40,
    };
    const body = { usage, x_groq: { id: 'req_01kz5c57bsecstrt2nsgjpng3p', seed: 1_580_406_823 } };
    const zero = { queue_time: 0, prompt_time: 0, completion_time: 0, total_time: 0, prompt_tokens: 40 };
    expect(after('https://api.groq.com/openai/v1/chat/completions', body)).toEqual({
      usage: zero,
      x_groq: { id: id('req_'), seed: 0 },
    });
  });

  it('Mistral takes the padding p, and keeps tool call ids at nine characters', () => {
    const body = { p: 'abcdefghijklmnopqr', choices: [{ message: { tool_calls: [{ id: 'Hfc39Hu7S' }] } }] };
    expect(after('https://api.mistral.ai/v1/chat/completions', body)).toEqual({
      p: '',
      choices: [{ message: { tool_calls: [{ id: expect.stringMatching(/^[a-f][0-9a-f]{7}\d$/) }] } }],
    });
  });

  it('Cohere takes generation ids, as UUIDs', () => {
    const uuid = expect.stringMatching(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    const body = {
      id: 'e788d01a-31b7-48ff-9e2d-5e23f97c0a48',
      generation_id: '613783cf-5a8b-4d4e-b34e-d6c2223a3387',
      finish_reason: 'COMPLETE',
    };
    expect(after('https://api.cohere.com/v2/chat', body)).toEqual({ ...body, id: uuid, generation_id: uuid });
  });

  it('Together takes the seed it drew', () => {
    const given = '{"id":"88fa668fac30bb19-MXP","choices":[{"seed":11570853247114695000}]}';
    expect(normalize(recorded('https://api.together.xyz/v1/chat/completions', given))[0]).toMatch(
      new RegExp(`^\\{"id":"${hex}","choices":\\[\\{"seed":0\\}\\]\\}$`),
    );
  });
});
