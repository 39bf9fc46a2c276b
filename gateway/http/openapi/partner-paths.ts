/** The doors for partners, described. */
import { taskSearch } from '../fhir/task-search.ts';
import { ACK, ORU, OUTCOME, TRANSFER } from './examples.ts';
import { ETAG, fhir, inPath, inQuery, json, LOCATION, refusals, says, type Paths } from './operation.ts';
import { ref, type Json } from './schemas.ts';

const body = (name: 'Bundle' | 'Task' | 'Parameters', description: string): Json => ({
  required: true,
  description,
  content: { ...fhir(name), ...json(name) },
});

const xSource: Json = {
  name: 'X-Source',
  in: 'header',
  description: 'In the sandbox: who calls, sandbox-hospital or sandbox-ecd',
  schema: { type: 'string' },
};

const ER7 = ['application/hl7-v2', 'x-application/hl7-v2+er7', 'text/plain'];
const er7 = (example: string): Json =>
  Object.fromEntries(ER7.map((type) => [type, { schema: { type: 'string' }, example }]));

const ACCEPTED =
  'Stored, and only then answered: the commit has reached the disk. The same again (same key, same bytes) gets the same answer.';

const validate = (parameters: readonly Json[]): Json => ({
  tags: ['FHIR'],
  summary: 'Check a resource: base R4, the profiles it claims and those asked for, our own rules',
  description: 'Which profiles are known is the region’s; one that is not is a warning. Nothing is kept.',
  parameters: [
    ...parameters,
    { name: 'profile', in: 'query', description: 'Canonical of a profile to meet', schema: { type: 'string' } },
    xSource,
  ],
  requestBody: body('Parameters', 'The resource itself, or Parameters holding it as `resource`'),
  responses: {
    200: says('What was found; an error in it does not change the status', fhir('OperationOutcome')),
    ...refusals('400', '401', '403', '406', '413', '415', '503'),
  },
});

