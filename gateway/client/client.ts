/**
 * A typed client of the gateway, for senders (hospital), VVTs and operators:
 * `import { GatewayClient } from 'wijkkliniek-gateway/client'`. Its types are the gateway's own, and a test holds every
 * call to the OpenAPI description. Calls resolve with what was asked, and reject with a GatewayError.
 */
import type { Bundle, FhirResource, OperationOutcome, Resource, Task } from 'fhir/r4.js';
import type { z } from 'zod';
import type { transferSchema } from '../../mappings/transfer-json/schema.ts';
import type { Explanation, ReplayedMany } from '../http/deps.ts';
import type { ToldMessage } from '../http/tracking/message.ts';
import { caller, type Answered, type Call, type GatewayOptions } from './call.ts';
import { GatewayError } from './error.ts';
import type {
  Accepted,
  Destination,
  Enrolment,
  EnrolmentFilter,
  MessageFilter,
  Page,
  ReadTask,
  Reconciliation,
  ReplayFilter,
  TaskChange,
  TaskFilter,
  TransferAccepted,
  UnmappedCode,
  UnmappedFilter,
} from './types.ts';

export { GatewayError, type Fault, type GatewayErrorKind } from './error.ts';
export type { GatewayOptions } from './call.ts';
export type * from './types.ts';
/** A transfer request as plain JSON; its schema stands in `/openapi.json`. */
export type TransferRequest = z.input<typeof transferSchema>;
export type { Explanation, ReplayedMany, ToldMessage as Message };

const FHIR = 'application/fhir+json';
const JSON_TYPE = 'application/json';

export class GatewayClient {
  readonly #call: Call;

  constructor(options: GatewayOptions) {
    this.#call = caller(options);
  }

  // Senders

