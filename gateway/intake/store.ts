/** Within the commit: is it the same again, refused, or accepted? */
import type { Ledger, Tx } from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import type { Source } from '../regions/region.ts';
import { acceptProved } from './accept-proved.ts';
import type { Desk } from './desk.ts';
import type { Judged } from './judge.ts';
import type { Arrival, Received } from './receive.ts';
import { conflict, refusedMessage } from './refused.ts';

export interface IntakeDeps {
  readonly desk: Desk;
  readonly ledger: Ledger;
  readonly log: Log;
  /** Told after a commit that something may wait for delivery. */
  readonly nudge: () => void;
}

const DAY = 86_400_000;

export async function store(
  tx: Tx,
  deps: IntakeDeps,
  arrival: Arrival,
  source: Source,
  { outcome, taskId, key, ...named }: Judged,
): Promise<Received> {
  const { desk } = deps;
  const at = desk.now();
  const holder =
    key === null
      ? null
      : await tx.holderOfKey(source.id, key, new Date(Date.parse(at) - source.duplicateDays * DAY).toISOString());
  if (holder !== null && holder.contentHash === named.contentHash)
    return { ok: true, message: holder, duplicate: true };
  const base = {
    id: desk.newId(),
    receivedAt: at,
    source: source.id,
    door: arrival.door,
    ...named,
    raw: { mediaType: arrival.mediaType, bytes: arrival.bytes },
  };
  const refusal = holder !== null ? conflict() : outcome.ok ? null : outcome.refusal;
  if (refusal !== null || !outcome.ok) {
    const kept = refusal ?? conflict();
    const message = await tx.insertMessage(refusedMessage(base, outcome.flow, kept));
    await tx.addEvent(message.id, 'received', at);
    await tx.addEvent(message.id, 'refused', at, message.refusal?.code);
    deps.log.event('message.refused', {
      messageId: message.id,
      source: source.id,
      door: arrival.door,
      code: kept.kind,
    });
    return { ok: false, refusal: kept, message };
  }
  const message = await acceptProved(
    tx,
    desk,
    source,
    { ...base, key, traceparent: arrival.traceparent },
    outcome,
    taskId,
  );
  return { ok: true, message, duplicate: false };
}
