/** The Task workflow at the door: read, search, and move a Task with the version it was read at. */
import type { Request, Response } from 'express';
import type { Doors } from '../arrive.ts';
import { sendFault } from '../reply.ts';
import type { Route } from '../route.ts';
import { callerOf, FORBIDDEN, idOf, NOT_FOUND, sendTask } from './task-answer.ts';
import { searchTasks } from './task-search.ts';
import { updateTask } from './task-update.ts';

export const taskRoutes = (doors: Doors): readonly Route[] => [
  { method: 'get', path: '/fhir/Task/:id', answer: (request, response) => readTask(doors, request, response) },
  { method: 'get', path: '/fhir/Task', answer: (request, response) => searchTasks(doors, request, response) },
  { method: 'put', path: '/fhir/Task/:id', answer: (request, response) => updateTask(doors, request, response) },
];

async function readTask(doors: Doors, request: Request, response: Response): Promise<void> {
  const caller = callerOf(doors, request, response);
  if (caller === null) return;
  const view = await doors.tasks.read(idOf(request), caller);
  if (view === 'not-found') sendFault(request, response, 404, NOT_FOUND);
  else if (view === 'forbidden') sendFault(request, response, 403, FORBIDDEN);
  else sendTask(response, view);
}
