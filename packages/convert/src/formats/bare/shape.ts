/** Which API an answer is of, told by its fields. */
export interface Shape {
  /** Path of the call. */
  readonly path: string;
  /** How its streams are framed. */
  readonly framing?: 'sse' | 'lines';
  /** Whether each event is named by its `type`. */
  readonly eventNames?: boolean;
  /** Whether the stream ends with `[DONE]`. */
  readonly done?: boolean;
  readonly lineEnd?: '\n' | '\r\n';
  readonly status?: number;
}

const chat = { path: '/v1/chat/completions', framing: 'sse', done: true } as const;
const responses = { path: '/v1/responses', framing: 'sse', eventNames: true } as const;
const messages = { path: '/v1/messages', framing: 'sse', eventNames: true } as const;
const gemini = { framing: 'sse', lineEnd: '\r\n' } as const;

/** In the order in which they are tried: the first that fits is taken. Fields are those of the providers' API references. */
const shapes: readonly (readonly [RegExp, Shape | ((text: string) => Shape)])[] = [
  [/"object":\s*"(?:chat\.completion|chat\.completion\.chunk)"/, chat],
  [/"object":\s*"text_completion"/, { ...chat, path: '/v1/completions' }],
  [/"type":\s*"response\.(?:created|in_progress|output_\w+|completed)/, responses],
  [/"object":\s*"response"/, responses],
  [/"type":\s*"message_start"/, messages],
  [
    /"type":\s*"message",[^]{0,400}"role":\s*"assistant"|"role":\s*"assistant"[^]{0,400}"type":\s*"message"/,
    messages,
  ],
  [/"stop_reason":/, messages],
  [
    /"event_type":\s*"interaction\.|"object":\s*"interaction"/,
    { path: '/v1beta/interactions', framing: 'sse' },
  ],
  [/"type":\s*"message-start"/, { path: '/v2/chat', framing: 'sse', eventNames: true }],
  [/"results":\s*\[\s*\{\s*"index":[^]{0,80}"relevance_score":/, { path: '/v2/rerank' }],
  [
    /"usageMetadata":|"candidates":\s*\[/,
    (text) => ({ ...gemini, path: `/v1beta/models/${geminiModel(text)}:streamGenerateContent` }),
  ],
  [/"done":\s*(?:true|false)/, { path: '/api/chat', framing: 'lines' }],
  [/"object":\s*"list"[^]*"embedding":/, { path: '/v1/embeddings' }],
  [/"choices":\s*\[/, chat],
  [/"segments":\s*\[|"language":[^]*"text":/, { path: '/v1/audio/transcriptions' }],
  [
    /"@type":\s*"type\.googleapis\.com/,
    (text) => ({ path: '/v1beta/models/unknown-model:generateContent', status: errorCode(text) }),
  ],
  [
    /^\s*\{\s*"(?:error|type)":\s*(?:\{|"error")/,
    (text) => ({ path: '/v1/chat/completions', status: errorCode(text) }),
  ],
];

export function findShape(text: string): Shape | undefined {
  const head = text.slice(0, 65_536);
  for (const [pattern, shape] of shapes) {
    if (pattern.test(head)) return typeof shape === 'function' ? shape(head) : shape;
  }
  return undefined;
}

function geminiModel(text: string): string {
  return /"modelVersion":\s*"([\w.-]+)"/.exec(text)?.[1] ?? 'unknown-model';
}

function errorCode(text: string): number {
  const code = Number(/"(?:code|status_code|status)":\s*(\d{3})\b/.exec(text)?.[1]);
  return code >= 400 && code <= 599 ? code : 400;
}
