import type { ChatModel } from '../llm/chat-model.ts';
import { addUsage, type Reply, type ToolResult, type Turn, type Usage } from '../llm/conversation.ts';
import type { Toolbox } from '../tools/toolbox.ts';
import type { AgentEvent, Answer, ToolUse } from './agent-event.ts';

export interface AgentRun {
  readonly model: ChatModel;
  readonly toolbox: Toolbox;
  readonly instructions: string;
  /** Ends with what the customer just asked. */
  readonly turns: readonly Turn[];
  /** Most calls to the model. */
  readonly maxTurns: number;
  readonly signal?: AbortSignal | undefined;
}

const refused = 'I am sorry, I cannot help with that. Please ask me about an order or about our goods.';
const outOfTurns =
  'I could not find the answer in time. Please ask again, or ask me to open a ticket for the team.';

/**
 * Lets the model speak and use tools until it answers. Calls of one turn run at the same time, and their results go back in the
 * order of the calls, whichever was ready first. Throws `ModelFailure`.
 */
export async function* runAgent(run: AgentRun): AsyncGenerator<AgentEvent, void, undefined> {
  const { model, toolbox, instructions, maxTurns, signal } = run;
  const turns: Turn[] = [...run.turns];
  const tools: ToolUse[] = [];
  let usage: Usage = { inputTokens: 0, outputTokens: 0 };

  for (let turn = 1; turn <= maxTurns; turn += 1) {
    let reply: Reply | undefined;
    for await (const event of model.stream({ instructions, turns, tools: toolbox.definitions }, signal)) {
      if (event.type === 'text') yield { type: 'text', turn, text: event.text };
      else reply = event.reply;
    }
    if (reply === undefined) throw new Error('the model ended its turn without a reply');
    usage = addUsage(usage, reply.usage);

    if (reply.stop !== 'tools') {
      const { stop } = reply;
      // Some refusals come without a word.
      const text = reply.text === '' && stop === 'refused' ? refused : reply.text;
      if (text !== reply.text) yield { type: 'text', turn, text };
      yield done({ text, stop, turns: turn, tools, usage });
      return;
    }

    for (const call of reply.toolCalls) yield { type: 'tool-called', turn, call };
    const results: ToolResult[] = await Promise.all(reply.toolCalls.map((call) => toolbox.run(call, signal)));
    for (const [i, result] of results.entries()) {
      tools.push({ name: result.name, input: reply.toolCalls[i]!.input, ok: result.ok, turn });
      yield { type: 'tool-finished', turn, result };
    }
    turns.push({ role: 'assistant', reply }, { role: 'tools', results });
  }

  yield { type: 'text', turn: maxTurns + 1, text: outOfTurns };
  yield done({ text: outOfTurns, stop: 'turn-limit', turns: maxTurns, tools, usage });
}

function done(answer: Answer): AgentEvent {
  return { type: 'done', answer };
}
