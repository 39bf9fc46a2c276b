/** Finding messages, newest first, always through an index: the most telling filter leads, the rest is checked per row. */
import type { MessageFilter, Page, StoredMessage } from '../ledger.ts';
import type { Value } from './connection.ts';
import { page, readCursor } from './cursor.ts';
import { millis } from './instant.ts';
import { bsnHash } from './mark.ts';
import { storedMessage } from './message.ts';
import type { MessageRow } from './message.ts';
import type { Store } from './store.ts';

/** `delivered` tells least: with the years nearly every message is. */
function leadingIndex(filter: MessageFilter): string {
  if (filter.controlId !== undefined) return 'message_control';
  if (filter.status !== undefined && filter.status !== 'delivered') return 'message_status';
  if (filter.type !== undefined) return 'message_type';
  if (filter.flow !== undefined) return 'message_flow';
  if (filter.source !== undefined) return 'message_source';
  return filter.status === undefined ? 'message_received' : 'message_status';
}

export function findMessages(store: Store, filter: MessageFilter): Page<StoredMessage> {
  const where: string[] = [];
  const values: Value[] = [];
  const add = (condition: string, value: Value | undefined) => {
    if (value === undefined) return;
    where.push(condition);
    values.push(value);
  };
  add('k.hash = ?', filter.bsn === undefined ? undefined : bsnHash(store, filter.bsn));
  add('m.control_id = ?', filter.controlId);
  add('m.status = ?', filter.status);
  add('m.type = ?', filter.type);
  add('m.flow = ?', filter.flow);
  add('m.source = ?', filter.source);
  add('m.received_at >= ?', filter.since === undefined ? undefined : millis(filter.since));
  add('m.received_at <= ?', filter.until === undefined ? undefined : millis(filter.until));
  if (filter.cursor !== undefined) {
    const [received, seq] = readCursor(filter.cursor);
    add('m.received_at <= ?', received);
    where.push('(m.received_at < ? OR m.seq < ?)');
    values.push(received, seq);
  }
  const from =
    filter.bsn === undefined
      ? `message m INDEXED BY ${leadingIndex(filter)}`
      : 'mark k CROSS JOIN message m ON m.seq = k.message_seq';
  const rows = store.db.all<MessageRow>(
    `SELECT m.* FROM ${from} ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
     ORDER BY m.received_at DESC, m.seq DESC LIMIT ?`,
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
