/** What the statements of every table work on. */
import type { Seal } from '../seal.ts';
import type { Connection } from './connection.ts';

export interface Store {
  readonly db: Connection;
  readonly seal: Seal;
}
