/** Tasks the gateway hosts: one row per Task, its newest version. */
import { StaleTask } from '../ledger.ts';
import type { HostedTask, Page, Reader } from '../ledger.ts';
import { bytesOf, marksFor, type Value } from './db.ts';
import { page, readCursor } from './cursor.ts';
import { instant, millis } from './instant.ts';
import { seqOf } from './message.ts';
import type { Store } from './store.ts';

interface TaskRow {
  readonly id: string;
  readonly version: number;
  readonly last_updated: number;
  readonly status: string;
  readonly requester: string;
  readonly owner: string;
  readonly message_id: string;
  readonly sealed: Uint8Array | ArrayBuffer;
}

const select = (from: string) =>
  `SELECT t.*, m.id AS message_id FROM ${from} CROSS JOIN message m WHERE m.seq = t.message_seq`;

const hosted = ({ seal }: Store, row: TaskRow): HostedTask => ({
  id: row.id,
  version: row.version,
  lastUpdated: instant(row.last_updated),
  status: row.status,
  requester: row.requester,
  owner: row.owner,
  messageId: row.message_id,
  resource: seal.open('task', row.id, bytesOf(row.sealed)).toString(),
});

const UPDATE = `UPDATE task SET version = ?, last_updated = ?, status = ?, requester = ?, owner = ?, message_seq = ?,
  sealed = ? WHERE id = ? AND version = ?`;
const INSERT = `INSERT INTO task (version, last_updated, status, requester, owner, message_seq, sealed, id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;

/** `expected`: null for a new Task, else the version this one follows. Throws `StaleTask` when another is stored. */
export async function saveTask(store: Store, task: HostedTask, expected: number | null): Promise<void> {
  if (task.version !== (expected ?? 0) + 1) throw new Error(`version ${task.version} does not follow ${expected ?? 0}`);
  const values: Value[] = [
    task.version,
    millis(task.lastUpdated),
    task.status,
    task.requester,
    task.owner,
    await seqOf(store, task.messageId),
    store.seal.seal('task', task.id, Buffer.from(task.resource)),
    task.id,
  ];
  const changed = await (expected === null
    ? store.db.run(INSERT, ...values)
    : store.db.run(UPDATE, ...values, expected));
  if (changed === 0) throw new StaleTask(`Task/${task.id} is not at version ${expected ?? 0}`);
}

export async function findTask(store: Store, id: string): Promise<HostedTask | null> {
  const row = await store.db.get<TaskRow>(`${select('task t')} AND t.id = ?`, id);
  return row ? hosted(store, row) : null;
}

/** Last changed first. */
export async function findTasks(store: Store, filter: Parameters<Reader['tasks']>[0]): Promise<Page<HostedTask>> {
  const where: string[] = [];
  const values: Value[] = [];
  const add = (condition: string, ...given: Value[]) => {
    where.push(condition);
    values.push(...given);
  };
  if (filter.owner !== undefined) add('t.owner = ?', filter.owner);
  if (filter.requester !== undefined) add('t.requester = ?', filter.requester);
  if (filter.status !== undefined) add(`t.status IN (${marksFor(filter.status)})`, ...filter.status);
  if (filter.since !== undefined) add('t.last_updated >= ?', millis(filter.since));
  if (filter.cursor !== undefined) {
    const [updated, id] = readCursor(filter.cursor);
    add('(t.last_updated < ? OR (t.last_updated = ? AND t.id < ?))', updated, updated, id);
  }
  // A party takes part in most Tasks of its region: walking them by age ends sooner than collecting all of its own.
  let from = 'task t';
  if (filter.participant !== undefined) {
    from = 'task t INDEXED BY task_updated';
    add('(t.owner = ? OR t.requester = ?)', filter.participant, filter.participant);
  }
  const rows = await store.db.all<TaskRow>(
    `${select(from)} ${where.map((condition) => `AND ${condition}`).join(' ')}
     ORDER BY t.last_updated DESC, t.id DESC LIMIT ?`,
    ...values,
    filter.limit + 1,
  );
  return page(
    rows,
    filter.limit,
    (row) => hosted(store, row),
    (row) => [row.last_updated, row.id],
  );
}
