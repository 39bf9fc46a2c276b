/** Schema 3. What a delivery (by its seq) disclosed, by keyed hash of destination and name: a name may be a patient's
 *  identifier. No foreign key: it would ask for a second index, by delivery, that no question needs. */
export const DISCLOSED = `
CREATE TABLE disclosed (
  hash TEXT NOT NULL,
  delivery_seq INTEGER NOT NULL,
  PRIMARY KEY (hash, delivery_seq)
) STRICT, WITHOUT ROWID;
`;
