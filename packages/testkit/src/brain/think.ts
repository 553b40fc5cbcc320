import { chooseCalls } from './choose-calls.ts';
import {
  lastUserText,
  turnsSinceUser,
  type Conversation,
  type Reply,
  type TokenUsage,
  type Turn,
} from './conversation.ts';
import { fillSchema } from './fill-schema.ts';
import { findIn } from './findings.ts';
import { phrase, thought } from './phrase.ts';
import { countTokens, tokenize } from './tokens.ts';

/** Answers a conversation. A pure function: the same conversation gets the same reply, always and everywhere. */
export function think(conversation: Conversation): Reply {
  const calls = conversation.dictated === undefined ? chooseCalls(conversation) : [];
  const reasoning = conversation.reasoning === true ? thought(conversation) : '';
  const whole = calls.length > 0 ? '' : say(conversation);
  const cut = limit(whole, conversation);
  const output =
    countTokens(cut.text) + calls.reduce((total, call) => total + countTokens(JSON.stringify(call)), 0);
  const reasoningTokens = countTokens(reasoning);
  const input = inputTokens(conversation);
  const usage: TokenUsage = {
    input,
    cached: cachedTokens(input),
    output: output + reasoningTokens,
    reasoning: reasoningTokens,
  };
  return { ...cut, reasoning, calls, finish: calls.length > 0 ? 'tool-calls' : cut.finish, usage };
}

/** How many tokens the request itself costs. */
export function inputTokens({ system, turns, tools }: Conversation): number {
  const spoken = turns.reduce((total, turn) => total + 4 + countTokens(textOf(turn)), 0);
  const offered = tools.reduce((total, tool) => total + 8 + countTokens(JSON.stringify(tool)), 0);
  return 3 + (system === '' ? 0 : 4 + countTokens(system)) + spoken + offered;
}

// Providers cache prompts of 1,024 tokens and more, in steps of 128. Whether a given call hits the cache is chance;
// here it is decided by the length alone, so that a repeated recording has the same usage.
function cachedTokens(input: number): number {
  return input < 1024 ? 0 : Math.floor((input - 1) / 128) * 128;
}

function textOf(turn: Turn): string {
  if (turn.role === 'tool') return turn.result;
  return turn.role === 'assistant' ? `${turn.text}${turn.calls.join(' ')}` : turn.text;
}

function say(conversation: Conversation): string {
  const { format, dictated } = conversation;
  if (dictated !== undefined) return dictated;
  if (format === undefined) return phrase(conversation);
  // A structured answer after a tool loop is about the results as much as about the question.
  const results = turnsSinceUser(conversation).flatMap((turn) => (turn.role === 'tool' ? [turn.result] : []));
  const findings = findIn([lastUserText(conversation), ...results].join('\n'));
  const schema = format.schema ?? {
    type: 'object',
    properties: {
      answer: { type: 'string', description: 'text' },
      topics: { type: 'array', items: { type: 'string' } },
    },
    required: ['answer', 'topics'],
  };
  return JSON.stringify(fillSchema(schema, { findings, known: new Map() }));
}

function limit(
  whole: string,
  { maxTokens, stop = [] }: Conversation,
): Pick<Reply, 'text' | 'finish' | 'stopSequence'> {
  let text = whole;
  let stopSequence: string | undefined;
  for (const sequence of stop) {
    const at = sequence === '' ? -1 : text.indexOf(sequence);
    if (at !== -1) {
      text = text.slice(0, at);
      stopSequence = sequence;
    }
  }
  const tokens = maxTokens === undefined ? [] : tokenize(text);
  if (maxTokens !== undefined && tokens.length > maxTokens)
    return { text: tokens.slice(0, maxTokens).join(''), finish: 'length' };
  return stopSequence === undefined
    ? { text, finish: 'stop' }
    : { text, finish: 'stop-sequence', stopSequence };
}
