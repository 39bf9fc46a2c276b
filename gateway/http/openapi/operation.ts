/** Small parts the paths are put together from. */
import type { z } from 'zod';
import { ref, schemaOf, type Json, type SCHEMAS } from './schemas.ts';

export type Name = keyof typeof SCHEMAS;
/** Method to operation, for one path. */
export type Paths = Readonly<Record<string, Readonly<Record<string, Json>>>>;

const FHIR = 'application/fhir+json';

export const json = (name: Name, example?: unknown): Json => ({
  'application/json': { schema: ref(name), ...(example === undefined ? {} : { example }) },
});
export const fhir = (name: Name, example?: unknown): Json => ({
  [FHIR]: { schema: ref(name), ...(example === undefined ? {} : { example }) },
  'application/fhir+xml': { schema: { type: 'string', description: `The same ${name} in FHIR XML` } },
});

/** `content` under a status, with words. */
export const says = (description: string, content?: Json, headers?: Json): Json => ({
  description,
  ...(content === undefined ? {} : { content }),
  ...(headers === undefined ? {} : { headers }),
});

const header = (description: string): Json => ({ description, schema: { type: 'string' } });
export const LOCATION: Json = { Location: header('/messages/{id}') };
export const ETAG: Json = { ETag: header('W/"version"') };

const REFUSALS: Readonly<Record<string, string>> = {
  '400': 'Not readable: syntax, encoding, depth, a key said twice, a parameter that is not known',
  '401': 'Sender unknown',
  '403': 'Sender known, but not allowed',
  '404': 'Not found, or `not-supported`: no flow for this type of message',
  '406': 'Neither FHIR JSON nor FHIR XML is accepted as the answer',
  '409': '`duplicate`: the same key was accepted with other content',
  '412': 'Stale: the Task has moved on',
  '413': 'Too large',
  '415': 'A media type, or an encoding, that this door does not take',
  '422': 'The content breaks a rule; `expression` says where',
  '428': 'If-Match is missing',
  '503': 'Cannot store now, or too busy; nothing was promised. See Retry-After',
};

/** What a partner's door answers to what it refuses. */
export const refusals = (...statuses: string[]): Json =>
  Object.fromEntries(statuses.map((status) => [status, says(REFUSALS[status] ?? '', fhir('OperationOutcome'))]));

/** What the tracking API answers to what it refuses. */
export const errors = (...statuses: string[]): Json =>
  Object.fromEntries(
    statuses.map((status) => [status, says(TRACKING[status] ?? REFUSALS[status] ?? '', json('Error'))]),
  );

const TRACKING: Readonly<Record<string, string>> = {
  '400': 'A parameter that is not known or not valid; `location` says which',
  '401': 'No key, or not one of ours',
  '403': 'INTEGRATOR_KEY shows no contents, and does not run the gateway',
  '404': 'No such thing, or nothing kept of it',
  '409': 'Not to be replayed, or a newer message already changed the same thing (`force` sends it all the same)',
};

export const inPath = (name: string, description: string): Json => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string' },
});

/** Query parameters, as zod has them. */
export function inQuery(schema: z.ZodType): Json[] {
  const { properties } = schemaOf(schema) as { properties?: Record<string, Json> };
  return Object.entries(properties ?? {}).map(([name, one]) => ({ name, in: 'query', schema: one }));
}
