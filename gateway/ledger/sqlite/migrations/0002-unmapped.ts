/** Schema 2. Codes without a translation; `sealed` holds system, code and words, since a sender's words may quote. */
export const UNMAPPED = `
CREATE TABLE unmapped (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  n INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX unmapped_source ON unmapped (source, seq);
`;
