/** Alarms that are raised, and what of them is still to be told. */
import type { Alarm, AlarmNotice, Instant } from '../ledger.ts';
import { into } from './db.ts';
import { instant, millis } from './instant.ts';
import type { Store } from './store.ts';

interface AlarmRow {
  readonly kind: Alarm['kind'];
  readonly subject: string;
  readonly raised_at: number;
  readonly n: number;
}

interface NoticeRow extends Omit<AlarmRow, 'raised_at'> {
  readonly at: number;
  readonly state: AlarmNotice['state'];
}

const NOTICE = into('alarm_notice', ['at', 'kind', 'subject', 'state', 'n'], { again: 'ignored' });

const RAISE = `INSERT INTO alarm (kind, subject, raised_at, n) VALUES (?, ?, ?, ?)
  ON CONFLICT (kind, subject) DO UPDATE SET n = excluded.n`;

export async function findAlarms({ db }: Store): Promise<readonly Alarm[]> {
  const rows = await db.all<AlarmRow>('SELECT kind, subject, raised_at, n FROM alarm ORDER BY kind, subject');
  return rows.map(({ kind, subject, raised_at, n }) => ({ kind, subject, raisedAt: instant(raised_at), count: n }));
}

/** True when it was not raised before, or counts twice what was told of it: a thousand dead letters are not a thousand alarms. */
export async function raiseAlarm(store: Store, alarm: Alarm): Promise<boolean> {
  const { kind, subject, raisedAt, count } = alarm;
  const at = millis(raisedAt);
  const before = await store.db.get<{ n: number }>('SELECT n FROM alarm WHERE kind = ? AND subject = ?', kind, subject);
  if (before !== undefined && before.n <= count && count < 2 * before.n) return false;
  await store.db.change(RAISE, kind, subject, at, count);
  if (before !== undefined && before.n > count) return false;
  await store.db.insert(NOTICE, at, kind, subject, 'raised', count);
  return true;
}

/** False when it was not raised. */
export async function clearAlarm(store: Store, kind: Alarm['kind'], subject: string, at: Instant): Promise<boolean> {
  if ((await store.db.run('DELETE FROM alarm WHERE kind = ? AND subject = ?', kind, subject)) === 0) return false;
  await store.db.insert(NOTICE, millis(at), kind, subject, 'cleared', 0);
  return true;
}

export async function findNotices({ db }: Store, limit: number): Promise<readonly AlarmNotice[]> {
  const rows = await db.all<NoticeRow>(
    'SELECT at, kind, subject, state, n FROM alarm_notice ORDER BY at, kind, subject LIMIT ?',
    limit,
  );
  return rows.map(({ at, kind, subject, state, n }) => ({ at: instant(at), kind, subject, state, count: n }));
}

export async function dropNotice({ db }: Store, { at, kind, subject }: AlarmNotice): Promise<void> {
  await db.change('DELETE FROM alarm_notice WHERE at = ? AND kind = ? AND subject = ?', millis(at), kind, subject);
}
