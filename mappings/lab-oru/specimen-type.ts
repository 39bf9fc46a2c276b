/** The type of a specimen: the substance nl-core knows it by, with the code as sent beside it. */
import type { CodeableConcept } from 'fhir/r4.js';
import { constant, type Draft } from '../draft.ts';
import { withTranslations, type ReadCode } from '../hl7v2/datatypes/cwe.ts';
import { leafAt, textOf, type Reading } from '../hl7v2/leaf.ts';
import type { Repetition } from '../hl7v2/message.ts';
import { translate } from '../terminology/translate.ts';
import { untranslatedCode } from '../untranslated.ts';

const RULE = 'lab.specimen.type';

export interface SpecimenType {
  readonly concept: Draft<CodeableConcept> | undefined;
  /** The substance is known, or no type is given at all. */
  readonly known: boolean;
}

/** `read`: the codes of the field, in order; the first that has a translation decides. */
export function translatedType(read: readonly ReadCode[], repetition: Repetition, reading: Reading): SpecimenType {
  const codes = withTranslations(read, RULE, reading);
  const words = textOf(repetition.cell(9), RULE) ?? (codes.length === 0 ? textOf(repetition.cell(2), RULE) : undefined);
  if (codes.length === 0 && words === undefined) return { concept: undefined, known: true };
  const found = codes.map(({ system, code, cell }) => ({ cell, to: translate('specimen-type', system, code) }));
  const first = found.find(({ to }) => to !== undefined);
  const coding = codes.map((code) => code.coding);
  if (first?.to === undefined) {
    const text = 'The specimen type is no substance nl-core knows; it travels as sent.';
    reading.warnings.push({
      code: 'untranslated-code',
      location: repetition.cell(1).path(),
      text,
      ...untranslatedCode(codes),
    });
    return { concept: { coding, text: words }, known: false };
  }
  const { cell, to } = first;
  if (codes.some(({ system, code }) => system === to.system && code === to.code)) {
    return { concept: { coding, text: words }, known: true };
  }
  const substance = {
    system: constant(to.system, RULE),
    code: leafAt(cell, to.code, RULE, to.map),
    display: constant(to.display ?? '', RULE),
  };
  return { concept: { coding: [substance, ...coding], text: words }, known: true };
}
