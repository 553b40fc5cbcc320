import { z } from 'zod';

import type { AgentEvent } from '../agent/agent-event.ts';
import type { Desk } from '../desk/desk.ts';
import { openEventStream } from './event-stream.ts';
import { toProblem } from './http-problem.ts';
import { readJson } from './read-json.ts';
import { describeError, type Log } from './request-log.ts';
import type { Route } from './route.ts';

const said = z.string().trim().min(1).max(4000);

const askBody = z.object({
  question: said,
  history: z
    .array(z.object({ from: z.enum(['customer', 'desk']), text: said }))
    .max(20)
    .default([]),
});

/** `POST /api/ask`: the answer as server-sent events, in the order and with the names of {@link AgentEvent}, or `problem`. */
export function createAskRoute(desk: Desk, log: Log): Route {
  return {
    method: 'POST',
    path: '/api/ask',
    async handle({ request, response, signal }) {
      const { question, history } = await readJson(request, askBody);
      const events = openEventStream(response, signal);
      try {
        for await (const event of desk.ask(question, { history, signal }))
          await events.send(event.type, forPage(event));
      } catch (error) {
        if (signal.aborted) return;
        // The status line is long gone, so the problem travels as an event.
        log(`POST /api/ask failed: ${describeError(error)}`);
        const { kind, message } = toProblem(error);
        await events.send('problem', { kind, message });
      }
      events.end();
    },
  };
}

/** What the page needs of an event: not the tools' output, which is written for the model. */
function forPage(event: AgentEvent): unknown {
  switch (event.type) {
    case 'text':
      return { turn: event.turn, text: event.text };
    case 'tool-called':
      return { id: event.call.id, name: event.call.name, input: event.call.input };
    case 'tool-finished':
      return { id: event.result.id, name: event.result.name, ok: event.result.ok };
    case 'done':
      return event.answer;
  }
}
