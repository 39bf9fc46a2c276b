/** Numbers with their unit: UCUM where the table or the sender knows it, the text as sent always. */
import type { Quantity } from 'fhir/r4.js';
import { SYSTEM } from '../../profiles/canonical.ts';
import { constant, type Draft, type Leaf } from '../draft.ts';
import { codesOf } from '../hl7v2/datatypes/cwe.ts';
import { leafAt, textOf, type Reading } from '../hl7v2/leaf.ts';
import type { Cell, Segment } from '../hl7v2/message.ts';
import { translate } from '../terminology/translate.ts';

const RULE = 'lab.result.unit';

export interface Unit {
  readonly unit?: Leaf<string>;
  readonly system?: Leaf<string>;
  readonly code?: Leaf<string>;
}

const NO_UNIT: Unit = {};

/** OBX-6. A text the table does not hold stays a text, with a warning. */
export function unitOf(obx: Segment, reading: Reading): Unit {
  const repetition = obx.rep(6);
  if (!repetition.filled) return NO_UNIT;
  const codes = codesOf(repetition, RULE, reading);
  const declared = codes.find(({ system, code }) => system === SYSTEM.ucum && !/\s/.test(code));
  const sent = codes.find(({ system }) => system !== SYSTEM.ucum) ?? codes[0];
  const words = textOf(repetition.cell(2), RULE) ?? textOf(repetition.cell(9), RULE);
  const unit = sent && sent !== declared ? textOf(sent.cell, RULE) : (words ?? (sent && textOf(sent.cell, RULE)));
  const coded = declared && ucum(declared.cell, declared.code);
  for (const { cell } of codes) {
    const known = coded ?? ucum(cell);
    if (known !== undefined) return { ...(unit && { unit }), system: constant(SYSTEM.ucum, RULE), code: known };
  }
  const [cell] = [sent?.cell ?? repetition.cell(2)];
  const text = 'The unit is not in the table of units; it travels as text.';
  reading.warnings.push({ code: 'untranslated-unit', location: cell.path(), text });
  return unit ? { unit } : NO_UNIT;
}

/** UCUM code of a unit text; `declared`: the sender itself calls it UCUM. */
function ucum(cell: Cell, declared?: string): Leaf<string> | undefined {
  const known = translate('units', '', cell.text.trim());
  if (known !== undefined) return leafAt(cell, known.code, RULE, known.map);
  return declared === undefined ? undefined : leafAt(cell, declared, RULE);
}

export const quantity = (
  value: Leaf<number>,
  unit: Unit,
  comparator?: Leaf<NonNullable<Quantity['comparator']>>,
): Draft<Quantity> => ({ value, ...(comparator && { comparator }), ...unit });
