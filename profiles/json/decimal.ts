/**
 * Decimals keep the precision they were written with (`5.60` stays `5.60`, FHIR R4 §decimal), while resources stay
 * plain objects with plain numbers that every library understands. The written text of a number that JavaScript
 * would write otherwise hangs on its parent under this symbol: `{ value: 5.6, [WRITTEN]: { value: '5.60' } }`.
 * JSON.stringify, Object.keys and fhirpath do not see it; spreading copies it; `writeJson` writes it.
 */
export const WRITTEN: unique symbol = Symbol('written');

export interface WithWritten {
  [WRITTEN]?: Record<string, string>;
}

/** The text in which the number `parent[key]` was written. */
export function writtenNumber(parent: object, key: string | number): string | undefined {
  return (parent as WithWritten)[WRITTEN]?.[key];
}

/** Remembers how `parent[key]` was written, unless JavaScript writes it the same way. */
export function rememberWritten(parent: object, key: string | number, text: string): void {
  if (String(Number(text)) === text) return;
  const holder = parent as WithWritten;
  holder[WRITTEN] = { ...holder[WRITTEN], [key]: text };
}
