/**
 * OBX outside the laboratory (ADT, REF) to Observation (v2-to-FHIR: OBX[Observation]): vital signs of nl-core where the
 * code, the value and the unit are what their profiles know, else plain R4.
 */
import type { CodeableConcept, Observation } from 'fhir/r4.js';
import { identifierOf } from '../bundle.ts';
import { constant, Leaf, type Draft } from '../draft.ts';
import { codeableConcept } from '../hl7v2/datatypes/cwe.ts';
import { entityNumber } from '../hl7v2/datatypes/ei.ts';
import { leafAt } from '../hl7v2/leaf.ts';
import { codeText, ownKey, type AboutPatient } from '../hl7v2/segments/about-patient.ts';
import { deletions } from '../hl7v2/segments/deletions.ts';
import { carryRemainders } from '../hl7v2/segments/remainder.ts';
import { interpretation } from '../lab-oru/flags.ts';
import { note } from '../lab-oru/notes.ts';
import { referenceRanges } from '../lab-oru/range.ts';
import { unitInWords } from '../lab-oru/unit-in-words.ts';
import { valueOf } from '../lab-oru/value.ts';
import { pairOf, pressureEntry } from './blood-pressure.ts';
import { common, loincOfObx, momentOf, VITAL_SIGNS, type Observed } from './observed.ts';
import { besideCode, isScore, isVitalSign, measured, profileOf, signOf } from './vital-sign.ts';

const RULE = 'obx.observation';

/**
 * Adds the observations and returns their fullUrls. The key is the patient with code, sub-id and moment, never the
 * message. A systolic and a diastolic pressure of one moment are one blood pressure.
 */
export function observationEntries(about: AboutPatient, observed: readonly Observed[]): string[] {
  const taken = new Set<Observed>();
  return observed.flatMap((one) => {
    if (taken.has(one)) return [];
    const pair = pairOf(one, observed, about);
    if (pair === undefined) return [observationEntry(about, one)];
    for (const half of pair) taken.add(half);
    return [pressureEntry(about, pair)];
  });
}

function observationEntry(about: AboutPatient, one: Observed): string {
  const { obx, notes } = one;
  const loinc = loincOfObx(about, one);
  const sign = signOf(loinc);
  const vital = isVitalSign(loinc);
  const place = `OBX ${codeText(obx.rep(3))} ${momentOf(one)}`;
  const id = ownKey(about, 'Observation', about.patientKey, place);
  return about.bundle.add<Observation>('Observation', id, () => {
    const profile = profileOf(sign, obx);
    const own = entityNumber(obx.rep(21), 'observation', RULE, about.reading, 'FILL');
    const code = codeableConcept(obx.rep(3), `${RULE}.code`, about.reading) ?? ABSENT;
    const { unit, ...values } = valuesOf(about, one, isScore(sign, obx), vital);
    const draft = {
      meta: profile === undefined ? undefined : { profile: [constant(profile, RULE)] },
      identifier: [identifierOf(id), own?.identifier],
      ...common(about, one),
      category: vital ? [VITAL_SIGNS] : [],
      code: 'coding' in code ? { ...code, coding: [...besideCode(sign), ...listOf(code.coding)] } : code,
      ...values,
      note: note(notes, `${RULE}.note`, [unit]),
      interpretation: interpretation(obx, about.reading),
      bodySite: codeableConcept(obx.rep(20), `${RULE}.bodySite`, about.reading),
      method: codeableConcept(obx.rep(17), `${RULE}.method`, about.reading) ?? scaleOf(profile, sign?.method),
    };
    const { extension, ...rest } = draft;
    const deleted = deletions([obx], 'obx.deleted');
    return { ...rest, extension: [...extension, ...deleted, ...carryRemainders([obx, ...notes], 'obx.remainder')] };
  });
}

const ABSENT: Draft<CodeableConcept> = {
  extension: [
    {
      url: constant('http://hl7.org/fhir/StructureDefinition/data-absent-reason', RULE),
      valueCode: constant('unknown', RULE),
    },
  ],
};

const listOf = <T>(list: readonly T[] | object | undefined): readonly T[] =>
  Array.isArray(list) ? (list as readonly T[]) : [];

/** PijnMeetmethodeCodelijst, where the LOINC code itself names the scale. */
const scaleOf = (profile: string | undefined, method: string | undefined): Draft<CodeableConcept> | undefined =>
  profile === undefined || method === undefined
    ? undefined
    : {
        coding: [
          {
            system: constant('urn:oid:2.16.840.1.113883.2.4.3.11.60.40.4.9.1', RULE),
            code: constant(method, RULE),
            display: constant(method, RULE),
          },
        ],
      };

/** What the Observation says: a score, a quantity, or any other type as in a laboratory message. */
function valuesOf(about: AboutPatient, { obx }: Observed, score: boolean, vital: boolean) {
  const none = {
    extension: [],
    component: undefined,
    referenceRange: referenceRanges(obx, undefined),
    unit: undefined,
  };
  if (score) return { ...none, valueInteger: leafAt(obx.at(5), Number(obx.at(5).text.trim()), `${RULE}.value`) };
  const quantity = vital ? measured(obx) : undefined;
  if (quantity !== undefined) return { ...none, valueQuantity: quantity };
  const read = valueOf({ obx, more: [], notes: [] }, about.reading);
  return {
    ...read.value,
    extension: [
      ...read.extension,
      ...read.attachments.map((valueAttachment) => ({ url: ATTACHMENT, valueAttachment })),
    ],
    component: read.several.map((value) => ({
      code: codeableConcept(obx.rep(3), `${RULE}.code`, about.reading) ?? ABSENT,
      ...value,
    })),
    referenceRange: referenceRanges(obx, read.unit),
    unit: unitInWords(obx, read, `${RULE}.unit`),
  };
}

/** As HL7's tables name it: R5 knows this value type, R4 takes it as an extension. */
const ATTACHMENT = new Leaf(
  'https://hl7.org/fhir/5.0/StructureDefinition/extension-Observation.valueAttachment',
  { path: () => 'constant' },
  RULE,
);
