/** Conditions and allergies to DG1 and AL1: the inverse of `segments/dg1.ts` and `al1.ts`. */
import type { AllergyIntolerance, Condition, EncounterDiagnosis, Extension } from 'fhir/r4.js';
import { constant, Leaf } from '../../draft.ts';
import { v2Table } from '../../terminology/translate.ts';
import { writeTime } from '../time.ts';
import { cwe } from './codes.ts';
import { ei, ownNumber, isDerived } from './numbers.ts';
import { since, type Writing } from './partner.ts';
import { inTable } from './persons.ts';
import { xcn } from './people.ts';
import { putBack } from './put-back.ts';
import { rep, SheetSegment, type Rep, type Said } from './sheet.ts';
import { each, type Spot } from './spot.ts';

const RULE = 'write.clinical';

/** What else is said of it (status, stage, notes) stays unread. */
export function diagnosisSegment(problem: Spot<Condition>, index: number, writing: Writing): SheetSegment {
  const { partner } = writing;
  const ofStay = inStay(problem, writing);
  const time = (text: string): string => writeTime(text, partner.timezone);
  const number = ownNumber(problem.at('identifier'));
  const dg1 = new SheetSegment('DG1', {
    1: constant(String(index), RULE),
    3: cwe(problem.at('code'), partner),
    5: problem.at('onsetDateTime').saidAs(RULE, time),
    6: ofStay && roleOf(ofStay),
    15: ofStay?.at('rank').said(RULE),
    16: xcn(problem.at('asserter'), writing),
    19: problem.at('recordedDate').saidAs(RULE, time),
    20: since(partner, '2.5') && number && !isDerived(number) ? ei(number, partner) : undefined,
  });
  const [status] = problem.value?.clinicalStatus?.coding ?? [];
  if (status?.code === 'active') problem.at('clinicalStatus').pass('a diagnosis that is listed is one in force');
  putBack(problem, [dg1]);
  // DG1-6 is required: W, working, unless the sender said what it is.
  dg1.fill(6, 1, 1, 1, constant('W', RULE));
  return dg1;
}

const inStay = (problem: Spot<Condition>, { entries }: Writing): Spot<EncounterDiagnosis> | undefined =>
  entries
    .of('Encounter')
    .flatMap((stay) => each(stay.at('diagnosis')))
    .find((one) => entries.follow(one.at('condition'), 'Condition') === problem);

/** HL7 table 0052: as it was said, else from the role FHIR has for it. */
function roleOf(diagnosis: Spot<EncounterDiagnosis>): Said {
  const codings = each(diagnosis.at('use').at('coding'));
  const own = codings.find(({ value }) => value?.system === v2Table('0052'));
  const said = own?.at('code').said(RULE) ?? (codings[0] && inTable(codings[0].at('code'), ROLES, RULE));
  if (said !== undefined) diagnosis.at('use').pass('table 0052 says it (DG1-6)');
  return said;
}
const ROLES = { AD: 'A', DD: 'F' };

const SEVERITIES = { mild: 'MI', moderate: 'MO', severe: 'SV' };
const TYPES = { medication: 'DA', food: 'FA', environment: 'EA' };
const ALTERNATE_CODES = 'http://hl7.org/fhir/StructureDefinition/alternate-codes';

export function allergySegment(allergy: Spot<AllergyIntolerance>, index: number, writing: Writing): SheetSegment {
  const { partner } = writing;
  const reactions = each(allergy.at('reaction'));
  const severe = reactions.find(({ value }) => value?.severity !== undefined);
  const al1 = new SheetSegment('AL1', {
    1: constant(String(index), RULE),
    2: typeOf(allergy, writing),
    3: cwe(allergy.at('code'), partner),
    4: severe && inTable(severe.at('severity'), SEVERITIES, RULE),
    5: reactions.flatMap((one) => each(one.at('manifestation')).map((found) => reactionText(cwe(found, partner)))),
    6: allergy.at('onsetDateTime').saidAs(RULE, (text) => writeTime(text, partner.timezone)),
  });
  for (const one of reactions) {
    if (one.value?.severity === severe?.value?.severity) one.at('severity').pass('said once (AL1-4)');
  }
  const [status] = allergy.value?.clinicalStatus?.coding ?? [];
  if (status?.code === 'active') allergy.at('clinicalStatus').pass('an allergy that is listed is one in force');
  putBack(allergy, [al1]);
  return al1;
}

/** AL1-5 is a text; the code, if any, stands in front of its words. */
function reactionText(found: Rep | undefined): Rep | undefined {
  const said = (found?.components ?? []).flat().filter((leaf) => leaf !== undefined);
  const [first] = said;
  return (
    first && rep(said.length === 1 ? first : new Leaf(said.map(({ value }) => value).join(' '), first.place, RULE))
  );
}

/** AL1-2: the sender's own code where it is kept beside the category. */
function typeOf(allergy: Spot<AllergyIntolerance>, { partner }: Writing): Rep | undefined {
  const [category] = each(allergy.at('category'));
  const [element] = each(allergy.at('_category'));
  const kept = element && each<Extension>(element.at('extension')).find(({ value }) => value?.url === ALTERNATE_CODES);
  if (kept?.value?.valueCodeableConcept?.coding?.[0]?.system !== v2Table('0127')) {
    return rep(category && inTable(category, TYPES, RULE));
  }
  allergy.at('category').pass('table 0127 says it');
  kept.at('url').pass('table 0127 says it');
  return cwe(kept.at('valueCodeableConcept'), partner);
}
