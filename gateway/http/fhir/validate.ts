/**
 * `POST /fhir/$validate`: base R4, the profiles a resource claims and those asked for (`?profile=`, Parameters), and our
 * own rules, told as an OperationOutcome; nothing is kept. Which profiles are known is the region's (`packages`).
 */
import type { Request, Response } from 'express';
import { isError, type Issue } from '../../../profiles/issue.ts';
import { formOf } from '../../flows/tree.ts';
import { outcomeOf } from '../../outcome.ts';
import { FHIR_TYPES, isKnown, isTaken, takeBody, type Doors } from '../arrive.ts';
import { sendFault, sendFhir, type Fault } from '../reply.ts';
import type { Route } from '../route.ts';

export const validateRoutes = (doors: Doors): readonly Route[] => [
  { method: 'post', path: '/fhir/$validate', answer: (request, response) => validate(doors, request, response) },
  { method: 'post', path: '/fhir/:type/$validate', answer: (request, response) => validate(doors, request, response) },
];

async function validate(doors: Doors, request: Request, response: Response): Promise<void> {
  if (!isTaken(FHIR_TYPES, request, response) || !isKnown(doors, 'fhir', request, response)) return;
  const body = await takeBody(doors, request, response);
  if (body === null) return;
  const refuse = (status: number, fault: Fault): void => sendFault(request, response, status, fault);
  if (body.tooLarge) {
    const text = `More than ${doors.settings.maxMessageBytes} bytes.`;
    return refuse(413, { code: 'too-long', expression: '', text, rule: 'too-large' });
  }
  const { type } = request.params;
  const checked = await doors.check({
    bytes: body.bytes,
    form: formOf(request.headers['content-type'] ?? ''),
    type: typeof type === 'string' ? type : null,
    profiles: [request.query['profile'] ?? []].flat().filter((one) => typeof one === 'string'),
  });
  if (checked.kind === 'checked') return sendFhir(response, 200, outcomeOf(withVerdict(checked.issues)));
  if (checked.kind === 'unreadable') return refuse(400, checked.issue);
  if (checked.kind === 'busy') {
    const text = 'Too many resources wait to be checked: try again shortly.';
    return refuse(503, { code: 'throttled', expression: '', text, rule: 'busy' });
  }
  const text = 'The check itself failed or took too long; it was logged.';
  refuse(500, { code: 'exception', expression: '', text, rule: 'internal' });
}

/** Silence would leave open whether anything was looked at. */
const withVerdict = (issues: readonly Issue[]): readonly Issue[] =>
  issues.some(isError)
    ? issues
    : [
        ...issues,
        { severity: 'information', code: 'informational', expression: '', text: 'No errors.', rule: 'valid' },
      ];
