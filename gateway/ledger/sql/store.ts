/** What the statements of every table work on. */
import type { Seal } from '../seal.ts';
import type { Db } from './db.ts';
import type { Fresh } from './fresh.ts';
import type { KnownPatients } from './known-patients.ts';

export interface Store {
  readonly db: Db;
  readonly seal: Seal;
  /** What this unit of work knows without asking. */
  readonly fresh: Fresh;
  readonly patients: KnownPatients;
}
