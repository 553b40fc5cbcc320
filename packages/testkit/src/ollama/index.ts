import { randomInt } from 'node:crypto';
import { embed } from '../brain/embed.ts';
import { hash } from '../brain/hash.ts';
import { think } from '../brain/think.ts';
import { countTokens, tokenize } from '../brain/tokens.ts';
import { ollamaDialect } from '../compatible/dialects.ts';
import { chatCompletion } from '../openai/chat.ts';
import { embeddings } from '../openai/embeddings.ts';
import { listModels } from '../openai/models.ts';
import { bytes, type Answer } from '../server/answer.ts';
import type { Call } from '../server/call.ts';
import { list, number, record, text, type JsonObject } from '../server/json.ts';
import type { SimulatedProvider } from '../server/provider.ts';
import { answerOllama, wholeJson } from './answer-ollama.ts';
import { chatTurns, readOllama, requireModel } from './read-ollama.ts';

/** A local Ollama server. Needs no key. */
export function createOllama(): SimulatedProvider {
  return {
    routes: [
      { method: 'POST', pattern: '/api/chat', handle: chat },
      { method: 'POST', pattern: '/api/generate', handle: generate },
      { method: 'POST', pattern: '/api/embed', handle: embedTexts },
      { method: 'GET', pattern: '/api/tags', handle: () => wholeJson({ models: MODELS.map(describe) }) },
      { method: 'GET', pattern: '/api/ps', handle: () => wholeJson({ models: [] }) },
      { method: 'POST', pattern: '/api/show', handle: show },
      { method: 'GET', pattern: '/api/version', handle: () => wholeJson({ version: '0.32.1' }) },
      {
        method: 'GET',
        pattern: '/',
        handle: () => bytes(Buffer.from('Ollama is running'), 'text/plain; charset=utf-8'),
      },
      {
        method: 'POST',
        pattern: '/v1/chat/completions',
        handle: (call) => chatCompletion(call, ollamaDialect),
      },
      { method: 'POST', pattern: '/v1/embeddings', handle: (call) => embeddings(call) },
      { method: 'GET', pattern: '/v1/models', handle: listModels },
    ],
    failure: ({ message }) => ({ body: { error: message }, contentType: 'application/json; charset=utf-8' }),
    headers: () => [],
  };
}

function chat(call: Call): Answer {
  const messages = list(call.body['messages']).map(record);
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => text(content));
  const conversation = readOllama(call, chatTurns(messages), system.join('\n'));
  return answerOllama(conversation.model, think(conversation), call.body['stream'] !== false, {
    piece: ({ text: content = '', thinking, calls }) => ({
      message: {
        role: 'assistant',
        content,
        ...(thinking === undefined ? {} : { thinking }),
        ...(calls === undefined ? {} : { tool_calls: calls }),
      },
    }),
  });
}

function generate(call: Call): Answer {
  const prompt = text(call.body['prompt']);
  const conversation = readOllama(call, [{ role: 'user', text: prompt }], text(call.body['system']));
  const reply = think(conversation);
  return answerOllama(conversation.model, reply, call.body['stream'] !== false, {
    piece: ({ text: response = '', thinking }) => ({
      response,
      ...(thinking === undefined ? {} : { thinking }),
    }),
    closing: () => ({ context: tokenize(`${prompt}${reply.text}`).map((token) => hash(token) % 150_000) }),
  });
}

function embedTexts({ body }: Call): Answer {
  const model = requireModel(body);
  const inputs = (Array.isArray(body['input']) ? body['input'] : [body['input']]).map(text);
  const dimensions = number(body['dimensions']) ?? 768;
  return wholeJson({
    model,
    embeddings: inputs.map((input) =>
      Array.from(embed(input, dimensions), (value) => Number(value.toPrecision(8))),
    ),
    total_duration: randomInt(10_000_000, 90_000_000),
    load_duration: randomInt(1_000_000, 9_000_000),
    prompt_eval_count: inputs.reduce((total, input) => total + countTokens(input), 0),
  });
}

const MODELS = ['llama3.2:latest', 'qwen3:8b', 'nomic-embed-text:latest'];

function describe(name: string): JsonObject {
  const digest = hash(name).toString(16).padStart(8, '0').repeat(8);
  const details = {
    parent_model: '',
    format: 'gguf',
    family: 'llama',
    families: ['llama'],
    parameter_size: '3.2B',
    quantization_level: 'Q4_K_M',
  };
  return {
    name,
    model: name,
    modified_at: '2026-01-15T09:00:00.123456789Z',
    size: 2_019_393_189,
    digest,
    details,
  };
}

function show({ body }: Call): Answer {
  const { details, modified_at } = describe(requireModel(body));
  return wholeJson({
    license: 'none',
    modelfile: '# a simulated model',
    template: '{{ .Prompt }}',
    details,
    model_info: { 'general.architecture': 'llama', 'llama.context_length': 131_072 },
    capabilities: ['completion', 'tools'],
    modified_at,
  });
}
