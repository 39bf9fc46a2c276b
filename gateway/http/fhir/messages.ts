/** `POST /fhir` (transaction) and `POST /fhir/$process-message`: in by FHIR, stored before the answer. */
import type { Request, Response } from 'express';
import type { Bundle } from 'fhir/r4.js';
import { formOf, readTree } from '../../flows/tree.ts';
import type { Arrival } from '../../intake/receive.ts';
import type { StoredMessage } from '../../ledger/ledger.ts';
import { arrive, FHIR_TYPES, type Doors } from '../arrive.ts';
import { sendFhir, sendRefusal } from '../reply.ts';
import type { Route } from '../route.ts';
import { askedOf, messageResponse, transactionResponse, type Asked } from './answer.ts';

type Tell = (message: StoredMessage, asked: Asked) => Bundle;

export const fhirMessageRoutes = (doors: Doors): readonly Route[] => [
  { method: 'post', path: '/fhir', answer: take(doors, 'fhir', transactionResponse) },
  {
    method: 'post',
    path: '/fhir/$process-message',
    answer: take(doors, 'process-message', (message, asked) => messageResponse(message, asked, doors.region.id)),
  },
];

/** The request was accepted, and so is readable; JSON.parse will do for the little the answer takes from it. */
function treeOf({ bytes, mediaType }: Arrival): unknown {
  if (formOf(mediaType) === 'json') return JSON.parse(new TextDecoder().decode(bytes));
  const read = readTree(bytes, 'xml');
  return read.ok ? read.value : null;
}

const take =
  (doors: Doors, door: 'fhir' | 'process-message', tell: Tell) =>
  async (request: Request, response: Response): Promise<void> => {
    const arrival = await arrive(doors, door, FHIR_TYPES, request, response);
    if (arrival === null) return;
    const received = await doors.receive(arrival);
    if (received.message !== null) response.setHeader('location', `/messages/${received.message.id}`);
    if (received.ok) sendFhir(response, 200, tell(received.message, askedOf(treeOf(arrival))));
    else sendRefusal(response, received.refusal);
  };
