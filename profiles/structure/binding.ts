import type { CodeSet } from '../r4/definitions.ts';
import type { Place } from './place.ts';

type Json = Readonly<Record<string, unknown>>;

/** A required binding of a Coding, CodeableConcept or Quantity: at least one coding must be of the value set. */
export function checkBinding(value: Json, typeName: string, codes: CodeSet, valueSet: string, place: Place): void {
  if (holdsCodeOf(value, typeName, codes)) return;
  const child = typeName === 'CodeableConcept' && Array.isArray(value['coding']) ? 'coding' : undefined;
  place.error('code-invalid', 'binding', `needs a code of ${valueSet}`, child);
}

/** Whether a coded value has a code of the set; a Quantity by its unit. */
export function holdsCodeOf(value: Json, typeName: string, codes: CodeSet): boolean {
  if (typeName !== 'CodeableConcept') return isIn(value, codes);
  return Array.isArray(value['coding']) && value['coding'].some((coding) => isIn(coding, codes));
}

function isIn(coding: unknown, codes: CodeSet): boolean {
  const { system, code } = (coding ?? {}) as { system?: unknown; code?: unknown };
  return typeof system === 'string' && typeof code === 'string' && codes.get(system)?.has(code) === true;
}
