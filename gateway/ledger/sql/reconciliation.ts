/** Both sides of the books: what came in, by the sequence that numbers it; what became of it, by counters kept per status. */
import type { MessageStatus, Reconciliation } from '../ledger.ts';
import type { Store } from './store.ts';

/** Both in one statement: what is accepted between two would look like a loss. */
const BOOKS = `SELECT status, n FROM message_count
  UNION ALL SELECT NULL, n FROM numbered WHERE name = 'message'`;

export async function reconcile({ db }: Store): Promise<Reconciliation> {
  const both = await db.all<{ status: MessageStatus | null; n: number }>(BOOKS);
  const rows = both.filter(({ status }) => status !== null);
  const numbered = both.find(({ status }) => status === null)?.n ?? 0;
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
