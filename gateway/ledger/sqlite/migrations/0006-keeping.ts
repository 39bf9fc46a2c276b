/**
 * Schema 6. What is kept, and for how long: messages whose content is still there, by what became of them; how much of each
 * source is open, by triggers; who does what only one process should do; alarms, and what of them is still to be told.
 */
export const KEEPING = `
ALTER TABLE message ADD COLUMN kept INTEGER NOT NULL DEFAULT 1;
UPDATE message SET kept = 0 WHERE NOT EXISTS (SELECT 1 FROM raw WHERE message_seq = seq)
  AND NOT EXISTS (SELECT 1 FROM mapped WHERE message_seq = seq);
CREATE INDEX message_kept ON message (status, received_at)
  WHERE kept = 1 AND status IN ('refused', 'delivered', 'dead', 'unrouted');

CREATE TABLE source_backlog (source TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO source_backlog (source, n) SELECT source, count(*) FROM message WHERE status = 'pending' GROUP BY source;
CREATE TRIGGER source_opened AFTER INSERT ON message WHEN new.status = 'pending' BEGIN
  INSERT INTO source_backlog VALUES (new.source, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER source_reopened AFTER UPDATE OF status ON message WHEN old.status <> 'pending' AND new.status = 'pending' BEGIN
  INSERT INTO source_backlog VALUES (new.source, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER source_closed AFTER UPDATE OF status ON message WHEN old.status = 'pending' AND new.status <> 'pending' BEGIN
  UPDATE source_backlog SET n = n - 1 WHERE source = old.source;
END;

CREATE TABLE duty (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE alarm (
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  raised_at INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
CREATE TABLE alarm_notice (
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (at, kind, subject)
) STRICT, WITHOUT ROWID;
`;
