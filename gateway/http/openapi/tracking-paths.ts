/** The tracking API and the addresses for people and machines that watch, described. */
import { enrolmentQuery, messageQuery, replayQuery, unmappedQuery } from '../tracking/query.ts';
import { MESSAGE } from './examples.ts';
import { errors, inPath, inQuery, json, says, type Name, type Paths } from './operation.ts';
import { ref, type Json } from './schemas.ts';

const ID = inPath('id', 'Message id');
const sent = (name: Name): Json => ({ content: { 'application/json': { schema: ref(name) } } });
const tracking = (summary: string, rest: Json): Json => ({ tags: ['Tracking'], summary, ...rest });
const bytes = (description: string): Json => says(description, { '*/*': { schema: { type: 'string' } } });

export const TRACKING_PATHS: Paths = {
  '/messages': {
    get: tracking('Messages, newest first', {
      parameters: inQuery(messageQuery),
      responses: { 200: says('A page', json('MessagePage')), ...errors('400', '401', '503') },
    }),
  },
  '/messages/search': {
    post: tracking('Messages of a patient, or by anything else', {
      description: 'The same as GET /messages, as JSON, plus `bsn`: looked up by keyed hash, never in a URL.',
      requestBody: sent('MessageSearch'),
      responses: { 200: says('A page', json('MessagePage')), ...errors('400', '401', '413', '415', '503') },
    }),
  },
  '/messages/{id}': {
    get: tracking('A message and what became of it', {
      parameters: [ID],
      responses: { 200: says('The message', json('Message', MESSAGE)), ...errors('401', '404', '503') },
    }),
  },
  '/messages/{id}/raw': {
    get: tracking('What was received, byte for byte', {
      parameters: [ID],
      responses: { 200: bytes('In the media type it was sent as'), ...errors('401', '403', '404', '503') },
    }),
  },
  '/messages/{id}/mapped': {
    get: tracking('What the mapping made of it', {
      parameters: [ID],
      responses: {
        200: says('FHIR R4 transaction Bundle', { 'application/fhir+json': { schema: ref('Bundle') } }),
        ...errors('401', '403', '404', '503'),
      },
    }),
  },
  '/messages/{id}/explain': {
    get: tracking('Where every value came from; no values', {
      parameters: [ID],
      responses: { 200: says('The mapping’s trace', json('Explanation')), ...errors('401', '404', '503') },
    }),
  },
  '/messages/{id}/replay': {
    post: tracking('Deliver a message again', {
      description:
        'Only a delivered, dead, parked or unrouted message: new deliveries, with new keys. With `dryRun=true` nothing is ' +
        'sent, and any message that was mapped may be asked about: `difference` says what the current mapping makes ' +
        'otherwise, by which rule and from which field (`Bundle.entry[2].resource.status: expected "final", got "amended" ' +
        '[lab.result.status from OBX[1]-11]`; with INTEGRATOR_KEY without the values).',
      parameters: [ID, ...inQuery(replayQuery)],
      requestBody: sent('Replay'),
      responses: {
        200: says('Ids of the new deliveries; the difference, of a dry run', json('Replayed')),
        ...errors('400', '401', '404', '409', '413', '415', '503'),
      },
    }),
  },
  '/replay': {
    post: tracking('Deliver again all that a filter finds', {
      description:
        'The filter of POST /messages/search, and `destination`: messages with a delivery there (of the status asked for), ' +
        'sent to it alone. The oldest first, at most `limit` in one answer; `next` goes on. With `dryRun` nothing is sent: ' +
        'the messages, and where the current mapping makes otherwise. A run that broke off is given again: what is back in ' +
        'line is no longer found among the dead. OPERATOR_KEY only.',
      requestBody: sent('ReplayMany'),
      responses: {
        200: says('What became of each', json('ReplayedMany')),
        ...errors('400', '401', '403', '413', '415', '503'),
      },
    }),
  },
  '/destinations': {
    get: tracking('Who can be reached, and what waits', {
      responses: { 200: says('Every destination of the region', json('Destinations')), ...errors('401', '503') },
    }),
  },
  '/destinations/{id}/pause': {
    post: tracking('Send nothing there for now', {
      description:
        'Messages for it are accepted and wait in line; what is being sent at this moment ends. It holds for every process ' +
        'and over restarts. OPERATOR_KEY only.',
      parameters: [inPath('id', 'Destination id')],
      responses: {
        200: says('As it stands now', json('Destination')),
        ...errors('400', '401', '403', '404', '413', '415', '503'),
      },
    }),
  },
  '/destinations/{id}/resume': {
    post: tracking('Send there again, in order', {
      description: 'OPERATOR_KEY only.',
      parameters: [inPath('id', 'Destination id')],
      responses: {
        200: says('As it stands now', json('Destination')),
        ...errors('400', '401', '403', '404', '413', '415', '503'),
      },
    }),
  },
  '/reconciliation': {
    get: tracking('Every received message is somewhere', {
      responses: { 200: says('The counts', json('Reconciliation')), ...errors('401', '503') },
    }),
  },
  '/enrolments': {
    get: tracking('Who is where', {
      parameters: inQuery(enrolmentQuery),
      responses: { 200: says('A page', json('EnrolmentPage')), ...errors('400', '401', '503') },
    }),
  },
  '/enrolments/search': {
    post: tracking('Enrolments of a patient', {
      requestBody: sent('EnrolmentSearch'),
      responses: { 200: says('A page', json('EnrolmentPage')), ...errors('400', '401', '413', '415', '503') },
    }),
  },
  '/terminology/unmapped': {
    get: tracking('Codes without a translation', {
      description:
        'Work for who keeps the ConceptMaps of a source: each code once, the newest found first, with the number of ' +
        'accepted messages that said it. Words without a code are not listed, nor what has a row by now; a page may ' +
        'therefore hold less than `limit`.',
      parameters: inQuery(unmappedQuery),
      responses: { 200: says('A page', json('UnmappedPage')), ...errors('400', '401', '503') },
    }),
  },
  '/health/live': {
    get: {
      tags: ['Health'],
      summary: 'The process answers',
      security: [],
      responses: { 200: says('It does', json('Health')) },
    },
  },
  '/health/ready': {
    get: {
      tags: ['Health'],
      summary: 'A write reached the disk just now, and what arrives can be mapped',
      security: [],
      responses: { 200: says('Ready', json('Health')), 503: says('Not ready', json('Health')) },
    },
  },
  '/metrics': {
    get: {
      tags: ['Health'],
      summary: 'Figures for Prometheus',
      responses: {
        200: says('Text exposition format', { 'text/plain': { schema: { type: 'string' } } }),
        ...errors('401'),
      },
    },
  },
  '/openapi.json': {
    get: {
      tags: ['Health'],
      summary: 'This description',
      security: [],
      responses: { 200: says('OpenAPI 3.1', { 'application/json': { schema: { type: 'object' } } }) },
    },
  },
  '/': {
    get: {
      tags: ['Health'],
      summary: 'A page for people: what runs, and where to go',
      security: [],
      parameters: [{ name: 'lang', in: 'query', schema: { enum: ['nl', 'en'] } }],
      responses: { 200: says('Dutch, or English with lang=en', { 'text/html': { schema: { type: 'string' } } }) },
    },
  },
};
