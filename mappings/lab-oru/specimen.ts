/** SPM to Specimen (v2-to-FHIR: SPM[Specimen]). */
import type { Specimen } from 'fhir/r4.js';
import { identifierOf, type ResourceDraft } from '../bundle.ts';
import { constant, type Draft } from '../draft.ts';
import { codeableConcept, codesOf } from '../hl7v2/datatypes/cwe.ts';
import { entityNumber, entityNumberIn } from '../hl7v2/datatypes/ei.ts';
import { decimalOf } from '../hl7v2/datatypes/nm.ts';
import { dateTimeOf } from '../hl7v2/datatypes/ts.ts';
import { formattedOf, leafAt, type Reading } from '../hl7v2/leaf.ts';
import type { Segment } from '../hl7v2/message.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { LAB_SPECIMEN, OWN_LAB_SPECIMEN, UNTRANSLATED } from '../lab-profile.ts';
import { translate, v2Table } from '../terminology/translate.ts';
import { textOfField } from './fields.ts';
import type { SpecimenLines } from './groups.ts';
import { note } from './notes.ts';
import { snomedConcept } from './snomed-concept.ts';
import { codeKey } from './order-numbers.ts';
import type { OrderScope } from './scope.ts';
import { translatedType, type SpecimenType } from './specimen-type.ts';

const RULE = 'lab.specimen';
const REPEATED = 'the same specimen stands with an earlier order';

/** What a specimen is made from: of a result message, or of an order. */
export type SpecimenScope = Pick<
  OrderScope,
  'bundle' | 'reading' | 'keys' | 'subject' | 'specimens' | 'numbers' | 'effective'
>;

/**
 * Adds the specimen of an SPM. Known by its number and type (one number may be on a set of tubes), else by its order and
 * type. The same SPM under several orders of one message is one Specimen.
 */
export function specimenEntry(scope: SpecimenScope, lines: SpecimenLines): string {
  const { spm } = lines;
  const words = [spm, ...lines.notes, ...lines.containers].map((segment) => fieldsOf(segment)).join('\n');
  const known = scope.specimens.get(words);
  if (known !== undefined) {
    for (const segment of [spm, ...lines.notes, ...lines.containers]) {
      // Under several orders it may be the very same segment, and then its leaves stand already.
      for (const cell of segment.unusedCells()) if (cell.field > 1) segment.markUsed(cell, REPEATED);
    }
    return known;
  }
  const number = textOfField(spm, 2);
  const within = number === '' ? scope.numbers.within : `specimen|${number}`;
  const id = scope.keys.key(within, `specimen|${codeKey(spm, 4)}`);
  const reference = scope.bundle.add<Specimen>('Specimen', id, () => ({
    identifier: [identifierOf(id), ...numbers(spm, scope.reading)],
    ...specimenOf(scope, lines),
  }));
  scope.specimens.set(words, reference);
  return reference;
}

/** All that an SPM says but its set id. */
const fieldsOf = (segment: Segment): string =>
  Array.from({ length: segment.fieldCount() - 1 }, (_, at) => textOfField(segment, at + 2)).join('|');

const numbers = (spm: Segment, reading: Reading) =>
  [
    entityNumberIn(spm.rep(2), 1, 'specimen', RULE, reading, 'PLAC'),
    entityNumberIn(spm.rep(2), 2, 'specimen', RULE, reading, 'FILL'),
  ].map((number) => number?.identifier);

function specimenOf(scope: SpecimenScope, { spm, notes, containers }: SpecimenLines): ResourceDraft<Specimen> {
  const { reading } = scope;
  const type = translatedType(codesOf(spm.rep(4), `${RULE}.type`, reading, '0487'), spm.rep(4), reading);
  const status = translate('specimen-status', v2Table('0136'), spm.at(20).text.trim());
  const accession = containers.map((sac) => sac.rep(2)).find(({ filled }) => filled);
  const draft = {
    ...profileOf(type),
    accessionIdentifier:
      accession && entityNumber(accession, 'accession', `${RULE}.container`, reading, 'ACSN')?.identifier,
    status: status && leafAt(spm.at(20), status.code as NonNullable<Specimen['status']>, RULE, status.map),
    type: type.concept,
    subject: scope.subject,
    receivedTime: dateTimeOf(spm.at(18), RULE, reading),
    parent: [1, 2].map((part) => {
      const number = entityNumberIn(spm.rep(3), part, 'specimen', RULE, reading);
      return number && { type: constant('Specimen', RULE), identifier: number.identifier };
    }),
    collection: collection(scope, spm),
    container: [
      {
        type: snomedConcept(spm.rep(27), RULE, reading),
        additiveCodeableConcept: codeableConcept(spm.rep(6), RULE, reading, '0371'),
      },
      ...containers.map((sac) => ({
        identifier: [3, 4].map(
          (field) => entityNumber(sac.rep(field), 'container', `${RULE}.container`, reading)?.identifier,
        ),
      })),
    ],
    condition: spm.reps(24).map((repetition) => codeableConcept(repetition, RULE, reading, '0493')),
    note: note(notes, `${RULE}.note`, [spm.rep(14).filled ? formattedOf(spm.at(14), `${RULE}.note`) : undefined]),
  };
  return { ...draft, extension: carryRemainders([spm, ...notes, ...containers], 'lab.remainder') };
}

export const profileOf = ({ known }: SpecimenType): ResourceDraft<Specimen> => ({
  meta: known
    ? { profile: [constant(LAB_SPECIMEN, RULE)] }
    : {
        profile: [constant(OWN_LAB_SPECIMEN, RULE)],
        tag: [{ system: constant(UNTRANSLATED.system, RULE), code: constant(UNTRANSLATED.code, RULE) }],
      },
});

function collection(scope: SpecimenScope, spm: Segment): Draft<Specimen['collection']> {
  const { reading } = scope;
  const start = dateTimeOf(spm.at(17), RULE, reading);
  const end = dateTimeOf(spm.at(17, 2), RULE, reading);
  const volume = decimalOf(spm.at(12), RULE);
  const collected = end ? { collectedPeriod: { start, end } } : start ? { collectedDateTime: start } : undefined;
  return {
    ...(collected ?? collectedWith(scope.effective)),
    quantity: volume && { value: volume, unit: formattedOf(spm.at(12, 2), RULE) },
    method: snomedConcept(spm.rep(7), RULE, reading),
    bodySite: snomedConcept(spm.rep(8), RULE, reading),
  };
}

export const collectedWith = ({ effectiveDateTime, effectivePeriod }: OrderScope['effective']) =>
  effectivePeriod
    ? { collectedPeriod: effectivePeriod }
    : effectiveDateTime && { collectedDateTime: effectiveDateTime };
