/** OBX-8 to Observation.interpretation: v3 code and SNOMED CT code side by side, as Nictiz sends them. */
import type { CodeableConcept } from 'fhir/r4.js';
import { constant, type Draft } from '../draft.ts';
import { codesOf, type ReadCode } from '../hl7v2/datatypes/cwe.ts';
import { leafAt, textOf, type Reading } from '../hl7v2/leaf.ts';
import type { Segment } from '../hl7v2/message.ts';
import { translateAll, v2Table } from '../terminology/translate.ts';
import { untranslatedCode } from '../untranslated.ts';

const RULE = 'lab.result.interpretation';

/** `""` is no flag. A flag that is not of table 0078 keeps its own coding, with a warning. */
export const interpretation = (obx: Segment, reading: Reading): (Draft<CodeableConcept> | undefined)[] =>
  obx.reps(8).map((repetition) => {
    const codes = codesOf(repetition, RULE, reading, '0078');
    const text =
      textOf(repetition.cell(9), RULE) ?? (codes.length === 0 ? textOf(repetition.cell(2), RULE) : undefined);
    // More than a bare code (words, a version): that coding travels too.
    const original = repetition.componentCount() > 1;
    return { coding: codes.flatMap((code) => codings(code, original, reading, codes)), text };
  });

function codings(read: ReadCode, original: boolean, reading: Reading, codes: readonly ReadCode[]) {
  const { coding, system, code, cell } = read;
  const found = translateAll('result-flags', v2Table('0078'), code);
  if (system !== v2Table('0078') || found.length === 0) {
    if (codes.some(({ map }) => map !== undefined)) return [coding];
    const text = 'The flag is no code of HL7 table 0078; it travels as sent.';
    reading.warnings.push({ code: 'untranslated-code', location: cell.path(), text, ...untranslatedCode([read]) });
    return [coding];
  }
  const translated = found.map((translation) => ({
    system: constant(translation.system, RULE),
    code: leafAt(cell, translation.code, RULE, translation.map),
    display: constant(translation.display ?? translation.code, RULE),
  }));
  return original ? [...translated, coding] : translated;
}
