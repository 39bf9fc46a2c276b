/**
 * Schema 1: what SQLite has at schema 4. `seq` is given by the program, from `number`, under the writers' lock. Rows refer
 * to each other without foreign keys: the same statements are proved against them on SQLite, and here every one would be
 * asked for again with each row. `sealed` is compressed before it is sealed: PostgreSQL need not try again.
 *
 * Counters are kept by triggers; many changes of one row between two vacuums are what their tables are set for.
 */
import type { Step } from '../step.ts';

const ID = 'text COLLATE "C"';
const BUSY = `WITH (fillfactor = 30, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500)`;

const content = (table: string, of: string): string => `
CREATE TABLE ${table} (${of} bigint PRIMARY KEY, media_type text NOT NULL, sealed bytea NOT NULL);
ALTER TABLE ${table} ALTER sealed SET STORAGE EXTERNAL;`;

export const FIRST: Step = {
  breaks: true,
  sql: `
CREATE TABLE setting (name ${ID} PRIMARY KEY, value bytea NOT NULL);
CREATE TABLE number (name ${ID} PRIMARY KEY, last bigint NOT NULL, n bigint NOT NULL) ${BUSY};
CREATE VIEW numbered AS SELECT name, n FROM number;

CREATE TABLE patient (id ${ID} PRIMARY KEY);
CREATE TABLE patient_key (
  hash ${ID} PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('bsn', 'number')),
  patient ${ID} NOT NULL
);
CREATE INDEX patient_key_patient ON patient_key (patient);
CREATE UNIQUE INDEX patient_key_one_bsn ON patient_key (patient) WHERE kind = 'bsn';

CREATE TABLE message (
  seq bigint PRIMARY KEY,
  id ${ID} NOT NULL UNIQUE,
  received_at bigint NOT NULL,
  source ${ID} NOT NULL,
  door text NOT NULL,
  type ${ID},
  control_id ${ID},
  flow ${ID},
  status ${ID} NOT NULL,
  key ${ID},
  content_hash text NOT NULL,
  notes bytea,
  mapping_id text,
  mapping_version text,
  patient ${ID},
  ordered_at bigint,
  hold_until bigint,
  task ${ID}
);
CREATE INDEX message_key ON message (source, key) WHERE key IS NOT NULL;
CREATE INDEX message_received ON message (received_at, seq);
CREATE INDEX message_status ON message (status, received_at, seq);
CREATE INDEX message_source ON message (source, received_at, seq);
CREATE INDEX message_flow ON message (flow, received_at, seq);
CREATE INDEX message_type ON message (type, received_at, seq);
CREATE INDEX message_control ON message (control_id, received_at, seq);
CREATE INDEX message_hold ON message (hold_until) WHERE status = 'held';

CREATE TABLE message_count (status ${ID} PRIMARY KEY, n bigint NOT NULL) ${BUSY};
CREATE FUNCTION message_counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO message_count AS c SELECT status, count(*) FROM put GROUP BY status
    ON CONFLICT (status) DO UPDATE SET n = c.n + excluded.n;
  RETURN NULL;
END $$;
CREATE TRIGGER message_counted AFTER INSERT ON message REFERENCING NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION message_counted();
CREATE FUNCTION message_recounted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE message_count SET n = n - 1 WHERE status = old.status;
  INSERT INTO message_count AS c VALUES (new.status, 1) ON CONFLICT (status) DO UPDATE SET n = c.n + 1;
  RETURN NULL;
END $$;
CREATE TRIGGER message_recounted AFTER UPDATE OF status ON message FOR EACH ROW
  WHEN (old.status <> new.status) EXECUTE FUNCTION message_recounted();
CREATE FUNCTION message_uncounted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE message_count SET n = n - 1 WHERE status = old.status;
  RETURN NULL;
END $$;
CREATE TRIGGER message_uncounted AFTER DELETE ON message FOR EACH ROW EXECUTE FUNCTION message_uncounted();

CREATE TABLE mark (
  hash ${ID} NOT NULL,
  message_seq bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('bsn', 'number', 'thing')),
  PRIMARY KEY (hash, message_seq)
);
CREATE INDEX mark_message ON mark (message_seq, kind);
${content('raw', 'message_seq')}
${content('mapped', 'message_seq')}
${content('body', 'delivery_seq')}

CREATE TABLE event (
  message_seq bigint NOT NULL,
  n bigint NOT NULL,
  at bigint NOT NULL,
  event text NOT NULL,
  detail text,
  PRIMARY KEY (message_seq, n)
);

CREATE TABLE delivery (
  seq bigint PRIMARY KEY,
  id ${ID} NOT NULL UNIQUE,
  message_seq bigint NOT NULL,
  kind text NOT NULL,
  destination ${ID} NOT NULL,
  lane ${ID} NOT NULL,
  status ${ID} NOT NULL,
  head smallint NOT NULL,
  replaced smallint NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  created_at bigint NOT NULL,
  next_attempt_at bigint,
  last_error bytea,
  delivered_at bigint,
  response_status integer,
  idempotency_key text NOT NULL,
  traceparent text NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX delivery_message ON delivery (message_seq);
CREATE UNIQUE INDEX delivery_head ON delivery (destination, lane) WHERE head = 1;
CREATE INDEX delivery_lane ON delivery (destination, lane, seq)
  WHERE status IN ('waiting', 'sending', 'retrying', 'parked');
CREATE INDEX delivery_open ON delivery (destination, seq) WHERE status IN ('waiting', 'sending', 'retrying');
CREATE INDEX delivery_ready ON delivery (destination, seq) WHERE head = 1 AND status = 'waiting';
CREATE INDEX delivery_retry ON delivery (destination, next_attempt_at, seq) WHERE head = 1 AND status = 'retrying';
CREATE INDEX delivery_in_flight ON delivery (seq) WHERE head = 1 AND status IN ('sending', 'cancelled');

CREATE TABLE backlog (
  destination ${ID} NOT NULL,
  status ${ID} NOT NULL,
  n bigint NOT NULL,
  last_at bigint,
  PRIMARY KEY (destination, status)
) ${BUSY};
CREATE FUNCTION delivery_counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO backlog AS b SELECT destination, status, count(*), max(delivered_at) FROM put GROUP BY destination, status
    ON CONFLICT (destination, status) DO UPDATE SET n = b.n + excluded.n;
  RETURN NULL;
END $$;
CREATE TRIGGER delivery_counted AFTER INSERT ON delivery REFERENCING NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION delivery_counted();
CREATE FUNCTION delivery_recounted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE backlog SET n = n - 1 WHERE destination = old.destination AND status = old.status;
  INSERT INTO backlog AS b VALUES (new.destination, new.status, 1, new.delivered_at)
    ON CONFLICT (destination, status) DO UPDATE SET n = b.n + 1, last_at = greatest(b.last_at, excluded.last_at);
  RETURN NULL;
END $$;
CREATE TRIGGER delivery_recounted AFTER UPDATE OF status ON delivery FOR EACH ROW
  WHEN (old.status <> new.status) EXECUTE FUNCTION delivery_recounted();
CREATE FUNCTION delivery_uncounted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE backlog SET n = n - 1 WHERE destination = old.destination AND status = old.status;
  RETURN NULL;
END $$;
CREATE TRIGGER delivery_uncounted AFTER DELETE ON delivery FOR EACH ROW EXECUTE FUNCTION delivery_uncounted();

CREATE TABLE enrolment (
  seq bigint PRIMARY KEY,
  id ${ID} NOT NULL UNIQUE,
  wijkkliniek ${ID} NOT NULL,
  patient ${ID} NOT NULL,
  status text NOT NULL CHECK (status IN ('requested', 'active', 'ended')),
  task ${ID} NOT NULL,
  message_seq bigint NOT NULL,
  requested_at bigint NOT NULL,
  active_at bigint,
  ended_at bigint
);
CREATE INDEX enrolment_patient ON enrolment (patient);
CREATE INDEX enrolment_task ON enrolment (task);
CREATE INDEX enrolment_message ON enrolment (message_seq);
CREATE INDEX enrolment_status ON enrolment (status);

CREATE TABLE task (
  id ${ID} PRIMARY KEY,
  version integer NOT NULL,
  last_updated bigint NOT NULL,
  status ${ID} NOT NULL,
  requester ${ID} NOT NULL,
  owner ${ID} NOT NULL,
  message_seq bigint NOT NULL,
  sealed bytea NOT NULL
);
CREATE INDEX task_updated ON task (last_updated, id);
CREATE INDEX task_message ON task (message_seq);
CREATE INDEX task_owner ON task (owner, last_updated);
CREATE INDEX task_requester ON task (requester, last_updated);

CREATE TABLE unmapped (
  seq bigint PRIMARY KEY,
  hash ${ID} NOT NULL UNIQUE,
  source ${ID} NOT NULL,
  n bigint NOT NULL,
  first_seen bigint NOT NULL,
  last_seen bigint NOT NULL,
  sealed bytea NOT NULL
);
CREATE INDEX unmapped_source ON unmapped (source, seq);

CREATE TABLE disclosed (
  hash ${ID} NOT NULL,
  delivery_seq bigint NOT NULL,
  PRIMARY KEY (hash, delivery_seq)
);
`,
};
