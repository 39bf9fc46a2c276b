/** Status codes: translated by table, the original beside them; a code without translation is `unknown`, and said so. */
import type { Element } from 'fhir/r4.js';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { codeOf, leafAt, type Reading } from '../hl7v2/leaf.ts';
import type { Cell } from '../hl7v2/message.ts';
import { translate, v2Table, type ConceptMapName } from '../terminology/translate.ts';
import { untranslatedCode } from '../untranslated.ts';

const CODE_SPECIFICATION = 'http://nictiz.nl/fhir/StructureDefinition/ext-CodeSpecification';

export interface ReadStatus<T extends string> {
  readonly status: Leaf<T | 'unknown'>;
  readonly _status: Draft<Element> | undefined;
}

/** The original code of a FHIR `code` element, as nl-core carries it: extension ext-CodeSpecification. */
export function originalCode(cell: Cell, table: string, rule: string): Draft<Element> | undefined {
  const code = codeOf(cell, rule);
  if (code === undefined) return undefined;
  const coding = [{ system: constant(v2Table(table), rule), code }];
  return { extension: [{ url: constant(CODE_SPECIFICATION, rule), valueCodeableConcept: { coding } }] };
}

/** `T` is the FHIR code list the map translates to; empty fields are `unknown` without a warning. */
export function statusOf<T extends string>(
  cell: Cell | undefined,
  map: ConceptMapName,
  table: string,
  rule: string,
  reading: Reading,
): ReadStatus<T> {
  if (cell === undefined || cell.text.trim() === '') return { status: constant('unknown', rule), _status: undefined };
  const translation = translate(map, v2Table(table), cell.text.trim());
  const _status = originalCode(cell, table, rule);
  if (translation !== undefined) {
    return { status: leafAt(cell, translation.code as T, rule, translation.map), _status };
  }
  const text = 'The status code has no FHIR counterpart; the status is unknown.';
  reading.warnings.push({
    code: 'untranslated-code',
    location: cell.path(),
    text,
    ...untranslatedCode([{ system: v2Table(table), code: cell.text }]),
  });
  return { status: leafAt(cell, 'unknown', rule), _status };
}
