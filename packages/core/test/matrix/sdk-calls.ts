import Anthropic from '@anthropic-ai/sdk';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { GoogleGenAI } from '@google/genai';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, streamText } from 'ai';
import { Ollama } from 'ollama';
import OpenAI from 'openai';

/** A call of a real SDK as an application makes it, giving what the application gets. */
export interface SdkCall {
  readonly name: string;
  run(): Promise<unknown>;
}

const question = 'What is the weather in Lisbon today?';
const weather = {
  name: 'get_weather',
  description: 'Current weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
} as const;

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const openai = (): OpenAI => new OpenAI();
const anthropic = (): Anthropic => new Anthropic();
const google = (): GoogleGenAI => new GoogleGenAI({ apiKey: process.env['GEMINI_API_KEY']! });
const ollama = (): Ollama => new Ollama({ host: 'http://127.0.0.1:11434' });
const asked = [{ role: 'user' as const, content: question }];

export const sdkCalls: readonly SdkCall[] = [
  {
    name: 'openai chat',
    run: () => openai().chat.completions.create({ model: 'gpt-4o-mini', messages: asked }),
  },
  {
    name: 'openai chat, streamed with usage',
    run: async () =>
      all(
        await openai().chat.completions.create({
          model: 'gpt-4o-mini',
          messages: asked,
          stream: true,
          stream_options: { include_usage: true },
        }),
      ),
  },
  {
    name: 'openai chat, a tool loop of two turns',
    async run() {
      const client = openai();
      const tools = [{ type: 'function' as const, function: weather }];
      const first = await client.chat.completions.create({ model: 'gpt-4o-mini', messages: asked, tools });
      const { message } = first.choices[0]!;
      const results = (message.tool_calls ?? []).map((call) => ({
        role: 'tool' as const,
        tool_call_id: call.id,
        content: '{"sky":"clear"}',
      }));
      const second = await client.chat.completions.create({
        model: 'gpt-4o-mini',
        messages: [...asked, message, ...results],
        tools,
      });
      return [first, second];
    },
  },
  {
    name: 'openai responses, the second by the id of the first',
    async run() {
      const client = openai();
      const first = await client.responses.create({ model: 'gpt-4o-mini', input: question });
      const second = await client.responses.create({
        model: 'gpt-4o-mini',
        input: 'And tomorrow?',
        previous_response_id: first.id,
      });
      return [first.output_text, second.output_text, first.usage];
    },
  },
  {
    name: 'openai responses, streamed',
    run: async () =>
      all(await openai().responses.create({ model: 'gpt-4o-mini', input: question, stream: true })),
  },
  {
    name: 'openai embeddings',
    run: () =>
      openai().embeddings.create({ model: 'text-embedding-3-small', input: ['one text', 'another'] }),
  },
  {
    name: 'openai speech',
    async run() {
      const speech = await openai().audio.speech.create({
        model: 'tts-1',
        voice: 'alloy',
        input: 'Hello there',
      });
      return Buffer.from(await speech.arrayBuffer()).toString('base64');
    },
  },
  {
    name: 'openai transcription of an uploaded file',
    run: () =>
      openai().audio.transcriptions.create({
        model: 'whisper-1',
        file: new File([new Uint8Array([82, 73, 70, 70, 0, 255, 128, 1])], 'hello.wav'),
      }),
  },
  {
    name: 'anthropic messages',
    run: () => anthropic().messages.create({ model: 'claude-haiku-4-5', max_tokens: 200, messages: asked }),
  },
  {
    name: 'anthropic messages, streamed',
    run: async () =>
      all(
        await anthropic().messages.create({
          model: 'claude-haiku-4-5',
          max_tokens: 200,
          messages: asked,
          stream: true,
        }),
      ),
  },
  {
    name: 'anthropic messages, a streamed tool loop of two turns',
    async run() {
      const client = anthropic();
      const { name, description, parameters } = weather;
      const tools = [{ name, description, input_schema: { ...parameters, required: ['city'] } }];
      const options = { model: 'claude-haiku-4-5', max_tokens: 200, tools };
      const first = await client.messages.stream({ ...options, messages: asked }).finalMessage();
      const results = first.content.flatMap((block) =>
        block.type === 'tool_use'
          ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: 'clear' }]
          : [],
      );
      const second = await client.messages
        .stream({
          ...options,
          messages: [
            ...asked,
            { role: 'assistant', content: first.content },
            { role: 'user', content: results },
          ],
        })
        .finalMessage();
      return [first, second];
    },
  },
  {
    name: 'ai with its OpenAI provider',
    run: async () => (await generateText({ model: createOpenAI()('gpt-4o-mini'), prompt: question })).text,
  },
  {
    name: 'ai with its OpenAI provider, streamed',
    run: async () =>
      all(streamText({ model: createOpenAI().chat('gpt-4o-mini'), prompt: question }).textStream),
  },
  {
    name: 'ai with its Anthropic provider, streamed',
    run: async () =>
      all(streamText({ model: createAnthropic()('claude-haiku-4-5'), prompt: question }).textStream),
  },
  {
    name: '@google/genai',
    run: async () =>
      (await google().models.generateContent({ model: 'gemini-2.5-flash', contents: question })).text,
  },
  {
    name: '@google/genai, streamed',
    run: async () =>
      (
        await all(
          await google().models.generateContentStream({ model: 'gemini-2.5-flash', contents: question }),
        )
      ).map(({ text }) => text),
  },
  {
    name: 'ollama chat',
    run: async () => (await ollama().chat({ model: 'llama3.2', messages: asked })).message,
  },
  {
    name: 'ollama chat, streamed',
    run: async () =>
      (await all(await ollama().chat({ model: 'llama3.2', messages: asked, stream: true }))).map(
        ({ message, done }) => [message, done],
      ),
  },
  {
    name: 'LangChain OpenAI',
    run: async () => (await new ChatOpenAI({ model: 'gpt-4o-mini' }).invoke(question)).content,
  },
  {
    name: 'LangChain OpenAI, streamed',
    run: async () =>
      (await all(await new ChatOpenAI({ model: 'gpt-4o-mini' }).stream(question))).map(
        ({ content }) => content,
      ),
  },
];
