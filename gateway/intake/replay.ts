/** Sends a message again, with new deliveries and new keys: by the current mapping, or as it was sent. */
import { fhirContent, type Desk } from './desk.ts';
import { resend } from './resend.ts';
import { thaw } from '../flows/thaw.ts';
import type { Replay, Replayed } from '../http/deps.ts';
import type { Content, Ledger, MessageStatus, Reader, StoredMessage } from '../ledger/ledger.ts';

export interface ReplayDeps {
  readonly desk: Desk;
  readonly ledger: Ledger;
}

type Refused = Exclude<Replayed, { ok: true }>;

const REPLAYABLE: ReadonlySet<MessageStatus> = new Set(['delivered', 'dead', 'parked', 'unrouted']);
const not = (text: string): Refused => ({ ok: false, reason: 'not-replayable', text });

/** Why a message may not be replayed now; null when it may. */
export async function whyNot(
  ledger: Pick<Reader, 'newerOnSameThing'>,
  message: Pick<StoredMessage, 'id' | 'status'> | null,
  force: boolean,
): Promise<Refused | null> {
  if (message === null) return { ok: false, reason: 'not-found' };
  if (!REPLAYABLE.has(message.status)) {
    return not(`a message that is ${message.status} is not replayed, only ${[...REPLAYABLE].join(', ')}`);
  }
  const newer = force ? null : await ledger.newerOnSameThing(message.id);
  return newer === null ? null : { ok: false, reason: 'newer-message', newer: newer.id };
}

export function createReplay(deps: ReplayDeps): Replay {
  return async (messageId, { mapping, force, destination }) => {
    const { desk, ledger } = deps;
    const message = await ledger.message(messageId);
    const refused = await whyNot(ledger, message, force);
    if (refused !== null) return refused;
    if (message === null) return { ok: false, reason: 'not-found' };
    const remade = mapping === 'current' && message.mapping !== null ? await remake(deps, message) : null;
    if (typeof remade === 'string') return not(remade);
    return ledger.write(async (tx): Promise<Replayed> => {
      // Two who ask at once: the second finds it back in line.
      const meanwhile = await whyNot(tx, await tx.message(messageId), force);
      if (meanwhile !== null) return meanwhile;
      if (remade !== null) await tx.updateMessage(messageId, { mapping: remade.mapping, mapped: remade.body });
      const ids = await resend(tx, desk, message, { force, destination });
      if (typeof ids === 'string') return not(ids);
      await tx.addEvent(messageId, 'replayed', desk.now(), mapping);
      await tx.refreshStatus(messageId);
      return { ok: true, deliveries: ids };
    });
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
