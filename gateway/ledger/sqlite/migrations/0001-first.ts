/** Schema 1. `seq` is the order of acceptance; moments are milliseconds; `sealed` and `notes` are encrypted. */
export const FIRST = `
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE patient (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE patient_key (
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('bsn', 'number')),
  patient TEXT NOT NULL REFERENCES patient (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX patient_key_patient ON patient_key (patient);
CREATE UNIQUE INDEX patient_key_one_bsn ON patient_key (patient) WHERE kind = 'bsn';

CREATE TABLE message (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  received_at INTEGER NOT NULL,
  source TEXT NOT NULL,
  door TEXT NOT NULL,
  type TEXT,
  control_id TEXT,
  flow TEXT,
  status TEXT NOT NULL,
  key TEXT,
  content_hash TEXT NOT NULL,
  notes BLOB,
  mapping_id TEXT,
  mapping_version TEXT,
  patient TEXT REFERENCES patient (id),
  ordered_at INTEGER,
  hold_until INTEGER,
  task TEXT
) STRICT;
CREATE INDEX message_key ON message (source, key) WHERE key IS NOT NULL;
CREATE INDEX message_received ON message (received_at);
CREATE INDEX message_status ON message (status, received_at);
CREATE INDEX message_source ON message (source, received_at);
CREATE INDEX message_flow ON message (flow, received_at);
CREATE INDEX message_type ON message (type, received_at);
CREATE INDEX message_control ON message (control_id, received_at);
CREATE INDEX message_hold ON message (hold_until) WHERE status = 'held';

CREATE TABLE message_count (status TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TRIGGER message_counted AFTER INSERT ON message BEGIN
  INSERT INTO message_count VALUES (new.status, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER message_recounted AFTER UPDATE OF status ON message WHEN old.status <> new.status BEGIN
  UPDATE message_count SET n = n - 1 WHERE status = old.status;
  INSERT INTO message_count VALUES (new.status, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER message_uncounted AFTER DELETE ON message BEGIN
  UPDATE message_count SET n = n - 1 WHERE status = old.status;
END;

CREATE TABLE mark (
  hash TEXT NOT NULL,
  message_seq INTEGER NOT NULL REFERENCES message (seq),
  kind TEXT NOT NULL CHECK (kind IN ('bsn', 'number', 'thing')),
  PRIMARY KEY (hash, message_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX mark_message ON mark (message_seq, kind);

CREATE TABLE raw (message_seq INTEGER PRIMARY KEY REFERENCES message (seq), media_type TEXT NOT NULL, sealed BLOB NOT NULL) STRICT;
CREATE TABLE mapped (message_seq INTEGER PRIMARY KEY REFERENCES message (seq), media_type TEXT NOT NULL, sealed BLOB NOT NULL) STRICT;

CREATE TABLE event (
  message_seq INTEGER NOT NULL REFERENCES message (seq),
  n INTEGER NOT NULL,
  at INTEGER NOT NULL,
  event TEXT NOT NULL,
  detail TEXT,
  PRIMARY KEY (message_seq, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  message_seq INTEGER NOT NULL REFERENCES message (seq),
  kind TEXT NOT NULL,
  destination TEXT NOT NULL,
  lane TEXT NOT NULL,
  status TEXT NOT NULL,
  head INTEGER NOT NULL,
  replaced INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  next_attempt_at INTEGER,
  last_error BLOB,
  delivered_at INTEGER,
  response_status INTEGER,
  idempotency_key TEXT NOT NULL,
  traceparent TEXT NOT NULL
) STRICT;
CREATE INDEX delivery_message ON delivery (message_seq);
CREATE UNIQUE INDEX delivery_head ON delivery (destination, lane) WHERE head = 1;
CREATE INDEX delivery_lane ON delivery (destination, lane, seq)
  WHERE status IN ('waiting', 'sending', 'retrying', 'parked');
CREATE INDEX delivery_open ON delivery (destination, seq) WHERE status IN ('waiting', 'sending', 'retrying');
CREATE INDEX delivery_ready ON delivery (destination, seq) WHERE head = 1 AND status = 'waiting';
CREATE INDEX delivery_retry ON delivery (destination, next_attempt_at) WHERE head = 1 AND status = 'retrying';
CREATE INDEX delivery_in_flight ON delivery (seq) WHERE head = 1 AND status IN ('sending', 'cancelled');
CREATE TABLE body (delivery_seq INTEGER PRIMARY KEY REFERENCES delivery (seq), media_type TEXT NOT NULL, sealed BLOB NOT NULL) STRICT;

CREATE TABLE backlog (
  destination TEXT NOT NULL,
  status TEXT NOT NULL,
  n INTEGER NOT NULL,
  last_at INTEGER,
  PRIMARY KEY (destination, status)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER delivery_counted AFTER INSERT ON delivery BEGIN
  INSERT INTO backlog VALUES (new.destination, new.status, 1, new.delivered_at) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER delivery_recounted AFTER UPDATE OF status ON delivery WHEN old.status <> new.status BEGIN
  UPDATE backlog SET n = n - 1 WHERE destination = old.destination AND status = old.status;
  INSERT INTO backlog VALUES (new.destination, new.status, 1, new.delivered_at)
    ON CONFLICT DO UPDATE SET n = n + 1, last_at = max(ifnull(last_at, 0), excluded.last_at);
END;
CREATE TRIGGER delivery_uncounted AFTER DELETE ON delivery BEGIN
  UPDATE backlog SET n = n - 1 WHERE destination = old.destination AND status = old.status;
END;

CREATE TABLE enrolment (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  wijkkliniek TEXT NOT NULL,
  patient TEXT NOT NULL REFERENCES patient (id),
  status TEXT NOT NULL CHECK (status IN ('requested', 'active', 'ended')),
  task TEXT NOT NULL,
  message_seq INTEGER NOT NULL REFERENCES message (seq),
  requested_at INTEGER NOT NULL,
  active_at INTEGER,
  ended_at INTEGER
) STRICT;
CREATE INDEX enrolment_patient ON enrolment (patient);
CREATE INDEX enrolment_task ON enrolment (task);
CREATE INDEX enrolment_message ON enrolment (message_seq);
CREATE INDEX enrolment_status ON enrolment (status);

CREATE TABLE task (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  last_updated INTEGER NOT NULL,
  status TEXT NOT NULL,
  requester TEXT NOT NULL,
  owner TEXT NOT NULL,
  message_seq INTEGER NOT NULL REFERENCES message (seq),
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX task_updated ON task (last_updated);
CREATE INDEX task_message ON task (message_seq);
CREATE INDEX task_owner ON task (owner, last_updated);
CREATE INDEX task_requester ON task (requester, last_updated);
`;
