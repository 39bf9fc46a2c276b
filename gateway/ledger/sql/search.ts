/** Finding messages by time, always through an index: the rarest filter leads, the rest is checked per row. */
import type { MessageFilter, MessageStatus, Page, StoredMessage } from '../ledger.ts';
import type { Value } from './db.ts';
import { page, readCursor } from './cursor.ts';
import { indexed } from './indexed.ts';
import { millis } from './instant.ts';
import { bsnHash } from './mark.ts';
import { storedMessage } from './message.ts';
import type { MessageRow } from './message.ts';
import type { Store } from './store.ts';

/** Which index finds which filter. */
const LEADS = [
  { name: 'controlId', column: 'control_id', index: 'message_control' },
  { name: 'type', column: 'type', index: 'message_type' },
  { name: 'flow', column: 'flow', index: 'message_flow' },
  { name: 'source', column: 'source', index: 'message_source' },
  { name: 'status', column: 'status', index: 'message_status' },
] as const;

/** Counting a filter's rows stops here: what has more is common. */
const COMMON = 2_000;

/** Two common filters that hardly meet would walk a million rows: the one with the fewest is asked first. */
async function leadingIndex({ db }: Store, filter: MessageFilter): Promise<string> {
  const given = LEADS.flatMap(({ name, column, index }) => {
    const value = filter[name];
    return value === undefined ? [] : [{ column, index, value: indexed(value) }];
  });
  if (given.length < 2) return given[0]?.index ?? 'message_received';
  const counted: { readonly index: string; readonly n: number }[] = [];
  for (const { column, index, value } of given) {
    const rows = `SELECT 1 FROM message INDEXED BY ${index} WHERE ${column} = ? LIMIT ${COMMON}`;
    const row = await db.get<{ n: number }>(`SELECT count(*) AS n FROM (${rows}) AS few`, value);
    counted.push({ index, n: row?.n ?? 0 });
  }
  return counted.reduce((rarest, next) => (next.n < rarest.n ? next : rarest)).index;
}

/** Of a message that is dead, one of its deliveries is: the destination asked for is that one's, where the two share a status. */
function deliveredTo(destination: string, status: MessageStatus | undefined): [string, ...Value[]] {
  const exists = 'EXISTS (SELECT 1 FROM delivery d WHERE d.message_seq = m.seq AND d.destination = ?';
  return status === 'dead' || status === 'parked' || status === 'delivered'
    ? [`${exists} AND d.status = ? AND d.replaced = 0)`, destination, status]
    : [`${exists})`, destination];
}

export async function findMessages(store: Store, filter: MessageFilter): Promise<Page<StoredMessage>> {
  const where: string[] = [];
  const values: Value[] = [];
  const add = (condition: string, ...given: Value[]) => {
    where.push(condition);
    values.push(...given);
  };
  if (filter.bsn !== undefined) add('k.hash = ? AND m.seq = k.message_seq', bsnHash(store, filter.bsn));
  const lead = filter.bsn === undefined ? await leadingIndex(store, filter) : null;
  for (const { name, column, index } of LEADS) {
    const value = filter[name];
    // What does not lead is no expression of an index: no planner is to think otherwise.
    if (value !== undefined) add(index === lead ? `m.${column} = ?` : `m.${column} || '' = ?`, indexed(value));
  }
  if (filter.since !== undefined) add('m.received_at >= ?', millis(filter.since));
  if (filter.until !== undefined) add('m.received_at <= ?', millis(filter.until));
  if (filter.destination !== undefined) add(...deliveredTo(filter.destination, filter.status));
  const [direction, beyond] = filter.order === 'oldest' ? ['ASC', '>'] : ['DESC', '<'];
  if (filter.cursor !== undefined) {
    const [received, seq] = readCursor(filter.cursor);
    add(`m.received_at ${beyond}= ? AND (m.received_at ${beyond} ? OR m.seq ${beyond} ?)`, received, received, seq);
  }
  const from = lead === null ? 'mark k CROSS JOIN message m' : `message m INDEXED BY ${lead}`;
  const rows = await store.db.all<MessageRow>(
    `SELECT m.* FROM ${from} ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
     ORDER BY m.received_at ${direction}, m.seq ${direction} LIMIT ?`,
    ...values,
    filter.limit + 1,
  );
  return page(
    rows,
    filter.limit,
    (row) => storedMessage(store, row),
    (row) => [row.received_at, row.seq],
  );
}