export const PARTNER_PATHS: Paths = {
  '/fhir': {
    post: {
      tags: ['FHIR'],
      summary: 'Send a transaction Bundle',
      description: `${ACCEPTED} Which flow it is follows from its contents. Key: Bundle.identifier, else the bytes.`,
      parameters: [xSource],
      requestBody: body('Bundle', 'Bundle of type transaction'),
      responses: {
        200: says(
          'transaction-response: one entry per entry of the request, `202 Accepted` (stored, to be delivered); for a ' +
            'transfer one more that tells the Task; and an OperationOutcome when there are warnings',
          fhir('Bundle'),
          LOCATION,
        ),
        ...refusals('400', '401', '403', '404', '406', '409', '413', '415', '422', '503'),
      },
    },
  },
  '/fhir/$process-message': {
    post: {
      tags: ['FHIR'],
      summary: 'Send a FHIR message',
      description: `${ACCEPTED} Key: Bundle.identifier, else MessageHeader.id.`,
      parameters: [xSource],
      requestBody: body('Bundle', 'Bundle of type message'),
      responses: {
        200: says('message Bundle, MessageHeader.response.code `ok`', fhir('Bundle'), LOCATION),
        ...refusals('400', '401', '403', '404', '406', '409', '413', '415', '422', '503'),
      },
    },
  },
  '/fhir/$validate': { post: validate([]) },
  '/fhir/{type}/$validate': { post: validate([inPath('type', 'Resource type')]) },
  '/fhir/{type}': {
    get: {
      tags: ['Task'],
      summary: 'What a transfer disclosed to you, by identifier',
      description: 'As `GET /fhir/{type}/{id}`; the references of a Task name what they mean by identifier.',
      parameters: [
        inPath('type', 'Resource type'),
        { name: 'identifier', in: 'query', required: true, description: 'system|value', schema: { type: 'string' } },
        xSource,
      ],
      responses: {
        200: says('searchset Bundle', fhir('Bundle'), ETAG),
        ...refusals('400', '401', '403', '406', '503'),
      },
    },
  },
  '/fhir/{type}/{id}': {
    get: {
      tags: ['Task'],
      summary: 'What a transfer disclosed to you',
      description: 'As it was disclosed: before acceptance out of the advance notice, after it out of the handoff.',
      parameters: [inPath('type', 'Resource type'), inPath('id', 'Id: the uuid of its fullUrl'), xSource],
      responses: { 200: says('The resource', fhir('Resource'), ETAG), ...refusals('401', '403', '404', '406', '503') },
    },
  },
  '/fhir/metadata': {
    get: {
      tags: ['FHIR'],
      summary: 'What the FHIR door can do',
      security: [],
      responses: { 200: says('CapabilityStatement', fhir('CapabilityStatement')), ...refusals('406') },
    },
  },
  '/fhir/Task': {
    get: {
      tags: ['Task'],
      summary: 'The Tasks you take part in',
      parameters: [...inQuery(taskSearch), xSource],
      responses: { 200: says('searchset Bundle', fhir('Bundle')), ...refusals('400', '401', '403', '406', '503') },
    },
  },
  '/fhir/Task/{id}': {
    get: {
      tags: ['Task'],
      summary: 'A Task',
      parameters: [inPath('id', 'Task id'), xSource],
      responses: {
        200: says('The Task as you may see it', fhir('Task'), ETAG),
        ...refusals('401', '403', '404', '406', '503'),
      },
    },
    put: {
      tags: ['Task'],
      summary: 'Move a Task: accept, reject, start, complete, fail, cancel',
      description:
        'Send the whole Task; only status, statusReason, businessStatus, output and note may differ. In the sandbox a ' +
        'caller that names nobody is the ECD here.',
      parameters: [
        inPath('id', 'Task id'),
        {
          name: 'If-Match',
          in: 'header',
          required: true,
          description: 'The ETag the Task was read with, `W/"3"`',
          schema: { type: 'string' },
        },
        xSource,
      ],
      requestBody: body('Task', 'The whole Task'),
      responses: {
        200: says('The Task as it is now', fhir('Task'), { ...ETAG, ...LOCATION }),
        ...refusals('400', '401', '403', '404', '406', '412', '413', '415', '422', '428', '503'),
      },
    },
  },
  '/hl7v2': {
    post: {
      tags: ['HL7 v2'],
      summary: 'Send one HL7 v2 message',
      description:
        `${ACCEPTED} Key: MSH-10. An acknowledgement is written whenever an MSH could be read, for refusals too ` +
        '(AR, AE with ERR); with MSH-15 NE there is none, and the HTTP status alone tells.',
      requestBody: { required: true, content: er7(ORU) },
      responses: {
        200: says('The acknowledgement, in the media type that was sent', er7(ACK), LOCATION),
        204: says('Accepted; MSH-15 asks for no acknowledgement', undefined, LOCATION),
        ...refusals('400', '401', '403', '404', '409', '413', '415', '422', '503'),
      },
    },
  },
  '/transfers': {
    post: {
      tags: ['Transfers'],
      summary: 'Ask a wijkkliniek to take over a patient, in plain JSON',
      description: `${ACCEPTED} Key: requestId.`,
      parameters: [xSource],
      requestBody: { required: true, content: { 'application/json': { schema: ref('Transfer'), example: TRANSFER } } },
      responses: {
        200: says(
          'Message id and Task',
          json('TransferAnswer', {
            id: '0d5e6c1a-6f0f-4f1e-9d5e-5a8f6f1f0c11',
            task: 'Task/9a1f6d0e-6a5b-4d3e-8f53-0e7c0a6f7b33',
            warnings: [],
          }),
          LOCATION,
        ),
        ...refusals('400', '401', '403', '404', '409', '413', '415', '503'),
        422: says('The content breaks a rule; `expression` says where', fhir('OperationOutcome', OUTCOME)),
      },
    },
  },
};
