/** Who is, or was asked to be, in which wijkkliniek. */
import type { Enrolment, EnrolmentStatus, Page, Reader, Tx } from '../ledger.ts';
import type { Value } from './connection.ts';
import { page, readCursor } from './cursor.ts';
import { instant, instantOrNull, millis, millisOrNull } from './instant.ts';
import { bsnHash } from './mark.ts';
import { existing } from './message.ts';
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

const SELECT = 'SELECT e.*, m.id AS message_id FROM enrolment e CROSS JOIN message m ON m.seq = e.message_seq';

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

export function insertEnrolment(store: Store, made: Enrolment): void {
  store.db.run(
    `INSERT INTO enrolment
       (id, wijkkliniek, patient, status, task, message_seq, requested_at, active_at, ended_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    made.id,
    made.wijkkliniek,
    made.patient,
    made.status,
    made.task,
    existing(store, made.messageId).seq,
    millis(made.requestedAt),
    millisOrNull(made.activeAt),
    millisOrNull(made.endedAt),
  );
}

export function updateEnrolment({ db }: Store, id: string, change: Parameters<Tx['updateEnrolment']>[1]): void {
  const changed = db.run(
    'UPDATE enrolment SET status = ?, active_at = ifnull(?, active_at), ended_at = ifnull(?, ended_at) WHERE id = ?',
    change.status,
    millisOrNull(change.activeAt),
    millisOrNull(change.endedAt),
    id,
  );
  if (changed === 0) throw new Error(`no enrolment ${id}`);
}

export function enrolmentOfTask({ db }: Store, task: string): Enrolment | null {
  const row = db.get<EnrolmentRow>(`${SELECT} WHERE e.task = ? ORDER BY e.seq DESC LIMIT 1`, task);
  return row ? enrolment(row) : null;
}

/** In the order they were asked for. */
export function enrolmentsOfPatient({ db }: Store, patient: string): readonly Enrolment[] {
  return db.all<EnrolmentRow>(`${SELECT} WHERE e.patient = ? ORDER BY e.seq`, patient).map(enrolment);
}

/** Newest first. */
export function findEnrolments(store: Store, filter: Parameters<Reader['enrolments']>[0]): Page<Enrolment> {
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
  const rows = store.db.all<EnrolmentRow>(
    `${SELECT} ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''} ORDER BY e.seq DESC LIMIT ?`,
    ...values,
    filter.limit + 1,
  );
  return page(rows, filter.limit, enrolment, ({ seq }) => [seq, seq]);
}
