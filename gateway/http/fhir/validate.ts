/** `POST /fhir/$validate`: base R4 structure and our own rules, told as an OperationOutcome; nothing is kept. */
import type { Request, Response } from 'express';
import type { FhirResource } from 'fhir/r4.js';
import { isError, type Issue } from '../../../profiles/issue.ts';
import { checkRules } from '../../../profiles/rules.ts';
import { checkStructure } from '../../../profiles/structure.ts';
import { formOf, readTree } from '../../flows/tree.ts';
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
  const read = readTree(body.bytes, formOf(request.headers['content-type'] ?? ''));
  if (!read.ok) return refuse(400, read.issue);
  const asked = askedOf(read.value);
  if (asked === null) {
    const words = 'Send a resource, or Parameters with one named "resource".';
    return refuse(400, { code: 'structure', expression: '$', text: words, rule: 'resource' });
  }
  sendFhir(response, 200, outcomeOf(judge(asked, request.params['type'])));
}

interface Asked {
  readonly resource: unknown;
  readonly profiles: readonly string[];
}

/** A plain resource, or the `resource` and `profile` of a Parameters (R4 resource-operation-validate.html). */
function askedOf(value: unknown): Asked | null {
  const type = get(value, 'resourceType');
  if (typeof type !== 'string') return null;
  if (type !== 'Parameters') return { resource: value, profiles: profilesOf(get(get(value, 'meta'), 'profile')) };
  const list = get(value, 'parameter');
  const named = (name: string): unknown =>
    Array.isArray(list) ? list.find((parameter) => get(parameter, 'name') === name) : undefined;
  const resource = get(named('resource'), 'resource');
  const profile = get(named('profile'), 'valueUri') ?? get(named('profile'), 'valueCanonical');
  return typeof get(resource, 'resourceType') === 'string' ? { resource, profiles: profilesOf([profile]) } : null;
}

const get = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

const profilesOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

function judge({ resource, profiles }: Asked, type: unknown): Issue[] {
  const issues = checkStructure(resource);
  if (!issues.some(isError)) issues.push(...checkRules(resource as FhirResource));
  const actual = get(resource, 'resourceType');
  if (typeof type === 'string' && actual !== type) {
    const text = 'The resource is of another type than the address says.';
    issues.unshift({ severity: 'error', code: 'invalid', expression: 'resourceType', text, rule: 'type' });
  }
  if (profiles.length > 0) {
    // Silence would read as "conforms".
    const text = 'Checked here: base R4 and the gateway’s own rules. Profiles are checked by the `validate` command.';
    issues.push({ severity: 'information', code: 'informational', expression: 'meta.profile', text, rule: 'profiles' });
  }
  if (!issues.some(isError)) {
    const text = 'No errors.';
    issues.push({ severity: 'information', code: 'informational', expression: '', text, rule: 'valid' });
  }
  return issues;
}
