/**
 * `GET /fhir/{Type}/{id}` and `GET /fhir/{Type}?identifier=system|value`: what a transfer disclosed to the caller, as it
 * was disclosed: before acceptance the resources of the advance notice, after it those of the handoff. Nothing else is
 * held here, so nothing else is found; what another party may see is not told apart from what does not exist.
 */
import type { Request, Response } from 'express';
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { readJson } from '../../../profiles/json/read.ts';
import { nameOf, resourceIn, type Asked } from '../../transfer/disclosed.ts';
import type { Doors } from '../arrive.ts';
import { noRoute } from '../faults.ts';
import { sendFault, sendFhir } from '../reply.ts';
import type { Route } from '../route.ts';
import { callerOf, etag, idOf } from './task-answer.ts';

export const disclosedRoutes = (doors: Doors): readonly Route[] => [
  { method: 'get', path: '/fhir/:type/:id', answer: (request, response) => read(doors, request, response) },
  { method: 'get', path: '/fhir/:type', answer: (request, response) => search(doors, request, response) },
];

const isType = (type: string): boolean => /^[A-Z][A-Za-z]{1,63}$/.test(type);
const typeOf = (request: Request): string => String(request.params['type']);

async function read(doors: Doors, request: Request, response: Response): Promise<void> {
  const type = typeOf(request);
  const id = idOf(request);
  if (!isType(type) || id.startsWith('$')) return noRoute(request, response);
  const found = await find(doors, type, { id }, request, response);
  if (found === 'answered') return;
  if (found === null) {
    const text = 'No such resource was disclosed to you.';
    return sendFault(request, response, 404, { code: 'not-found', expression: type, text, rule: 'not-found' });
  }
  response.setHeader('etag', etag(found.version));
  sendFhir(response, 200, found.resource);
}

async function search(doors: Doors, request: Request, response: Response): Promise<void> {
  const type = typeOf(request);
  if (!isType(type)) return noRoute(request, response);
  const { identifier, ...rest } = request.query;
  const others = Object.keys(rest).filter((name) => name !== '_format');
  const parts = typeof identifier === 'string' ? /^([^|]*)\|([^|]+)$/.exec(identifier) : null;
  if (parts === null || others.length > 0) {
    return sendFault(request, response, 400, {
      code: 'invalid',
      expression: others[0] ?? 'identifier',
      text: 'What was disclosed is found by identifier=system|value, and by nothing else.',
      rule: 'search-parameter',
    });
  }
  const [, system = '', value = ''] = parts;
  const found = await find(doors, type, { system, value }, request, response);
  if (found === 'answered') return;
  response.setHeader('etag', etag(found?.version ?? 0));
  const fullUrl = `${request.protocol}://${request.get('host') ?? 'localhost'}/fhir/${type}/${found?.resource.id ?? ''}`;
  if (found === null) return sendFhir(response, 200, { resourceType: 'Bundle', type: 'searchset', total: 0 });
  const bundle: Bundle<FhirResource> = {
    resourceType: 'Bundle',
    type: 'searchset',
    total: 1,
    entry: [{ fullUrl, resource: found.resource, search: { mode: 'match' } }],
  };
  sendFhir(response, 200, bundle);
}

async function find(
  doors: Doors,
  type: string,
  asked: Asked,
  request: Request,
  response: Response,
): Promise<{ readonly resource: FhirResource; readonly version: number } | null | 'answered'> {
  const caller = callerOf(doors, request, response);
  if (caller === null) return 'answered';
  const own = doors.region.destinations.filter(({ party }) => party === caller.party).map(({ id }) => id);
  const disclosed = await doors.ledger.disclosed(own, nameOf(type, asked));
  if (disclosed === null) return null;
  const bundle = readJson(Buffer.from(disclosed.body.bytes).toString('utf8'));
  if (!bundle.ok) throw new Error('a stored Bundle cannot be read');
  const meta = { versionId: String(disclosed.seq), lastUpdated: disclosed.at };
  const resource = resourceIn(bundle.value as Bundle<FhirResource>, type, asked, meta);
  return resource === null ? null : { resource, version: disclosed.seq };
}
