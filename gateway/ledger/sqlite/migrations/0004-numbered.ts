/** Schema 4. The last number given out, under the name every engine has for it. */
export const NUMBERED = `
CREATE VIEW numbered AS SELECT name, seq AS n FROM sqlite_sequence;
`;
