/** Sends a message again, with new deliveries and new keys: by the current mapping, or as it was sent. */
import { fhirContent, queueDelivery, type Desk } from './desk.ts';
import { bundleOf } from '../enrolment/admit.ts';
import { thaw } from '../flows/thaw.ts';
import type { Replay, Replayed } from '../http/deps.ts';
import type { Content, Ledger, MessageStatus, StoredMessage, Tx } from '../ledger/ledger.ts';
import { destinationFor, partyOf } from '../regions/load.ts';
import { adviseNotice, handoff } from '../../mappings/transfer-notice/notice.ts';
import { tellOtherSide } from '../transfer/consequences.ts';
import { isDisclosed, isOpen } from '../transfer/transitions.ts';
import { readTask } from '../transfer/view.ts';

export interface ReplayDeps {
  readonly desk: Desk;
  readonly ledger: Ledger;
  readonly nudge: () => void;
}

const REPLAYABLE: ReadonlySet<MessageStatus> = new Set(['delivered', 'dead', 'parked', 'unrouted']);
const not = (text: string): Replayed => ({ ok: false, reason: 'not-replayable', text });

export function createReplay(deps: ReplayDeps): Replay {
  return async (messageId, { mapping, force }) => {
    const { desk, ledger } = deps;
    const message = await ledger.message(messageId);
    if (message === null) return { ok: false, reason: 'not-found' };
    if (!REPLAYABLE.has(message.status)) {
      return not(`a message that is ${message.status} is not replayed, only ${[...REPLAYABLE].join(', ')}`);
    }
    const newer = force ? null : await ledger.newerOnSameThing(messageId);
    if (newer !== null) return { ok: false, reason: 'newer-message', newer: newer.id };
    const remade = mapping === 'current' && message.mapping !== null ? await remake(deps, message) : null;
    if (typeof remade === 'string') return not(remade);
    const replayed = await ledger.write(async (tx): Promise<Replayed> => {
      if (remade !== null) await tx.updateMessage(messageId, { mapping: remade.mapping, mapped: remade.body });
      const ids =
        message.flow === 'transfer-update' ? await resendTask(tx, desk, message) : await resend(tx, desk, message);
      if (typeof ids === 'string') return not(ids);
      await tx.addEvent(messageId, 'replayed', desk.now(), mapping);
      await tx.refreshStatus(messageId);
      return { ok: true, deliveries: ids };
    });
    if (replayed.ok) deps.nudge();
    return replayed;
  };
}

async function remake(
  { desk, ledger }: ReplayDeps,
  message: StoredMessage,
): Promise<{ readonly mapping: NonNullable<StoredMessage['mapping']>; readonly body: Content } | string> {
  const raw = await ledger.raw(message.id);
  if (raw === null) return 'its content was destroyed';
  const proved = thaw(desk.region, message, raw);
  if (!proved.ok) return `the current mapping refuses it: ${proved.refusal.issues[0]?.text ?? ''}`;
  return { mapping: proved.mapped.mapping, body: fhirContent(proved.bundle) };
}

async function resend(tx: Tx, desk: Desk, message: StoredMessage): Promise<readonly string[] | string> {
  const mapped = await tx.mapped(message.id);
  if (mapped === null || message.flow === null) return 'its content was destroyed';
  const destination = destinationFor(desk.region, 'vvt', message.flow);
  if (destination === null) return `flow ${message.flow} has no destination at the VVT`;
  const lane = message.patient ?? message.id;
  const out = { messageId: message.id, destination, lane, traceparent: null };
  if (message.flow !== 'transfer-request') {
    return [await queueDelivery(tx, desk, { ...out, kind: message.flow, body: mapped })];
  }
  const taskId = message.task?.slice('Task/'.length) ?? '';
  const hosted = await tx.task(taskId);
  if (hosted === null) return 'its transfer was never opened';
  if (isDisclosed(hosted.status)) {
    const body = fhirContent(handoff(bundleOf(mapped), readTask(hosted)));
    return [await queueDelivery(tx, desk, { ...out, kind: 'handoff', body })];
  }
  if (!isOpen(hosted.status)) return `the transfer is ${hosted.status}: the VVT may not see it`;
  const body = fhirContent(
    adviseNotice(bundleOf(mapped), {
      taskId,
      keyed: desk.keyed,
      status: hosted.status === 'received' ? 'received' : 'requested',
    }),
  );
  return [await queueDelivery(tx, desk, { ...out, kind: 'notice', body })];
}

/** A Task update is sent as the Task stands now: an older state would take back what happened since. */
async function resendTask(tx: Tx, desk: Desk, message: StoredMessage): Promise<readonly string[] | string> {
  const hosted = await tx.task(message.task?.slice('Task/'.length) ?? '');
  if (hosted === null || message.patient === null) return 'its Task is gone';
  const party = desk.region.sources.find(({ id }) => id === message.source)?.party ?? '';
  const actor = hosted.owner === partyOf(desk.region, party).id ? 'owner' : 'requester';
  const id = await tellOtherSide(tx, desk, hosted, message.id, message.patient, actor, null);
  return id === null ? 'the other side has no destination for Task updates' : [id];
}
