/**
 * What a model may answer in one way or another: text, a tool call, reasoning. Which one it takes says nothing of the API, so that a
 * way it did not take this time is a note as long as it took another one that is known here. Seen in recordings of the same calls.
 */
const kinds: readonly RegExp[] = [
  // Anthropic: content blocks, and the deltas of a stream.
  /^(?:text|thinking|redacted_thinking|tool_use|server_tool_use|\w+_tool_result)$/,
  /^(?:text|input_json|thinking|signature|citations)_delta$/,
  // OpenAI's Responses API: output items, parts of a message, and the events that tell of them.
  /^(?:message|reasoning|\w+_call)$/,
  /^(?:output_text|refusal|reasoning_text|summary_text)$/,
  /^response\.(?:output_item|content_part|output_text|refusal|reasoning\w*|\w+_call(?:_\w+)?|audio|audio_transcript)\.[\w.]+$/,
];

const fields: readonly ReadonlySet<string>[] = [
  // Chat completions, whole and as deltas, and Ollama.
  new Set([
    'annotations',
    'audio',
    'content',
    'function_call',
    'reasoning',
    'reasoning_content',
    'reasoning_details',
    'refusal',
    'thinking',
    'tool_calls',
  ]),
  // Parts of Gemini's content.
  new Set([
    'codeExecutionResult',
    'executableCode',
    'fileData',
    'functionCall',
    'inlineData',
    'text',
    'thought',
    'thoughtSignature',
  ]),
];

/** Whether an object or event of kind `gone` and those in its place are ways of answering that a model chooses from. */
export function isChoiceOfKind(gone: string, instead: readonly string[]): boolean {
  return kinds.some((family) => family.test(gone) && instead.every((kind) => family.test(kind)));
}

/** Whether a field that is gone and one that is there are ways of answering that a model chooses from. */
export function isChoiceOfField(gone: string, present: Iterable<string>): boolean {
  const family = fields.find((names) => names.has(gone));
  if (family === undefined) return false;
  for (const name of present) if (family.has(name)) return true;
  return false;
}
