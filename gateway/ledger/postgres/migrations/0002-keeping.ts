/**
 * Schema 2, as SQLite's 6: messages whose content is still there, by what became of them; how much of each source is open,
 * by triggers; who does what only one process should do; alarms, and what of them is still to be told. Contents are
 * deleted oldest first and little by little: their tables are vacuumed as often, and new rows take the place of the old.
 */
import type { Step } from '../step.ts';

const ID = 'text COLLATE "C"';
const BUSY = 'WITH (fillfactor = 30, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500)';

const SMALL_VACUUMS = ['raw', 'mapped', 'body']
  .map((table) => `ALTER TABLE ${table} SET (autovacuum_vacuum_scale_factor = 0.02);`)
  .join('\n');

export const KEEPING: Step = {
  breaks: false,
  sql: `
ALTER TABLE message ADD COLUMN kept smallint NOT NULL DEFAULT 1;
UPDATE message SET kept = 0 WHERE NOT EXISTS (SELECT 1 FROM raw WHERE message_seq = seq)
  AND NOT EXISTS (SELECT 1 FROM mapped WHERE message_seq = seq);
CREATE INDEX message_kept ON message (status, received_at)
  WHERE kept = 1 AND status IN ('refused', 'delivered', 'dead', 'unrouted');
${SMALL_VACUUMS}

CREATE TABLE source_backlog (source ${ID} PRIMARY KEY, n bigint NOT NULL) ${BUSY};
INSERT INTO source_backlog (source, n) SELECT source, count(*) FROM message WHERE status = 'pending' GROUP BY source;
CREATE FUNCTION source_opened() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO source_backlog AS b SELECT source, count(*) FROM put WHERE status = 'pending' GROUP BY source
    ON CONFLICT (source) DO UPDATE SET n = b.n + excluded.n;
  RETURN NULL;
END $$;
CREATE TRIGGER source_opened AFTER INSERT ON message REFERENCING NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION source_opened();
CREATE FUNCTION source_reopened() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO source_backlog AS b VALUES (new.source, 1) ON CONFLICT (source) DO UPDATE SET n = b.n + 1;
  RETURN NULL;
END $$;
CREATE TRIGGER source_reopened AFTER UPDATE OF status ON message FOR EACH ROW
  WHEN (old.status <> 'pending' AND new.status = 'pending') EXECUTE FUNCTION source_reopened();
CREATE FUNCTION source_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE source_backlog SET n = n - 1 WHERE source = old.source;
  RETURN NULL;
END $$;
CREATE TRIGGER source_closed AFTER UPDATE OF status ON message FOR EACH ROW
  WHEN (old.status = 'pending' AND new.status <> 'pending') EXECUTE FUNCTION source_closed();

CREATE TABLE duty (name ${ID} PRIMARY KEY, holder ${ID} NOT NULL, until bigint NOT NULL);

CREATE TABLE alarm (
  kind ${ID} NOT NULL,
  subject ${ID} NOT NULL,
  raised_at bigint NOT NULL,
  n bigint NOT NULL,
  PRIMARY KEY (kind, subject)
);
CREATE TABLE alarm_notice (
  at bigint NOT NULL,
  kind ${ID} NOT NULL,
  subject ${ID} NOT NULL,
  state text NOT NULL,
  n bigint NOT NULL,
  PRIMARY KEY (at, kind, subject)
);
`,
};
