/** The tracking API's view of messages: what arrived, and what became of it. */
import type { Request, Response } from 'express';
import type { MessageFilter } from '../../ledger/ledger.ts';
import type { Doors } from '../arrive.ts';
import { sendBytes, sendFault, sendJson } from '../reply.ts';
import type { Route } from '../route.ts';
import { keyed, seesContents } from './keys.ts';
import { tell } from './message.ts';
import { given, messageQuery, messageSearch, noQuery } from './query.ts';
import { readBodyBy, readQuery } from './read.ts';

export const messageRoutes = (doors: Doors): readonly Route[] => [
  keyed(doors, {
    method: 'get',
    path: '/messages',
    answer: async (request, response) => {
      const query = readQuery(messageQuery, request, response);
      if (query !== null) await list(doors, { ...given(query), limit: query.limit }, request, response);
    },
  }),
  keyed(doors, {
    method: 'post',
    path: '/messages/search',
    answer: async (request, response) => {
      if (readQuery(noQuery, request, response) === null) return;
      const body = await readBodyBy(messageSearch, doors, request, response);
      if (body !== null) await list(doors, { ...given(body), limit: body.limit }, request, response);
    },
  }),
  keyed(doors, {
    method: 'get',
    path: '/messages/:id',
    answer: async (request, response) => {
      const message = await doors.ledger.message(idOf(request));
      if (message === null) return unknown(request, response);
      sendJson(response, 200, await tell(doors.ledger, message, seesContents(doors, request)));
    },
  }),
  keyed(doors, { method: 'get', path: '/messages/:id/raw', answer: content(doors, 'raw') }, 'contents'),
  keyed(doors, { method: 'get', path: '/messages/:id/mapped', answer: content(doors, 'mapped') }, 'contents'),
  keyed(doors, {
    method: 'get',
    path: '/messages/:id/explain',
    answer: async (request, response) => {
      const explained = await doors.explain(idOf(request));
      if (explained === 'not-found') unknown(request, response);
      else if (explained === 'no-content') gone(request, response);
      else sendJson(response, 200, explained);
    },
  }),
];

export const idOf = (request: Request): string => String(request.params['id']);

async function list(doors: Doors, filter: MessageFilter, request: Request, response: Response): Promise<void> {
  const whole = seesContents(doors, request);
  const page = await doors.ledger.messages(filter);
  const items = await Promise.all(page.items.map((message) => tell(doors.ledger, message, whole)));
  sendJson(response, 200, { items, next: page.next });
}

const content =
  (doors: Doors, which: 'raw' | 'mapped') =>
  async (request: Request, response: Response): Promise<void> => {
    if ((await doors.ledger.message(idOf(request))) === null) return unknown(request, response);
    const found = await doors.ledger[which](idOf(request));
    if (found === null) return gone(request, response);
    // A partner's bytes: shown as what they were said to be, never run as a page (headers.ts forbids sniffing).
    response.setHeader('content-disposition', 'attachment');
    sendBytes(response, 200, found.mediaType, found.bytes);
  };

export const unknown = (request: Request, response: Response): void =>
  sendFault(request, response, 404, {
    code: 'not-found',
    expression: '',
    text: 'No such message.',
    rule: 'not-found',
  });

const gone = (request: Request, response: Response): void =>
  sendFault(request, response, 404, {
    code: 'not-found',
    expression: '',
    text: 'Nothing kept: the message was never mapped, or its content has been destroyed.',
    rule: 'no-content',
  });
