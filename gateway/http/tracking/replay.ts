/** Sending again what was stored: one message, or all that a filter finds. */
import type { Request, Response } from 'express';
import { lineOf, placeOf } from '../../flows/difference.ts';
import type { Doors } from '../arrive.ts';
import { sendFault, sendJson } from '../reply.ts';
import type { Route } from '../route.ts';
import { keyed, seesContents } from './keys.ts';
import { idOf, unknown } from './messages.ts';
import { given, noQuery, replayBody, replayMany, replayQuery } from './query.ts';
import { readBodyBy, readQuery } from './read.ts';

export const replayRoutes = (doors: Doors): readonly Route[] => [
  keyed(doors, {
    method: 'post',
    path: '/messages/:id/replay',
    answer: (request, response) => replay(doors, request, response),
  }),
  keyed(
    doors,
    {
      method: 'post',
      path: '/replay',
      answer: async (request, response) => {
        if (readQuery(noQuery, request, response) === null) return;
        const body = await readBodyBy(replayMany, doors, request, response);
        if (body === null) return;
        const { dryRun, mapping, force, limit, ...filter } = body;
        sendJson(response, 200, await doors.replayMany({ ...given(filter), limit }, { dryRun, mapping, force }));
      },
    },
    'operator',
  ),
];

async function replay(doors: Doors, request: Request, response: Response): Promise<void> {
  const query = readQuery(replayQuery, request, response);
  if (query === null) return;
  const body = await readBodyBy(replayBody, doors, request, response);
  if (body === null) return;
  const { mapping, dryRun } = query;
  const replayed =
    dryRun === 'true'
      ? await doors.rehearse(idOf(request), { mapping })
      : await doors.replay(idOf(request), { mapping, force: body.force });
  if (replayed.ok) {
    const told = seesContents(doors, request) ? lineOf : placeOf;
    const difference = 'difference' in replayed ? { difference: replayed.difference.map(told) } : {};
    return sendJson(response, 200, { deliveries: 'deliveries' in replayed ? replayed.deliveries : [], ...difference });
  }
  if (replayed.reason === 'not-found') return unknown(request, response);
  if (replayed.reason === 'not-replayable') {
    return sendFault(request, response, 409, {
      code: 'conflict',
      expression: '',
      text: replayed.text,
      rule: 'not-replayable',
    });
  }
  sendJson(response, 409, {
    error: {
      code: 'newer-message',
      text: `Message ${replayed.newer} already changed the same thing; {"force": true} sends this one after it.`,
      location: `/messages/${replayed.newer}`,
    },
    newer: replayed.newer,
  });
}
