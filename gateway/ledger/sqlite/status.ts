/** A message's status follows from its deliveries and from whether its transfer conversation is still open. */
import type { DeliveryStatus, MessageStatus } from '../ledger.ts';
import { existing } from './message.ts';
import type { Store } from './store.ts';

const OPEN: ReadonlySet<DeliveryStatus> = new Set(['waiting', 'sending', 'retrying']);
/** Said by intake, not by deliveries: kept while there are none. */
const SAID: ReadonlySet<MessageStatus> = new Set(['refused', 'held', 'expired', 'parked', 'unrouted']);

const CONVERSATION = `
  SELECT 1 FROM enrolment e LEFT JOIN task t ON t.id = e.task
  WHERE e.message_seq = ? AND e.status <> 'ended'
    AND ifnull(t.status, 'requested') NOT IN ('rejected', 'cancelled', 'completed', 'failed') LIMIT 1`;

function follow({ db }: Store, seq: number, said: MessageStatus): MessageStatus {
  const deliveries = db.all<{ status: DeliveryStatus; replaced: number }>(
    'SELECT status, replaced FROM delivery WHERE message_seq = ?',
    seq,
  );
  if (deliveries.length === 0 && SAID.has(said)) return said;
  if (deliveries.some(({ status }) => OPEN.has(status))) return 'pending';
  const counting = deliveries.filter(({ replaced }) => replaced === 0);
  // A dead or parked one waits for a person, who must see it, conversation or not.
  if (counting.some(({ status }) => status === 'dead')) return 'dead';
  if (counting.some(({ status }) => status === 'parked')) return 'parked';
  return db.get(CONVERSATION, seq) ? 'pending' : 'delivered';
}

export function refreshStatus(store: Store, messageId: string): MessageStatus {
  const { seq, status } = existing(store, messageId);
  const now = follow(store, seq, status);
  if (now !== status) store.db.run('UPDATE message SET status = ? WHERE seq = ?', now, seq);
  return now;
}
