/** JSON Schemas of what is answered, told by hand; message.ts and state.ts of the tracking API are what they describe. */

export type Json = { readonly [key: string]: unknown };

export const text = { type: 'string' } as const;
export const id = { type: 'string', format: 'uuid' } as const;
const at = { type: 'string', format: 'date-time' } as const;
const orNull = (schema: Json): Json => ({ anyOf: [schema, { type: 'null' }] });
export const count = { type: 'integer', minimum: 0 } as const;
export const object = (properties: Json, optional: readonly string[] = []): Json => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
export const page = (items: Json): Json =>
  object({ items: { type: 'array', items }, next: { ...orNull(text), description: 'Give it back as `cursor`.' } });

export const warning = object({ code: text, location: text, text });
export const mapping = object({ id: text, version: text });
const lastError = object({ class: { enum: ['transient', 'permanent', 'ambiguous'] }, code: text, text });
const refusal = object({ httpStatus: count, code: text, ackCode: orNull(text), location: orNull(text), text });
const delivery = object({
  id,
  kind: { ...text, description: '`notice`, `handoff`, or the name of the flow' },
  destination: text,
  status: { enum: ['waiting', 'sending', 'retrying', 'delivered', 'dead', 'cancelled', 'parked'] },
  attempts: count,
  nextAttemptAt: orNull(at),
  lastError: orNull(lastError),
  deliveredAt: orNull(at),
  responseStatus: orNull(count),
});
const event = object({
  at,
  event: {
    enum: [
      'received',
      'refused',
      'held',
      'released',
      'expired',
      'parked',
      'mapped',
      'queued',
      'attempted',
      'delivered',
      'dead',
      'cancelled',
      'replayed',
    ],
  },
  detail: orNull(text),
});
export const message = object(
  {
    id,
    receivedAt: at,
    source: text,
    door: { enum: ['fhir', 'process-message', 'transfers', 'hl7v2', 'mllp'] },
    type: orNull(text),
    controlId: orNull(text),
    flow: orNull(text),
    status: {
      enum: ['refused', 'held', 'expired', 'parked', 'unrouted', 'pending', 'dead', 'delivered'],
      description: 'held: no active enrolment yet; unrouted: a flow without a destination; pending: something is open',
    },
    refusal,
    warnings: { type: 'array', items: warning },
    mapping: orNull(mapping),
    task: orNull(text),
    deliveries: { type: 'array', items: delivery },
    events: { type: 'array', items: event },
  },
  ['refusal'],
);
export const enrolment = object({
  id,
  wijkkliniek: text,
  status: { enum: ['requested', 'active', 'ended'] },
  task: { ...text, description: '`Task/{id}`' },
  requestedAt: at,
  activeAt: orNull(at),
  endedAt: orNull(at),
});
export const destination = object({
  id: text,
  party: text,
  protocol: { enum: ['fhir', 'mllp'] },
  health: {
    enum: ['ok', 'behind', 'failing', 'paused'],
    description: 'failing: something is retried, or the breaker is not closed; behind: work waits over a minute',
  },
  pausedAt: orNull(at),
  breaker: object({ state: { enum: ['closed', 'open', 'half-open'] }, openUntil: orNull(at) }),
  lagSeconds: { ...count, description: 'How long the oldest open delivery has waited' },
  oldestWaitingAt: orNull(at),
  waiting: count,
  sending: count,
  retrying: count,
  dead: count,
  lastDeliveredAt: orNull(at),
});
export const replayedOne = object(
  {
    id,
    code: {
      enum: ['replayed', 'same', 'different', 'not-replayable', 'newer-message'],
      description: '`same`, `different`: of a dry run, what the mapping would make against what was sent',
    },
    deliveries: { type: 'array', items: id },
    text,
    newer: { ...id, description: 'The newer message' },
  },
  ['text', 'newer'],
);
export const unmapped = object({
  source: text,
  system: { ...text, description: 'URI of the code system; empty when the sender names none (texts of units)' },
  code: text,
  text: { ...orNull(text), description: 'The sender’s words for the code' },
  count: { ...count, description: 'Accepted messages that said it' },
  firstSeen: at,
  lastSeen: at,
});
export const error = object(
  { error: object({ code: text, text, location: orNull(text) }), newer: { ...id, description: 'The newer message' } },
  ['newer'],
);
export const outcome = {
  type: 'object',
  description:
    'FHIR R4 OperationOutcome. `expression` is a FHIRPath or the place in the message’s own words (`PID-3.1`).',
  properties: {
    resourceType: { const: 'OperationOutcome' },
    issue: { type: 'array', minItems: 1, items: { type: 'object' } },
  },
  required: ['resourceType', 'issue'],
} as const;
export const resource = (type: string): Json => ({
  type: 'object',
  properties: { resourceType: { const: type } },
  required: ['resourceType'],
  externalDocs: { url: `https://hl7.org/fhir/R4/${type.toLowerCase()}.html` },
});
export const trace = object({ path: text, source: text, rule: text, terminology: orNull(text) });