  async sendTransfer(request: TransferRequest): Promise<TransferAccepted> {
    return json(await this.#post('/transfers', request)) as TransferAccepted;
  }

  /** A transaction Bundle, to `POST /fhir`. */
  async sendBundle(bundle: Bundle): Promise<Accepted> {
    return acceptedOf(await this.#post('/fhir', bundle, FHIR));
  }

  /** A message Bundle, to `POST /fhir/$process-message`. */
  async processMessage(bundle: Bundle): Promise<Accepted> {
    return acceptedOf(await this.#post('/fhir/$process-message', bundle, FHIR));
  }

  /**
   * One HL7 v2 message. Text goes out as UTF-8 (MSH-18 `UNICODE UTF-8`), bytes as they are. Rejects with the
   * acknowledgement in the error when it is no AA or CA; it is null where MSH-15 asks for none.
   */
  async sendHl7v2(message: string | Uint8Array): Promise<{ id: string; acknowledgement: string | null }> {
    const answered = await this.#call('/hl7v2', { method: 'POST', body: message, contentType: 'application/hl7-v2' });
    const acknowledgement = answered.bytes.length === 0 ? null : new TextDecoder().decode(answered.bytes);
    if (acknowledgement !== null && !/[\r\n]MSA.(AA|CA)/.test(acknowledgement)) {
      const { status, messageId } = answered;
      const faults = errorsOf(acknowledgement);
      const text = faults.map((fault) => fault.text).join(' ') || 'refused';
      throw new GatewayError('refused', text, { status, messageId, acknowledgement, faults });
    }
    return { id: answered.messageId ?? '', acknowledgement };
  }

  /** Checks a resource without sending it; errors are issues in the outcome, not a rejection. */
  async validate(resource: Resource): Promise<OperationOutcome> {
    return json(await this.#post('/fhir/$validate', resource, FHIR)) as OperationOutcome;
  }

  // Either side of a transfer

  async readTask(id: string): Promise<ReadTask> {
    return taskOf(await this.#call(`/fhir/Task/${encodeURIComponent(id)}`));
  }

  async searchTasks(filter: TaskFilter = {}): Promise<Page<ReadTask>> {
    const { status, owner, lastUpdated, count, cursor } = filter;
    const query = { status: status?.join(','), owner, _lastUpdated: lastUpdated, _count: count, cursor };
    const bundle = json(await this.#call('/fhir/Task', { query })) as Bundle<Task>;
    const next = bundle.link?.find(({ relation }) => relation === 'next')?.url;
    return {
      items: (bundle.entry ?? []).flatMap(({ resource }) =>
        resource === undefined ? [] : [{ task: resource, version: resource.meta?.versionId ?? '' }],
      ),
      next: next === undefined ? null : new URLSearchParams(next.split('?')[1]).get('cursor'),
    };
  }

  /** Moves a Task as it was read; rejects as `stale` when it has moved on since. */
  async updateTask(read: ReadTask, change: TaskChange): Promise<ReadTask> {
    return taskOf(
      await this.#call(`/fhir/Task/${encodeURIComponent(read.task.id ?? '')}`, {
        method: 'PUT',
        body: JSON.stringify({ ...read.task, ...change }),
        contentType: FHIR,
        ifMatch: `W/"${read.version}"`,
      }),
    );
  }

  /** A resource a transfer disclosed to you, as it was disclosed. */
  async read<T extends FhirResource['resourceType']>(
    type: T,
    id: string,
  ): Promise<Extract<FhirResource, { resourceType: T }>> {
    return json(await this.#call(`/fhir/${type}/${encodeURIComponent(id)}`)) as Extract<
      FhirResource,
      { resourceType: T }
    >;
  }

  /** The same by identifier, as a Task's references name it; null when nothing of that name was disclosed to you. */
  async find<T extends FhirResource['resourceType']>(
    type: T,
    identifier: { readonly system: string; readonly value: string },
  ): Promise<Extract<FhirResource, { resourceType: T }> | null> {
    const query = { identifier: `${identifier.system}|${identifier.value}` };
    const bundle = json(await this.#call(`/fhir/${type}`, { query })) as Bundle<
      Extract<FhirResource, { resourceType: T }>
    >;
    return bundle.entry?.[0]?.resource ?? null;
  }

  // Operators and integrators

  async messages(filter: MessageFilter = {}): Promise<Page<ToldMessage>> {
    return json(await this.#call('/messages', { query: filter })) as Page<ToldMessage>;
  }

  /** The same, and by BSN: it goes in the body, and is looked up by keyed hash. */
  async searchMessages(filter: MessageFilter & { readonly bsn?: string }): Promise<Page<ToldMessage>> {
    return json(await this.#post('/messages/search', filter)) as Page<ToldMessage>;
  }

  async message(id: string): Promise<ToldMessage> {
    return json(await this.#call(messagePath(id))) as ToldMessage;
  }

  /** What was received, byte for byte. OPERATOR_KEY only, as `mapped`. */
  async raw(id: string): Promise<{ readonly mediaType: string; readonly bytes: Uint8Array }> {
    const { contentType, bytes } = await this.#call(messagePath(id, 'raw'));
    return { mediaType: contentType, bytes };
  }

  async mapped(id: string): Promise<Bundle> {
    return json(await this.#call(messagePath(id, 'mapped'))) as Bundle;
  }

  async explain(id: string): Promise<Explanation> {
    return json(await this.#call(messagePath(id, 'explain'))) as Explanation;
  }

  /** Ids of the new deliveries. */
  async replay(
    id: string,
    how: { readonly mapping?: 'current' | 'original'; readonly force?: boolean } = {},
  ): Promise<readonly string[]> {
    const answered = await this.#call(messagePath(id, 'replay'), {
      method: 'POST',
      query: { mapping: how.mapping },
      body: JSON.stringify({ force: how.force ?? false }),
      contentType: JSON_TYPE,
    });
    return (json(answered) as { deliveries: string[] }).deliveries;
  }

  /** What a replay would change, sending nothing: a line for each difference, with the rule and the field that made it;
   *  values are left out with INTEGRATOR_KEY. */
  async rehearseReplay(id: string): Promise<readonly string[]> {
    const query = { dryRun: 'true' };
    const answered = await this.#call(messagePath(id, 'replay'), { method: 'POST', query });
    return (json(answered) as { difference: string[] }).difference;
  }

  /** Delivers again what the filter finds, the oldest first, sending nothing when `dryRun`; go on with `next` as `cursor`. */
  async replayMany(filter: ReplayFilter): Promise<ReplayedMany> {
    return json(await this.#post('/replay', filter)) as ReplayedMany;
  }

  async destinations(): Promise<readonly Destination[]> {
    return (json(await this.#call('/destinations')) as { items: Destination[] }).items;
  }

  /** Nothing is sent there until it is resumed. OPERATOR_KEY only, as `resumeDestination`. */
  async pauseDestination(id: string): Promise<Destination> {
    return json(await this.#post(`/destinations/${encodeURIComponent(id)}/pause`, {})) as Destination;
  }

  async resumeDestination(id: string): Promise<Destination> {
    return json(await this.#post(`/destinations/${encodeURIComponent(id)}/resume`, {})) as Destination;
  }

  async reconciliation(): Promise<Reconciliation> {
    return json(await this.#call('/reconciliation')) as Reconciliation;
  }

  async enrolments(filter: EnrolmentFilter = {}): Promise<Page<Enrolment>> {
    return json(await this.#call('/enrolments', { query: filter })) as Page<Enrolment>;
  }

  async searchEnrolments(filter: EnrolmentFilter & { readonly bsn?: string }): Promise<Page<Enrolment>> {
    return json(await this.#post('/enrolments/search', filter)) as Page<Enrolment>;
  }

  async unmappedCodes(filter: UnmappedFilter = {}): Promise<Page<UnmappedCode>> {
    return json(await this.#call('/terminology/unmapped', { query: filter })) as Page<UnmappedCode>;
  }

  #post(path: string, body: object, contentType = JSON_TYPE): Promise<Answered> {
    return this.#call(path, { method: 'POST', body: JSON.stringify(body), contentType });
  }
}

const messagePath = (id: string, part?: string): string =>
  `/messages/${encodeURIComponent(id)}${part === undefined ? '' : `/${part}`}`;

/** The shapes are the gateway's own types; that it answers with them is what the test of this client proves. */
const json = ({ bytes }: Answered): unknown => JSON.parse(new TextDecoder().decode(bytes));

const acceptedOf = (answered: Answered): Accepted => ({
  id: answered.messageId ?? '',
  response: json(answered) as Bundle,
});

const taskOf = (answered: Answered): ReadTask => {
  const task = json(answered) as Task;
  return { task, version: answered.version ?? task.meta?.versionId ?? '' };
};

/** ERR-2 place, ERR-3 code of table 0357 and ERR-8 words of each error. */
const errorsOf = (acknowledgement: string) =>
  acknowledgement
    .split(/[\r\n]+/)
    .filter((segment) => segment.startsWith('ERR'))
    .map((segment) => {
      const fields = segment.split(segment.charAt(3));
      return { code: fields[3] ?? '', text: fields[8] ?? '', location: fields[2] === '' ? null : (fields[2] ?? null) };
    });
