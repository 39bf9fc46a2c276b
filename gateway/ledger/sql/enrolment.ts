/** Who is, or was asked to be, in which wijkkliniek. */
import type { Enrolment, EnrolmentStatus, Page, Reader, Tx } from '../ledger.ts';
import { into, type Value } from './db.ts';
import { page, readCursor } from './cursor.ts';
import { instant, instantOrNull, millis, millisOrNull } from './instant.ts';
import { bsnHash } from './mark.ts';
import { seqOf } from './message.ts';
import type { Store } from './store.ts';

interface EnrolmentRow {
  readonly seq: number;
  readonly id: string;
  readonly wijkkliniek: string;
  readonly patient: string;
  readonly status: EnrolmentStatus;
  readonly task: string;
  readonly message_id: string;
  readonly requested_at: number;
  readonly active_at: number | null;
  readonly ended_at: number | null;
}

const SELECT = 'SELECT e.*, m.id AS message_id FROM enrolment e CROSS JOIN message m WHERE m.seq = e.message_seq';

const enrolment = (row: EnrolmentRow): Enrolment => ({
  id: row.id,
  wijkkliniek: row.wijkkliniek,
  patient: row.patient,
  status: row.status,
  task: row.task,
  messageId: row.message_id,
  requestedAt: instant(row.requested_at),
  activeAt: instantOrNull(row.active_at),
  endedAt: instantOrNull(row.ended_at),
});

const PUT = into(
  'enrolment',
  ['id', 'wijkkliniek', 'patient', 'status', 'task', 'message_seq', 'requested_at', 'active_at', 'ended_at'],
  { numbered: true },
);

export async function insertEnrolment(store: Store, made: Enrolment): Promise<void> {
  await store.db.insert(
    PUT,
    made.id,
    made.wijkkliniek,
    made.patient,
    made.status,
    made.task,
    await seqOf(store, made.messageId),
    millis(made.requestedAt),
    millisOrNull(made.activeAt),
    millisOrNull(made.endedAt),
  );
}

export async function updateEnrolment(
  { db }: Store,
  id: string,
  change: Parameters<Tx['updateEnrolment']>[1],
): Promise<void> {
  const changed = await db.run(
    'UPDATE enrolment SET status = ?, active_at = coalesce(?, active_at), ended_at = coalesce(?, ended_at) WHERE id = ?',
    change.status,
    millisOrNull(change.activeAt),
    millisOrNull(change.endedAt),
    id,
  );
  if (changed === 0) throw new Error(`no enrolment ${id}`);
}

export async function enrolmentOfTask({ db }: Store, task: string): Promise<Enrolment | null> {
  const row = await db.get<EnrolmentRow>(`${SELECT} AND e.task = ? ORDER BY e.seq DESC LIMIT 1`, task);
  return row ? enrolment(row) : null;
}

/** In the order they were asked for. */
export async function enrolmentsOfPatient({ db }: Store, patient: string): Promise<readonly Enrolment[]> {
  const among = { table: 'enrolment', column: 'patient', value: patient };
  return (await db.seek<EnrolmentRow>(among, `${SELECT} AND e.patient = ? ORDER BY e.seq`, patient)).map(enrolment);
}

/** Newest first. */
export async function findEnrolments(
  store: Store,
  filter: Parameters<Reader['enrolments']>[0],
): Promise<Page<Enrolment>> {
  const where: string[] = [];
  const values: Value[] = [];
  const add = (condition: string, value: Value) => {
    where.push(condition);
    values.push(value);
  };
  if (filter.bsn !== undefined) {
    add('e.patient = (SELECT patient FROM patient_key WHERE hash = ?)', bsnHash(store, filter.bsn));
  }
  if (filter.status !== undefined) add('e.status = ?', filter.status);
  if (filter.cursor !== undefined) add('e.seq < ?', readCursor(filter.cursor)[0]);
  const rows = await store.db.all<EnrolmentRow>(
    `${SELECT} ${where.map((condition) => `AND ${condition}`).join(' ')} ORDER BY e.seq DESC LIMIT ?`,
    ...values,
    filter.limit + 1,
  );
  return page(rows, filter.limit, enrolment, ({ seq }) => [seq, seq]);
}
