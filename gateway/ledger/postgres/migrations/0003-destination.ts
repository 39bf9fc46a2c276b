/** Schema 3: what SQLite got with its schema 5. An older program would claim without a lease, and count attempts at their end. */
import type { Step } from '../step.ts';

export const DESTINATION: Step = {
  breaks: true,
  sql: `
CREATE TABLE destination (
  id text COLLATE "C" PRIMARY KEY,
  paused_at bigint,
  failures integer NOT NULL DEFAULT 0,
  failing_lane text COLLATE "C",
  openings integer NOT NULL DEFAULT 0,
  open_until bigint,
  tokens double precision,
  tokens_at bigint
) WITH (fillfactor = 30, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
ALTER TABLE delivery ADD COLUMN lease_until bigint;
DROP INDEX delivery_in_flight;
CREATE INDEX delivery_under_way ON delivery (destination, seq) WHERE head = 1 AND status IN ('sending', 'cancelled');
`,
};
