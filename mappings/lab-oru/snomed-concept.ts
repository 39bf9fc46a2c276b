/** Elements that nl-core binds to SNOMED CT alone (method, body site, container). */
import type { CodeableConcept } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import type { Draft } from '../draft.ts';
import { codeableConcept, codeSystemNamed } from '../hl7v2/datatypes/cwe.ts';
import type { Reading } from '../hl7v2/leaf.ts';
import type { Repetition } from '../hl7v2/message.ts';

/** Undefined for other codes: they stay unused, and travel as source fields beside the element. */
export function snomedConcept(
  repetition: Repetition,
  rule: string,
  reading: Reading,
): Draft<CodeableConcept> | undefined {
  const system = repetition.cell(3);
  if (!system.filled || codeSystemNamed(system.text.trim(), reading.source).uri !== SYSTEM.snomed) return undefined;
  return codeableConcept(repetition, rule, reading);
}
