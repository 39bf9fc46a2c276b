/**
 * Schema 5. What all processes must agree on about a destination: paused, its breaker, its rate (a token bucket). And
 * until when an attempt is its taker's: `attempts` is counted when one begins, and tells one taker from the next.
 */
export const DESTINATION = `
CREATE TABLE destination (
  id TEXT PRIMARY KEY,
  paused_at INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  failing_lane TEXT,
  openings INTEGER NOT NULL DEFAULT 0,
  open_until INTEGER,
  tokens REAL,
  tokens_at INTEGER
) STRICT, WITHOUT ROWID;
ALTER TABLE delivery ADD COLUMN lease_until INTEGER;
DROP INDEX delivery_in_flight;
CREATE INDEX delivery_under_way ON delivery (destination, seq) WHERE head = 1 AND status IN ('sending', 'cancelled');
`;
