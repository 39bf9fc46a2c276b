/** The schemas of the description. What zod already describes is generated from it. */
import { z } from 'zod';
import { transferSchema } from '../../../mappings/transfer-json/schema.ts';
import { enrolmentSearch, messageSearch, replayBody, replayMany } from '../tracking/query.ts';
import {
  count,
  destination,
  enrolment,
  error,
  id,
  mapping,
  message,
  object,
  outcome,
  page,
  replayedOne,
  resource,
  text,
  trace,
  unmapped,
  warning,
  type Json,
} from './shapes.ts';

export type { Json } from './shapes.ts';

/** JSON Schema of what a caller may send, without the dialect line (OpenAPI 3.1 has its own). */
export function schemaOf(schema: z.ZodType): Json {
  const full = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.fromEntries(Object.entries(full).filter(([key]) => key !== '$schema'));
}

export const ref = (name: keyof typeof SCHEMAS): Json => ({ $ref: `#/components/schemas/${name}` });

export const SCHEMAS = {
  Transfer: schemaOf(transferSchema),
  TransferAnswer: object({
    id: { ...id, description: 'Message id: GET /messages/{id}' },
    task: { ...text, description: '`Task/{id}`: GET /fhir/Task/{id}' },
    warnings: { type: 'array', items: warning },
  }),
  Bundle: resource('Bundle'),
  Task: resource('Task'),
  Resource: { type: 'object', properties: { resourceType: text }, required: ['resourceType'] },
  Parameters: resource('Parameters'),
  CapabilityStatement: resource('CapabilityStatement'),
  OperationOutcome: outcome,
  Error: error,
  Message: message,
  MessagePage: page(message),
  MessageSearch: schemaOf(messageSearch),
  Explanation: object({
    mapping,
    values: { type: 'array', items: trace },
    unused: { type: 'array', items: object({ source: text, reason: text }) },
  }),
  Replay: schemaOf(replayBody),
  Replayed: object({ deliveries: { type: 'array', items: id }, difference: { type: 'array', items: text } }, [
    'difference',
  ]),
  ReplayMany: schemaOf(replayMany),
  ReplayedMany: object(
    {
      dryRun: { type: 'boolean' },
      found: { ...count, description: 'In this answer; there may be more behind `next`' },
      replayed: count,
      refused: count,
      items: { type: 'array', items: replayedOne },
      difference: {
        type: 'array',
        items: object({ path: text, messages: count }),
        description: 'Of a dry run: how many messages would differ at a path, the most first',
      },
      next: { anyOf: [text, { type: 'null' }], description: 'Give it back as `cursor`.' },
    },
    ['difference'],
  ),
  Destination: destination,
  Destinations: object({ items: { type: 'array', items: destination } }),
  Reconciliation: object({
    received: { ...count, description: 'Always the sum of the rest' },
    refused: count,
    held: count,
    expired: count,
    parked: count,
    unrouted: count,
    pending: count,
    delivered: count,
    dead: count,
    balanced: { type: 'boolean' },
  }),
  EnrolmentPage: page(enrolment),
  EnrolmentSearch: schemaOf(enrolmentSearch),
  UnmappedPage: page(unmapped),
  Health: object(
    { status: { enum: ['live', 'ready', 'not-ready'] }, ledger: { type: 'boolean' }, mapping: { type: 'boolean' } },
    ['ledger', 'mapping'],
  ),
} satisfies Record<string, Json>;
