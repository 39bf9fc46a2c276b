/** `POST /transfers`: a transfer request as plain JSON, for a sender without FHIR or HL7 v2. */
import { arrive, type Doors } from './arrive.ts';
import { sendJson, sendRefusal } from './reply.ts';
import type { Route } from './route.ts';

export const transferRoutes = (doors: Doors): readonly Route[] => [
  {
    method: 'post',
    path: '/transfers',
    answer: async (request, response) => {
      const arrival = await arrive(doors, 'transfers', ['application/json'], request, response);
      if (arrival === null) return;
      const received = await doors.receive(arrival);
      if (received.message !== null) response.setHeader('location', `/messages/${received.message.id}`);
      if (!received.ok) return sendRefusal(response, received.refusal);
      const { id, task, warnings } = received.message;
      sendJson(response, 200, { id, task, warnings });
    },
  },
];
