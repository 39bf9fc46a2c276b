/** What a message's status is, by what became of its deliveries and of the conversation about its transfer. */
import type { MessageStatus } from '../ledger.ts';
import type { Store } from './store.ts';

/** Said by intake, not by deliveries: kept while there are none. */
const SAID: ReadonlySet<MessageStatus> = new Set(['refused', 'held', 'expired', 'parked', 'unrouted']);

/** The counts are null for a message without deliveries. */
const FACTS = `
  SELECT m.seq, m.status, counted.deliveries, counted.open, counted.dead, counted.parked,
    CASE WHEN EXISTS (SELECT 1 FROM enrolment e LEFT JOIN task t ON t.id = e.task
      WHERE e.message_seq = m.seq AND e.status <> 'ended'
      AND coalesce(t.status, 'requested') NOT IN ('rejected', 'cancelled', 'completed', 'failed')) THEN 1 ELSE 0 END AS talking
  FROM message m CROSS JOIN (
    SELECT count(*) AS deliveries,
      sum(CASE WHEN status IN ('waiting', 'sending', 'retrying') THEN 1 ELSE 0 END) AS open,
      sum(CASE WHEN status = 'dead' AND replaced = 0 THEN 1 ELSE 0 END) AS dead,
      sum(CASE WHEN status = 'parked' AND replaced = 0 THEN 1 ELSE 0 END) AS parked
    FROM delivery WHERE message_seq = (SELECT seq FROM message WHERE id = ?1)) AS counted
  WHERE m.id = ?1`;

interface Facts {
  readonly seq: number;
  readonly status: MessageStatus;
  readonly deliveries: number;
  readonly open: number | null;
  readonly dead: number | null;
  readonly parked: number | null;
  readonly talking: number;
}

function follow({ status, deliveries, open, dead, parked, talking }: Facts): MessageStatus {
  if (deliveries === 0 && SAID.has(status)) return status;
  if ((open ?? 0) > 0) return 'pending';
  // A dead or parked one waits for a person, who must see it, conversation or not.
  if ((dead ?? 0) > 0) return 'dead';
  if ((parked ?? 0) > 0) return 'parked';
  return talking === 1 ? 'pending' : 'delivered';
}

export async function refreshStatus(store: Store, messageId: string): Promise<MessageStatus> {
  const fresh = store.fresh.get(messageId);
  // All of its deliveries are in line: nothing to ask.
  if (fresh && fresh.deliveries > 0 && fresh.status === 'pending') return 'pending';
  const facts = await store.db.get<Facts>(FACTS, messageId);
  if (!facts) throw new Error(`no message ${messageId}`);
  const now = follow(facts);
  if (now === facts.status) return now;
  store.fresh.delete(messageId);
  await store.db.change('UPDATE message SET status = ? WHERE seq = ?', now, facts.seq);
  return now;
}
