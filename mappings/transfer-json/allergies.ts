/** Allergies: AllergyIntolerance (nl-core-AllergyIntolerance). An empty list says: asked, none known. */
import type { AllergyIntolerance } from 'fhir/r4.js';
import { nlCore, SYSTEM, wkProfile } from '../../profiles/canonical.ts';
import { identifierOf } from '../bundle.ts';
import { SUBSTANCE_SYSTEMS } from '../nl-core-codes.ts';
import { untranslatedCode } from '../untranslated.ts';
import { coding, conceptSaid, fixed, metaOf, ownId, said, type Told } from './told.ts';

const active = fixed(
  'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical',
  'active',
  'Active',
  'allergy.status',
);

/** Absent: nothing is said, and the rules warn. */
export function addAllergies(told: Told): string[] {
  const { allergies } = told.transfer;
  if (allergies === undefined) return [];
  return allergies.length === 0 ? [addNoneKnown(told)] : allergies.map((one, index) => addAllergy(told, one, index));
}

function addNoneKnown(told: Told): string {
  const id = ownId(told, 'AllergyIntolerance none');
  // The value set of nl-core names substances only; the statement that there are none is plain R4.
  return told.bundle.add<AllergyIntolerance>('AllergyIntolerance', id, () => ({
    identifier: [identifierOf(id)],
    clinicalStatus: active,
    code: {
      coding: [
        {
          ...coding(SYSTEM.snomed, '716186003', 'No known allergy (situation)', 'allergy.none'),
          code: said('716186003', '$.allergies', 'allergy.none'),
        },
      ],
    },
    patient: told.patient,
    encounter: told.encounter,
    recordedDate: said(told.transfer.requestedAt, '$.requestedAt', 'allergy.recorded'),
  }));
}

function addAllergy(told: Told, allergy: NonNullable<Told['transfer']['allergies']>[number], index: number): string {
  const path = `$.allergies[${index}]`;
  const id = ownId(told, `AllergyIntolerance ${index}`);
  const coded = allergy.system !== undefined && SUBSTANCE_SYSTEMS.includes(allergy.system);
  if (!coded) {
    const text = 'nl-core-AllergyIntolerance knows no such code; the allergy travels as it was said';
    told.warnings.push({ code: 'untranslated-code', location: path, text, ...untranslatedCode([allergy]) });
  }
  const reaction = said(allergy.reaction, `${path}.reaction`, 'allergy.reaction');
  return told.bundle.add<AllergyIntolerance>('AllergyIntolerance', id, () => ({
    meta: metaOf(coded ? nlCore('AllergyIntolerance') : wkProfile('AllergyIntolerance'), !coded),
    identifier: [identifierOf(id)],
    clinicalStatus: active,
    criticality: said(allergy.criticality, `${path}.criticality`, 'allergy.criticality'),
    code: conceptSaid(allergy, path, 'allergy'),
    patient: told.patient,
    encounter: told.encounter,
    recordedDate: said(told.transfer.requestedAt, '$.requestedAt', 'allergy.recorded'),
    // A reaction in FHIR needs a coded or worded manifestation: the words are the manifestation and its description.
    reaction: reaction === undefined ? undefined : [{ manifestation: [{ text: reaction }], description: reaction }],
  }));
}
