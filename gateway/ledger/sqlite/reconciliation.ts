/** Both sides of the books: what came in, by the sequence that numbers it; what became of it, by counters kept per status. */
import type { MessageStatus, Reconciliation } from '../ledger.ts';
import type { Store } from './store.ts';

export function reconcile({ db }: Store): Reconciliation {
  const rows = db.all<{ status: MessageStatus; n: number }>('SELECT status, n FROM message_count');
  const numbered = db.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'message'")?.seq ?? 0;
  const counted = new Map(rows.map(({ status, n }) => [status, n]));
  const count = (status: MessageStatus) => counted.get(status) ?? 0;
  const states = {
    refused: count('refused'),
    held: count('held'),
    expired: count('expired'),
    parked: count('parked'),
    unrouted: count('unrouted'),
    pending: count('pending'),
    dead: count('dead'),
    delivered: count('delivered'),
  };
  const received = Object.values(states).reduce((sum, n) => sum + n, 0);
  return { received, ...states, balanced: received === numbered && rows.every(({ n }) => n >= 0) };
}
