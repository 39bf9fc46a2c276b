/** Small, synthetic things to put in a ledger. */
import { randomUUID } from 'node:crypto';
import type {
  Claimed,
  ClaimRequest,
  Enrolment,
  HostedTask,
  Ledger,
  NewDelivery,
  Content,
  NewMessage,
  PatientKeys,
  Recovery,
  Settlement,
} from '../../../gateway/ledger/ledger.ts';

export const NOW = '2026-11-20T14:05:00.000Z';
export const KEY = Buffer.alloc(32, 7);
export const clock = { now: () => new Date(NOW) };
export const BSN = '999900006';
export const OTHER_BSN = '999911120';
export const NOBODY: PatientKeys = { bsn: null, numbers: [] };
export const LATER = '2026-11-20T15:05:00.000Z';

/** With contents in clear, as they are given where nothing was sealed before. */
type ClearMessage = NewMessage & { readonly raw: Content | null; readonly mapped: Content | null };

export function message(change: Partial<ClearMessage> = {}): ClearMessage {
  const id = randomUUID();
  return {
    id,
    receivedAt: NOW,
    source: 'lab',
    door: 'mllp',
    type: 'ORU^R01',
    controlId: `C-${id}`,
    flow: 'lab-result',
    status: 'pending',
    key: id,
    contentHash: 'hash',
    refusal: null,
    warnings: [],
    mapping: { id: 'lab-oru', version: '1.0.0' },
    patient: null,
    patientKeys: NOBODY,
    orderedAt: null,
    holdUntil: null,
    task: null,
    things: [],
    raw: { mediaType: 'x-application/hl7-v2+er7', bytes: Buffer.from('MSH|^~\\&|GLIMS') },
    mapped: { mediaType: 'application/fhir+json', bytes: Buffer.from('{"resourceType":"Bundle"}') },
    ...change,
  };
}

export function delivery(messageId: string, change: Partial<NewDelivery> = {}): NewDelivery {
  return {
    id: randomUUID(),
    messageId,
    kind: 'lab-result',
    destination: 'ecd',
    lane: messageId,
    idempotencyKey: randomUUID(),
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    body: { mediaType: 'application/fhir+json', bytes: Buffer.from('{"resourceType":"Bundle"}') },
    createdAt: NOW,
    ...change,
  };
}

export function task(messageId: string, change: Partial<HostedTask> = {}): HostedTask {
  return {
    id: randomUUID(),
    version: 1,
    lastUpdated: NOW,
    status: 'requested',
    requester: 'hospital',
    owner: 'vvt',
    messageId,
    resource: '{"resourceType":"Task"}',
    ...change,
  };
}

export function enrolment(messageId: string, patient: string, change: Partial<Enrolment> = {}): Enrolment {
  return {
    id: randomUUID(),
    wijkkliniek: 'wijkkliniek-sandbox',
    patient,
    status: 'requested',
    task: randomUUID(),
    messageId,
    requestedAt: NOW,
    activeAt: null,
    endedAt: null,
    ...change,
  };
}

/** A claim without limits worth speaking of. */
export const claiming = (change: Partial<ClaimRequest> = {}): ClaimRequest => ({
  destination: 'ecd',
  now: NOW,
  limit: 10,
  leaseUntil: null,
  concurrency: 1_000,
  ratePerSecond: 1_000_000,
  ...change,
});

export const take = async (ledger: Ledger, change: Partial<ClaimRequest> = {}): Promise<readonly Claimed[]> =>
  (await ledger.claim(claiming(change))).deliveries;

/** Ends the newest attempt of a delivery. */
export async function settle(ledger: Ledger, id: string | undefined, settlement: Settlement): Promise<boolean> {
  const attempt = (await ledger.delivery(id ?? ''))?.attempts ?? 0;
  return ledger.settle({ id: id ?? '', attempt }, settlement);
}

export const recovering = (change: Partial<Recovery> = {}): Recovery => ({
  now: NOW,
  all: true,
  unrepeatable: [],
  error: { class: 'ambiguous', code: 'interrupted', text: 'interrupted' },
  ...change,
});
