import type { Desk } from '../desk/desk.ts';
import { HttpProblem } from './http-problem.ts';
import type { Route, Visit } from './route.ts';
import { sendJson } from './send-json.ts';

/** The list of tickets, and the two things the model can do for one. */
export function createTicketRoutes(desk: Desk): Route[] {
  const idOf = ({ params }: Visit): string => {
    const id = params['id'] ?? '';
    if (desk.tickets.get(id) === undefined)
      throw new HttpProblem(404, 'no-ticket', 'There is no such ticket.');
    return id;
  };
  return [
    {
      method: 'GET',
      path: '/api/tickets',
      handle: ({ response }) => sendJson(response, 200, desk.tickets.list()),
    },
    {
      method: 'POST',
      path: '/api/tickets/:id/summary',
      handle: async (visit) =>
        sendJson(visit.response, 200, await desk.summarizeTicket(idOf(visit), visit.signal)),
    },
    {
      method: 'POST',
      path: '/api/tickets/:id/classification',
      handle: async (visit) =>
        sendJson(visit.response, 200, await desk.classifyTicket(idOf(visit), visit.signal)),
    },
  ];
}
