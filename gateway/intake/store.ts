/** Within the commit: is it the same again, refused, or accepted? */
import type { Ledger, StoredMessage, Tx } from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import type { Refusal } from '../refusal.ts';
import type { Source } from '../regions/region.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { changeTransfer, type ChangingMessage } from '../transfer/change.ts';
import { acceptProved } from './accept-proved.ts';
import { FHIR_JSON, type Desk } from './desk.ts';
import type { Judged, Taken } from './judge.ts';
import type { SealedContents } from './look.ts';
import type { Arrival, Received } from './receive.ts';
import { conflict, refusedMessage, type Base } from './refused.ts';

export interface IntakeDeps {
  readonly desk: Desk;
  readonly ledger: Ledger;
  readonly log: Log;
  /** Absent: no traces are kept. */
  readonly tracing?: Tracing | null;
}

const DAY = 86_400_000;

export async function store(
  tx: Tx,
  deps: IntakeDeps,
  arrival: Arrival,
  source: Source,
  { outcome, taskId, messageId, key, receivedAt: at, ...named }: Judged,
  sealed: SealedContents,
): Promise<Received> {
  const { desk } = deps;
  const holder =
    key === null
      ? null
      : await tx.holderOfKey(source.id, key, new Date(Date.parse(at) - source.duplicateDays * DAY).toISOString());
  if (holder !== null && holder.contentHash === named.contentHash)
    return { ok: true, message: holder, duplicate: true };
  const base = {
    id: messageId,
    receivedAt: at,
    source: source.id,
    door: arrival.door,
    ...named,
    raw: { mediaType: arrival.mediaType, sealed: sealed.raw },
  };
  const refuse = async (refusal: Refusal): Promise<Received> => {
    const message = await tx.insertMessage(refusedMessage(base, outcome.flow, refusal));
    await tx.addEvent(message.id, 'received', at);
    await tx.addEvent(message.id, 'refused', at, message.refusal?.code);
    deps.log.event('message.refused', { messageId, source: source.id, door: arrival.door, code: refusal.kind });
    return { ok: false, refusal, message };
  };
  const accepted = async (message: StoredMessage, { untranslated }: Taken): Promise<Received> => {
    if (untranslated.length > 0) await tx.countUnmapped(source.id, untranslated, at);
    return { ok: true, message, duplicate: false };
  };
  if (holder !== null) return refuse(conflict());
  if (!outcome.ok) return refuse(outcome.refusal);
  const { traceparent } = arrival;
  if (outcome.change !== null) {
    const message = changingMessage({ ...base, key }, outcome);
    const changed = await changeTransfer(tx, desk, source.party, outcome.change, message, traceparent);
    return changed.ok ? accepted(changed.message, outcome) : refuse(changed.refusal);
  }
  const message = await acceptProved(tx, desk, source, { ...base, key, traceparent }, outcome, {
    taskId,
    mapped: sealed.mapped === null ? null : { mediaType: FHIR_JSON, sealed: sealed.mapped },
  });
  return accepted(message, outcome);
}

/** A message that changes a transfer, as it is stored; to whom it belongs is the transfer's to say. */
const changingMessage = (base: Base & { readonly key: string | null }, taken: Taken): ChangingMessage => ({
  ...base,
  flow: taken.flow,
  status: 'pending',
  refusal: null,
  warnings: taken.warnings,
  mapping: taken.mapping,
  patient: null,
  patientKeys: taken.patientKeys,
  orderedAt: null,
  holdUntil: null,
  task: null,
  things: taken.things,
  mapped: taken.clear,
});
